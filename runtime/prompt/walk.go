package prompt

import (
	"slices"
	"strings"
	"text/template/parse"
)

// walker finds the columns that a template reads, and turns {{ column }} into {{ $.column }} on the way.
type walker struct {
	text  string
	words []word
	refs  []Ref
	err   error
}

// list walks a list of nodes; root says whether the dot is the row there, which it is not inside of range and with.
func (w *walker) list(l *parse.ListNode, root bool) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			w.pipe(n.Pipe, root)
		case *parse.IfNode:
			w.pipe(n.Pipe, root)
			w.list(n.List, root)
			w.list(n.ElseList, root)
		case *parse.RangeNode:
			w.pipe(n.Pipe, root)
			w.list(n.List, false)
			w.list(n.ElseList, root)
		case *parse.WithNode:
			w.pipe(n.Pipe, root)
			w.list(n.List, false)
			w.list(n.ElseList, root)
		case *parse.TemplateNode:
			w.fail(n.Pos, "a prompt cannot call another template")
		}
	}
}

func (w *walker) pipe(p *parse.PipeNode, root bool) {
	if p == nil {
		return
	}
	for _, v := range p.Decl {
		if v.Ident[0] == "$" {
			w.fail(v.Pos, "$ is the row; a variable of yours has a name: $name")
		}
	}
	for i, cmd := range p.Cmds {
		if w.indexed(cmd, root) {
			continue
		}
		for j := range cmd.Args {
			called := j == 0 && (len(cmd.Args) > 1 || i > 0)
			cmd.Args[j] = w.operand(cmd.Args[j], root, called)
		}
	}
}

// indexed takes {{ index . "a-column" }}, the way to columns whose names are no identifiers.
func (w *walker) indexed(cmd *parse.CommandNode, root bool) bool {
	if len(cmd.Args) < 3 || cmd.Args[0].String() != "index" {
		return false
	}
	if s := cmd.Args[1].String(); s != "$" && (s != "." || !root) {
		return false
	}
	name, ok := cmd.Args[2].(*parse.StringNode)
	if !ok {
		w.fail(cmd.Args[2].Position(), "index of the row takes the name of a column in quotes")
		return true
	}
	w.read(name.Pos, []string{name.Text})
	for j := 3; j < len(cmd.Args); j++ {
		cmd.Args[j] = w.operand(cmd.Args[j], root, false)
	}
	return true
}

// operand notes what a part of a command reads and returns what to put in its place. called is true where the part is
// given arguments, so that it can only be a function.
func (w *walker) operand(n parse.Node, root, called bool) parse.Node {
	switch n := n.(type) {
	case *parse.DotNode:
		if root {
			w.fail(n.Pos, "{{ . }} is the whole row here; name a column: {{ .column }}")
		}
	case *parse.FieldNode:
		n.Ident = w.names(n.Pos, n.Ident)
		if root {
			w.read(n.Pos, n.Ident)
		}
	case *parse.VariableNode:
		n.Ident = append(n.Ident[:1:1], w.names(n.Pos, n.Ident)[1:]...)
		if n.Ident[0] == "$" && len(n.Ident) == 1 {
			w.fail(n.Pos, "{{ $ }} is the whole row; name a column: {{ $.column }}")
		} else if n.Ident[0] == "$" {
			w.read(n.Pos, n.Ident[1:])
		}
	case *parse.IdentifierNode:
		return w.identifier(n, nil, called)
	case *parse.ChainNode:
		if id, ok := n.Node.(*parse.IdentifierNode); ok {
			return w.identifier(id, n.Field, called)
		}
		n.Field = w.names(n.Pos, n.Field)
		n.Node = w.operand(n.Node, root, false)
	case *parse.PipeNode:
		w.pipe(n, root)
	}
	return n
}

// identifier takes a bare word: a function, or else a column.
func (w *walker) identifier(n *parse.IdentifierNode, fields []string, called bool) parse.Node {
	if known(n.Ident) {
		if !called && len(fields) == 0 {
			w.fail(n.Pos, "%s is a function and wants arguments; a column of that name is {{ .%s }}", n.Ident, n.Ident)
		}
		return n
	}
	if called {
		w.fail(n.Pos, "there is no function %q; a column stands alone or as an argument", n.Ident)
		return n
	}
	path := w.names(n.Pos, append([]string{n.Ident}, fields...))
	w.read(n.Pos, path)
	return &parse.VariableNode{NodeType: parse.NodeVariable, Pos: n.Pos, Ident: append([]string{"$"}, path...)}
}

// names are the names that the parser has found at pos, with their hyphens.
func (w *walker) names(pos parse.Pos, plain []string) []string {
	if name, _ := nameAt(w.words, int(pos)); strings.Contains(name, "-") {
		return strings.Split(strings.TrimPrefix(name, "."), ".")
	}
	return plain
}

func (w *walker) read(pos parse.Pos, path []string) {
	_, from := nameAt(w.words, int(pos))
	line, col := where(w.text, parse.Pos(from))
	w.refs = append(w.refs, Ref{Column: path[0], Path: slices.Clone(path[1:]), Pos: from, Line: line, Col: col})
}

// nameAt is the name that covers a place, and where it begins. The parser says of .book.title where .title stands.
func nameAt(words []word, pos int) (name string, from int) {
	for _, w := range words {
		if w.from <= pos && pos < w.to {
			return w.name, w.from
		}
	}
	return "", pos
}

func (w *walker) fail(pos parse.Pos, format string, args ...any) {
	if w.err == nil {
		w.err = at(w.text, pos, format, args...)
	}
}
