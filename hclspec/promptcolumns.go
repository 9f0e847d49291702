package hclspec

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/promptcheck"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/prompt"
	"github.com/distigen/distigen/templates"
)

// checkPrompts checks the columns that the user's templates read, and what they do with them. The default prompt reads the inputs.
func (f *flow) checkPrompts() {
	if !f.decl.Task {
		return
	}
	f.declaredUnused()
	f.checkTemplate(f.system)
	if f.prompt == nil || f.prompt.tmpl == nil {
		return
	}
	uses := len(f.prompt.tmpl.Uses())
	if uses == 0 {
		f.l.warnAt(diag.ConstantPrompt, f.i.args.rangeOf("prompt"), "prompt reads no column",
			"Every row would send the same request. Write {{ .column }} where the text of a column shall stand.")
	}
	if right := f.checkTemplate(f.prompt); right && uses > 0 {
		f.unshown()
	}
}

// checkTemplate checks one template.
func (f *flow) checkTemplate(t *userPrompt) (right bool) {
	if t == nil || t.tmpl == nil {
		return false
	}
	ports := portNames(component.PortsOf(f.decl.In))
	right = true
	problems := promptcheck.Check(t.text, t.tmpl, f.promptValues())
	for _, ref := range t.tmpl.Refs() {
		switch {
		case slices.ContainsFunc(problems, func(p promptcheck.Problem) bool { return p.Whole && p.From <= ref.Pos && ref.Pos < p.To }):
		case slices.Contains(ports, ref.Column), slices.Contains(f.decl.Offers, ref.Column), slices.Contains(f.decl.PerRequest, ref.Column):
		case find(f.in, ref.Column) == nil:
			f.absentInPrompt(t, ref, ports)
			right = false
		default:
			f.used = append(f.used, ref.Column)
			if !slices.Contains(f.vars, ref.Column) {
				f.vars = append(f.vars, ref.Column)
			}
		}
	}
	for _, p := range problems {
		f.promptProblem(t, p)
	}
	return right && len(problems) == 0
}

// promptValues are what a template may read: columns, inputs and what the component offers.
func (f *flow) promptValues() map[string]promptcheck.Value {
	values := map[string]promptcheck.Value{}
	for _, c := range f.in {
		values[c.Name] = promptcheck.Value{Type: c.Type, Len: c.Len}
	}
	for _, p := range f.i.args.params {
		if slices.Contains(f.decl.Offers, p.Name) {
			values[p.Name] = promptcheck.Value{Type: component.TypeOf(p.Type)}
		}
	}
	for _, name := range f.decl.PerRequest {
		values[name] = promptcheck.Value{Type: component.Of(component.String)}
	}
	for _, p := range component.PortsOf(f.decl.In) {
		v := promptcheck.Value{Type: p.Type}
		if c := find(f.in, f.inputs.name(p.Name)); c != nil {
			v.Len = c.Len
		}
		if p.Name == "system_prompt" { // the step's own stands in for one that is null
			v.Type.Optional = false
		}
		values[p.Name] = v
	}
	return values
}

func (f *flow) promptProblem(t *userPrompt, p promptcheck.Problem) {
	f.i.opaque = true
	code := map[promptcheck.Kind]diag.Code{promptcheck.Field: diag.PromptColumn, promptcheck.Null: diag.PromptNull, promptcheck.Use: diag.PromptUse}[p.Kind]
	detail := p.Detail
	var related []diag.Related
	if c := find(f.in, f.inputs.name(p.Column)); c != nil {
		detail = join(detail, whyNull(c))
		related = []diag.Related{{Range: c.origin.at, Message: "the column is made here"}}
	}
	f.l.errorAt(code, t.at(p.From, p.To), t.arg+": "+p.Summary, t.note(p.From)+detail, related...)
}

func (f *flow) absentInPrompt(t *userPrompt, ref prompt.Ref, ports []string) {
	f.i.opaque = true
	at := t.at(t.nameIn(ref))
	names := slices.Concat(columnNames(f.in), ports, f.decl.Offers, f.decl.PerRequest)
	f.missing = append(f.missing, func() {
		w := f.why(ref.Column, nil)
		if strings.HasPrefix(w.summary, "unknown") {
			w.detail = fmt.Sprintf("The row has %s.%s", list(columnNames(f.in)), inTemplate(ref.Column, names))
		}
		f.l.errorAt(diag.PromptColumn, at, t.arg+": "+w.summary, t.note(ref.Pos)+join(fmt.Sprintf("The %s of step %q reads it.", strings.ReplaceAll(t.arg, "_", " "), f.i.addr()), w.detail), w.related...)
	})
}

// nameIn is where a reference names its column.
func (p *userPrompt) nameIn(ref prompt.Ref) (from, to int) {
	from = ref.Pos
	// It begins with a dot, with $. or with a quote.
	if n := strings.Index(p.text[from:], ref.Column); n > 0 && n <= 2 {
		from += n
	}
	return from, min(from+len(ref.Column), len(p.text))
}

// inTemplate offers the nearest name, as a template writes it.
func inTemplate(name string, names []string) string {
	near := diag.Nearest(name, names)
	if ref := promptcheck.Reference(near); near != "" && !strings.HasPrefix(ref, ".") {
		return fmt.Sprintf(" Did you mean {{ %s }}?", ref)
	}
	return diag.DidYouMean(name, names)
}

// unshown warns of inputs that the default prompt shows to the model and the user's does not.
func (f *flow) unshown() {
	text, err := fs.ReadFile(templates.FS, "prompts/"+f.decl.Prompt(f.i.step.Params)+".md")
	if err != nil {
		return
	}
	usual, err := prompt.Parse(string(text), nil)
	if err != nil {
		return
	}
	var allowed []string // what the component reads with this prompt
	if f.decl.Inputs != nil {
		allowed = f.decl.Inputs(f.i.step.Params)
	}
	for _, p := range component.PortsOf(f.decl.In) {
		name := p.Name
		if find(f.in, f.inputs.name(name)) == nil || slices.Contains(f.prompt.tmpl.Uses(), name) || slices.Contains(f.prompt.tmpl.Uses(), f.inputs.name(name)) ||
			!slices.Contains(usual.Uses(), name) || allowed != nil && !slices.Contains(allowed, name) {
			continue
		}
		way := fmt.Sprintf("{{ .%s }}", name)
		if p.Type.Kind == component.List {
			way = fmt.Sprintf("{{ range $i, $t := .%s }}Text {{ inc $i }}: {{ $t }}{{ end }}", name)
		}
		f.l.warnAt(diag.PromptUnshown, f.i.args.rangeOf("prompt"), fmt.Sprintf("prompt does not show %s", name), fmt.Sprintf(
			"Step %q (%s) reads it, and the default prompt shows it to the model: %s Write %s where it shall stand.", f.i.addr(), f.decl.Name, p.Doc, way))
	}
}

// declaredUnused reports columns that the argument columns of a task declares and its prompt does not read.
func (f *flow) declaredUnused() {
	n := slices.IndexFunc(f.i.args.params, func(p component.Param) bool { return p.Name == "columns" })
	if n < 0 || f.i.attrs["columns"] == nil || !f.i.args.ok("columns") || f.prompt.broken() || f.system.broken() || f.decl.UserPrompt && f.prompt == nil {
		return
	}
	uses := []string{"instruction"}
	if f.prompt != nil {
		uses = f.prompt.tmpl.Uses()
	}
	if f.system != nil && f.system.tmpl != nil {
		uses = slices.Concat(uses, f.system.tmpl.Uses())
	}
	declared, _ := fieldOf(f.i.step.Params, f.i.args.params[n]).([]string)
	for k, name := range declared {
		if slices.Contains(uses, name) || find(f.in, name) == nil || f.asInput(name, uses) {
			continue
		}
		detail := "The default prompt reads the input instruction alone. Write a prompt of your own that reads it, or remove it from columns."
		if f.prompt != nil {
			if near := diag.Nearest(name, uses); near != "" && find(f.in, near) == nil {
				continue // it is misspelt in the prompt, which is reported there
			}
			detail = fmt.Sprintf("The prompt does not read it. Write {{ %s }} where it shall stand, or remove it from columns.", promptcheck.Reference(name))
		}
		if f.decl.UserPrompt {
			f.l.warnAt(diag.GivenUnread, f.i.args.rangeOf(fmt.Sprintf("columns[%d]", k)), fmt.Sprintf("column %q is declared and not read", name), detail)
			continue
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
