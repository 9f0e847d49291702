package component

import (
	"fmt"
	"strings"
	"unicode"
)

// ParseType reads a type as Type.String prints it: "string", "list(int)", "optional(float)", "object({a=string})".
func ParseType(text string) (Type, error) {
	p := typeParser{rest: strings.TrimSpace(text)}
	t, err := p.parse(0)
	if err == nil && p.rest != "" {
		err = fmt.Errorf("%q follows the type", p.rest)
	}
	if err != nil {
		return Type{}, fmt.Errorf("%q is not a column type: %w. "+
			"The types are string, bool, int, float, messages, list(...), object({name=...}) and optional(...)", text, err)
	}
	return t, nil
}

type typeParser struct{ rest string }

func (p *typeParser) parse(depth int) (Type, error) {
	if depth > 32 {
		return Type{}, fmt.Errorf("it is nested more than 32 deep")
	}
	word := p.word()
	switch Kind(word) {
	case String, Bool, Int, Float, Messages:
		return Of(Kind(word)), nil
	case List:
		elem, err := p.inner(depth)
		return ListOf(elem), err
	case "optional":
		t, err := p.inner(depth)
		return t.OrNull(), err
	case Object:
		return p.object(depth)
	case "":
		return Type{}, fmt.Errorf("a type is missing")
	}
	return Type{}, fmt.Errorf("there is no type %q", word)
}

func (p *typeParser) inner(depth int) (Type, error) {
	if !p.skip("(") {
		return Type{}, fmt.Errorf("an opening parenthesis is missing")
	}
	t, err := p.parse(depth + 1)
	if err == nil && !p.skip(")") {
		err = fmt.Errorf("a closing parenthesis is missing")
	}
	return t, err
}

func (p *typeParser) object(depth int) (Type, error) {
	if !p.skip("(") || !p.skip("{") {
		return Type{}, fmt.Errorf("object is written object({name=type})")
	}
	var fields []Field
	seen := map[string]bool{}
	for !p.skip("}") {
		name := p.word()
		if name == "" || seen[name] || !p.skip("=") {
			return Type{}, fmt.Errorf("object is written object({name=type}), each name once")
		}
		seen[name] = true
		t, err := p.parse(depth + 1)
		if err != nil {
			return Type{}, err
		}
		fields = append(fields, Field{name, t})
		p.skip(",")
	}
	if !p.skip(")") {
		return Type{}, fmt.Errorf("a closing parenthesis is missing")
	}
	return ObjectOf(fields...), nil
}

func (p *typeParser) word() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	})
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = strings.TrimSpace(p.rest[end:])
	return word
}

func (p *typeParser) skip(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	if ok {
		p.rest = strings.TrimSpace(rest)
	}
	return ok
}
