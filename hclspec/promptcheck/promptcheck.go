// Package promptcheck type-checks prompt templates: it follows the columns through range, with, if, variables and functions,
// and finds what would fail or leave a hole in the prompt of some row. What it cannot know it lets pass.
package promptcheck

import (
	"slices"
	"text/template/parse"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/prompt"
)

// Kind is the kind of a problem.
type Kind int

// The kinds of problems.
const (
	Field Kind = iota // a field that is not there
	Null              // a value that may be null where there must be one
	Use               // a value of the wrong type, or too many or too few of them
)

// Problem is a mistake in a template.
type Problem struct {
	Kind     Kind
	From, To int    // where it stands in the text, in bytes
	Summary  string // terse, no full stop
	Detail   string // whole sentences that say the way out
	Column   string // the column that may be null; "" if it is a part of one
	Whole    bool   // what stands there is no reference to other columns
}

// Value is what is known of a column or a parameter that a template may read.
type Value struct {
	Type component.Type
	Len  int // of a list, if it is known
}

// Check finds the problems of a template, in its order. A column that is not among the values is of any type.
func Check(text string, t *prompt.Template, values map[string]Value) []Problem {
	c := &checker{text: text, tmpl: t, columns: values, sure: facts{}}
	c.list(t.Tree().Root)
	slices.SortStableFunc(c.problems, func(a, b Problem) int { return a.From - b.From })
	return c.problems
}

// checker walks a template in the order of its execution.
type checker struct {
	text     string
	tmpl     *prompt.Template
	columns  map[string]Value
	dot      *value // nil where it is the row
	vars     []variable
	sure     facts // what is not null here
	loop     *loop // the innermost range
	fresh    int
	problems []Problem
}

type variable struct {
	name  string
	value value
}

// problem notes a mistake, once: the body of a range is walked several times.
func (c *checker) problem(p Problem) {
	if !slices.ContainsFunc(c.problems, func(o Problem) bool { return o.From == p.From && o.Summary == p.Summary }) {
		c.problems = append(c.problems, p)
	}
}

// span is where a node stands.
func (c *checker) span(n parse.Node) (from, to int) {
	pos := int(n.Position())
	switch n := n.(type) {
	case *parse.StringNode:
		return pos, pos + len(n.Quoted)
	case *parse.NumberNode:
		return pos, pos + len(n.Text)
	case *parse.BoolNode, *parse.NilNode, *parse.DotNode:
		return pos, pos + len(n.String())
	}
	if name, from := c.tmpl.NameAt(pos); name != "" {
		return from, from + len(name)
	}
	return pos, min(pos+1, len(c.text))
}

// source is a node as the template has it.
func (c *checker) source(n parse.Node) string {
	from, to := c.span(n)
	if to-from <= 1 {
		return n.String()
	}
	return c.text[from:to]
}
