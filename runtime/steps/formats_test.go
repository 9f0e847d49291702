package steps

import (
	"errors"
	"reflect"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func TestFormatKTO(t *testing.T) {
	system := "Be brief."
	in := FormatKTOIn{Instruction: "q", Generations: []string{"a", "b", "c"}, Ratings: []int{4, 2, 5}, SystemPrompt: &system}
	labels := func(rows []FormatKTOOut) (out []string) {
		for _, r := range rows {
			if len(r.Prompt) != 2 || r.Prompt[0].Role != "system" || r.Prompt[1].Content != "q" || len(r.Completion) != 1 || r.Completion[0].Role != "assistant" {
				t.Errorf("row %+v", r)
			}
			mark := "-"
			if r.Label {
				mark = "+"
			}
			out = append(out, mark+r.Completion[0].Content)
		}
		return out
	}
	for _, c := range []struct {
		step FormatKTO
		want []string
	}{
		{FormatKTO{By: "rating", Threshold: 4}, []string{"+a", "-b", "+c"}},
		{FormatKTO{By: "rating", Threshold: 5}, []string{"-a", "-b", "+c"}},
		{FormatKTO{By: "pair"}, []string{"+c", "-b"}},
	} {
		rows, err := c.step.Run(in)
		if got := labels(rows); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v: %v, %v", c.step, got, err)
		}
	}
	for name, c := range map[string]struct {
		step FormatKTO
		in   FormatKTOIn
	}{
		"a rating too few": {FormatKTO{By: "rating", Threshold: 4}, FormatKTOIn{Generations: []string{"a", "b"}, Ratings: []int{1}}},
		"a tie":            {FormatKTO{By: "pair", OnTie: "reject"}, FormatKTOIn{Generations: []string{"a", "b"}, Ratings: []int{1, 1}}},
		"no pair":          {FormatKTO{By: "pair"}, FormatKTOIn{Generations: []string{"a"}, Ratings: []int{1}}},
	} {
		var rejected *llm.RowError
		if rows, err := c.step.Run(c.in); !errors.As(err, &rejected) || rejected.Class != llm.NoPair {
			t.Errorf("%s: %v, %v", name, rows, err)
		}
	}
}

// An answer is put after what it answers, and the row's own messages stay as they are.
func TestFormatChats(t *testing.T) {
	messages := append(make([]llm.Message, 0, 8), llm.Message{Role: "system", Content: "s"}, llm.Message{Role: "user", Content: "q"})
	pair, err := FormatChatGenerationDPO{}.Run(FormatChatGenerationDPOIn{Messages: messages, Generations: []string{"a", "b"}, Ratings: []int{1, 2}})
	if err != nil || pair.Prompt != "q" || len(pair.Chosen) != 3 || pair.Chosen[2].Content != "b" || pair.Rejected[2].Content != "a" || pair.ChosenRating != 2 {
		t.Errorf("%+v, %v", pair, err)
	}
	for name, messages := range map[string][]llm.Message{
		"none": nil, "the assistant's last": {{Role: "user", Content: "q"}, {Role: "assistant", Content: "a"}}, "the system's alone": {{Role: "system", Content: "s"}},
	} {
		var rejected *llm.RowError
		if _, err := (FormatChatGenerationSFT{}).Run(FormatChatGenerationSFTIn{Messages: messages, Generation: "a"}); !errors.As(err, &rejected) || rejected.Class != llm.BadRow {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := (FormatChatGenerationDPO{}).Run(FormatChatGenerationDPOIn{Messages: messages, Generations: []string{"a", "b"}, Ratings: []int{1, 2}}); !errors.As(err, &rejected) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
