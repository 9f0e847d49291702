package codegen

import (
	"bytes"
	"io/fs"
	"text/template"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/templates"
)

// emitReadme writes the README of the program.
func (p *program) emitReadme() error {
	text, err := fs.ReadFile(templates.FS, "program/README.md")
	if err != nil {
		return err
	}
	t, err := template.New("README.md").Parse(string(text))
	if err != nil {
		return err
	}
	data := struct {
		Name, Description, Dir string
		Files                  []string
		Keys                   []string
		Models                 bool
		Functions              string
		Steps                  []readmeStep
		Datasets               []string
	}{Name: p.plan.Name, Description: p.plan.Description, Dir: p.opts.Dir, Files: p.plan.Files, Models: len(p.models) > 0, Functions: p.functions}
	seen := map[string]bool{}
	for _, m := range p.models {
		key := keyVariable(m.plan.Params.(llm.Model))
		if key != "" && !seen[key] {
			data.Keys = append(data.Keys, key)
		}
		seen[key] = true
	}
	for _, s := range p.steps {
		r := readmeStep{Name: s.Addr(), Component: s.Component, Summary: s.Decl.Summary}
		for _, in := range s.in {
			r.Reads = append(r.Reads, in.Addr())
		}
		data.Steps = append(data.Steps, r)
	}
	for _, d := range p.plan.Datasets {
		data.Datasets = append(data.Datasets, d.Name)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, data); err != nil {
		return err
	}
	p.files = append(p.files, File{"README.md", Generated, out.Bytes()})
	return nil
}

type readmeStep struct {
	Name, Component, Summary string
	Reads                    []string
}

// keyVariable is the environment variable that must hold a key for the model; empty if none must.
func keyVariable(m llm.Model) string {
	switch {
	case m.APIKeyEnv != "":
		return m.APIKeyEnv
	case m.BaseURL != "":
		return ""
	case m.Provider == "openai":
		return "OPENAI_API_KEY"
	}
	return "MISTRAL_API_KEY"
}
