package form

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// Parse reads a type as String writes it.
func Parse(text string) (Type, error) {
	p := &parser{rest: strings.TrimSpace(text)}
	t, err := p.typ(0)
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q follows the type", p.rest)
	}
	if err == nil {
		err = t.Check()
	}
	if err != nil {
		return Type{}, fmt.Errorf("%q is not the form of a reply: %w", text, err)
	}
	return t, nil
}

type parser struct{ rest string }

// depth bounds how deep types are nested.
const depth = 32

func (p *parser) typ(at int) (t Type, err error) {
	if at > depth {
		return t, fmt.Errorf("it is nested more than %d deep", depth)
	}
	name := p.word()
	switch name {
	case "string", "bool", "int", "float":
		t.Kind = component.Kind(name)
		if p.skip("(") {
			return t, p.ending(p.limits(&t))
		}
		return t, nil
	case "optional":
		if !p.skip("(") {
			return t, fmt.Errorf("optional has no type")
		}
		if t, err = p.typ(at + 1); err != nil {
			return t, err
		}
		t.Optional = true
		return t, p.ending(nil)
	case "enum":
		t.Kind = component.String
		t.Enum, err = p.values()
		return t, err
	case "list":
		return p.list(at)
	case "object":
		return p.object(at)
	}
	return t, fmt.Errorf("there is no type %q", name)
}

func (p *parser) list(at int) (t Type, err error) {
	t.Kind = component.List
	if !p.skip("(") {
		return t, fmt.Errorf("list has no type of its elements")
	}
	elem, err := p.typ(at + 1)
	if err != nil {
		return t, err
	}
	t.Elem = &elem
	if p.skip(",") {
		err = p.limits(&t)
	}
	return t, p.ending(err)
}

func (p *parser) object(at int) (t Type, err error) {
	t.Kind = component.Object
	if !p.skip("(") || !p.skip("{") {
		return t, fmt.Errorf("object is written object({name=type})")
	}
	for !p.skip("}") {
		name, err := p.value()
		if err != nil || !p.skip("=") {
			return t, fmt.Errorf("object is written object({name=type})")
		}
		ft, err := p.typ(at + 1)
		if err != nil {
			return t, err
		}
		t.Fields = append(t.Fields, Field{name, ft})
		p.skip(",")
	}
	return t, p.ending(nil)
}

// limits reads {min=1, max=5, pattern="..."}.
func (p *parser) limits(t *Type) error {
	if !p.skip("{") {
		return fmt.Errorf("limits are written {min=1, max=5}")
	}
	for !p.skip("}") {
		name := p.word()
		if !p.skip("=") {
			return fmt.Errorf("limits are written {min=1, max=5}")
		}
		text, err := p.value()
		if err != nil {
			return err
		}
		if err := t.Limit(name, text); err != nil {
			return err
		}
		p.skip(",")
	}
	return nil
}

func (p *parser) values() (values []string, err error) {
	values = []string{}
	if !p.skip("(") {
		return nil, fmt.Errorf("enum has no values")
	}
	for !p.skip(")") {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		p.skip(",")
	}
	return values, nil
}

// value reads a word, a number or a text in quotes.
func (p *parser) value() (string, error) {
	if strings.HasPrefix(p.rest, `"`) {
		quoted, err := strconv.QuotedPrefix(p.rest)
		if err != nil {
			return "", fmt.Errorf("a text has no end")
		}
		p.rest = strings.TrimSpace(p.rest[len(quoted):])
		return strconv.Unquote(quoted)
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool { return notInWord(r) && r != '.' && r != '+' })
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = strings.TrimSpace(p.rest[end:])
	if word == "" {
		return "", fmt.Errorf("a value is missing")
	}
	return word, nil
}

func (p *parser) ending(err error) error {
	if err == nil && !p.skip(")") {
		return fmt.Errorf("a closing parenthesis is missing")
	}
	return err
}

func (p *parser) word() string {
	end := strings.IndexFunc(p.rest, notInWord)
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = strings.TrimSpace(p.rest[end:])
	return word
}

func (p *parser) skip(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	if ok {
		p.rest = strings.TrimSpace(rest)
	}
	return ok
}
