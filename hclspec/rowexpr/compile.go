package rowexpr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// Env is what an expression is compiled in.
type Env struct {
	Columns []component.Column
	// Constant evaluates an expression that does not depend on the row. It reports its mistakes itself.
	Constant func(hclsyntax.Expression) (value any, t component.Type, ok bool)
	// Missing reports a column that is not in the row.
	Missing func(column string, at hcl.Range)
	// Read is called for each column that is read.
	Read   func(column string)
	Report func(code diag.Code, at hcl.Range, summary, detail string)
	// Source is the text of a range.
	Source func(hcl.Range) string
}

// Compile type-checks an expression. It returns nil if it has reported a mistake.
func Compile(expr hclsyntax.Expression, env Env) *Node {
	c := &compiler{Env: env, facts: map[string]bool{}, taken: map[string]bool{}}
	return c.compile(expr)
}

// Convert is n as a value of the type want; nil if it is none. Lists without elements get their type by it.
func Convert(n *Node, want component.Type) *Node { return coerce(n, want) }

// Settled is n with the types chosen that it leaves open: an empty list is one of texts, and null alone has no type.
func Settled(n *Node) (settled *Node, ok bool) {
	if n.Op == Null {
		return nil, false
	}
	if t := closed(n.Type); !t.Equal(n.Type) {
		n = coerce(n, t)
	}
	return n, n != nil
}

func closed(t component.Type) component.Type {
	if t.Kind == component.List {
		elem := closed(*t.Elem)
		t.Elem = &elem
	}
	if t.Kind == component.Any {
		return component.Type{Kind: component.String, Optional: t.Optional}
	}
	return t
}

type compiler struct {
	Env
	vars  []variable
	facts map[string]bool // paths that are not null here
	anon  []*Node         // elements of the splats around
	taken map[string]bool // names of variables
}

type variable struct {
	name string // as the pipeline has it
	node *Node
}

func (c *compiler) compile(expr hclsyntax.Expression) *Node {
	n := c.expression(expr)
	if n != nil && len(n.Args) > 0 && n.Source == "" {
		n.Source = c.text(expr)
	}
	return n
}

func (c *compiler) expression(expr hclsyntax.Expression) *Node {
	if n, done := c.constant(expr); done {
		return n
	}
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return c.compile(e.Expression)
	case *hclsyntax.TemplateWrapExpr:
		return c.compile(e.Wrapped)
	case *hclsyntax.ScopeTraversalExpr:
		return c.traversal(e)
	case *hclsyntax.RelativeTraversalExpr:
		return c.steps(c.compile(e.Source), e.Traversal)
	case *hclsyntax.IndexExpr:
		return c.index(e)
	case *hclsyntax.AnonSymbolExpr:
		return c.anon[len(c.anon)-1]
	case *hclsyntax.SplatExpr:
		return c.splat(e)
	case *hclsyntax.UnaryOpExpr:
		return c.unary(e)
	case *hclsyntax.BinaryOpExpr:
		return c.binary(e)
	case *hclsyntax.ConditionalExpr:
		return c.conditional(e)
	case *hclsyntax.TemplateExpr:
		return c.template(e)
	case *hclsyntax.TemplateJoinExpr:
		return c.joined(e)
	case *hclsyntax.TupleConsExpr:
		return c.tuple(e)
	case *hclsyntax.ObjectConsExpr:
		return c.object(e)
	case *hclsyntax.ForExpr:
		return c.forEach(e)
	case *hclsyntax.FunctionCallExpr:
		return c.call(e)
	}
	c.wrong(expr, "not possible over a row", "This kind of expression cannot be compiled to Go.")
	return nil
}

// constant evaluates what does not depend on the row; done is false for what does.
func (c *compiler) constant(expr hclsyntax.Expression) (n *Node, done bool) {
	if len(c.anon) > 0 && hasAnon(expr) {
		return nil, false
	}
	for _, t := range hclsyntax.Variables(expr) {
		if t.RootName() == "row" || c.variable(t.RootName()) != nil {
			return nil, false
		}
	}
	if literal, ok := expr.(*hclsyntax.LiteralValueExpr); ok && literal.Val.IsNull() {
		return &Node{Op: Null, Type: component.Of(component.Any).OrNull()}, true
	}
	if list, ok := expr.(*hclsyntax.TupleConsExpr); ok && len(list.Exprs) == 0 {
		return &Node{Op: List, Type: component.ListOf(component.Of(component.Any))}, true
	}
	switch expr.(type) { // their parts are constants, and they may be of different types
	case *hclsyntax.TupleConsExpr, *hclsyntax.ObjectConsExpr, *hclsyntax.ParenthesesExpr:
		return nil, false
	}
	v, t, ok := c.Constant(expr)
	if !ok {
		return nil, true
	}
	return literal(v, t), true
}

func literal(v any, t component.Type) *Node {
	if v == nil {
		return &Node{Op: Null, Type: component.Of(component.Any).OrNull()}
	}
	n := &Node{Op: Literal, Type: t.NotNull(), Value: v}
	switch v := v.(type) {
	case int:
		n.bits = bitsOf(v)
	case []any:
		n.size = len(v)
	}
	return n
}

func hasAnon(expr hclsyntax.Expression) (found bool) {
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		_, is := n.(*hclsyntax.AnonSymbolExpr)
		found = found || is
		return nil
	})
	return found
}

func (c *compiler) variable(name string) *Node {
	for _, v := range slices.Backward(c.vars) {
		if v.name == name {
			return v.node
		}
	}
	return nil
}

// traversal is row.COLUMN or a variable of a for, and what follows it.
func (c *compiler) traversal(e *hclsyntax.ScopeTraversalExpr) *Node {
	t := e.Traversal
	if v := c.variable(t.RootName()); v != nil {
		return c.steps(c.narrowed(v), t[1:])
	}
	name, ok := stepName(t, 1)
	if !ok {
		c.Report(diag.BadReference, e.Range(), "incomplete reference", "Name a column: row.NAME.")
		return nil
	}
	n := slices.IndexFunc(c.Columns, func(col component.Column) bool { return col.Name == name })
	if n < 0 {
		at := t[1].SourceRange()
		if _, dotted := t[1].(hcl.TraverseAttr); dotted {
			at.Start.Byte, at.Start.Column = at.Start.Byte+1, at.Start.Column+1
		}
		c.Missing(name, at)
		return nil
	}
	c.Read(name)
	col := c.Columns[n]
	return c.steps(c.narrowed(&Node{Op: Column, Name: name, Type: col.Type, path: "row." + name, bits: 63, size: col.Len}), t[2:])
}

func stepName(t hcl.Traversal, i int) (string, bool) {
	if i >= len(t) {
		return "", false
	}
	switch s := t[i].(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.String {
			return s.Key.AsString(), true
		}
	}
	return "", false
}

// narrowed is a node whose null is known not to come here without it.
func (c *compiler) narrowed(n *Node) *Node {
	if n.Type.Optional && c.facts[n.path] && n.path != "" {
		return &Node{Op: Present, Type: n.Type.NotNull(), Args: []*Node{n}, path: n.path, bits: n.bits, size: n.size}
	}
	return n
}

func (c *compiler) steps(n *Node, t hcl.Traversal) *Node {
	for i := 0; i < len(t) && n != nil; i++ {
		at := t[i].SourceRange()
		if name, ok := stepName(t, i); ok {
			n = c.attr(n, name, at)
		} else if key, ok := t[i].(hcl.TraverseIndex); ok && key.Key.Type() == cty.Number {
			k, acc := key.Key.AsBigFloat().Int64()
			if acc != 0 {
				c.Report(diag.BadRowExpr, at, "index is no whole number", "The elements of a list are counted from 0.")
				return nil
			}
			n = c.element(n, literal(int(k), component.Of(component.Int)), at, c.Source(at))
		} else {
			c.Report(diag.BadRowExpr, at, "not possible over a row", "Write .NAME for a field of an object, and [NUMBER] for an element of a list.")
			return nil
		}
	}
	return n
}

var messageType = component.Of(component.Messages).Element()

func (c *compiler) attr(n *Node, name string, at hcl.Range) *Node {
	if n.Type.Kind != component.Object {
		more := ""
		if n.Type.Kind == component.List || n.Type.Kind == component.Messages {
			more = fmt.Sprintf(" Of all elements: [*].%s. Of the first: [0].%[1]s.", name)
		}
		c.Report(diag.BadRowExpr, at, "no object", fmt.Sprintf("%s is %s, which has no fields.%s", sentenceStart(c.what(n)), n.Type, more))
		return nil
	}
	if c.nullable(n, at, fmt.Sprintf("its field %s is read", name)) {
		return nil
	}
	var names []string
	for _, f := range n.Type.Fields {
		if f.Name == name {
			child := &Node{Op: Attr, Name: name, Type: f.Type, Args: []*Node{n}, bits: 63}
			if n.path != "" {
				child.path = n.path + "." + name
			}
			return c.narrowed(child)
		}
		names = append(names, f.Name)
	}
	c.Report(diag.BadRowExpr, at, fmt.Sprintf("unknown field %q", name), fmt.Sprintf("%s has %s.%s", sentenceStart(c.what(n)), strings.Join(names, ", "), diag.DidYouMean(name, names)))
	return nil
}

// nullable reports a value that may be null where null cannot be.
func (c *compiler) nullable(n *Node, at hcl.Range, use string) bool {
	if !n.Type.Optional {
		return false
	}
	if n.Op == Null {
		c.Report(diag.MayBeNull, at, "null has no value", fmt.Sprintf("It is null, and %s.", use))
		return true
	}
	what := c.what(n)
	c.Report(diag.MayBeNull, at, what+" may be null", fmt.Sprintf("It is %s, and %s. Say what stands for null, coalesce(%s, ...), or ask first: %[3]s != null && ..., or %[3]s != null ? ... : ....", n.Type, use, what))
	return true
}

// what names a node in a sentence.
func (c *compiler) what(n *Node) string {
	if n.path != "" {
		return n.path
	}
	return "this"
}

func (c *compiler) index(e *hclsyntax.IndexExpr) *Node {
	n, key := c.compile(e.Collection), c.compile(e.Key)
	if n == nil || key == nil {
		return nil
	}
	if name, ok := key.Value.(string); ok && n.Type.Kind == component.Object {
		return c.attr(n, name, e.Key.Range())
	}
	return c.element(n, key, e.Key.Range(), c.text(e))
}

func (c *compiler) element(n, key *Node, at hcl.Range, text string) *Node {
	if !isList(n.Type) {
		c.Report(diag.BadRowExpr, at, "no list", fmt.Sprintf("%s is %s, which has no elements that can be counted.", sentenceStart(c.what(n)), n.Type))
		return nil
	}
	if c.nullable(n, at, "an element of it is read") || c.nullable(key, at, "it is an index") {
		return nil
	}
	if key.Type.Kind != component.Int {
		c.Report(diag.BadRowExpr, at, "index is no whole number", fmt.Sprintf("The elements of a list are counted from 0, and this is %s.", key.Type))
		return nil
	}
	child := &Node{Op: Index, Type: n.Type.Element(), Args: []*Node{n, key}, bits: 63, Text: text}
	if k, ok := key.Value.(int); ok {
		if n.path != "" {
			child.path = fmt.Sprintf("%s[%d]", n.path, k)
		}
		if k >= 0 && k < n.size {
			child.Text = ""
		}
	}
	if !c.plainElements(n, at) {
		return nil
	}
	return c.narrowed(child)
}

// plainElements refuses lists of lists that may be null, which have no plain Go.
func (c *compiler) plainElements(n *Node, at hcl.Range) bool {
	if elem := n.Type.Element(); elem.Optional && isList(elem) {
		c.Report(diag.BadRowExpr, at, "elements are lists that may be null", fmt.Sprintf("%s is %s, whose elements an expression cannot read.", sentenceStart(c.what(n)), n.Type))
		return false
	}
	return true
}

func (c *compiler) wrong(e hclsyntax.Expression, summary, detail string) {
	c.Report(diag.BadRowExpr, e.Range(), summary, detail)
}

// text is what the pipeline says, on one line.
func (c *compiler) text(e hclsyntax.Expression) string {
	return strings.Join(strings.Fields(c.Source(e.Range())), " ")
}

func isList(t component.Type) bool {
	return t.Kind == component.List || t.Kind == component.Messages
}

func sentenceStart(s string) string {
	if strings.HasPrefix(s, "row.") {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
