package hclspec

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/promptcheck"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/prompt"
)

// userPrompt is a prompt template of the user's.
type userPrompt struct {
	arg   string // the argument that has it
	text  string
	tmpl  *prompt.Template // nil if the text is no template
	where *place
}

// broken reports whether what the prompt reads cannot be told.
func (p *userPrompt) broken() bool { return p != nil && p.tmpl == nil }

var (
	isPath       = regexp.MustCompile(`^[\w./-]+\.(md|markdown|txt|text|tmpl|tpl|gotmpl|prompt|j2|jinja2?|mustache|hbs|hcl)$`)
	isSpacedPath = regexp.MustCompile(`^[\w ./-]+/[\w ./-]+\.\w+$`) // which the system message may end like
)

// readPrompt parses the prompt that the user gives, if there is one.
func (f *flow) readPrompt() {
	t := f.i.task()
	if t == nil {
		return
	}
	f.systemPrompt(t.SystemPrompt)
	f.prompt = f.template("prompt", string(t.Prompt))
	for _, p := range f.i.args.params {
		if p.Name == "system_prompt" && p.Type == reflect.TypeFor[llm.Prompt]() {
			f.system = f.template(p.Name, string(fieldOf(f.i.step.Params, p).(llm.Prompt)))
		}
	}
	if f.decl.UserPrompt && f.i.attrs["prompt"] == nil {
		f.i.opaque = true
		f.l.errorAt(diag.MissingArgument, f.i.args.at, "missing argument \"prompt\"", fmt.Sprintf(
			"%s needs prompt: what the model is asked, usually file(\"...\"). {{ .column }} is a column of the row.", sentenceStart(f.i.args.owner)))
	}
}

// template parses a template that an argument gives; nil if it gives none.
func (f *flow) template(arg, text string) *userPrompt {
	attr := f.i.attrs[arg]
	if attr == nil || !f.i.block.takes(arg) {
		return nil
	}
	if !f.i.args.ok(arg) {
		return &userPrompt{arg: arg}
	}
	if strings.TrimSpace(text) == "" {
		v, ok := f.l.eval(attr.Expr, f.l.context(f.i))
		if !ok || v.IsNull() {
			return nil
		}
		f.l.errorAt(diag.Unusable, attr.Expr.Range(), fmt.Sprintf("%s is empty", arg), fmt.Sprintf("Nothing would be asked. Write a template, or leave %s out%s.", arg, f.without(arg)))
		return &userPrompt{arg: arg}
	}
	p := &userPrompt{arg: arg, text: text, where: f.l.place(attr.Expr, f.l.context(f.i), text)}
	if f.isPath(arg, text, attr.Expr.Range()) {
		return p
	}
	f.foreign(arg, text, p.where, jinja, "Conditions and loops are written {{ if .column }}...{{ end }} and {{ range .column }}...{{ end }} here.")
	tmpl, err := prompt.Parse(text, nil)
	if err == nil {
		p.tmpl = tmpl
		return p
	}
	from, to, message := promptcheck.Locate(text, err)
	f.l.errorAt(diag.PromptSyntax, p.at(from, to), fmt.Sprintf("%s is no template", arg), fmt.Sprintf(
		"%s%s Columns are written {{ .column }}, lists {{ range .column }}...{{ end }}.", p.note(from), sentence(message)))
	return p
}

// without says what happens without an argument.
func (f *flow) without(arg string) string {
	if arg == "prompt" && !f.decl.UserPrompt {
		return " to take the default one"
	}
	return ""
}

// isPath refuses the name of a file in the place of a text.
func (f *flow) isPath(arg, text string, at hcl.Range) bool {
	if !isPath.MatchString(text) && (arg != "prompt" || !isSpacedPath.MatchString(text)) {
		return false
	}
	f.l.errorAt(diag.PromptIsAPath, at, fmt.Sprintf("%s is the name of a file", arg), fmt.Sprintf(
		"The text is asked for, not its file. Write %s = file(%q).", arg, text))
	return true
}

// systemPrompt finds what people take for a template, which the system message is not.
func (f *flow) systemPrompt(text string) {
	attr := f.i.attrs["system_prompt"]
	if attr == nil || !f.i.args.ok("system_prompt") || f.isPath("system_prompt", text, attr.Expr.Range()) {
		return
	}
	f.foreign("system_prompt", text, f.l.place(attr.Expr, f.l.context(f.i), text), anyTemplate,
		"The system message is the same for every row. Put what differs into the prompt, or give the rows a column system_prompt.")
}

var (
	jinja       = regexp.MustCompile(`\{%[-+]?\s*(if|elif|else|endif|for|endfor|set|block|endblock|include|macro|raw|endraw)\b[^%\n]*%\}`)
	anyTemplate = regexp.MustCompile(`\{\{[^{}\n]+\}\}|` + jinja.String())
)

// foreign warns of the first statement of a template language that is none here, so that the model would get to read it.
func (f *flow) foreign(arg, text string, where *place, language *regexp.Regexp, way string) {
	if m := language.FindStringIndex(text); m != nil {
		f.l.warnAt(diag.NoTemplate, where.rangeOf(m[0], m[1]), fmt.Sprintf("%s is sent to the model as it stands", short(text[m[0]:m[1]])),
			fmt.Sprintf("In %s it is text like any other. %s", arg, way))
	}
}

// at is the range of a part of the template.
func (p *userPrompt) at(from, to int) hcl.Range { return p.where.rangeOf(from, to) }

// note tells the place in the template where the range cannot show it.
func (p *userPrompt) note(at int) string {
	if p.where.exact(at) {
		return ""
	}
	pos := after(hcl.InitialPos, p.text[:min(at, len(p.text))])
	return fmt.Sprintf("At line %d, column %d of the template: ", pos.Line, pos.Column)
}

// templatePath is the file name of a template, as it is shown.
func (l *loader) templatePath(name string) string {
	if path.IsAbs(name) || l.shown == "." {
		return name
	}
	return path.Join(l.shown, name)
}
