package hclspec

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/prompt"
)

// userPrompt is a prompt template of the user's.
type userPrompt struct {
	text  string
	tmpl  *prompt.Template // nil if the text is no template
	where *place
	vars  []string // columns that it reads beyond the inputs of the task
}

// broken reports whether what the prompt reads cannot be told.
func (p *userPrompt) broken() bool { return p != nil && p.tmpl == nil }

var isPath = regexp.MustCompile(`^[\w./-]+\.(md|txt|tmpl|tpl|prompt|j2|jinja2?|hcl)$`)

// readPrompt parses the prompt that the user gives, if there is one.
func (f *flow) readPrompt() {
	t, attr := f.i.task(), f.i.attrs["prompt"]
	if t == nil || attr == nil {
		return
	}
	if !f.i.args.ok("prompt") {
		f.prompt = &userPrompt{}
		return
	}
	if t.Prompt == "" {
		return
	}
	f.prompt = &userPrompt{text: string(t.Prompt), where: f.l.place(attr.Expr, string(t.Prompt))}
	if isPath.MatchString(f.prompt.text) {
		f.l.errorAt(diag.PromptIsAPath, attr.Expr.Range(), "prompt is the name of a file", fmt.Sprintf(
			"The text of the prompt is asked for, not its file. Write prompt = file(%q).", f.prompt.text))
		return
	}
	tmpl, err := prompt.Parse(f.prompt.text, nil)
	if err == nil {
		f.prompt.tmpl = tmpl
		return
	}
	at, message := attr.Expr.Range(), err.Error()
	var bad *prompt.Error
	if errors.As(err, &bad) {
		if open := unclosed(f.prompt.text); open != nil && strings.Contains(bad.Message, "unexpected EOF") {
			bad.Line, bad.Col, bad.Message = open.Line, open.Column, "it is not closed, {{ end }} is missing"
		}
		at, message = f.prompt.at(bad.Line, bad.Col, ""), bad.Message
	}
	f.l.errorAt(diag.PromptSyntax, at, "prompt is no template", fmt.Sprintf(
		"%s%s Columns are written {{ .column }}, lists {{ range .column }}...{{ end }}.", f.prompt.note(err), sentence(message)))
}

var action = regexp.MustCompile(`\{\{-?\s*(if|range|with|end|/\*)\b`)

// unclosed finds the action of a template that has no end.
func unclosed(text string) *hcl.Pos {
	var open []int
	for _, m := range action.FindAllStringSubmatchIndex(text, -1) {
		if text[m[2]:m[3]] != "end" {
			open = append(open, m[0])
		} else if len(open) > 0 {
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return nil
	}
	line := strings.Count(text[:open[len(open)-1]], "\n")
	return &hcl.Pos{Line: line + 1, Column: open[len(open)-1] - strings.LastIndex(text[:open[len(open)-1]], "\n")}
}

// at is the range of a place in the template.
func (p *userPrompt) at(line, col int, word string) hcl.Range {
	return p.where.rangeOf(line, col, word)
}

// note tells the place in the template where the range cannot show it.
func (p *userPrompt) note(err error) string {
	var bad *prompt.Error
	if p.where.exact() || !errors.As(err, &bad) {
		return ""
	}
	return fmt.Sprintf("At line %d, column %d of the template: ", bad.Line, bad.Col)
}

// checkPrompt checks the columns that the user's prompt reads. The default prompt reads the inputs.
func (f *flow) checkPrompt() {
	if !f.decl.Task {
		return
	}
	f.declaredUnused()
	if f.prompt == nil || f.prompt.tmpl == nil {
		return
	}
	ports := portNames(component.PortsOf(f.decl.In))
	if len(f.prompt.tmpl.Uses()) == 0 {
		f.l.warnAt(diag.ConstantPrompt, f.i.args.rangeOf("prompt"), "prompt reads no column",
			"Every row would send the same request. Write {{ .column }} where the text of a column shall stand.")
	}
	for _, ref := range f.prompt.tmpl.Refs() {
		at := f.prompt.at(ref.Line, ref.Col, ref.Column)
		switch {
		case slices.Contains(ports, ref.Column):
			f.readOptional(f.inputs.name(ref.Column), ref, at)
			f.readPath(f.inputs.name(ref.Column), ref, at)
		case slices.Contains(f.decl.Offers, ref.Column):
		case find(f.in, ref.Column) == nil:
			f.absentInPrompt(ref, at, ports)
		default:
			f.used = append(f.used, ref.Column)
			f.readOptional(ref.Column, ref, at)
			f.readPath(ref.Column, ref, at)
			if !slices.Contains(f.prompt.vars, ref.Column) {
				f.prompt.vars = append(f.prompt.vars, ref.Column)
			}
		}
	}
}

func (f *flow) absentInPrompt(ref prompt.Ref, at hcl.Range, ports []string) {
	f.i.opaque = true
	names := slices.Concat(columnNames(f.in), ports, f.decl.Offers)
	f.missing = append(f.missing, func() {
		w := f.why(ref.Column, nil)
		if w.code == diag.UnknownColumn {
			w.detail = fmt.Sprintf("The row has %s.%s", list(columnNames(f.in)), diag.DidYouMean(ref.Column, names))
		}
		f.l.errorAt(diag.PromptColumn, at, "prompt: "+w.summary, join(fmt.Sprintf("The prompt of step %q reads it.", f.i.addr()), w.detail), w.related...)
	})
}

// readOptional refuses a column that may be null, unless the template asks whether it is there.
func (f *flow) readOptional(name string, ref prompt.Ref, at hcl.Range) {
	c := find(f.in, name)
	if c == nil || !c.Type.Optional || f.prompt.guards(ref.Column) || !f.readsNull(ref.Column) {
		return
	}
	f.i.opaque = true
	f.l.errorAt(diag.PromptNull, at, fmt.Sprintf("prompt: column %q may be null", name), fmt.Sprintf(
		"It is %s, and a null would leave a hole in the prompt. Say what to write then: {{ if .%s }}...{{ end }}. %s", c.Type, ref.Column, whyNull(c)),
		diag.Related{Range: c.origin.at, Message: "the column is made here"})
}

// readsNull reports whether a name in the template is a column, or an input that takes null; other inputs are checked as
// such.
func (f *flow) readsNull(name string) bool {
	for _, p := range component.PortsOf(f.decl.In) {
		if p.Name == name {
			return p.Type.Optional && name != "system_prompt"
		}
	}
	return true
}

// guards reports whether the template has a condition on a column.
func (p *userPrompt) guards(column string) bool {
	return regexp.MustCompile(`\{\{-?\s*(else\s+)?(if|with)\b[^}]*\b` + regexp.QuoteMeta(column) + `\b`).MatchString(p.text)
}

// readPath checks {{ .book.title }} against the fields of the column.
func (f *flow) readPath(name string, ref prompt.Ref, at hcl.Range) {
	c := find(f.in, name)
	if c == nil || len(ref.Path) == 0 {
		return
	}
	t := c.Type
	for n, part := range ref.Path {
		whole := strings.Join(append([]string{ref.Column}, ref.Path[:n]...), ".")
		if t.Kind != component.Object {
			f.i.opaque = true
			f.l.errorAt(diag.PromptColumn, at, fmt.Sprintf("prompt: %q has no fields", whole), fmt.Sprintf("It is %s, and only an object has fields. Write {{ .%s }}.", t, whole))
			return
		}
		var names []string
		found := false
		for _, field := range t.Fields {
			names = append(names, field.Name)
			if field.Name == part {
				t, found = field.Type, true
				break
			}
		}
		if !found {
			f.i.opaque = true
			f.l.errorAt(diag.PromptColumn, at, fmt.Sprintf("prompt: unknown field %q", part), fmt.Sprintf("%q has the fields %s.%s", whole, list(names), diag.DidYouMean(part, names)))
			return
		}
	}
}

// declaredUnused reports columns that the argument columns of a task declares and its prompt does not read.
func (f *flow) declaredUnused() {
	n := slices.IndexFunc(f.i.args.params, func(p component.Param) bool { return p.Name == "columns" })
	if n < 0 || f.i.attrs["columns"] == nil || !f.i.args.ok("columns") || f.prompt.broken() {
		return
	}
	uses, where := []string{"instruction"}, "The default prompt reads the input instruction alone. Write a prompt of your own that reads it, or remove it from columns."
	if f.prompt != nil {
		uses = f.prompt.tmpl.Uses()
		where = "The prompt does not read it. Write {{ ." + "%s" + " }} where it shall stand, or remove it from columns."
	}
	declared, _ := fieldOf(f.i.step.Params, f.i.args.params[n]).([]string)
	for k, name := range declared {
		if slices.Contains(uses, name) || find(f.in, name) == nil || f.asInput(name, uses) {
			continue
		}
		detail := where
		if f.prompt != nil {
			detail = fmt.Sprintf(where, name) + diag.DidYouMean(name, uses)
		}
		f.l.errorAt(diag.PromptUnused, f.i.args.rangeOf(fmt.Sprintf("columns[%d]", k)), fmt.Sprintf("column %q is declared and not used", name), detail)
	}
}

// asInput reports whether a column is read under the name of an input.
func (f *flow) asInput(column string, uses []string) bool {
	for own, r := range f.inputs {
		if r.to == column && slices.Contains(uses, own) {
			return true
		}
	}
	return false
}

// templatePath is the file name of a template, as it is shown.
func (l *loader) templatePath(name string) string {
	if path.IsAbs(name) || l.shown == "." {
		return name
	}
	return path.Join(l.shown, name)
}
