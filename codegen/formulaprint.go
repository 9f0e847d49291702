package codegen

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec/rowexpr"
	"github.com/distigen/distigen/runtime/component"
)

// print is an expression in Go.
func (g *formula) print(n *rowexpr.Node) *jen.Statement {
	switch n.Op {
	case rowexpr.Literal:
		return g.p.bareLiteral(n.Value, n.Type, false)
	case rowexpr.Null:
		return jen.Nil()
	case rowexpr.Column:
		return jen.Id("row").Dot(g.s.in[0].row.field(n.Name))
	case rowexpr.Variable:
		return jen.Id(g.vars[n.Name])
	case rowexpr.Attr:
		return g.object(n.Args[0]).Dot(g.p.objectField(n.Args[0].Type, n.Name))
	case rowexpr.Present:
		if isList(n.Type) {
			return g.print(n.Args[0])
		}
		return jen.Op("*").Add(g.print(n.Args[0]))
	case rowexpr.Optional:
		return g.optional(n)
	case rowexpr.IsNull:
		return g.print(n.Args[0]).Op("==").Nil()
	case rowexpr.NotNull:
		return g.print(n.Args[0]).Op("!=").Nil()
	case rowexpr.ToFloat:
		return g.toFloat(n)
	case rowexpr.ToText:
		return g.toText(n.Args[0])
	case rowexpr.Not:
		return jen.Op("!").Add(g.operand(n.Args[0], 6, false))
	case rowexpr.And, rowexpr.Or:
		return g.logical(n)
	case rowexpr.Cond:
		return g.conditional(n)
	case rowexpr.Concat:
		return g.concat(n)
	case rowexpr.List:
		return g.list(n)
	case rowexpr.Object:
		return g.literalObject(n)
	case rowexpr.For:
		return g.loop(n)
	case rowexpr.Match:
		return jen.Id(g.s.pattern(n.Name).name).Dot("MatchString").Call(g.print(n.Args[0]))
	case rowexpr.Rewrite:
		return jen.Id(g.s.pattern(n.Name).name).Dot("ReplaceAllString").Call(g.print(n.Args[0]), g.print(n.Args[1]))
	}
	return g.calculation(n)
}

// object prints a value of which a field is read; Go reads through pointers by itself.
func (g *formula) object(n *rowexpr.Node) *jen.Statement {
	if n.Op == rowexpr.Present {
		return g.print(n.Args[0])
	}
	return g.print(n)
}

func (g *formula) optional(n *rowexpr.Node) *jen.Statement {
	inner := n.Args[0]
	if isList(n.Type) {
		return jen.Qual(exprPkg, "Same").Call(g.print(inner))
	}
	if inner.Op == rowexpr.Present && inner.Type.Equal(n.Type.NotNull()) {
		return g.print(inner.Args[0])
	}
	return jen.New(g.whole(inner))
}

func (g *formula) toFloat(n *rowexpr.Node) *jen.Statement {
	if isList(n.Type) {
		return jen.Qual(exprPkg, "Floats").Call(g.print(n.Args[0]))
	}
	return jen.Float64().Call(g.print(n.Args[0]))
}

func (g *formula) toText(n *rowexpr.Node) *jen.Statement {
	code := g.whole(n)
	switch n.Type.Kind {
	case component.Int:
		return jen.Qual("strconv", "Itoa").Call(code)
	case component.Bool:
		return jen.Qual("strconv", "FormatBool").Call(code)
	}
	return jen.Qual(exprPkg, "Text").Call(code)
}

// precedence is how strongly an operator of Go binds; 0 is one that needs no parentheses.
func precedence(n *rowexpr.Node) int {
	switch n.Op {
	case rowexpr.Or:
		return 1
	case rowexpr.And:
		return 2
	case "==", "!=":
		if n.Args[0].Type.Optional != n.Args[1].Type.Optional {
			if n.Op == "==" {
				return 2
			}
			return 1
		}
		return 3
	case ">", ">=", "<", "<=", rowexpr.IsNull, rowexpr.NotNull:
		return 3
	case "+", "-", rowexpr.Concat:
		return 4
	case "*", "/", "%":
		return 5
	}
	return 0
}

// operand prints an operand, in parentheses where it binds more weakly than what it stands in.
func (g *formula) operand(n *rowexpr.Node, outer int, right bool) *jen.Statement {
	code := g.print(n)
	if own := precedence(n); own > 0 && !isWord(code) && (own < outer || own == outer && (right || own == 3)) {
		return jen.Parens(code)
	}
	return code
}

// isWord reports whether code is a variable, into which a calculation has gone.
func isWord(code *jen.Statement) bool { return token.IsIdentifier(fmt.Sprintf("%#v", code)) }

func (g *formula) concat(n *rowexpr.Node) *jen.Statement {
	code := g.operand(n.Args[0], 4, false)
	for _, a := range n.Args[1:] {
		code = code.Op("+").Add(g.operand(a, 4, true))
	}
	return code
}

var checked = map[rowexpr.Op]string{"+": "Add", "-": "Sub", "*": "Mul", "%": "Mod", "/": "Div"}

// calculation is an operator on numbers, a comparison or a call.
func (g *formula) calculation(n *rowexpr.Node) *jen.Statement {
	switch {
	case n.Op == rowexpr.Index && n.Fails():
		return g.attempt(n, "At", g.print(n.Args[0]), g.print(n.Args[1]))
	case n.Op == rowexpr.Index:
		return g.print(n.Args[0]).Index(g.print(n.Args[1]))
	case n.Op == rowexpr.Call:
		return g.call(n)
	case n.Op == rowexpr.Negative && n.Fails():
		return g.attempt(n, "Neg", g.print(n.Args[0]))
	case n.Op == rowexpr.Negative:
		return jen.Op("-").Add(g.operand(n.Args[0], 6, false))
	case n.Op == "==" || n.Op == "!=":
		return g.equal(n)
	case n.Fails():
		name := checked[n.Op]
		if n.Type.Kind == component.Float && name != "Div" {
			name = "Float" + name
		}
		return g.attempt(n, name, g.print(n.Args[0]), g.print(n.Args[1]))
	case n.Op == "%" && n.Type.Kind == component.Float:
		return jen.Qual("math", "Mod").Call(g.print(n.Args[0]), g.print(n.Args[1]))
	}
	own := precedence(n)
	return g.operand(n.Args[0], own, false).Op(string(n.Op)).Add(g.operand(n.Args[1], own, true))
}

// equal compares two values, of which either may be null.
func (g *formula) equal(n *rowexpr.Node) *jen.Statement {
	a, b := n.Args[0], n.Args[1]
	if !a.Type.Optional && b.Type.Optional {
		a, b = b, a
	}
	switch {
	case a.Type.Optional && b.Type.Optional:
		equal := jen.Qual(exprPkg, "Equal").Call(g.print(a), g.print(b))
		if n.Op == "!=" {
			return jen.Op("!").Add(equal)
		}
		return equal
	case a.Type.Optional:
		left := g.once(a)
		right := g.operand(b, 3, true)
		if n.Op == "!=" {
			return jen.Add(left).Op("==").Nil().Op("||").Op("*").Add(left).Op("!=").Add(right)
		}
		return jen.Add(left).Op("!=").Nil().Op("&&").Op("*").Add(left).Op("==").Add(right)
	}
	return g.operand(a, 3, false).Op(string(n.Op)).Add(g.operand(b, 3, true))
}

// once prints something that is used twice.
func (g *formula) once(n *rowexpr.Node) *jen.Statement {
	code := g.print(n)
	switch n.Op {
	case rowexpr.Column, rowexpr.Variable, rowexpr.Attr:
		return code
	}
	v := g.temp(g.hint)
	g.emit(jen.Id(v).Op(":=").Add(code))
	return jen.Id(v)
}

// packages of the functions that expressions call.
var exprCalls = map[string]string{"strings": "strings", "utf8": "unicode/utf8", "math": "math", "slices": "slices", "expr": exprPkg}

func (g *formula) call(n *rowexpr.Node) *jen.Statement {
	var args []jen.Code
	for _, a := range n.Args {
		if n.Name == "expr.JSON" {
			args = append(args, g.whole(a))
		} else {
			args = append(args, g.print(a))
		}
	}
	pkg, name, qualified := strings.Cut(n.Name, ".")
	switch {
	case n.Fails():
		return g.attempt(n, name, args...)
	case qualified:
		return jen.Qual(exprCalls[pkg], name).Call(args...)
	}
	return jen.Id(n.Name).Call(args...)
}
