package hclspec

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/promptcheck"
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
	attr := f.i.attrs["prompt"]
	if attr == nil {
		return
	}
	if !f.i.args.ok("prompt") {
		f.prompt = &userPrompt{}
		return
	}
	text := string(t.Prompt)
	if strings.TrimSpace(text) == "" {
		if v, ok := f.l.eval(attr.Expr, f.l.context(f.i)); ok && !v.IsNull() {
			f.prompt = &userPrompt{}
			f.l.errorAt(diag.Unusable, attr.Expr.Range(), "prompt is empty", "Nothing would be asked. Write a template, or leave prompt out to take the default one.")
		}
		return
	}
	f.prompt = &userPrompt{text: text, where: f.l.place(attr.Expr, f.l.context(f.i), text)}
	if f.isPath("prompt", text, attr.Expr.Range()) {
		return
	}
	f.foreign("prompt", text, f.prompt.where, jinja, "Conditions and loops are written {{ if .column }}...{{ end }} and {{ range .column }}...{{ end }} here.")
	tmpl, err := prompt.Parse(text, nil)
	if err == nil {
		f.prompt.tmpl = tmpl
		return
	}
	from, to, message := promptcheck.Locate(text, err)
	f.l.errorAt(diag.PromptSyntax, f.prompt.at(from, to), "prompt is no template", fmt.Sprintf(
		"%s%s Columns are written {{ .column }}, lists {{ range .column }}...{{ end }}.", f.prompt.note(from), sentence(message)))
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
