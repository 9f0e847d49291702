package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec/rowexpr"
)

// logical is && or ||. Where the right side takes statements, they run only if it counts.
func (g *formula) logical(n *rowexpr.Node) *jen.Statement {
	own := precedence(n)
	left := g.operand(n.Args[0], own, false)
	var right *jen.Statement
	block := g.inner(func() { right = g.operand(n.Args[1], own, false) })
	if len(block) == 0 {
		return left.Op(string(n.Op)).Add(right)
	}
	ok := g.temp("ok")
	g.emit(jen.Id(ok).Op(":=").Add(left))
	cond := jen.Id(ok)
	if n.Op == rowexpr.Or {
		cond = jen.Op("!").Id(ok)
	}
	g.emit(jen.If(cond).Block(append(block, jen.Id(ok).Op("=").Add(right))...))
	return jen.Id(ok)
}

// conditional is c ? a : b. The side that does not count is not computed.
func (g *formula) conditional(n *rowexpr.Node) *jen.Statement {
	cond := g.print(n.Args[0])
	v := g.temp(g.hint)
	side := func(n *rowexpr.Node) []jen.Code {
		return g.inner(func() {
			value := g.whole(n)
			g.emit(jen.Id(v).Op("=").Add(value))
		})
	}
	other := n.Args[2]
	switch {
	case other.Op == rowexpr.Literal && !isList(other.Type):
		g.emit(jen.Id(v).Op(":=").Add(g.print(other)))
		g.emit(jen.If(cond).Block(side(n.Args[1])...))
	case other.Op == rowexpr.Null:
		g.declare(v, n.Type)
		g.emit(jen.If(cond).Block(side(n.Args[1])...))
	default:
		g.declare(v, n.Type)
		g.emit(jen.If(cond).Block(side(n.Args[1])...).Else().Block(side(other)...))
	}
	return jen.Id(v)
}

func (g *formula) list(n *rowexpr.Node) *jen.Statement {
	var items []jen.Code
	for _, a := range n.Args {
		items = append(items, g.whole(a))
	}
	return g.p.bareType(n.Type).Values(items...)
}

func (g *formula) literalObject(n *rowexpr.Node) *jen.Statement {
	var fields []keyed
	for i, f := range n.Type.Fields {
		fields = append(fields, keyed{g.p.objectField(n.Type, f.Name), g.whole(n.Args[i])})
	}
	return fittingLit(g.p.bareType(n.Type), fields)
}

// loop makes a list of the elements of another.
func (g *formula) loop(n *rowexpr.Node) *jen.Statement {
	over := g.print(n.Args[0])
	out := g.temp(g.hint)
	g.emit(jen.Id(out).Op(":=").Add(g.p.bareType(n.Type)).Values())
	key, element := g.loopVariable(n, n.Key), g.loopVariable(n, n.Name)
	each, hint := n.Args[1], g.hint
	g.hint = singular(hint)
	body := g.inner(func() {
		add := func() {
			value := g.whole(each)
			g.emit(jen.Id(out).Op("=").Append(jen.Id(out), value))
		}
		if len(n.Args) == 2 {
			add()
			return
		}
		cond := g.print(n.Args[2])
		g.emit(jen.If(cond).Block(g.inner(add)...))
	})
	g.hint = hint
	loop := jen.For(jen.List(jen.Id(key), jen.Id(element)).Op(":=").Range().Add(over))
	switch {
	case key == "_" && element == "_":
		loop = jen.For(jen.Range().Add(over))
	case element == "_":
		loop = jen.For(jen.Id(key).Op(":=").Range().Add(over))
	}
	g.emit(loop.Block(body...))
	return jen.Id(out)
}

// loopVariable gives a variable of a for its name in Go; _ where nobody reads it.
func (g *formula) loopVariable(n *rowexpr.Node, name string) string {
	used := false
	for _, a := range n.Args[1:] {
		a.Walk(func(n *rowexpr.Node) { used = used || n.Op == rowexpr.Variable && n.Name == name })
	}
	if !used {
		return "_"
	}
	g.vars[name] = g.temp(unexported(name))
	return g.vars[name]
}
