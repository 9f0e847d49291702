package llm

import (
	"slices"
	"strings"
	"testing"
)

func TestPresets(t *testing.T) {
	chat := []Message{{"system", "Be kind."}, {"user", "Hi {text}"}, {"assistant", "Hello."}}
	for preset, want := range map[string]struct {
		text, open string
		stop       []string
	}{
		"chatml": {"<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi {text}<|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n",
			"<|im_start|>user\n", []string{"<|im_end|>"}},
		"llama3": {"<|start_header_id|>system<|end_header_id|>\n\nBe kind.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi {text}<|eot_id|>" +
			"<|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>", "<|start_header_id|>user<|end_header_id|>\n\n", []string{"<|eot_id|>"}},
		"mistral": {"[SYSTEM_PROMPT]Be kind.[/SYSTEM_PROMPT][INST]Hi {text}[/INST]Hello.</s>", "[INST]", []string{"[/INST]", "</s>"}},
		"gemma":   {"<start_of_turn>user\nHi {text}<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n", "<start_of_turn>user\n", []string{"<end_of_turn>"}},
	} {
		c := ChatTemplate{Preset: preset}
		if got := c.Write(chat); got != want.text || c.Open("user") != want.open || !slices.Equal(c.Stop(), want.stop) {
			t.Errorf("%s: %q, %q, %q", preset, got, c.Open("user"), c.Stop())
		}
	}
	own := ChatTemplate{User: "User: {text}\n", Assistant: "Bot: {text}\n"}
	if got := own.Stop(); !slices.Equal(got, []string{"Bot:", "User:"}) {
		t.Errorf("a template without marks of an end: %q", got)
	}
	for preset := range presets {
		c := ChatTemplate{Preset: preset}
		if _, err := c.Check([]string{"user", "assistant"}); err != nil {
			t.Errorf("%s: %v", preset, err)
		}
		if said := c.Said(" Hi. " + c.Stop()[0] + " more"); said != "Hi." {
			t.Errorf("%s: %q", preset, said)
		}
		if said := c.Said("Hi.\n" + strings.TrimSpace(c.Open("user")) + "\nmore"); said != "Hi." {
			t.Errorf("%s: %q", preset, said)
		}
	}
}

func TestChatTemplateCheck(t *testing.T) {
	own := ChatTemplate{User: "### User\n{text}\n###", Assistant: "{text}\n###"}
	for name, c := range map[string]struct {
		template ChatTemplate
		roles    []string
		role     string
		message  string
	}{
		"nothing":                  {ChatTemplate{}, []string{"user"}, "user", "no turn of the user"},
		"its own":                  {own, []string{"user", "assistant"}, "", ""},
		"no system message":        {own, []string{"user", "system"}, "system", "no turn of the system"},
		"gemma has none":           {ChatTemplate{Preset: "gemma"}, []string{"system"}, "system", "no turn of the system"},
		"of a preset and its own":  {ChatTemplate{Preset: "gemma", System: "S {text} E"}, []string{"system"}, "", ""},
		"no text":                  {ChatTemplate{User: "<user>"}, []string{"user"}, "user", "0 times"},
		"text twice":               {ChatTemplate{User: "<user>{text}{text}"}, []string{"user"}, "user", "2 times"},
		"nothing before":           {ChatTemplate{User: "{text}</user>"}, []string{"user"}, "user", "before or behind"},
		"nothing behind":           {ChatTemplate{User: "<user>{text}\n"}, []string{"user"}, "user", "before or behind"},
		"the next turn is the end": {ChatTemplate{User: "User: {text}\n", Assistant: "Assistant: {text}</s>"}, []string{"user", "assistant"}, "", ""},
	} {
		role, err := c.template.Check(c.roles)
		if role != c.role || (err != nil) != (c.message != "") || err != nil && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %q, %v", name, role, err)
		}
	}
}
