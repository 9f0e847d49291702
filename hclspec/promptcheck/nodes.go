package promptcheck

import (
	"fmt"
	"maps"
	"slices"
	"text/template/parse"

	"github.com/distigen/distigen/runtime/component"
)

// loop is a range that is walked: what the variables are where it goes on or is left.
type loop struct{ ends [][]variable }

// list walks nodes one after the other. It reports whether what follows them is never reached, after break or continue.
func (c *checker) list(l *parse.ListNode) (left bool) {
	if l == nil {
		return false
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			c.action(n)
		case *parse.IfNode:
			left = c.branch(&n.BranchNode, false)
		case *parse.WithNode:
			left = c.branch(&n.BranchNode, true)
		case *parse.RangeNode:
			c.rangeOver(n)
		case *parse.BreakNode, *parse.ContinueNode:
			if c.loop != nil {
				c.loop.ends = append(c.loop.ends, slices.Clone(c.vars))
			}
			left = true
		}
		if left {
			return true
		}
	}
	return false
}

// action prints a value, or declares or assigns a variable.
func (c *checker) action(n *parse.ActionNode) {
	r := c.pipe(n.Pipe)
	if len(n.Pipe.Decl) > 0 {
		c.declare(n.Pipe, r.value)
		return
	}
	last := n.Pipe.Cmds[len(n.Pipe.Cmds)-1].Args[0]
	c.notNull(r.value, last, "a null would leave a hole in the prompt")
	c.notNullInside(r.value, last)
}

func (c *checker) declare(p *parse.PipeNode, v value) {
	for _, d := range p.Decl {
		c.set(d.Ident[0], v, p.IsAssign)
	}
}

func (c *checker) set(name string, v value, assign bool) {
	if v.typ.Optional && c.sure[v.path] {
		v.typ.Optional = false
	}
	if assign {
		for n := len(c.vars) - 1; n >= 0; n-- {
			if c.vars[n].name == name {
				c.vars[n].value = v
				return
			}
		}
	}
	c.vars = append(c.vars, variable{name, v})
}

// branch walks if and with.
func (c *checker) branch(n *parse.BranchNode, with bool) (left bool) {
	mark, dot, sure := len(c.vars), c.dot, c.sure
	r := c.pipe(n.Pipe)
	c.declare(n.Pipe, r.value)
	before := slices.Clone(c.vars)

	c.sure = both(sure, r.yes)
	if with {
		v := r.value
		v.typ.Optional, v.ref = false, "."
		c.dot = &v
	}
	yesLeft := c.list(n.List)
	yesVars, yesSure := c.vars[:len(before):len(before)], c.sure

	c.vars, c.dot, c.sure = before, dot, both(sure, r.no)
	noLeft := c.list(n.ElseList)
	noVars, noSure := c.vars[:len(before)], c.sure
	switch {
	case yesLeft:
		c.vars, c.sure = noVars, noSure
	case noLeft:
		c.vars, c.sure = yesVars, yesSure
	default:
		c.vars, c.sure = c.joinVars(yesVars, noVars), common(yesSure, noSure)
	}
	c.vars = c.vars[:mark]
	return yesLeft && noLeft
}

func (c *checker) joinVars(a, b []variable) []variable {
	out := slices.Clone(a)
	for i := range out {
		if i < len(b) && a[i].value.path != b[i].value.path {
			out[i].value = c.join(a[i].value, b[i].value)
		}
	}
	return out
}

// rangeOver walks the body of a range until nothing new is found of the variables that it assigns.
func (c *checker) rangeOver(n *parse.RangeNode) {
	mark, dot, sure, outer := len(c.vars), c.dot, maps.Clone(c.sure), c.loop
	list := c.pipe(n.Pipe).value
	last := n.Pipe.Cmds[len(n.Pipe.Cmds)-1].Args[0]
	c.iterable(list, n, last)
	start := slices.Clone(c.vars)
	for range 3 {
		c.loop = &loop{}
		c.vars = slices.Clone(start)
		e := c.each(list)
		c.declareEach(n.Pipe, list, e)
		e.ref = "."
		c.dot = &e
		if !c.list(n.List) {
			c.loop.ends = append(c.loop.ends, c.vars)
		}
		next := slices.Clone(start)
		for _, end := range c.loop.ends {
			next = c.joinVars(next, end[:min(len(next), len(end))])
		}
		same := slices.EqualFunc(start, next, func(a, b variable) bool {
			return a.value.typ.String() == b.value.typ.String() && a.value.known() == b.value.known()
		})
		start = next
		if c.sure = maps.Clone(sure); same {
			break
		}
	}
	c.vars, c.dot, c.loop = start, dot, outer
	c.list(n.ElseList)
	c.vars, c.sure = c.vars[:mark], sure
}

func (c *checker) declareEach(p *parse.PipeNode, list, e value) {
	if len(p.Decl) == 0 {
		return
	}
	if len(p.Decl) > 1 {
		index := c.computed("range", component.Int)
		if !list.isList() {
			index = c.anything("the key")
		}
		c.set(p.Decl[0].Ident[0], index, p.IsAssign)
	}
	c.set(p.Decl[len(p.Decl)-1].Ident[0], e, p.IsAssign)
}

// each is what a range sets the dot to.
func (c *checker) each(list value) value {
	switch {
	case list.isList():
		return c.element(list, "")
	case list.typ.Kind == component.Int:
		return c.computed("range", component.Int)
	case list.typ.Kind == component.Object && len(list.typ.Fields) > 0:
		field := func(i int) value {
			f := list.typ.Fields[i]
			return value{typ: f.Type, path: c.unique(), name: fmt.Sprintf("field %q of %s", f.Name, list.name)}
		}
		v := field(0)
		for i := range list.typ.Fields {
			v = c.join(v, field(i))
		}
		return v
	}
	return c.anything("an element of " + list.name)
}

// iterable refuses what range cannot go through.
func (c *checker) iterable(v value, n *parse.RangeNode, at parse.Node) {
	from, to := c.span(at)
	switch {
	case !v.known():
	case !v.is(component.List, component.Messages, component.Object, component.Int):
		way := ""
		if v.ref != "" {
			way = fmt.Sprintf(" Write {{ %s }}.", v.ref)
		}
		c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("%s is no list", v.name),
			Detail: fmt.Sprintf("It is %s, and range goes through the elements of a list.%s", short(v.typ.NotNull()), way)})
	case v.typ.Kind == component.Int && len(n.Pipe.Decl) > 1:
		c.problem(Problem{Kind: Use, From: from, To: to, Summary: "range over a number with two variables",
			Detail: fmt.Sprintf("%s, and range counts to it with one variable.", capital(v.describe()))})
	default:
		c.notNull(v, at, "range cannot go through a null")
	}
}
