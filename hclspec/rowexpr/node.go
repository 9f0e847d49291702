// Package rowexpr type-checks an HCL expression over the columns of a row. What comes of it is a tree of typed nodes, of which
// codegen prints Go: a finished program interprets nothing.
package rowexpr

import (
	"math"
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// Op is what a node does.
type Op string

// The operations. An operator such as + is its own Op.
const (
	Literal  Op = "literal"  // Value
	Null     Op = "null"     // of the node's type
	Column   Op = "column"   // Name of the row
	Variable Op = "variable" // Name, bound by a For around it
	Attr     Op = "attr"     // Name of the object Args[0]
	Index    Op = "index"    // Args[0][Args[1]]
	Present  Op = "present"  // Args[0], which is not null here
	IsNull   Op = "is_null"  // whether Args[0] is null
	NotNull  Op = "not_null" // whether it is not
	Optional Op = "optional" // Args[0] in a type that allows null
	ToFloat  Op = "to_float" // Args[0], an int or a list of ints
	ToText   Op = "to_text"  // Args[0], a number or a bool
	Concat   Op = "concat"   // texts, one after the other
	Cond     Op = "cond"     // Args[0] ? Args[1] : Args[2]
	List     Op = "list"     // its elements
	Object   Op = "object"   // its fields, in the order of the type
	For      Op = "for"      // a list of Args[1] for each element of Args[0], for which Args[2] holds if it is there
	Call     Op = "call"     // the Go function Name
	Match    Op = "match"    // whether Args[0] matches the pattern Name
	Rewrite  Op = "rewrite"  // Args[0] with Args[1] in the place of what matches the pattern Name
	Or       Op = "||"
	And      Op = "&&"
	Not      Op = "!"
	Negative Op = "negative"
)

// Node is an expression.
type Node struct {
	Op    Op             `json:"op"`
	Type  component.Type `json:"type"`
	Name  string         `json:"name,omitempty"`
	Key   string         `json:"key,omitempty"` // of For, the variable of the number of the element
	Value any            `json:"value,omitempty"`
	Args  []*Node        `json:"args,omitempty"`
	// Text is what the pipeline says, of a node that may have no value for a row; such a row is rejected.
	Text string `json:"text,omitempty"`

	// Source is what the pipeline says of a calculation.
	Source string `json:"-"`

	path string // what is known not to be null is known by its path: row.a.b
	bits int    // how many bits an int has at most, without its sign
	size int    // how many elements a list has in every row, if that is known
}

// Fails reports whether the operation itself may have no value.
func (n *Node) Fails() bool { return n.Text != "" }

// Finite reports whether a float is known to be a finite number, as those of rows are.
func (n *Node) Finite() bool {
	switch {
	case n.Type.Kind != component.Float || n.Fails():
		return true
	case n.Op == "+", n.Op == "-", n.Op == "*":
		return false
	case n.Op == "/", n.Op == "%":
		divisor, ok := n.Args[1].Value.(float64)
		return ok && math.Abs(divisor) >= 1 && n.Args[0].Finite()
	case n.Op == Cond, n.Op == Index, n.Op == Attr: // each side is seen to by itself
		return true
	}
	return !slices.ContainsFunc(n.Args, func(a *Node) bool { return !a.Finite() })
}

// Walk calls f for a node and all below it.
func (n *Node) Walk(f func(*Node)) {
	f(n)
	for _, a := range n.Args {
		a.Walk(f)
	}
}
