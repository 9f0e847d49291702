package steps

import (
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func TestFormatTextGenerationDPO(t *testing.T) {
	system := "Be brief."
	out, err := FormatTextGenerationDPO{OnTie: "reject"}.Run(FormatTextGenerationDPOIn{
		Instruction: "hello", Generations: []string{"a", "b", "c", "d"}, Ratings: []int{2, 5, 5, 2},
		Models: []string{"m1", "m2", "m3", "m4"}, SystemPrompt: &system,
	})
	want := FormatTextGenerationDPOOut{
		Prompt: "hello", PromptID: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
		Chosen:      []llm.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "hello"}, {Role: "assistant", Content: "b"}},
		Rejected:    []llm.Message{{Role: "system", Content: "Be brief."}, {Role: "user", Content: "hello"}, {Role: "assistant", Content: "a"}},
		ChosenModel: "m2", RejectedModel: "m1", ChosenRating: 5, RejectedRating: 2,
	}
	if err != nil || !reflect.DeepEqual(out, want) {
		t.Errorf("got %+v, %v\nwant %+v", out, err, want)
	}
}

func TestFormatTextGenerationDPOWithoutModels(t *testing.T) {
	empty := ""
	out, err := FormatTextGenerationDPO{}.Run(FormatTextGenerationDPOIn{Instruction: "i", Generations: []string{"a", "b"}, Ratings: []int{1, 3}, SystemPrompt: &empty})
	if err != nil || out.ChosenModel != "" || len(out.Chosen) != 2 || out.Chosen[1].Content != "b" || out.Rejected[0].Role != "user" {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestFormatTextGenerationDPORejects(t *testing.T) {
	for name, in := range map[string]FormatTextGenerationDPOIn{
		"all tied":        {Generations: []string{"a", "b", "c"}, Ratings: []int{3, 3, 3}},
		"one answer":      {Generations: []string{"a"}, Ratings: []int{3}},
		"no answer":       {},
		"same text":       {Generations: []string{"a", "b", "a"}, Ratings: []int{5, 3, 1}},
		"fewer ratings":   {Generations: []string{"a", "b", "c"}, Ratings: []int{1, 2}},
		"more ratings":    {Generations: []string{"a", "b"}, Ratings: []int{1, 2, 3}},
		"too few models":  {Generations: []string{"a", "b"}, Ratings: []int{1, 2}, Models: []string{"m"}},
		"too many models": {Generations: []string{"a", "b"}, Ratings: []int{1, 2}, Models: []string{"m", "n", "o"}},
	} {
		out, err := FormatTextGenerationDPO{OnTie: "reject"}.Run(in)
		if class(err) != llm.NoPair || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
}

func TestFormatTextGenerationDPOOrder(t *testing.T) {
	s := FormatTextGenerationDPO{OnTie: "order"}
	out, err := s.Run(FormatTextGenerationDPOIn{Instruction: "i", Generations: []string{"a", "b", "c"}, Ratings: []int{3, 3, 3}})
	if err != nil || out.Chosen[1].Content != "a" || out.Rejected[1].Content != "c" {
		t.Errorf("got %+v, %v", out, err)
	}
	if _, err := s.Run(FormatTextGenerationDPOIn{Generations: []string{"a", "a"}, Ratings: []int{3, 3}}); class(err) != llm.NoPair {
		t.Errorf("equal texts: %v", err)
	}
	if _, err := s.Run(FormatTextGenerationDPOIn{Generations: []string{"a"}, Ratings: []int{3}}); class(err) != llm.NoPair {
		t.Errorf("one answer: %v", err)
	}
}
