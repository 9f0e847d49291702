package codegen

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
)

// defineJoin is a step that joins branches row by row.
func (p *program) defineJoin(s *step) error {
	for _, a := range s.Adds {
		if a.Expr == nil || a.Expr.Op != component.Gather {
			return fmt.Errorf("the column %s cannot be generated yet", a.Column)
		}
	}
	branches := s.in
	in := branches[0].row
	same := !slices.ContainsFunc(branches, func(b *step) bool { return b.row != in })
	if !same {
		in = p.branchRow(s)
	}
	join := s.add("join", func(name string) decl {
		return decl{fmt.Sprintf("%s is %s. It gets the row of each branch, in the order of the branches.", name, about(s)),
			method(name, []jen.Code{jen.Id("rows").Index().Id(in.name)}, []jen.Code{jen.Id(s.row.name), jen.Error()}, p.joined(s, in)...)}
	})
	shapes := make([]*function, len(branches))
	if !same {
		for i := range branches {
			shapes[i] = s.addBranch(i, in)
		}
	}
	s.stream = func() *jen.Statement {
		args := []jen.Code{jen.Lit(s.Addr()), jen.Id(join.name)}
		for i, b := range branches {
			if same {
				args = append(args, jen.Id(b.variable))
			} else {
				args = append(args, verb("Branch", jen.Id(b.variable), jen.Id(shapes[i].name)))
			}
		}
		if same {
			return verb("Join", args...)
		}
		return jen.Qual(runtimePkg, "Join").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, args...)
	}
	return nil
}

// joined is the body of a join.
func (p *program) joined(s *step, in *rowType) []jen.Code {
	var fields []keyed
	for _, f := range s.row.fields {
		if s.adds(f.Name) != nil {
			fields = append(fields, keyed{f.goName, jen.Make(p.bareType(f.Type), jen.Len(jen.Id("rows")))})
		} else {
			from := jen.Id("rows").Index(jen.Lit(s.branchOf(f.Name)))
			fields = append(fields, keyed{f.goName, from.Dot(in.field(f.Name))})
		}
	}
	var gather []jen.Code
	for _, f := range s.row.fields {
		if a := s.adds(f.Name); a != nil {
			element := jen.Id("row").Dot(in.field(a.Expr.Column))
			if t := in.typ(a.Expr.Column); t.Optional && isList(t) {
				element = jen.Qual(runtimePkg, "ListOrNull").Call(element)
			}
			gather = append(gather, jen.Id("joined").Dot(f.goName).Index(jen.Id("i")).Op("=").Add(element))
		}
	}
	if len(gather) == 0 {
		return []jen.Code{jen.Return(structLit(jen.Id(s.row.name), fields), jen.Nil())}
	}
	return []jen.Code{
		jen.Id("joined").Op(":=").Add(structLit(jen.Id(s.row.name), fields)),
		jen.For(jen.List(jen.Id("i"), jen.Id("row")).Op(":=").Range().Id("rows")).Block(gather...),
		jen.Return(jen.Id("joined"), jen.Nil()),
	}
}

// branchOf is the number of the first branch that has a column.
func (s *step) branchOf(column string) int {
	return slices.IndexFunc(s.in, func(b *step) bool {
		return slices.ContainsFunc(b.row.fields, func(f field) bool { return f.Name == column })
	})
}

// branchRow is the struct in which a join reads branches of different rows: what it gathers and what it keeps.
func (p *program) branchRow(s *step) *rowType {
	var columns []component.Column
	add := func(name string) {
		b := s.in[s.branchOf(name)]
		if !slices.ContainsFunc(columns, func(c component.Column) bool { return c.Name == name }) {
			columns = append(columns, component.Column{Name: name, Type: b.row.typ(name)})
		}
	}
	for _, f := range s.row.fields {
		if a := s.adds(f.Name); a != nil {
			add(a.Expr.Column)
		} else {
			add(f.Name)
		}
	}
	r := &rowType{name: p.names.pick(exported(s.Name) + "Branch"), makers: map[string][]string{}}
	names := newScope()
	for _, c := range columns {
		r.fields = append(r.fields, field{c, names.pick(exported(c.Name))})
		for _, b := range s.in {
			for _, maker := range b.row.makers[c.Name] {
				if !slices.Contains(r.makers[c.Name], maker) {
					r.makers[c.Name] = append(r.makers[c.Name], maker)
				}
			}
		}
	}
	for _, b := range s.in {
		r.after = append(r.after, b.Addr())
	}
	r.branch = s.Addr()
	p.rows = append(p.rows, r)
	return r
}

// addBranch gives a join the function that brings a branch's row into the shape of all branches: what is gathered, and what
// is kept of this branch.
func (s *step) addBranch(number int, in *rowType) *function {
	b := s.in[number]
	return s.add("of"+exported(b.Name)+keyName(b.Key)+"For", func(name string) decl {
		var fields []keyed
		for _, f := range in.fields {
			gathered := slices.ContainsFunc(s.Adds, func(a hclspec.Add) bool { return a.Expr.Column == f.Name })
			if gathered || s.branchOf(f.Name) == number {
				fields = append(fields, keyed{f.goName, jen.Id("row").Dot(b.row.field(f.Name))})
			}
		}
		return decl{fmt.Sprintf("%s is the part of a row of %s that %s reads.", name, b.Addr(), s.Addr()),
			method(name, []jen.Code{param("row", b.row.name)}, []jen.Code{jen.Id(in.name)}, jen.Return(structLit(jen.Id(in.name), fields)))}
	})
}
