package promptcheck

import (
	"fmt"
	"strconv"
	"text/template/parse"

	"github.com/distigen/distigen/runtime/component"
)

// index follows one index after the other.
func (c *checker) index(k *call) value {
	v := k.args[0].value
	for i, a := range k.args[1:] {
		if i > 0 {
			c.notNull(v, k.at, "index takes no null")
		}
		switch {
		case !v.known():
			v = c.anything("an element")
		case v.isList() || v.typ.Kind == component.String:
			if !c.wants(k, i+1, "whole numbers for the elements of a list", component.Int) {
				return c.anything("an element of " + v.name)
			}
			v = c.elementAt(v, a, k.at)
		case v.typ.Kind == component.Object:
			if !c.wants(k, i+1, "names of fields in quotes for an object", component.String) || a.text == nil {
				return c.anything("a field of " + v.name)
			}
			v = c.named(v, a, k.at)
		default:
			from, to := c.span(k.args[0].nodeOr(k.at))
			c.problem(Problem{Kind: Use, From: from, To: to, Summary: "wrong type for index",
				Detail: fmt.Sprintf("index takes a list or an object, and %s. An example: {{ %s }}.", v.describe(), usages["index"])})
			return c.anything("an element of " + v.name)
		}
	}
	return v
}

func (c *checker) elementAt(list value, a argument, at parse.Node) value {
	if a.number == nil {
		return c.element(list, "")
	}
	n, _ := strconv.Atoi(*a.number)
	if n < 0 || list.len > 0 && n >= list.len {
		from, to := c.span(a.nodeOr(at))
		detail := "index counts the elements from 0."
		if n >= 0 {
			detail = fmt.Sprintf("%s has %s in every row, and index counts them from 0.", capital(list.name), elements(list.len))
		}
		c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("no element %d", n), Detail: detail})
	}
	if !list.isList() {
		return c.computed("index", component.Int)
	}
	return c.element(list, strconv.Itoa(n))
}

func (c *checker) named(v value, a argument, at parse.Node) value {
	for _, f := range v.typ.Fields {
		if f.Name == *a.text {
			return value{typ: f.Type, path: v.path + "." + f.Name, name: fmt.Sprintf("field %q of %s", f.Name, v.name), ref: fieldRef(v.ref, f.Name)}
		}
	}
	from, to := c.span(a.nodeOr(at))
	c.problem(Problem{Kind: Field, From: from, To: to, Summary: fmt.Sprintf("unknown field %q", *a.text), Detail: fieldList(v, *a.text)})
	return c.anything("a field of " + v.name)
}
