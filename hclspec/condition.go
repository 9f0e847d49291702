package hclspec

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// When is the enabled of a sink that depends on the environment. It is asked anew each time the program runs, so that a
// program can be built in one place and run in another.
type When struct {
	Text string     `json:"text"` // as the pipeline has it
	Cond *Condition `json:"condition"`
}

// Condition is an expression over the environment: a truth, a text, or an operation on others.
type Condition struct {
	Op    Op           `json:"op"`
	Value string       `json:"value,omitempty"` // of a text; of Env the name of the variable
	Args  []*Condition `json:"args,omitempty"`
}

// Op is what a Condition does.
type Op string

// The operations. The first two are texts, the others truths.
const (
	OpEnv   Op = "env"
	OpText  Op = "text"
	OpTrue  Op = "true"
	OpFalse Op = "false"
	OpEqual Op = "=="
	OpDiff  Op = "!="
	OpAnd   Op = "&&"
	OpOr    Op = "||"
	OpNot   Op = "!"
)

// Holds evaluates the condition in an environment.
func (c *Condition) Holds(env func(string) string) bool {
	switch c.Op {
	case OpTrue:
		return true
	case OpEqual:
		return c.Args[0].text(env) == c.Args[1].text(env)
	case OpDiff:
		return c.Args[0].text(env) != c.Args[1].text(env)
	case OpAnd:
		return c.Args[0].Holds(env) && c.Args[1].Holds(env)
	case OpOr:
		return c.Args[0].Holds(env) || c.Args[1].Holds(env)
	case OpNot:
		return !c.Args[0].Holds(env)
	}
	return false
}

func (c *Condition) text(env func(string) string) string {
	if c.Op == OpEnv {
		return env(c.Value)
	}
	return c.Value
}

func (c *Condition) isText() bool { return c.Op == OpEnv || c.Op == OpText }

// when is the condition of a sink, if it depends on the environment and is one that a program can ask. What is not is
// evaluated when the pipeline is compiled, as all expressions are.
func (l *loader) when(expr hclsyntax.Expression, ctx *hcl.EvalContext) *When {
	if !callsEnv(expr) {
		return nil
	}
	cond := l.condition(expr, ctx)
	if cond == nil || len(cond.Args) == 0 {
		return nil
	}
	at := expr.Range()
	source := l.report.Sources[at.Filename]
	if at.End.Byte > len(source) {
		return nil
	}
	return &When{strings.Join(strings.Fields(string(source[at.Start.Byte:at.End.Byte])), " "), cond}
}

func callsEnv(expr hclsyntax.Expression) (found bool) {
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		found = found || ok && call.Name == "env"
		return nil
	})
	return found
}

var operations = map[*hclsyntax.Operation]Op{hclsyntax.OpEqual: OpEqual, hclsyntax.OpNotEqual: OpDiff, hclsyntax.OpLogicalAnd: OpAnd,
	hclsyntax.OpLogicalOr: OpOr, hclsyntax.OpLogicalNot: OpNot}

// condition translates an expression; nil if it is not of the kind that a program can ask.
func (l *loader) condition(expr hclsyntax.Expression, ctx *hcl.EvalContext) *Condition {
	if !callsEnv(expr) {
		return l.known(expr, ctx)
	}
	switch e := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return l.condition(e.Expression, ctx)
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "env" && len(e.Args) == 1 && !callsEnv(e.Args[0]) {
			if name := l.known(e.Args[0], ctx); name != nil && name.Op == OpText {
				return &Condition{Op: OpEnv, Value: name.Value}
			}
		}
	case *hclsyntax.UnaryOpExpr:
		return operation(operations[e.Op], l.condition(e.Val, ctx))
	case *hclsyntax.BinaryOpExpr:
		return operation(operations[e.Op], l.condition(e.LHS, ctx), l.condition(e.RHS, ctx))
	}
	return nil
}

// operation is nil where the operands do not fit.
func operation(op Op, args ...*Condition) *Condition {
	texts := op == OpEqual || op == OpDiff
	for _, a := range args {
		if op == "" || a == nil || a.isText() != texts {
			return nil
		}
	}
	if op != OpAnd && op != OpOr {
		return &Condition{Op: op, Args: args}
	}
	for i, a := range args { // what is known decides, or says nothing
		switch {
		case a.Op == OpTrue && op == OpAnd, a.Op == OpFalse && op == OpOr:
			return args[1-i]
		case a.Op == OpTrue, a.Op == OpFalse:
			return a
		}
	}
	return &Condition{Op: op, Args: args}
}

// known is the value of an expression that does not depend on the environment.
func (l *loader) known(expr hclsyntax.Expression, ctx *hcl.EvalContext) *Condition {
	v, ok := l.eval(expr, ctx)
	switch {
	case !ok || !v.IsKnown() || v.IsNull():
		return nil
	case v.Type() == cty.String:
		return &Condition{Op: OpText, Value: v.AsString()}
	case v.Type() == cty.Bool && v.True():
		return &Condition{Op: OpTrue}
	case v.Type() == cty.Bool:
		return &Condition{Op: OpFalse}
	}
	return nil
}
