package codegen

import (
	"cmp"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/templates"
)

// promptFile is a prompt template or a set of examples, which is a file of the program.
type promptFile struct {
	name string // of the variable that holds it
	typ  reflect.Type
	path string
	text string
	step *step // in whose file it stands
}

// promptText is a text that becomes a file: which one of the step, and the field that holds it.
type promptText struct{ what, field, text string }

// promptTexts are those of a step: its templates, the one of its reply format, and its examples.
func promptTexts(s *step) (texts []promptText) {
	add := func(what, field, text string) {
		if text != "" {
			texts = append(texts, promptText{what, field, text})
		}
	}
	t, ok := s.task()
	if !ok || s.Decl.Prompt == nil {
		add("Examples", "Examples", textField(s.Params, "Examples", examplesGo))
		return texts
	}
	base := "prompts/" + s.Decl.Prompt(s.Params)
	add("System", "SystemPrompt", textField(s.Params, "SystemPrompt", promptGo))
	texts = append(texts, promptText{"", "Prompt", cmp.Or(string(t.Prompt), templateText(base+".md"))})
	add("Examples", "Examples", textField(s.Params, "Examples", examplesGo))
	add("Reply", "ReplyFormat", templateText(base+".reply.md"))
	return texts
}

// addPrompts gives a task the files of its texts, by the field of llm.Task.
func (p *program) addPrompts(s *step) map[string]*promptFile {
	prompts := map[string]*promptFile{}
	for _, t := range promptTexts(s) {
		prompts[t.field] = p.prompt(s, t)
	}
	return prompts
}

// textField is the text of a parameter that becomes a file.
func textField(params any, name string, typ reflect.Type) string {
	if f := reflect.ValueOf(params).FieldByName(name); f.IsValid() && f.Type() == typ {
		return f.String()
	}
	return ""
}

// templateText is a default template; not every task has a reply format.
func templateText(path string) string {
	text, err := fs.ReadFile(templates.FS, path)
	if err != nil {
		return ""
	}
	return string(text)
}

// prompt is the file with a text. Instances of a step share it where it is the same. Steps do not, even if their texts are
// equal: changing one of them is not to change another.
func (p *program) prompt(s *step, t promptText) *promptFile {
	for _, f := range p.prompts {
		if f.text == t.text && f.step.Name == s.Name {
			return f
		}
	}
	ext, typ, suffix := ".md", promptGo, t.what+"Prompt"
	switch t.what {
	case "":
	case "Examples":
		ext, typ, suffix = ".examples.jsonl", examplesGo, t.what
	default:
		ext = "." + strings.ToLower(t.what) + ".md"
	}
	key, name := p.keyFor(s, func(other *step) bool { return slices.Contains(promptTexts(other), t) }), s.Name
	if key != "" {
		name += "_" + key
	}
	f := &promptFile{name: p.names.pick(unexported(s.Name) + keyName(key) + suffix), typ: typ, text: t.text, step: s}
	f.path = p.paths.pickIn("prompts", ext, name)
	p.prompts = append(p.prompts, f)
	return f
}

// addEmbeds declares the prompts that stand in a step's file.
func (p *program) addEmbeds(f *goFile, s *step) {
	var vars []jen.Code
	for _, prompt := range p.prompts {
		if prompt.step != s || p.opts.Own[prompt.name] {
			continue
		}
		p.files = append(p.files, File{prompt.path, Generated, []byte(prompt.text)})
		vars = append(vars, jen.Comment("//go:embed "+prompt.path), jen.Id(prompt.name).Add(goTypeOf(prompt.typ)))
	}
	switch {
	case len(vars) > 2:
		f.Anon("embed")
		f.add("_", decl{"", jen.Var().Defs(vars...)})
	case len(vars) > 0:
		f.Anon("embed")
		f.add("_", decl{"", jen.Add(vars[0]).Line().Var().Add(vars[1])})
	}
}
