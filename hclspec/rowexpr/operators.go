package rowexpr

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

var operators = map[*hclsyntax.Operation]Op{
	hclsyntax.OpLogicalOr: Or, hclsyntax.OpLogicalAnd: And, hclsyntax.OpLogicalNot: Not, hclsyntax.OpNegate: Negative,
	hclsyntax.OpEqual: "==", hclsyntax.OpNotEqual: "!=",
	hclsyntax.OpGreaterThan: ">", hclsyntax.OpGreaterThanOrEqual: ">=", hclsyntax.OpLessThan: "<", hclsyntax.OpLessThanOrEqual: "<=",
	hclsyntax.OpAdd: "+", hclsyntax.OpSubtract: "-", hclsyntax.OpMultiply: "*", hclsyntax.OpDivide: "/", hclsyntax.OpModulo: "%",
}

var boolType, textType, intType, floatType = component.Of(component.Bool), component.Of(component.String), component.Of(component.Int), component.Of(component.Float)

func (c *compiler) unary(e *hclsyntax.UnaryOpExpr) *Node {
	n := c.compile(e.Val)
	if n == nil {
		return nil
	}
	op := operators[e.Op]
	if op == Not {
		if !c.isBool(n, e.Val) {
			return nil
		}
		return &Node{Op: Not, Type: boolType, Args: []*Node{n}}
	}
	if !c.isNumber(n, e.Val, "-") {
		return nil
	}
	return c.checked(&Node{Op: Negative, Type: n.Type, Args: []*Node{n}, bits: n.bits}, e)
}

func (c *compiler) binary(e *hclsyntax.BinaryOpExpr) *Node {
	op := operators[e.Op]
	a := c.compile(e.LHS)
	var b *Node
	switch op {
	case And, Or: // what the left side says of null holds on the right
		c.knowing(facts(a, op == And), func() { b = c.compile(e.RHS) })
	default:
		b = c.compile(e.RHS)
	}
	if a == nil || b == nil {
		return nil
	}
	switch op {
	case And, Or:
		if !c.isBool(a, e.LHS) || !c.isBool(b, e.RHS) {
			return nil
		}
		return &Node{Op: op, Type: boolType, Args: []*Node{a, b}}
	case "==", "!=":
		return c.equal(op, a, b, e)
	}
	if !c.isNumber(a, e.LHS, string(op)) || !c.isNumber(b, e.RHS, string(op)) {
		return nil
	}
	return c.arithmetic(op, a, b, e)
}

func (c *compiler) arithmetic(op Op, a, b *Node, e hclsyntax.Expression) *Node {
	t := intType
	if a.Type.Kind == component.Float || b.Type.Kind == component.Float || op == "/" {
		t = floatType
		a, b = coerce(a, t), coerce(b, t)
	}
	n := &Node{Op: op, Type: t, Args: []*Node{a, b}}
	switch op {
	case ">", ">=", "<", "<=":
		n.Type = boolType
		return n
	case "+", "-":
		n.bits = max(a.bits, b.bits) + 1
	case "*":
		n.bits = a.bits + b.bits
	case "/", "%":
		n.bits = min(a.bits, b.bits)
		if b.Op != Literal || b.Value == 0 || b.Value == 0.0 {
			n.Text = c.text(e)
		}
		return n
	}
	return c.checked(n, e)
}

// checked makes a calculation one that may fail, if it could be out of its range. What cannot be out of it is plain Go.
func (c *compiler) checked(n *Node, e hclsyntax.Expression) *Node {
	if n.Type.Kind == component.Int && n.bits > 62 {
		n.Text, n.bits = c.text(e), 63
	}
	return n
}

func (c *compiler) equal(op Op, a, b *Node, e *hclsyntax.BinaryOpExpr) *Node {
	if a.Op == Null {
		a, b = b, a
	}
	if b.Op == Null {
		if !a.Type.Optional {
			c.wrong(e, "never null", fmt.Sprintf("%s is %s, which is never null. Remove the comparison.", sentenceStart(c.what(a)), a.Type))
			return nil
		}
		n := &Node{Op: NotNull, Type: boolType, Args: []*Node{a}}
		if op == "==" {
			n.Op = IsNull
		}
		return n
	}
	t, ok := common(a.Type.NotNull(), b.Type.NotNull())
	if !ok {
		c.wrong(e, "never equal", fmt.Sprintf("The left side is %s and the right side is %s, and values of different types are never equal.", a.Type, b.Type))
		return nil
	}
	if !scalar(t) {
		c.wrong(e, "lists and objects are not compared", fmt.Sprintf("Both sides are %s. Compare texts, numbers or bools: an element, a field or a length.", t))
		return nil
	}
	for i, n := range []*Node{a, b} {
		if n.Type.Optional && n.Type.Kind != t.Kind {
			c.nullable(n, []hclsyntax.Expression{e.LHS, e.RHS}[i].Range(), "it is compared with a number of another type")
			return nil
		}
	}
	if !a.Type.Optional {
		a = coerce(a, t)
	}
	if !b.Type.Optional {
		b = coerce(b, t)
	}
	return &Node{Op: op, Type: boolType, Args: []*Node{a, b}}
}

func scalar(t component.Type) bool {
	switch t.Kind {
	case component.String, component.Bool, component.Int, component.Float:
		return true
	}
	return false
}

func (c *compiler) isBool(n *Node, e hclsyntax.Expression) bool {
	if n.Type.Kind != component.Bool {
		c.wrong(e, "bool wanted", fmt.Sprintf("A condition is true or false, and this is %s.", n.Type))
		return false
	}
	return !c.nullable(n, e.Range(), "a condition is true or false")
}

func (c *compiler) isNumber(n *Node, e hclsyntax.Expression, op string) bool {
	if n.Op != Null && n.Type.Kind != component.Int && n.Type.Kind != component.Float {
		more := ""
		if n.Type.Kind == component.String && op == "+" {
			more = " Texts are joined in a template: \"${row.a} ${row.b}\"."
		} else if n.Type.Kind == component.String {
			more = " A text is read as a number by tonumber(...)."
		}
		c.wrong(e, "number wanted", fmt.Sprintf("%s takes numbers, and this is %s.%s", op, n.Type, more))
		return false
	}
	return !c.nullable(n, e.Range(), fmt.Sprintf("%s takes numbers", op))
}

func (c *compiler) conditional(e *hclsyntax.ConditionalExpr) *Node {
	cond := c.compile(e.Condition)
	var yes, no *Node
	c.knowing(facts(cond, true), func() { yes = c.compile(e.TrueResult) })
	c.knowing(facts(cond, false), func() { no = c.compile(e.FalseResult) })
	if cond == nil || yes == nil || no == nil || !c.isBool(cond, e.Condition) {
		return nil
	}
	t, both, ok := unify([]*Node{yes, no})
	if !ok {
		c.Report(diag.BadRowExpr, e.FalseResult.Range(), "two types", fmt.Sprintf("A conditional has one type, and this is %s where the other is %s.", no.Type, yes.Type))
		return nil
	}
	if yes.Op == Null && no.Op == Null {
		return yes
	}
	return &Node{Op: Cond, Type: t, Args: []*Node{cond, both[0], both[1]}, bits: max(yes.bits, no.bits)}
}

// facts are the paths that are not null where a condition has that truth.
func facts(cond *Node, truth bool) []string {
	if cond == nil {
		return nil
	}
	switch {
	case cond.Op == NotNull && truth, cond.Op == IsNull && !truth:
		return []string{cond.Args[0].path}
	case cond.Op == Not:
		return facts(cond.Args[0], !truth)
	case cond.Op == And && truth, cond.Op == Or && !truth:
		return append(facts(cond.Args[0], truth), facts(cond.Args[1], truth)...)
	case cond.Op == "==" && truth: // a value is equal to no null
		var paths []string
		for i, a := range cond.Args {
			if a.Type.Optional && !cond.Args[1-i].Type.Optional {
				paths = append(paths, a.path)
			}
		}
		return paths
	}
	return nil
}

// knowing compiles something where the paths are known not to be null.
func (c *compiler) knowing(paths []string, f func()) {
	var added []string
	for _, p := range paths {
		if p != "" && !c.facts[p] && !slices.Contains(added, p) {
			c.facts[p], added = true, append(added, p)
		}
	}
	f()
	for _, p := range added {
		delete(c.facts, p)
	}
}
