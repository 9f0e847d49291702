package promptcheck

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// equal checks eq and ne, which compare texts, numbers of one kind and bools.
func (c *checker) equal(k *call) value {
	for i := range k.args[1:] {
		c.comparable(k, i+1)
	}
	return c.computed(k.name, component.Bool)
}

// less checks lt, le, gt and ge, which take no bools.
func (c *checker) less(k *call) value {
	if c.comparable(k, 1) && k.args[0].known() && k.args[0].typ.Kind == component.Bool {
		c.wants(k, 0, "numbers or texts", component.Int, component.Float, component.String)
	}
	return c.computed(k.name, component.Bool)
}

func (c *checker) comparable(k *call, i int) bool {
	basic := []component.Kind{component.Int, component.Float, component.String, component.Bool}
	if !c.wants(k, 0, "texts, numbers or bools", basic...) || !c.wants(k, i, "texts, numbers or bools", basic...) {
		return false
	}
	a, b := k.args[0], k.args[i]
	if !a.known() || !b.known() || a.typ.Kind == b.typ.Kind {
		return true
	}
	at := b
	if a.text != nil || a.number != nil {
		at = a
	}
	from, to := c.span(at.nodeOr(k.at))
	c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("%s of %s and %s", k.name, a.typ.Kind, b.typ.Kind),
		Detail: fmt.Sprintf("%s, and %s. %s compares values of one type, also of numbers.%s", capital(a.describe()), b.describe(), k.name, respell(a, b))})
	return false
}

// respell says how to write a value that is written out, to compare it with another one.
func respell(a, b argument) string {
	if a.text != nil || a.number != nil {
		a, b = b, a
	}
	switch {
	case b.text != nil && a.is(component.Int, component.Float):
		if _, err := strconv.ParseFloat(*b.text, 64); err == nil {
			return fmt.Sprintf(" Write %s.", numeral(*b.text, a.typ.Kind))
		}
	case b.number != nil && a.is(component.String):
		return fmt.Sprintf(" Write %q.", *b.number)
	case b.number != nil && a.is(component.Float):
		return fmt.Sprintf(" Write %s.", numeral(*b.number, component.Float))
	case b.number != nil && b.whole && a.is(component.Int):
		f, _ := strconv.ParseFloat(*b.number, 64)
		return fmt.Sprintf(" Write %d.", int(f))
	case b.number == nil && b.text == nil && a.is(component.Int, component.Float) && b.is(component.Int, component.Float):
		return ` Compare their texts: (print .a).`
	}
	return ""
}

func numeral(text string, kind component.Kind) string {
	if kind == component.Float && !strings.ContainsAny(text, ".eE") {
		return text + ".0"
	}
	return text
}

// printf compares the verbs of a format that is written out with the values.
func (c *checker) printf(k *call) value {
	if !c.wants(k, 0, "first a format, then values", component.String) || k.args[0].text == nil {
		return c.computed("printf", component.String)
	}
	verbs, ok := verbsOf(*k.args[0].text)
	if !ok {
		return c.computed("printf", component.String)
	}
	if len(verbs) != len(k.args)-1 {
		from, to := c.span(k.args[0].nodeOr(k.at))
		c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("printf of %d verbs with %s", len(verbs), values(len(k.args)-1)),
			Detail: "Each verb of the format, such as %v, stands for one of the values after it; %% is a percent sign."})
		return c.computed("printf", component.String)
	}
	for i, verb := range verbs {
		kinds, ok := verbKinds[verb]
		if !ok {
			continue
		}
		if a := k.args[i+1]; a.known() && !a.isList() && a.typ.Kind != component.Object && !a.is(kinds...) {
			from, to := c.span(a.nodeOr(k.at))
			c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("%%%c of %s", verb, a.typ.Kind),
				Detail: fmt.Sprintf("%s, which %%%c does not print. Write %%v.", capital(a.describe()), verb)})
		}
	}
	return c.computed("printf", component.String)
}

// verbKinds are the types that a verb prints.
var verbKinds = map[rune][]component.Kind{
	'd': {component.Int}, 'b': {component.Int, component.Float}, 'o': {component.Int}, 'c': {component.Int}, 'U': {component.Int},
	'e': {component.Float}, 'f': {component.Float}, 'g': {component.Float}, 'E': {component.Float}, 'F': {component.Float}, 'G': {component.Float},
	's': {component.String}, 't': {component.Bool}, 'q': {component.String, component.Int},
	'x': {component.String, component.Int, component.Float}, 'X': {component.String, component.Int, component.Float},
}

// verbsOf lists the verbs of a format; ok is false where they take more than one value, or name it.
func verbsOf(format string) (verbs []rune, ok bool) {
	open := false
	for _, r := range format {
		switch {
		case !open:
			open = r == '%'
		case r == '*' || r == '[':
			return nil, false
		case strings.ContainsRune("+-# 0123456789.", r):
		case r == '%':
			open = false
		default:
			verbs, open = append(verbs, r), false
		}
	}
	return verbs, true
}
