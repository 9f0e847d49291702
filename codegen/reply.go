package codegen

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
)

// replyType is the struct that the replies to a step fill.
type replyType struct {
	name   string
	step   string
	form   string // by which the structs of a step's instances are told apart
	fields []field
}

func (r *replyType) field(column string) field {
	return r.fields[slices.IndexFunc(r.fields, func(f field) bool { return f.Name == column })]
}

// replyForm is the form of the replies to a step that says it; empty otherwise.
func replyForm(s *step) string {
	t, ok := s.Params.(interface{ Form() form.Columns })
	if !ok {
		return ""
	}
	return form.Type{Kind: component.Object, Fields: t.Form()}.String()
}

// addReply gives a step the struct of its replies, if it has one. Instances that ask for the same share it.
func (p *program) addReply(s *step) error {
	t, ok := s.Params.(interface{ Form() form.Columns })
	if !ok {
		return nil
	}
	columns, text := t.Form(), replyForm(s)
	n := slices.IndexFunc(p.replies, func(r *replyType) bool { return r.step == s.Name && r.form == text })
	if n < 0 {
		n = len(p.replies)
		plain := make([]component.Column, len(columns))
		for i, c := range columns {
			plain[i] = component.Column{Name: c.Name, Type: c.Type.Column()}
		}
		fields, err := p.fields(plain)
		if err != nil {
			return err
		}
		key := p.keyFor(s, func(other *step) bool { return replyForm(other) == text })
		p.replies = append(p.replies, &replyType{name: p.names.pick(exported(s.Name) + keyName(key) + "Reply"), step: s.Name, form: text, fields: fields})
	}
	s.reply = p.replies[n]
	var body []jen.Code
	for i, f := range s.reply.fields {
		typ, nullTag := p.goType(f.Type)
		tag := fmt.Sprintf("json:%q", f.Name)
		if nullTag {
			tag += ` null:"ok"`
		}
		if c := columns[i].Type; !c.Equal(form.Of(f.Type)) {
			tag += fmt.Sprintf(" form:%q", c.String())
		}
		body = append(body, jen.Id(f.goName).Add(typ).Op(tagLiteral(tag)))
	}
	what := "what is made at a time by"
	if s.Decl.Task {
		what = "a reply to"
	}
	s.funcs = append(s.funcs, &function{role: "reply", name: s.reply.name, named: true, decl: func(name string) decl {
		return decl{fmt.Sprintf("%s is %s step %q %q.", name, what, s.Component, s.Name), jen.Type().Id(name).Struct(body...)}
	}})
	return nil
}

// tagLiteral writes the tag of a field, in backquotes where it has none itself.
func tagLiteral(tag string) string {
	if strconv.CanBackquote(tag) {
		return "`" + tag + "`"
	}
	return strconv.Quote(tag)
}
