package promptcheck

import (
	"fmt"
	"strconv"
	"text/template/parse"

	"github.com/distigen/distigen/runtime/component"
)

// function is what templates call.
type function struct {
	min, max int // how many values it takes; max -1: as many as you like
	do       func(*checker, *call) value
}

func functionOf(name string) function {
	switch name {
	case "eq":
		return function{2, -1, (*checker).equal}
	case "ne":
		return function{2, 2, (*checker).equal}
	case "lt", "le", "gt", "ge":
		return function{2, 2, (*checker).less}
	case "len":
		return function{1, 1, (*checker).length}
	case "index":
		return function{1, -1, (*checker).index}
	case "slice":
		return function{1, 4, (*checker).slice}
	case "inc":
		return function{1, 1, (*checker).inc}
	case "join":
		return function{2, 2, (*checker).joined}
	case "numbered":
		return function{1, 1, (*checker).numbered}
	case "printf":
		return function{1, -1, (*checker).printf}
	case "print", "println":
		return function{0, -1, (*checker).textual}
	}
	return function{1, 1, (*checker).textual} // json, lower, upper, trim, and not
}

func (c *checker) textual(k *call) value { return c.computed(k.name, component.String) }

// call is a function with the values that it gets.
type call struct {
	name string
	at   parse.Node
	args []argument
}

type argument struct {
	value
	node parse.Node
}

func (c *checker) call(id *parse.IdentifierNode, nodes []parse.Node, final *result) result {
	switch id.Ident {
	case "and", "or":
		return c.logic(id, nodes, final)
	case "not":
		if final == nil && len(nodes) == 1 {
			r := c.operand(nodes[0])
			final, nodes = &r, nil
		}
		if final != nil && len(nodes) == 0 {
			return result{value: c.computed("not", component.Bool), yes: final.no, no: final.yes}
		}
	}
	k := &call{name: id.Ident, at: id}
	if id.Ident == "index" && len(nodes) > 1 && c.isRow(nodes[0]) {
		if name, ok := nodes[1].(*parse.StringNode); ok { // a column whose name is no identifier
			v := c.column(name.Text, "$.")
			if len(nodes) == 2 && final == nil {
				return plain(v)
			}
			k.args, nodes = append(k.args, argument{v, nodes[1]}), nodes[2:]
		}
	}
	for _, n := range nodes {
		k.args = append(k.args, argument{c.operand(n).value, n})
	}
	if final != nil {
		k.args = append(k.args, argument{final.value, final.node})
	}
	f := functionOf(id.Ident)
	if len(k.args) < f.min || f.max >= 0 && len(k.args) > f.max {
		c.arity(k, f)
		return plain(c.anything("the result of " + id.Ident))
	}
	for _, a := range k.args {
		c.notNull(a.value, a.nodeOr(id), fmt.Sprintf("%s takes no null", id.Ident))
	}
	return plain(f.do(c, k))
}

func (a argument) nodeOr(n parse.Node) parse.Node {
	if a.node != nil {
		return a.node
	}
	return n
}

// isRow reports whether a node is the row as a whole.
func (c *checker) isRow(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.DotNode:
		return c.dot == nil
	case *parse.VariableNode:
		return len(n.Ident) == 1 && n.Ident[0] == "$"
	}
	return false
}

// logic evaluates and, or: what comes later is reached only if what comes before was true, or false.
func (c *checker) logic(id *parse.IdentifierNode, nodes []parse.Node, final *result) result {
	sure := c.sure
	defer func() { c.sure = sure }()
	isAnd := id.Ident == "and"
	var all []result
	passed := facts{} // what is known where all so far let pass
	var stopped facts // what is known where one of them did not
	add := func(r result) {
		on, off := r.yes, r.no
		if !isAnd {
			on, off = r.no, r.yes
		}
		if off = both(passed, off); stopped == nil {
			stopped = off
		} else {
			stopped = common(stopped, off)
		}
		passed = both(passed, on)
		all = append(all, r)
	}
	for _, n := range nodes {
		c.sure = both(sure, passed)
		add(c.operand(n))
	}
	if final != nil {
		add(*final)
	}
	if len(all) == 0 {
		c.arity(&call{name: id.Ident, at: id}, function{1, -1, nil})
		return plain(c.anything("the result of " + id.Ident))
	}
	v := all[len(all)-1].value
	for _, r := range all[:len(all)-1] {
		if !isAnd { // or returns it only if it is there
			r.typ.Optional = false
			r.path = c.unique()
		}
		v = c.join(r.value, v)
	}
	if isAnd {
		return result{value: v, yes: passed, no: stopped}
	}
	return result{value: v, yes: stopped, no: passed}
}

func (c *checker) arity(k *call, f function) {
	from, to := c.span(k.at)
	takes := count(f.min)
	switch {
	case f.max < 0:
		takes += " or more"
	case f.max > f.min:
		takes = fmt.Sprintf("%s to %d", count(f.min), f.max)
	}
	if takes == "one" {
		takes = "one value"
	} else {
		takes += " values"
	}
	c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("%s with %s", k.name, values(len(k.args))),
		Detail: fmt.Sprintf("%s takes %s: {{ %s }}.", k.name, takes, usages[k.name])})
}

func count(n int) string {
	if n == 1 {
		return "one"
	}
	return strconv.Itoa(n)
}

func elements(n int) string {
	if n == 1 {
		return "one element"
	}
	return fmt.Sprintf("%d elements", n)
}

func values(n int) string {
	switch n {
	case 0:
		return "no value"
	case 1:
		return "one value"
	}
	return fmt.Sprintf("%d values", n)
}

// usages are examples of the functions.
var usages = map[string]string{
	"and": "if and .a .b", "or": "or .a .b", "not": "if not .a", "eq": "if eq .level 1", "ne": "if ne .level 1", "lt": "if lt .score 2.5",
	"le": "if le .score 2.5", "gt": "if gt .score 2.5", "ge": "if ge .score 2.5", "len": "len .list", "index": "index .list 0",
	"slice": "slice .list 0 2", "inc": "inc $i", "join": `join ", " .list`, "json": "json .column", "lower": "lower .text",
	"upper": "upper .text", "trim": "trim .text", "numbered": "numbered .list", "print": "print .a .b", "println": "println .a .b",
	"printf": `printf "%.1f" .score`,
}

// wants refuses an argument of the wrong type.
func (c *checker) wants(k *call, i int, what string, kinds ...component.Kind) bool {
	a := k.args[i]
	if a.is(kinds...) || k.name == "inc" && a.number != nil && a.whole { // 1.0 is an int where an int is declared
		return true
	}
	from, to := c.span(a.nodeOr(k.at))
	c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("wrong type for %s", k.name),
		Detail: fmt.Sprintf("%s takes %s, and %s. An example: {{ %s }}.", k.name, what, a.describe(), usages[k.name])})
	return false
}

func (c *checker) length(k *call) value {
	c.wants(k, 0, "a list, an object or a text", component.List, component.Messages, component.Object, component.String)
	return c.computed("len", component.Int)
}

func (c *checker) inc(k *call) value {
	c.wants(k, 0, "a whole number", component.Int)
	return c.computed("inc", component.Int)
}

func (c *checker) joined(k *call) value {
	if c.wants(k, 0, "first the text that stands between, then a list", component.String) {
		c.notNullInside(k.args[1].value, k.args[1].nodeOr(k.at))
	}
	return c.computed("join", component.String)
}

func (c *checker) numbered(k *call) value {
	c.notNullInside(k.args[0].value, k.args[0].nodeOr(k.at))
	return c.computed("numbered", component.String)
}

func (c *checker) slice(k *call) value {
	c.wants(k, 0, "a list or a text, then whole numbers", component.List, component.Messages, component.String)
	for i := range k.args[1:] {
		c.wants(k, i+1, "a list or a text, then whole numbers", component.Int)
	}
	v := k.args[0].value
	return value{typ: v.typ.NotNull(), path: c.unique(), name: "the result of slice"}
}
