package codegen

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
)

// defineMap is a step that only chooses, drops, orders or merges columns.
func (p *program) defineMap(s *step) {
	in := s.in[0].row
	f := s.add("make", func(name string) decl {
		return decl{fmt.Sprintf("%s is %s.", name, about(s)), method(name, []jen.Code{param("row", in.name)},
			[]jen.Code{jen.Id(s.row.name), jen.Error()}, jen.Return(structLit(jen.Id(s.row.name), s.withDerived(s.kept("row", in), s.merged(p))), jen.Nil()))}
	})
	s.stream = func() *jen.Statement {
		return verb("Map", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), jen.Id(f.name))
	}
}

// merged are the lists that a step makes of several columns.
func (s *step) merged(p *program) map[string]jen.Code {
	in, made := s.in[0].row, map[string]jen.Code{}
	for _, a := range s.Adds {
		list := p.bareType(s.row.typ(a.Column))
		var parts, single []jen.Code
		flush := func() {
			if len(single) > 0 {
				parts = append(parts, jen.Add(list).Values(single...))
				single = nil
			}
		}
		for _, name := range a.Expr.Columns {
			value := jen.Id("row").Dot(in.field(name))
			if !isList(in.typ(name)) {
				single = append(single, value)
				continue
			}
			flush()
			parts = append(parts, value)
		}
		flush()
		made[a.Column] = jen.Qual("slices", "Concat").Call(parts...)
		if len(parts) == 1 {
			made[a.Column] = parts[0]
		}
	}
	return made
}

// defineGlobal is a step that waits for all rows and lets some of them through.
func (p *program) defineGlobal(s *step) error {
	settings := p.addSettings(s)
	read := p.addRead(s)
	s.stream = func() *jen.Statement {
		return verb("Global", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), settings(), jen.Id(read.name))
	}
	return nil
}

// defineChoice is a step that waits for all rows, and adds columns to those that it lets through.
func (p *program) defineChoice(s *step) error {
	settings := p.addSettings(s)
	read := p.addRead(s)
	add := p.addOutputs(s)
	s.stream = func() *jen.Statement {
		return verb("GlobalColumns", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), settings(), jen.Id(read.name), jen.Id(add.name))
	}
	return nil
}

// defineExpansion is a step that makes a row of each element of one or more lists.
func (p *program) defineExpansion(s *step) error {
	in := s.in[0].row
	var lists []string // fields, of which all have the same length
	for _, a := range s.Adds {
		if a.Expr == nil || a.Expr.Op != component.Element {
			return fmt.Errorf("the column %s cannot be generated yet", a.Column)
		}
		lists = append(lists, in.field(a.Expr.Column))
	}
	f := s.add("make", func(name string) decl {
		var body []jen.Code
		for i, a := range s.Adds[1:] {
			if known := s.lengths(s.Adds[0].Expr.Column, a.Expr.Column); known {
				continue
			}
			body = append(body, jen.If(jen.Id("err").Op(":=").Qual(runtimePkg, "SameLength").Call(
				jen.Lit(s.Adds[0].Expr.Column), jen.Len(jen.Id("row").Dot(lists[0])), jen.Lit(a.Expr.Column), jen.Len(jen.Id("row").Dot(lists[i+1]))),
				jen.Id("err").Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Id("err"))))
		}
		made := s.expanded(lists)
		body = append(body,
			jen.Id("rows").Op(":=").Make(jen.Index().Id(s.row.name), jen.Len(jen.Id("row").Dot(lists[0]))),
			jen.For(jen.Id("i").Op(":=").Range().Id("rows")).Block(jen.Id("rows").Index(jen.Id("i")).Op("=").Add(structLit(jen.Id(s.row.name), made))),
			jen.Return(jen.Id("rows"), jen.Nil()))
		return decl{fmt.Sprintf("%s is %s.", name, about(s)), method(name, []jen.Code{param("row", in.name)},
			[]jen.Code{jen.Index().Id(s.row.name), jen.Error()}, body...)}
	})
	s.stream = func() *jen.Statement {
		return verb("FlatMap", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), jen.Id(f.name))
	}
	return nil
}

// expanded lists the fields of a row of an expansion.
func (s *step) expanded(lists []string) (fields []keyed) {
	kept := s.kept("row", s.in[0].row)
	for _, f := range s.row.fields {
		if n := slices.IndexFunc(kept, func(k keyed) bool { return k.key == f.goName }); n >= 0 {
			fields = append(fields, kept[n])
		}
		if n := slices.IndexFunc(s.Adds, func(a hclspec.Add) bool { return a.Column == f.Name }); n >= 0 {
			element := jen.Id("row").Dot(lists[n]).Index(jen.Id("i"))
			if f.Type.Optional && isList(f.Type) {
				element = jen.Qual(runtimePkg, "NullOrList").Call(element)
			}
			fields = append(fields, keyed{f.goName, element})
		}
	}
	return fields
}

// lengths reports whether two lists are known to have the same length in every row.
func (s *step) lengths(a, b string) bool {
	length := func(column string) int {
		for _, c := range s.in[0].Row {
			if c.Name == column {
				return c.Len
			}
		}
		return 0
	}
	return length(a) > 0 && length(a) == length(b)
}
