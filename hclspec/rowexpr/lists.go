package rowexpr

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/runtime/component"
)

func (c *compiler) template(e *hclsyntax.TemplateExpr) *Node {
	out := &Node{Op: Concat, Type: textType}
	for _, p := range e.Parts {
		n := c.compile(p)
		if n == nil || c.nullable(n, p.Range(), "a template has no text for null") {
			return nil
		}
		text := toText(n)
		if text == nil {
			c.wrong(p, "no text", fmt.Sprintf("A template takes texts, numbers and bools, and this is %s. Of a list: join(\", \", ...); of anything: jsonencode(...).", n.Type))
			return nil
		}
		out.Args = append(out.Args, text)
	}
	if len(out.Args) == 1 {
		return out.Args[0]
	}
	return out
}

// joined is a %{ for } in a template.
func (c *compiler) joined(e *hclsyntax.TemplateJoinExpr) *Node {
	list := c.compile(e.Tuple)
	if list == nil {
		return nil
	}
	if list.Op == For && !list.Type.Element().Optional {
		if text := toText(list.Args[1]); text != nil {
			list.Args[1], list.Type = text, component.ListOf(textType)
		}
	}
	if !list.Type.Equal(component.ListOf(textType)) {
		c.wrong(e, "no text", fmt.Sprintf("A template takes texts, numbers and bools, and this makes %s.", list.Type))
		return nil
	}
	return &Node{Op: Call, Name: "strings.Join", Type: textType, Args: []*Node{list, {Op: Literal, Type: textType, Value: ""}}}
}

func (c *compiler) tuple(e *hclsyntax.TupleConsExpr) *Node {
	var nodes []*Node
	for _, x := range e.Exprs {
		nodes = append(nodes, c.compile(x))
	}
	if slices.Contains(nodes, nil) {
		return nil
	}
	elem, nodes, ok := unify(nodes)
	if !ok || elem.Optional && isList(elem) {
		c.wrong(e, "elements of several types", "The elements of a list have one type. Make an object of values of different types: { a = ..., b = ... }.")
		return nil
	}
	return &Node{Op: List, Type: component.ListOf(elem), Args: nodes, size: len(nodes)}
}

func (c *compiler) object(e *hclsyntax.ObjectConsExpr) *Node {
	type item struct {
		name string
		node *Node
	}
	var items []item
	for _, i := range e.Items {
		name := ""
		if key, diags := i.KeyExpr.Value(nil); !diags.HasErrors() && key.Type().FriendlyName() == "string" && !key.IsNull() {
			name = key.AsString()
		}
		if name == "" || slices.ContainsFunc(items, func(o item) bool { return o.name == name }) {
			c.wrong(i.KeyExpr, "unusable key", "The fields of an object have names that are written out, each once.")
			return nil
		}
		n := c.compile(i.ValueExpr)
		if n == nil {
			return nil
		}
		if n.Op == Null {
			c.wrong(i.ValueExpr, "null without a type", "A field has a type, and null alone has none. Write a conditional of which one side is a value, or leave the field out.")
			return nil
		}
		items = append(items, item{name, n})
	}
	if len(items) == 0 {
		c.wrong(e, "object without fields", "Give it a field at least.")
		return nil
	}
	slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.name, b.name) })
	out := &Node{Op: Object}
	var types []component.Field
	for _, i := range items {
		n, ok := Settled(i.node)
		if !ok {
			return nil
		}
		types, out.Args = append(types, component.Field{Name: i.name, Type: n.Type}), append(out.Args, n)
	}
	out.Type = component.ObjectOf(types...)
	return out
}

// splat is list[*].field: a for whose variable has no name.
func (c *compiler) splat(e *hclsyntax.SplatExpr) *Node {
	coll := c.collection(e.Source)
	if coll == nil {
		return nil
	}
	v := c.bind("item", coll.Type.Element(), 63)
	c.anon = append(c.anon, v)
	each := c.compile(e.Each)
	c.anon = c.anon[:len(c.anon)-1]
	if each == nil {
		return nil
	}
	if each == v {
		return coll
	}
	return c.made(&Node{Op: For, Name: v.Name, Args: []*Node{coll, each}, size: coll.size}, e)
}

func (c *compiler) forEach(e *hclsyntax.ForExpr) *Node {
	if e.KeyExpr != nil {
		c.wrong(e, "object with computed keys", "The fields of a column's objects are known when the pipeline is compiled. Make a list: [for x in list : ...].")
		return nil
	}
	coll := c.collection(e.CollExpr)
	if coll == nil {
		return nil
	}
	depth := len(c.vars)
	defer func() { c.vars = c.vars[:depth] }()
	out := &Node{Op: For, Args: []*Node{coll}}
	if e.KeyVar != "" {
		key := c.bind(e.KeyVar, intType, 40)
		out.Key = key.Name
		c.vars = append(c.vars, variable{e.KeyVar, key})
	}
	v := c.bind(e.ValVar, coll.Type.Element(), 63)
	out.Name = v.Name
	c.vars = append(c.vars, variable{e.ValVar, v})
	var cond *Node
	if e.CondExpr != nil {
		if cond = c.compile(e.CondExpr); cond == nil || !c.isBool(cond, e.CondExpr) {
			return nil
		}
	}
	var each *Node
	c.knowing(facts(cond, true), func() { each = c.compile(e.ValExpr) })
	if each == nil {
		return nil
	}
	out.Args = append(out.Args, each)
	if cond == nil {
		out.size = coll.size
	} else {
		out.Args = append(out.Args, cond)
	}
	return c.made(out, e)
}

// made gives a list that is made of the elements of another its type.
func (c *compiler) made(n *Node, e hclsyntax.Expression) *Node {
	each, ok := Settled(n.Args[1])
	if !ok || each.Type.Optional && isList(each.Type) {
		c.wrong(e, "elements without a type", "The elements of the list are null, or lists that may be null. Say what stands for null: coalesce(..., ...).")
		return nil
	}
	n.Args[1], n.Type = each, component.ListOf(each.Type)
	return n
}

// collection compiles a list whose elements are gone through.
func (c *compiler) collection(e hclsyntax.Expression) *Node {
	n := c.compile(e)
	switch {
	case n == nil:
		return nil
	case !isList(n.Type):
		c.wrong(e, "no list", fmt.Sprintf("A list is gone through here, and this is %s.", n.Type))
		return nil
	case c.nullable(n, e.Range(), "its elements are gone through"), !c.plainElements(n, e.Range()):
		return nil
	}
	settled, _ := Settled(n)
	return settled
}

// bind makes a variable whose name no other one has.
func (c *compiler) bind(name string, t component.Type, bits int) *Node {
	free := name
	for i := 2; c.taken[free]; i++ {
		free = fmt.Sprintf("%s%d", name, i)
	}
	c.taken[free] = true
	return &Node{Op: Variable, Name: free, Type: t, path: "for." + free, bits: bits}
}
