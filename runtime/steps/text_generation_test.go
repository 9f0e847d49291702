package steps

import (
	"context"
	"reflect"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func TestTextGeneration(t *testing.T) {
	own, none := "Be kind.", ""
	for name, c := range map[string]struct {
		in     TextGenerationIn
		system string // of the step
		prompt llm.Prompt
		want   []llm.Message
	}{
		"plain":           {TextGenerationIn{Instruction: "Why?"}, "", "", []llm.Message{{Role: "user", Content: "Why?"}}},
		"step's system":   {TextGenerationIn{Instruction: "Why?"}, "Be brief.", "", []llm.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "Why?"}}},
		"row's system":    {TextGenerationIn{Instruction: "Why?", SystemPrompt: &own}, "Be brief.", "", []llm.Message{{Role: "system", Content: "Be kind."}, {Role: "user", Content: "Why?"}}},
		"empty system":    {TextGenerationIn{Instruction: "Why?", SystemPrompt: &none}, "Be brief.", "", []llm.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "Why?"}}},
		"own prompt":      {TextGenerationIn{Instruction: "Why?", Vars: llm.Vars{"level": 3}}, "", "At level {{ .level }}: {{ instruction }}", []llm.Message{{Role: "user", Content: "At level 3: Why?"}}},
		"no instruction":  {TextGenerationIn{Vars: llm.Vars{"title": "Sets"}}, "", "Explain {{ .title }}.", []llm.Message{{Role: "user", Content: "Explain Sets."}}},
		"template inside": {TextGenerationIn{Instruction: "{{ .x }} and {{ if }}"}, "", "", []llm.Message{{Role: "user", Content: "{{ .x }} and {{ if }}"}}},
	} {
		m := &fakeModel{replies: []string{"", " \n", "Because."}}
		s := TextGeneration{Task: task(t, "text_generation", true)}
		s.SystemPrompt = c.system
		if c.prompt != "" {
			s.Prompt = c.prompt
		}
		out, err := s.Run(context.Background(), m, c.in)
		if err != nil || out != (TextGenerationOut{"Because.", "fake-1"}) || m.asked != 3 {
			t.Errorf("%s: got %+v, %v after %d replies", name, out, err, m.asked)
		}
		if !reflect.DeepEqual(m.messages, c.want) || m.schema != nil {
			t.Errorf("%s: sent %v, want %v", name, m.messages, c.want)
		}
	}
}

func TestTextGenerationFails(t *testing.T) {
	s := TextGeneration{Task: task(t, "text_generation", true)}
	if _, err := s.Run(context.Background(), &fakeModel{replies: []string{"\t"}}, TextGenerationIn{Instruction: "Why?"}); class(err) != llm.Empty {
		t.Errorf("an empty reply: %v", err)
	}
	if _, err := s.Run(context.Background(), &fakeModel{replies: []string{"x"}}, TextGenerationIn{Instruction: " "}); class(err) != llm.StepFailed {
		t.Errorf("an empty prompt: %v", err)
	}
	s.Prompt = "{{ .level }}"
	if _, err := s.Run(context.Background(), &fakeModel{replies: []string{"x"}}, TextGenerationIn{}); class(err) != llm.StepFailed {
		t.Errorf("a missing column: %v", err)
	}
}

func TestTextGenerationInputs(t *testing.T) {
	for p, want := range map[llm.Prompt][]string{
		"":                            {"instruction", "system_prompt"},
		"{{ .title }}":                {"system_prompt"},
		"{{ instruction }} {{ .a }}":  {"instruction", "system_prompt"},
		"{{ if .a }}not a template":   {"instruction", "system_prompt"},
		"Write a poem about numbers.": {"system_prompt"},
	} {
		if got := (TextGeneration{Task: llm.Task{Prompt: p}}).inputs(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: inputs %v, want %v", p, got, want)
		}
	}
}
