package distilabel

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/llm"
)

// systemPrompts carries over the system messages of Magpie, of which one is drawn: a list of texts, or a mapping of names to texts, which may
// have a probability each.
func (c *converter) systemPrompts(s *ourStep) {
	n := at(s.body, "system_prompt")
	if n == nil || n.Kind == yaml.ScalarNode || len(n.Content) == 0 {
		return
	}
	var prompts, weights []string
	add := func(name string, v *yaml.Node) {
		if parts := items(v); len(parts) == 2 {
			weights = append(weights, quoted(name)+" = "+expr(parts[1]))
			v = parts[0]
		}
		prompts = append(prompts, quoted(name)+" = "+expr(v))
	}
	if n.Kind == yaml.SequenceNode {
		for i, v := range n.Content {
			add(fmt.Sprintf("prompt_%d", i+1), v)
		}
	}
	for k, v := range entries(n) {
		add(k.Value, v)
	}
	s.set("system_prompts", "{ "+strings.Join(prompts, ", ")+" }")
	if len(weights) > 0 {
		s.set("system_prompt_weights", "{ "+strings.Join(weights, ", ")+" }")
	}
}

// chatTemplate carries over what Magpie shows the model: a name, or the text that begins a turn of the user.
func (c *converter) chatTemplate(s *ourStep, m *model, n *yaml.Node) {
	k, v := pair(n, "magpie_pre_query_template")
	text := str(v)
	if s.class != "Magpie" && s.class != "MagpieGenerator" || text == "" {
		return
	}
	for _, preset := range llm.Presets() {
		if open := (llm.ChatTemplate{Preset: preset}).Open("user"); text == preset || strings.HasSuffix(text, open) {
			m.set("chat_template", "{ preset = "+quoted(preset)+" }")
			return
		}
	}
	c.remark(s, diag.ToFinish, k, "the chat template is to be filled in",
		fmt.Sprintf("A turn of the user begins with %s there. Write whole turns, with {text} in the place of what is said: chat_template = { user = ..., assistant = ... }.", short(v)))
}
