package codegen

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
)

// define gives a step its functions and its line in wire.
func (p *program) define(s *step) error {
	switch {
	case s.Func != nil:
		return p.defineFunction(s)
	case s.Decl.Shape == component.Source && s.Decl.Task:
		p.defineInvention(s)
		return nil
	case s.Decl.Shape == component.Source && s.Decl.Derive == nil && s.Decl.Out == nil:
		return p.defineRows(s)
	case s.Decl.Shape == component.Source:
		p.defineReader(s)
		return nil
	case s.Decl.Shape == component.Join && s.Decl.Out == nil:
		return p.defineJoin(s)
	case s.Decl.Shape == component.FlatMap && s.Decl.Out == nil:
		return p.defineExpansion(s)
	case s.Decl.Shape == component.Global && s.Decl.Out == nil:
		return p.defineGlobal(s)
	case s.Decl.Shape == component.Global:
		return p.defineChoice(s)
	case s.Decl.Shape == component.Sink:
		return p.defineSink(s)
	case s.Decl.Shape == component.Map && s.Decl.Task, s.Decl.Shape == component.Map && s.Decl.Embeds:
		return p.defineTask(s)
	case s.Decl.Shape == component.Map && s.Decl.Out != nil:
		return p.defineApply(s, "Apply")
	case s.Decl.Shape == component.FlatMap:
		return p.defineApply(s, "Expand")
	case s.Where != nil:
		p.defineFilter(s)
		return nil
	case s.Decl.Shape == component.Map && isDerived(s.Step):
		p.defineDerive(s)
		return nil
	case s.Decl.Shape == component.Map:
		p.defineMap(s)
		return nil
	}
	return fmt.Errorf("a component of the shape %s cannot be generated yet", s.Decl.Shape)
}

// emitSteps writes a file for each step, its instances together.
func (p *program) emitSteps() error {
	for _, instances := range p.blocks() {
		f := p.newFile()
		written := map[string]bool{}
		for _, s := range instances {
			p.addEmbeds(f, s)
			if s.Decl.Links != nil {
				f.Anon(s.Decl.Links(s.Params)...)
			}
			for _, fn := range s.funcs {
				if !written[fn.name] {
					written[fn.name] = true
					if fn.role == "file" {
						f.Anon("embed")
					}
					f.add(fn.name, fn.decl(fn.name))
				}
			}
		}
		if err := f.done(p.paths.pick(instances[0].Name, ".go"), Generated); err != nil {
			return err
		}
	}
	return nil
}

// verb calls a verb of the runtime.
func verb(name string, args ...jen.Code) *jen.Statement {
	return jen.Qual(runtimePkg, name).Call(args...)
}

// about says what a step is: `step "ultra_feedback" "judge": ratings of several answers, by a model that judges them`.
func about(s *step) string {
	return fmt.Sprintf("step %q %q: %s", s.Component, s.Name, lowerFirst(s.Decl.Summary))
}

func lowerFirst(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[n:]); unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}

// param is a parameter of a generated function.
func param(name, typ string) *jen.Statement { return jen.Id(name).Id(typ) }

// method is a function of one row: its parameters, results and body.
func method(name string, params []jen.Code, results []jen.Code, body ...jen.Code) *jen.Statement {
	f := jen.Func().Id(name).Params(params...)
	if len(results) == 1 {
		return f.Add(results[0]).Block(body...)
	}
	return f.Params(results...).Block(body...)
}

// kept lists the fields of a step's row that come from the row named from, of the type in. The fields that the step
// makes are left out.
func (s *step) kept(from string, in *rowType) (fields []keyed) {
	for _, f := range s.row.fields {
		if s.adds(f.Name) != nil {
			continue
		}
		column := s.before(f.Name)
		if !slices.ContainsFunc(in.fields, func(f field) bool { return f.Name == column }) {
			continue // of another branch
		}
		fields = append(fields, keyed{f.goName, jen.Id(from).Dot(in.field(column))})
	}
	return fields
}

// adds finds what makes a column of the step's row, if the step does.
func (s *step) adds(column string) *hclspec.Add {
	for i, a := range s.Adds {
		if a.Column == column {
			return &s.Adds[i]
		}
	}
	return nil
}

// before is the name that a column has in the incoming row.
func (s *step) before(column string) string {
	for _, m := range s.Moves {
		if m.To == column {
			return m.From
		}
	}
	return column
}

// paramsType prints the type of the step's parameter struct.
func (s *step) paramsType() *jen.Statement { return s.ofReply(reflect.TypeOf(s.Params)) }

// outType prints the type of what the step's component or function adds.
func (s *step) outType() *jen.Statement {
	if s.Func != nil {
		return jen.Qual(s.code, s.Func.Out.Name)
	}
	return s.ofReply(s.Decl.Out)
}

// ofReply prints a type of the component, with the reply struct of the step in the place of its type parameter.
func (s *step) ofReply(t reflect.Type) *jen.Statement {
	name, _, generic := strings.Cut(t.Name(), "[")
	if !generic || s.reply == nil {
		return goTypeOf(t)
	}
	return jen.Qual(t.PkgPath(), name).Types(jen.Id(s.reply.name))
}
