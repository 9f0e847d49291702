package codegen

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
)

// defineTask is a step that asks a model.
func (p *program) defineTask(s *step) error {
	t, _ := s.task()
	if err := p.addReply(s); err != nil {
		return err
	}
	settings := p.settings(s)
	read := p.addRead(s)
	verbName, add := "Task", (*function)(nil)
	switch {
	case s.Decl.Flattens != nil && s.Decl.Flattens(s.Params):
		verbName, add = "TaskRows", p.addOutputs(s)
	case s.Decl.Embeds && t.OnError == "keep":
		verbName, add = "EmbedOrNull", p.addKept(s, false)
	case s.Decl.Embeds:
		verbName, add = "Embed", p.addOutputs(s)
	case t.OnError == "keep":
		verbName, add = "TaskOrNull", p.addKept(s, t.GroupGenerations)
	case t.GroupGenerations:
		verbName, add = "GroupedSamples", p.addGrouped(s)
	case t.NumGenerations > 1:
		verbName, add = "Samples", p.addOutputs(s)
	default:
		add = p.addOutputs(s)
	}
	s.stream = func() *jen.Statement {
		return verb(verbName, jen.Id(s.in[0].variable), jen.Lit(s.Addr()), settings(), jen.Id(read.name), jen.Id(add.name))
	}
	return nil
}

// defineApply is a component without a model, which works on one row: with Apply it makes one row of it, with Expand several.
func (p *program) defineApply(s *step, name string) error {
	if err := p.addReply(s); err != nil {
		return err
	}
	settings := p.addSettings(s)
	read := p.addRead(s)
	add := p.addOutputs(s)
	s.stream = func() *jen.Statement {
		return verb(name, jen.Id(s.in[0].variable), jen.Lit(s.Addr()), settings(), jen.Id(read.name), jen.Id(add.name))
	}
	return nil
}

// addRead gives a step the function that picks what its component reads.
func (p *program) addRead(s *step) *function {
	in := s.in[0].row
	typ := s.inType()
	var fields []keyed
	for _, port := range component.PortsOf(s.Decl.In) {
		for _, r := range s.Reads {
			if r.Input != port.Name || r.Column == "" {
				continue
			}
			fields = append(fields, keyed{port.Field, p.read(s, jen.Id("row").Dot(in.field(r.Column)), in.typ(r.Column), port)})
		}
	}
	for i := range s.Decl.In.NumField() {
		if f := s.Decl.In.Field(i); f.Type == varsGo && len(s.Vars) > 0 {
			var items []jen.Code
			for _, column := range s.Vars {
				items = append(items, jen.Lit(column).Op(":").Id("row").Dot(in.field(column)))
			}
			fields = append(fields, keyed{f.Name, goTypeOf(varsGo).Values(items...)})
		}
	}
	lit := structLit
	if len(fields) <= 1 {
		lit = shortLit
	}
	return s.add("read", func(name string) decl {
		return decl{fmt.Sprintf("%s picks the columns that it reads.", name),
			method(name, []jen.Code{param("row", in.name)}, []jen.Code{typ}, jen.Return(lit(typ, fields)))}
	})
}

// addOutputs gives a step the function that adds the component's outputs to a row.
func (p *program) addOutputs(s *step) *function {
	in := s.in[0].row
	return s.add("add", func(name string) decl {
		fields := s.withOutputs(s.kept("row", in), func(f field, port component.Port) jen.Code { return p.write(s, port, f.Type, false) })
		return decl{s.addsDoc(name), method(name, []jen.Code{param("row", in.name), jen.Id("out").Add(s.outType())},
			[]jen.Code{jen.Id(s.row.name)}, jen.Return(structLit(jen.Id(s.row.name), fields)))}
	})
}

func (s *step) addsDoc(name string) string {
	return fmt.Sprintf("%s adds the columns that it makes.", name)
}

// withOutputs adds the component's outputs to the fields of a row, in the order of the row.
func (s *step) withOutputs(kept []keyed, value func(f field, port component.Port) jen.Code) (fields []keyed) {
	for _, f := range s.row.fields {
		if n := slices.IndexFunc(kept, func(k keyed) bool { return k.key == f.goName }); n >= 0 {
			fields = append(fields, kept[n])
		}
		if a := s.adds(f.Name); a != nil {
			fields = append(fields, keyed{f.goName, value(f, s.output(a))})
		}
	}
	return fields
}

// output is the field of what the component adds that makes a column: one of its own, or one of its reply.
func (s *step) output(a *hclspec.Add) component.Port {
	if a.Expr != nil && a.Expr.Op == component.Reply {
		f := s.reply.field(a.Expr.Column)
		return component.Port{Field: "Reply." + f.goName, Type: f.Type}
	}
	ports := component.PortsOf(s.Decl.Out)
	return ports[slices.IndexFunc(ports, func(port component.Port) bool { return port.Name == a.Output })]
}

// addKept is addOutputs for on_error = "keep": the columns are null where the task failed.
func (p *program) addKept(s *step, grouped bool) *function {
	in := s.in[0].row
	return s.add("add", func(name string) decl {
		var body []jen.Code
		body = append(body, jen.Id("added").Op(":=").Add(structLit(jen.Id(s.row.name), s.kept("row", in))))
		var set []jen.Code
		for _, f := range s.withOutputs(nil, func(f field, port component.Port) jen.Code {
			out := jen.Id("out").Dot(port.Field)
			switch {
			case grouped:
				return p.bareType(f.Type).Values(p.write(s, port, f.Type.Element(), true))
			case s.Func != nil:
				return p.write(s, port, f.Type, false)
			case isList(f.Type) || port.Type.Optional:
				return out
			}
			return jen.Op("&").Add(out)
		}) {
			set = append(set, jen.Id("added").Dot(f.key).Op("=").Add(f.value))
		}
		body = append(body, jen.If(jen.Id("out").Op("!=").Nil()).Block(set...), jen.Return(jen.Id("added")))
		return decl{fmt.Sprintf("%s adds the columns that it makes. They stay null where out is nil: the task failed, and the row is kept.", name),
			method(name, []jen.Code{param("row", in.name), jen.Id("out").Op("*").Add(s.outType())}, []jen.Code{jen.Id(s.row.name)}, body...)}
	})
}

// addGrouped is addOutputs for group_generations: each column has the list of all replies.
func (p *program) addGrouped(s *step) *function {
	in := s.in[0].row
	return s.add("add", func(name string) decl {
		fields := s.withOutputs(s.kept("row", in), func(f field, _ component.Port) jen.Code { return jen.Make(p.bareType(f.Type), jen.Len(jen.Id("outs"))) })
		body := []jen.Code{jen.Id("added").Op(":=").Add(structLit(jen.Id(s.row.name), fields))}
		var set []jen.Code
		for _, f := range s.withOutputs(nil, func(f field, port component.Port) jen.Code { return p.write(s, port, f.Type.Element(), true) }) {
			set = append(set, jen.Id("added").Dot(f.key).Index(jen.Id("i")).Op("=").Add(f.value))
		}
		body = append(body, jen.For(jen.List(jen.Id("i"), jen.Id("out")).Op(":=").Range().Id("outs")).Block(set...), jen.Return(jen.Id("added")))
		return decl{fmt.Sprintf("%s adds the columns that it makes: lists with an element for each reply.", name),
			method(name, []jen.Code{param("row", in.name), jen.Id("outs").Index().Add(s.outType())}, []jen.Code{jen.Id(s.row.name)}, body...)}
	})
}
