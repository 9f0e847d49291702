package hclspec

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
)

// rawModel refuses a model that cannot go on with a text as it stands, for a step that asks for that.
func (f *flow) rawModel(m *modelBlock) {
	a := f.i.args
	if !a.ok("model") || !m.args.ok("provider") || !m.args.ok("base_url") {
		return
	}
	way := fmt.Sprintf("%s shows a model the beginning of a turn, over POST /completions, and %%s. Serve a model with vLLM, llama.cpp or the like, and name it: "+
		"provider = \"openai\", base_url = \"http://127.0.0.1:8000/v1\".", f.decl.Name)
	what, part := "", "provider"
	switch base, _ := url.Parse(m.model.BaseURL); {
	case m.model.Provider == "mistral":
		what = "the API of Mistral has chats alone"
	case m.model.BaseURL == "":
		what = "the models of OpenAI that chat have no such route"
	case base != nil && base.Hostname() == "api.openai.com":
		what, part = "the models of OpenAI that chat have no such route", "base_url"
	}
	if what != "" {
		f.l.errorAt(diag.NoCompletions, a.rangeOf("model"), fmt.Sprintf("model %q has no raw completions", m.name), fmt.Sprintf(way, what),
			diag.Related{Range: m.args.rangeOf(part), Message: "the API is chosen here"})
		return
	}
	f.chatTemplate(m)
}

// chatTemplate refuses a model whose template does not have the turns that the step writes.
func (f *flow) chatTemplate(m *modelBlock) {
	speaker, ok := f.i.step.Params.(interface{ Roles() []string })
	if !ok || !m.args.ok("chat_template") || !f.i.args.ok("system_prompt") || !f.i.args.ok("system_prompts") {
		return
	}
	template := m.model.ChatTemplate
	if template.IsZero() {
		f.l.errorAt(diag.NoChatTemplate, f.i.args.rangeOf("model"), fmt.Sprintf("model %q has no chat_template", m.name),
			fmt.Sprintf("%s writes chats as the model itself does, and has to know how. %s", f.decl.Name, templateOf(m.model.Name)),
			diag.Related{Range: m.at, Message: "the model is here"})
		return
	}
	role, err := template.Check(speaker.Roles())
	if err == nil {
		return
	}
	way := fmt.Sprintf("Write it: chat_template = { %s = \"...%s...\" }.", role, "{text}")
	if role == "system" {
		way = "The step has a system message. Remove that, or write how the model begins one: chat_template = { system = \"...{text}...\" }."
	}
	f.l.errorAt(diag.NoChatTemplate, m.args.rangeOf("chat_template"), fmt.Sprintf("the chat_template of model %q will not do", m.name),
		fmt.Sprintf("%s. %s", sentenceStart(err.Error()), way), diag.Related{Range: f.i.args.rangeOf("model"), Message: "it is needed here"})
}

// families are the presets of models by what their names have in them.
var families = []struct{ part, preset string }{
	{"llama-3", "llama3"}, {"llama3", "llama3"}, {"qwen", "qwen2"}, {"gemma", "gemma"}, {"phi-3", "phi3"}, {"phi3", "phi3"}, {"phi-4", "phi4"}, {"phi4", "phi4"},
	{"zephyr", "zephyr"}, {"mistral", "mistral"}, {"ministral", "mistral"}, {"mixtral", "mistral"}, {"hermes", "chatml"}, {"yi-", "chatml"}, {"smollm", "chatml"},
}

// templateOf says how to name the template of a model.
func templateOf(name string) string {
	for _, family := range families {
		if strings.Contains(strings.ToLower(name), family.part) {
			return fmt.Sprintf("By its name it may be chat_template = { preset = %q }; the model's card tells.", family.preset)
		}
	}
	return `Name it, such as chat_template = { preset = "chatml" }, or write its turns out: { user = "<|im_start|>user\n{text}<|im_end|>\n", ... }.`
}
