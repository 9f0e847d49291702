package codegen

import (
	"io/fs"
	"reflect"
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

// addPrompts gives a task the templates of its prompt and of its reply format, by the field of llm.Task.
func (p *program) addPrompts(s *step) map[string]*promptFile {
	t, ok := s.task()
	prompts := map[string]*promptFile{}
	addExamples := func() {
		if examples := textField(s.Params, "Examples", examplesGo); examples != "" {
			prompts["Examples"] = p.prompt(s, "Examples", examples)
		}
	}
	if !ok || s.Decl.Prompt == nil {
		addExamples()
		return prompts
	}
	base := "prompts/" + s.Decl.Prompt(s.Params)
	text := string(t.Prompt)
	if text == "" {
		text = templateText(base + ".md")
	}
	if system := textField(s.Params, "SystemPrompt", promptGo); system != "" {
		prompts["SystemPrompt"] = p.prompt(s, "System", system)
	}
	prompts["Prompt"] = p.prompt(s, "", text)
	addExamples()
	if format := templateText(base + ".reply.md"); format != "" {
		prompts["ReplyFormat"] = p.prompt(s, "Reply", format)
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
func (p *program) prompt(s *step, what, text string) *promptFile {
	for _, f := range p.prompts {
		if f.text == text && f.step.Name == s.Name {
			return f
		}
	}
	base, ext, typ, suffix := unexported(s.Name), ".md", promptGo, what+"Prompt"
	switch what {
	case "":
	case "Examples":
		ext, typ, suffix = ".examples.jsonl", examplesGo, what
	default:
		ext = "." + strings.ToLower(what) + ".md"
	}
	f := &promptFile{name: p.names.pick(base+suffix, base+keyName(s.Key)+suffix), typ: typ, text: text, step: s}
	f.path = p.paths.pickIn("prompts", ext, s.Name, s.Name+"_"+s.Key)
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
