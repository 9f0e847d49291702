package rowexpr

import (
	"fmt"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/runtime/component"
)

func buildMatch(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	return c.pattern(e, args[0], e.Args[0], &Node{Op: Match, Type: boolType, Args: []*Node{args[1]}})
}

func buildAbs(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	if args[0].Type.Kind == component.Float {
		return called("math.Abs", floatType, args...)
	}
	n := called(exprPkg+"Abs", intType, args...)
	n.bits, n.Text = 63, c.text(e)
	return n
}

// extreme is the least or greatest of its arguments.
func extreme(name string) func(*compiler, *hclsyntax.FunctionCallExpr, []*Node) *Node {
	return func(_ *compiler, _ *hclsyntax.FunctionCallExpr, args []*Node) *Node {
		t, same, _ := unify(args) // numbers always are
		n := called(name, t, same...)
		for _, a := range same {
			n.bits = max(n.bits, a.bits)
		}
		return n
	}
}

// rounding makes a whole number of one that may not be.
func rounding(name string) func(*compiler, *hclsyntax.FunctionCallExpr, []*Node) *Node {
	return func(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
		if args[0].Type.Kind == component.Int {
			return args[0]
		}
		n := called(exprPkg+"Whole", intType, called(name, floatType, args...))
		n.bits, n.Text = 63, c.text(e)
		return n
	}
}

func buildLength(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	n := &Node{Op: Call, Name: "len", Type: intType, Args: args, bits: 40}
	switch {
	case isList(args[0].Type):
		n.Args[0], _ = Settled(args[0])
	case args[0].Type.Kind == component.String:
		n.Name = "utf8.RuneCountInString"
	default:
		c.wrong(e.Args[0], "wrong argument", fmt.Sprintf("length counts the characters of a text or the elements of a list, and this is %s.", args[0].Type))
		return nil
	}
	return n
}

func buildDistinct(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	if t := args[0].Type.Element(); !scalar(t) || t.Optional {
		c.wrong(e.Args[0], "wrong argument", fmt.Sprintf("distinct takes a list of texts, numbers or bools, and this is %s.", args[0].Type))
		return nil
	}
	return called(exprPkg+"Distinct", args[0].Type, args...)
}

func buildConcat(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	t, lists, ok := unify(args)
	if !ok {
		c.wrong(e, "lists of several types", fmt.Sprintf("concat makes one list of several, whose elements have one type. The first is %s, another %s.", args[0].Type, args[len(args)-1].Type))
		return nil
	}
	return called(exprPkg+"Concat", t, lists...)
}

func buildFlatten(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	inner := args[0].Type.Element()
	if !isList(inner) || inner.Optional {
		c.wrong(e.Args[0], "wrong argument", fmt.Sprintf("flatten takes a list of lists, and this is %s.", args[0].Type))
		return nil
	}
	return called(exprPkg+"Flatten", inner, args...)
}

func buildAny(_ *compiler, _ *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	return called("slices.Contains", boolType, args[0], &Node{Op: Literal, Type: boolType, Value: true})
}

func buildRange(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	if len(args) > 2 {
		c.wrong(e, "wrong number of arguments", "Over a row, range takes the end, or the start and the end.")
		return nil
	}
	if len(args) == 1 {
		args = []*Node{{Op: Literal, Type: intType, Value: 0}, args[0]}
	}
	n := called(exprPkg+"Range", component.ListOf(intType), args...)
	n.Text = c.text(e)
	return n
}

// buildCoalesce takes the first argument that is not null. The last one may be null as well: then the result may.
func buildCoalesce(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	n := args[len(args)-1]
	for i := len(args) - 2; i >= 0; i-- {
		first := args[i]
		if first.Op == Null {
			continue
		}
		if !first.Type.Optional {
			if i == 0 {
				c.wrong(e.Args[0], "never null", fmt.Sprintf("%s is %s, which is never null, so nothing has to stand for it.", sentenceStart(c.what(first)), first.Type))
				return nil
			}
			n = first
			continue
		}
		rest := coerce(n, component.Type{Kind: first.Type.Kind, Elem: first.Type.Elem, Fields: first.Type.Fields, Optional: n.Type.Optional})
		if rest == nil {
			c.wrong(e.Args[i+1], "two types", fmt.Sprintf("What stands for null has the type of the rest, %s, and this is %s.", first.Type.NotNull(), n.Type))
			return nil
		}
		n = called(exprPkg+"Or", rest.Type, first, rest)
		switch {
		case isList(rest.Type):
			n.Name = exprPkg + "OrList"
		case rest.Type.Optional:
			n.Name = exprPkg + "OrNull"
		}
		n.bits = 63
	}
	return n
}
