// Package prompt is the language of prompt templates: text/template over the columns of one row.
//
// {{ .column }} and {{ column }} insert a column, whose name may have hyphens; range, if and with work as in text/template,
// with the row always at hand as $. What is inserted is data: it is never read as a template again.
package prompt

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
)

// Template is a parsed prompt template. It may be rendered by many goroutines at once.
type Template struct {
	tmpl  *template.Template
	words []word
	refs  []Ref
	uses  []string
}

// Ref is one place where a template reads a column.
type Ref struct {
	Column string
	Path   []string // what follows the column: {{ .book.title }} has the path [title]
	Pos    int      // in the text, in bytes
	Line   int      // from 1
	Col    int      // from 1, in bytes
}

// Error is a mistake in a template.
type Error struct {
	Line, Col int  // from 1, in bytes
	Exact     bool // whether Col is that of the mistake; or else it is that of the first action of the line
	Message   string
}

// Error returns the message with its position.
func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Message) }

// Parse reads a template. If columns is not nil, a column that is not among them is an error.
func Parse(text string, columns []string) (*Template, error) {
	tree := parse.New("prompt")
	tree.Mode = parse.SkipFuncCheck // {{ column }} is known only after the parse
	set := map[string]*parse.Tree{}
	words := words(text)
	if _, err := tree.Parse(parsable(text, words), "", "", set); err != nil {
		return nil, syntaxError(text, err)
	}
	for name, t := range set {
		if name != "prompt" {
			return nil, at(text, t.Root.Pos, "a prompt cannot define templates of its own; write its text where it is used")
		}
	}
	w := walker{text: text, words: words}
	w.list(tree.Root, true)
	if w.err != nil {
		return nil, w.err
	}
	t := &Template{refs: w.refs, words: words}
	for _, r := range w.refs {
		if columns != nil && !slices.Contains(columns, r.Column) {
			return nil, &Error{r.Line, r.Col, true, fmt.Sprintf("there is no column %q; there are %s", r.Column, strings.Join(columns, ", "))}
		}
		if !slices.Contains(t.uses, r.Column) {
			t.uses = append(t.uses, r.Column)
		}
	}
	tmpl, err := template.New("prompt").Option("missingkey=error").Funcs(funcs).AddParseTree("prompt", tree)
	if err != nil {
		return nil, syntaxError(text, err)
	}
	t.tmpl = tmpl
	return t, nil
}

// Uses lists the columns that the template reads, in the order in which they first occur.
func (t *Template) Uses() []string { return t.uses }

// Refs lists every place where the template reads a column.
func (t *Template) Refs() []Ref { return t.refs }

// Tree is the template as text/template has parsed it; its root is a list of nodes.
func (t *Template) Tree() *parse.Tree { return t.tmpl.Tree }

// NameAt is the name in the template that covers a place, such as .book.title, and where it begins.
func (t *Template) NameAt(pos int) (name string, from int) { return nameAt(t.words, pos) }

// Render fills the template. A column that the template reads and values lacks is an error, also where the template
// would not come by it.
func (t *Template) Render(values map[string]any) (string, error) {
	row := make(map[string]any, len(t.uses))
	for _, r := range t.refs {
		v, ok := values[r.Column]
		if !ok {
			return "", &Error{r.Line, r.Col, true, fmt.Sprintf("there is no column %q", r.Column)}
		}
		if _, done := row[r.Column]; !done {
			row[r.Column] = plain(v)
		}
	}
	var out strings.Builder
	if err := t.tmpl.Execute(&out, row); err != nil {
		return "", execError(err)
	}
	return out.String(), nil
}

var position = regexp.MustCompile(`^template: prompt:(\d+):(?:(\d+):)? ?(.*)$`)

// syntaxError gives a parse error its column, which text/template leaves out: the line's first action.
func syntaxError(text string, err error) *Error {
	m := position.FindStringSubmatch(err.Error())
	if m == nil {
		return &Error{Line: 1, Col: 1, Message: strings.TrimPrefix(err.Error(), "template: ")}
	}
	e := &Error{Col: 1, Message: m[3]}
	e.Line, _ = strconv.Atoi(m[1])
	lines := strings.Split(text, "\n")
	if e.Line >= 1 && e.Line <= len(lines) {
		e.Col = max(strings.Index(lines[e.Line-1], "{{"), 0) + 1
	}
	return e
}

func execError(err error) error {
	m := position.FindStringSubmatch(err.Error())
	var exec template.ExecError
	if m == nil || !errors.As(err, &exec) {
		return err
	}
	e := &Error{Message: m[3]}
	e.Line, _ = strconv.Atoi(m[1])
	e.Col, _ = strconv.Atoi(m[2])
	e.Col++ // text/template counts from 0
	if _, after, ok := strings.Cut(e.Message, "executing \"prompt\" at "); ok {
		e.Message = after
	}
	return e
}

func at(text string, pos parse.Pos, format string, args ...any) *Error {
	line, col := where(text, pos)
	return &Error{line, col, true, fmt.Sprintf(format, args...)}
}

func where(text string, pos parse.Pos) (line, col int) {
	before := text[:min(int(pos), len(text))]
	return strings.Count(before, "\n") + 1, len(before) - strings.LastIndex(before, "\n")
}
