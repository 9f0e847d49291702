package codegen

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime/component"
)

// argsType is the parameter struct of the arguments that the pipeline gives a function of the user's. It has the fields of the user's own
// struct, so that one converts to the other, and the tags that the runtime knows them by.
type argsType struct {
	key  string
	name string
	decl decl
}

// argsStruct names the parameter struct of a step's arguments, and makes it where there is none yet.
func (p *program) argsStruct(s *step) *jen.Statement {
	a := s.Func.Args
	key := s.code + "." + a.Name
	for _, known := range p.args {
		if known.key == key {
			return jen.Id(known.name)
		}
	}
	known := &argsType{key: key, name: p.names.pick(unexported(a.Name), unexported(s.Func.Package)+exported(a.Name))}
	p.args = append(p.args, known)
	var body []jen.Code
	for i := range a.Type.NumField() {
		f := a.Type.Field(i)
		var tags []string
		for _, key := range []string{"param", "min", "max", "enum"} { // a default is in the value already
			if v, ok := f.Tag.Lookup(key); ok {
				tags = append(tags, fmt.Sprintf("%s:%q", key, v))
			}
		}
		body = append(body, jen.Id(f.Name).Add(goTypeOf(f.Type)).Op(tagLiteral(strings.Join(tags, " "))))
	}
	known.decl = decl{fmt.Sprintf("%s is %s.%s by the names that the arguments have in the pipeline.", known.name, s.Func.Package, a.Name),
		jen.Type().Id(known.name).Struct(body...)}
	return jen.Id(known.name)
}

// argsValue is a literal of the step's arguments.
func (p *program) argsValue(s *step) *jen.Statement {
	v, given := reflect.New(s.Func.Args.Type).Elem(), s.Params.(interface{ Arguments() component.Args }).Arguments()
	for i, f := range s.Func.Args.Fields {
		v.Field(i).Set(reflect.ValueOf(given[f.Column]))
	}
	return fittingLit(p.argsStruct(s), structFields(v, func(_ reflect.StructField, v reflect.Value) (jen.Code, bool) {
		if v.IsZero() {
			return nil, true
		}
		return value(v), true
	}))
}

// usersArgs turns the parameter struct into the user's own.
func (p *program) usersArgs(s *step, args *jen.Statement) *jen.Statement {
	return jen.Qual(s.code, s.Func.Args.Name).Call(args)
}

// bound is the user's function with its arguments, as the runtime calls it.
func (p *program) bound(s *step) func() *jen.Statement {
	params, args := p.passed(s)
	made := s.add("new", func(name string) decl {
		return decl{fmt.Sprintf("%s is %s.%s with the arguments of the step, as this run has them.", name, s.Func.Package, s.Func.Name),
			jen.Func().Id(name).Params(jen.Id("p").Op("*").Qual(runtimePkg, "Pipeline")).Add(signature(p.taken(s), s.results())).Block(
				jen.Id("args").Op(":=").Add(p.usersArgs(s, jen.Qual(runtimePkg, "Args").Call(jen.Id("p"), jen.Lit(s.Addr()), p.argsValue(s)))),
				jen.Return(signature(params, s.results()).Block(s.returning(jen.Qual(s.code, s.Func.Name).Call(args...)))))}
	})
	return func() *jen.Statement { return jen.Id(made.name).Call(jen.Id("p")) }
}

// signature is a function without a name, up to its body.
func signature(params, results []jen.Code) *jen.Statement {
	if len(results) == 1 {
		return jen.Func().Params(params...).Add(results[0])
	}
	return jen.Func().Params(params...).Params(results...)
}

// taken lists the types of what the runtime passes to a function that asks no model.
func (p *program) taken(s *step) []jen.Code {
	params := []jen.Code{jen.Qual("context", "Context")}
	if s.Func.In != nil {
		params = append(params, p.rowsOf(s))
	}
	return params
}

// rowsOf is the type of what the function takes: a row, or all of them.
func (p *program) rowsOf(s *step) *jen.Statement {
	if s.Func.Shape == component.Global {
		return jen.Index().Add(s.inType())
	}
	return s.inType()
}

// passed lists the parameters of a function that calls the user's, and what it passes on.
func (p *program) passed(s *step) (params, args []jen.Code) {
	f := s.Func
	params = []jen.Code{jen.Id(used("ctx", f.Context)).Qual("context", "Context")}
	if f.Context {
		args = append(args, jen.Id("ctx"))
	}
	if f.Asks {
		params, args = append(params, jen.Id("ask").Qual(llmPkg, "Asker")), append(args, jen.Id("ask"))
	}
	switch {
	case f.Args != nil && f.Asks:
		params, args = append(params, jen.Id("args").Add(p.argsStruct(s))), append(args, p.usersArgs(s, jen.Id("args")))
	case f.Args != nil:
		args = append(args, jen.Id("args"))
	}
	if f.In != nil {
		params, args = append(params, jen.Id("in").Add(p.rowsOf(s))), append(args, jen.Id("in"))
	}
	return params, args
}
