package promptcheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/template/parse"

	"github.com/distigen/distigen/runtime/component"
)

// result is a value, and what is not null where it counts as true and where it does not.
type result struct {
	value
	yes, no facts
	node    parse.Node // where it stands, if it is a command
}

// plain is the result of a value that is tested by itself.
func plain(v value) result { return result{value: v, yes: facts{v.path: true}} }

// pipe evaluates commands, each of which gets the result of the one before as its last argument.
func (c *checker) pipe(p *parse.PipeNode) result {
	var last *result
	for _, cmd := range p.Cmds {
		r := c.command(cmd, last)
		r.node, last = cmd.Args[0], &r
	}
	return *last
}

func (c *checker) command(cmd *parse.CommandNode, final *result) result {
	first := cmd.Args[0]
	if id, ok := first.(*parse.IdentifierNode); ok {
		return c.call(id, cmd.Args[1:], final)
	}
	if len(cmd.Args) > 1 && c.spaced(cmd.Args) {
		return plain(c.anything("the column"))
	}
	if len(cmd.Args) > 1 || final != nil {
		from, to := c.span(first)
		c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("%s is no function", c.source(first)),
			Detail: "Only a function takes values after its name, or from before a |. Put what stands beside it into an action of its own."})
	}
	for _, extra := range cmd.Args[1:] {
		c.operand(extra)
	}
	return c.operand(first)
}

// spaced reports words that make the name of a column together.
func (c *checker) spaced(words []parse.Node) bool {
	var names []string
	for _, w := range words {
		names = append(names, strings.TrimPrefix(strings.TrimPrefix(c.source(w), "$"), "."))
	}
	column := strings.Join(names, " ")
	if _, ok := c.columns[column]; !ok {
		return false
	}
	from, _ := c.span(words[0])
	_, to := c.span(words[len(words)-1])
	c.problem(Problem{Kind: Use, From: from, To: to, Whole: true, Summary: fmt.Sprintf("column %q is not named like this", column),
		Detail: fmt.Sprintf("Its name has a space. Write {{ %s }}.", Reference(column))})
	return true
}

func (c *checker) operand(n parse.Node) result {
	switch n := n.(type) {
	case *parse.DotNode:
		if c.dot != nil {
			return plain(*c.dot)
		}
	case *parse.FieldNode:
		if c.dot != nil {
			return plain(c.fields(*c.dot, n.Ident, n))
		}
		return plain(c.fields(c.column(n.Ident[0], "."), n.Ident[1:], n))
	case *parse.VariableNode:
		if n.Ident[0] != "$" {
			return plain(c.fields(c.variable(n), n.Ident[1:], n))
		}
		if len(n.Ident) > 1 {
			return plain(c.fields(c.column(n.Ident[1], "$."), n.Ident[2:], n))
		}
	case *parse.ChainNode:
		return plain(c.fields(c.operand(n.Node).value, n.Field, n))
	case *parse.PipeNode:
		return c.pipe(n)
	case *parse.StringNode:
		v := c.computed("", component.String)
		v.name, v.text = n.Quoted, &n.Text
		return plain(v)
	case *parse.NumberNode:
		return plain(c.numberOf(n))
	case *parse.BoolNode:
		v := c.computed("", component.Bool)
		v.name = n.String()
		return plain(v)
	}
	return plain(c.anything(n.String()))
}

// numberOf is a number that is written out: a float if it looks like one, as text/template has it.
func (c *checker) numberOf(n *parse.NumberNode) value {
	kind := component.Int
	hex := strings.HasPrefix(strings.ToLower(strings.TrimLeft(n.Text, "+-")), "0x")
	if n.IsComplex || n.IsFloat && strings.ContainsAny(n.Text, ".eEpP") && n.Text[0] != '\'' && (!hex || strings.ContainsAny(n.Text, "pP")) {
		kind = component.Float
	}
	v := c.computed("", kind)
	v.name, v.number, v.whole = n.Text, &n.Text, n.IsInt
	return v
}

func (c *checker) column(name, prefix string) value {
	v := value{path: "$." + name, name: fmt.Sprintf("column %q", name), column: name, ref: Reference(name)}
	if rest, ok := strings.CutPrefix(v.ref, "."); ok {
		v.ref = prefix + rest
	}
	if known, ok := c.columns[name]; ok {
		v.typ, v.len = known.Type, known.Len
	}
	return v
}

func (c *checker) variable(n *parse.VariableNode) value {
	name := n.Ident[0]
	for _, v := range slices.Backward(c.vars) {
		if v.name == name {
			v.value.ref = name
			return v.value
		}
	}
	from, to := c.span(n)
	c.problem(Problem{Kind: Use, From: from, To: to, Summary: fmt.Sprintf("variable %s is not there yet", name),
		Detail: fmt.Sprintf("It is declared after this place. Declare it before: {{ %s := ... }}.", name)})
	return c.anything(name)
}

// fields follows the names in .book.author.name.
func (c *checker) fields(v value, names []string, n parse.Node) value {
	for _, name := range names {
		v = c.field(v, name, n)
	}
	return v
}

func (c *checker) field(v value, name string, n parse.Node) value {
	f := value{path: v.path + "." + name, name: fmt.Sprintf("field %q of %s", name, v.name), ref: fieldRef(v.ref, name)}
	if !v.known() {
		return f
	}
	from, to := c.spanOf(name, n)
	if v.typ.Kind != component.Object {
		way := ""
		if v.ref != "" && v.isList() {
			way = fmt.Sprintf(" Go through its elements with {{ range %s }}...{{ end }}.", v.ref)
		} else if v.ref != "" {
			way = fmt.Sprintf(" Write {{ %s }}.", v.ref)
		}
		c.problem(Problem{Kind: Field, From: from, To: to, Summary: fmt.Sprintf("%s has no fields", v.name),
			Detail: fmt.Sprintf("It is %s, and only an object has fields.%s", short(v.typ.NotNull()), way)})
		return c.anything(f.name)
	}
	c.notNull(v, n, "a null has no fields")
	for _, known := range v.typ.Fields {
		if known.Name == name {
			f.typ = known.Type
			return f
		}
	}
	c.problem(Problem{Kind: Field, From: from, To: to, Summary: fmt.Sprintf("unknown field %q", name), Detail: fieldList(v, name)})
	return f
}

// spanOf is where a field of a reference stands.
func (c *checker) spanOf(name string, n parse.Node) (from, to int) {
	from, to = c.span(n)
	if at := strings.Index(c.text[from:to]+".", "."+name+"."); at >= 0 {
		return from + at + 1, from + at + 1 + len(name)
	}
	return from, to
}

// fieldRef is a reference to a field of what ref refers to.
func fieldRef(ref, name string) string {
	switch {
	case ref == "":
		return ""
	case !strings.HasPrefix(Reference(name), "."):
		return fmt.Sprintf("index %s %q", inParens(ref), name)
	case ref == ".":
		return "." + name
	}
	return inParens(ref) + "." + name
}

func inParens(ref string) string {
	if strings.Contains(ref, " ") {
		return "(" + ref + ")"
	}
	return ref
}

// notNull refuses a value that may be null here. why is a clause that says what would come of it.
func (c *checker) notNull(v value, n parse.Node, why string) {
	if !c.mayBeNull(v) {
		return
	}
	from, to := c.span(n)
	ask := "Ask for it with if before"
	if v.ref != "" {
		ask = fmt.Sprintf("Ask for it before: {{ if %s }}...{{ end }}", v.ref)
	}
	c.problem(Problem{Kind: Null, From: from, To: to, Column: v.column, Summary: fmt.Sprintf("%s may be null", v.name),
		Detail: fmt.Sprintf("It is %s, and %s. %s.", short(v.typ), why, ask)})
}

// notNullInside refuses a list that is printed with elements that may be null.
func (c *checker) notNullInside(v value, n parse.Node) {
	if !v.known() || !v.isList() || !v.typ.Element().Optional {
		return
	}
	from, to := c.span(n)
	c.problem(Problem{Kind: Null, From: from, To: to, Summary: fmt.Sprintf("an element of %s may be null", v.name),
		Detail: fmt.Sprintf("It is %s, and a null would leave a hole in the prompt. Go through the list and ask for each: "+
			"{{ range %s }}{{ if . }}...{{ end }}{{ end }}.", short(v.typ.NotNull()), cmp.Or(v.ref, c.source(n)))})
}
