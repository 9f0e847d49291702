package codegen

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/runtime/component"
)

var ints, floats = component.ListOf(component.Of(component.Int)), component.ListOf(component.Of(component.Float))

// conversion turns values of a row's columns into what a component or a function reads, or back. In a struct of a row, a list whose nil is
// null stands for a list that may be null; everywhere else a pointer does.
type conversion struct {
	p    *program
	code *gofunc.Func   // the user's function; nil for a component
	user *gofunc.Struct // of the objects; nil where they are messages, or there are none
	made bool           // the value is made, and goes into a row
}

// read turns a column of a row into the input that reads it.
func (p *program) read(s *step, expr *jen.Statement, from component.Type, port component.Port) *jen.Statement {
	c := conversion{p: p, code: s.Func}
	if s.Func != nil {
		c.user = s.Func.In.Field(port.Name).Object
	}
	return c.expr(expr, from, port.Type, false)
}

// write turns what a step makes into its column. elem is true where it becomes an element of a list.
func (p *program) write(s *step, port component.Port, to component.Type, elem bool) *jen.Statement {
	out := jen.Id("out").Dot(port.Field)
	if s.Func == nil {
		return out
	}
	c := conversion{p: p, code: s.Func, user: s.Func.Out.Field(port.Name).Object, made: true}
	return c.expr(out, port.Type, to, elem)
}

// expr converts a value. The checker has seen to it that it can be: null is handed to what takes null alone.
func (c conversion) expr(expr *jen.Statement, from, to component.Type, elem bool) *jen.Statement {
	plain, want := from.NotNull(), to.NotNull()
	nilIsNull := isList(want) && !elem // on the row's side
	switch {
	case to.Kind == component.Any:
		return expr
	case !to.Optional:
		return c.bare(expr, plain, want)
	case !from.Optional && c.made && nilIsNull: // what is nil is empty, and not null
		return c.bare(jen.Qual(runtimePkg, "NullOrList").Call(jen.Op("&").Add(expr)), plain, want)
	case !from.Optional && c.same(plain, want):
		return jen.Op("&").Add(expr)
	case !from.Optional:
		return jen.New(c.bare(expr, plain, want))
	case nilIsNull && c.made:
		return c.bare(jen.Qual(runtimePkg, "NullOrList").Call(expr), plain, want)
	case nilIsNull:
		return jen.Qual(runtimePkg, "ListOrNull").Call(c.bare(expr, plain, want))
	case c.same(plain, want):
		return expr
	case plain.Kind == component.Int && want.Kind == component.Float:
		return jen.Qual(runtimePkg, "FloatOrNull").Call(expr)
	}
	return jen.Qual(runtimePkg, "ConvertOrNull").Call(expr, c.function(plain, want))
}

// bare converts a value that is not null.
func (c conversion) bare(expr *jen.Statement, from, to component.Type) *jen.Statement {
	switch {
	case c.same(from, to):
		return expr
	case from.Equal(ints) && to.Equal(floats):
		return jen.Qual(runtimePkg, "Floats").Call(expr)
	case isList(from):
		return jen.Qual(runtimePkg, "Convert").Call(expr, c.function(from.Element(), to.Element()))
	case from.Kind == component.Object:
		return c.object(from, to).Call(expr)
	}
	return jen.Float64().Call(expr)
}

// function converts a value that is an element of a list, or what a pointer points at.
func (c conversion) function(from, to component.Type) *jen.Statement {
	switch {
	case from.Kind == component.Object && !from.Optional && !to.Optional:
		return c.object(from, to)
	case from.Equal(ints) && to.Equal(floats):
		return jen.Qual(runtimePkg, "Floats")
	}
	source, target := c.p.elemType(from), c.foreign(to)
	if c.made {
		source, target = c.foreign(from), c.p.elemType(to)
	}
	return jen.Func().Params(jen.Id("v").Add(source)).Add(target).Block(jen.Return(c.expr(jen.Id("v"), from, to, true)))
}

// same reports whether two types, null at the top aside, are the same Go type.
func (c conversion) same(a, b component.Type) bool {
	if isList(a) && isList(b) {
		return a.Element().Optional == b.Element().Optional && c.same(a.Element().NotNull(), b.Element().NotNull())
	}
	return a.Equal(b) && (c.user == nil || a.Kind != component.Object)
}

// foreign is the Go type that the component or the function has for a type.
func (c conversion) foreign(t component.Type) *jen.Statement {
	switch {
	case t.Optional:
		return jen.Op("*").Add(c.foreign(t.NotNull()))
	case isList(t):
		return jen.Index().Add(c.foreign(t.Element()))
	case t.Kind == component.Object && c.user != nil:
		return jen.Qual(c.p.importPath(c.code), c.user.Name)
	case t.Kind == component.Object:
		return jen.Qual(llmPkg, "Message")
	}
	return c.p.bareType(t)
}

// converter is a function of the program that turns an object of a column into a struct of the user's, or back.
type converter struct {
	key  string
	name string
	decl decl
}

// object names the function that converts an object, and makes it where there is none yet.
func (c conversion) object(from, to component.Type) *jen.Statement {
	row := from.NotNull()
	name, pkg := "Message", "llm"
	if c.user != nil {
		name, pkg = c.user.Name, c.code.Package
	}
	suffix := "In"
	if c.made {
		row, suffix = to.NotNull(), "Out"
	}
	foreign := c.foreign(component.Type{Kind: component.Object})
	key := fmt.Sprintf("%s %#v %s", row, foreign, suffix)
	for _, known := range c.p.converters {
		if known.key == key {
			return jen.Id(known.name)
		}
	}
	known := &converter{key: key, name: c.p.names.pick(unexported(name)+suffix, unexported(pkg)+exported(name)+suffix)}
	c.p.converters = append(c.p.converters, known)
	v, own := jen.Id("v"), c.p.bareType(row)
	if c.made {
		known.decl = decl{fmt.Sprintf("%s makes an object of a column of the struct %s.%s.", known.name, pkg, name),
			method(known.name, []jen.Code{v.Clone().Add(foreign)}, []jen.Code{own}, jen.Return(fittingLit(own, c.fields(from, to))))}
	} else {
		known.decl = decl{fmt.Sprintf("%s hands an object of a column over as the struct %s.%s.", known.name, pkg, name),
			method(known.name, []jen.Code{v.Clone().Add(own)}, []jen.Code{foreign}, jen.Return(fittingLit(foreign, c.fields(from, to))))}
	}
	return jen.Id(known.name)
}

// fields converts those of an object that are wanted.
func (c conversion) fields(from, to component.Type) (fields []keyed) {
	row := from
	if c.made {
		row = to
	}
	for _, want := range to.Fields {
		foreign, inner := exported(want.Name), c
		inner.user = nil
		if c.user != nil {
			f := c.user.Field(want.Name)
			foreign, inner.user = f.Name, f.Object
		}
		source, target := c.p.objectField(row, want.Name), foreign
		if c.made {
			source, target = foreign, source
		}
		for _, have := range from.Fields {
			if have.Name == want.Name {
				fields = append(fields, keyed{target, inner.expr(jen.Id("v").Dot(source), have.Type, want.Type, false)})
			}
		}
	}
	return fields
}

// emitFunctions writes what functions of the user's need beyond their steps: their arguments, and the conversion of objects.
func (p *program) emitFunctions() error {
	f := p.newFile()
	for _, a := range p.args {
		f.add(a.name, a.decl)
	}
	for _, c := range p.converters {
		f.add(c.name, c.decl)
	}
	if f.decls == 0 {
		return nil
	}
	p.functions = p.paths.pick("functions", ".go")
	return f.done(p.functions, Generated)
}
