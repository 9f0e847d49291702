package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// goesOn goes on with texts, as a fakeModel answers.
type goesOn struct {
	fakeModel
	call llm.Call
	raws []llm.Raw
}

func (m *goesOn) Call() llm.Call { return m.call }

func (m *goesOn) Complete(ctx context.Context, raw llm.Raw, accept func(string) error) (llm.Reply, error) {
	m.raws = append(m.raws, raw)
	one := &fakeModel{replies: m.replies}
	r, err := one.Ask(ctx, nil, nil, accept)
	m.replies = m.replies[min(one.asked, len(m.replies)):]
	return r, err
}

func TestMagpie(t *testing.T) {
	raven := "You know of ravens."
	model := llm.Model{Name: "m", ChatTemplate: llm.ChatTemplate{Preset: "chatml"}}
	const (
		system = "<|im_start|>system\nYou know of ravens.<|im_end|>\n"
		user   = "<|im_start|>user\n"
		bot    = "<|im_start|>assistant\n"
		end    = "<|im_end|>\n"
	)
	for name, c := range map[string]struct {
		task    Magpie
		in      MagpieIn
		replies []string
		prompts []string
		want    MagpieOut
		class   llm.Class
	}{
		"one turn": {Magpie{NTurns: 1}, MagpieIn{}, []string{" Hi?\n", "Hello."}, []string{user, user + "Hi?" + end + bot},
			MagpieOut{Instruction: "Hi?", Response: "Hello.", Conversation: talk("Hi?", "Hello.")}, ""},
		"an instruction": {Magpie{NTurns: 1, OnlyInstruction: true}, MagpieIn{SystemPrompt: new("")}, []string{"Hi?"}, []string{user},
			MagpieOut{Instruction: "Hi?", Conversation: talk("Hi?")}, ""},
		"a system message of the row": {Magpie{NTurns: 1, OnlyInstruction: true, Task: llm.Task{SystemPrompt: "Not this."}}, MagpieIn{SystemPrompt: &raven}, []string{"Hi?"},
			[]string{system + user}, MagpieOut{Instruction: "Hi?", Conversation: talk("Hi?")}, ""},
		"two turns with the system message": {Magpie{NTurns: 2, EndWithUser: true, IncludeSystemPrompt: true, Task: llm.Task{SystemPrompt: raven}}, MagpieIn{},
			[]string{"A?", "B.", "C?"}, []string{system + user, system + user + "A?" + end + bot, system + user + "A?" + end + bot + "B." + end + user},
			MagpieOut{Instruction: "A?", Response: "B.", Conversation: append([]llm.Message{{Role: "system", Content: raven}}, talk("A?", "B.", "C?")...)}, ""},
		"one of several": {Magpie{NTurns: 1, OnlyInstruction: true, SystemPrompts: map[string]string{"raven": raven, "no": "No."}, SystemPromptWeights: map[string]float64{"raven": 1}},
			MagpieIn{}, []string{"Hi?"}, []string{system + user}, MagpieOut{Instruction: "Hi?", Conversation: talk("Hi?"), SystemPromptKey: "raven"}, ""},
		"marks at the end": {Magpie{NTurns: 1}, MagpieIn{}, []string{"Hi?<|im_end|>\n<|im_start|>assistant\nNo.", "Hello.\n<|im_start|>user\nMore?"},
			[]string{user, user + "Hi?" + end + bot}, MagpieOut{Instruction: "Hi?", Response: "Hello.", Conversation: talk("Hi?", "Hello.")}, ""},
		"at the second time": {Magpie{NTurns: 1, OnlyInstruction: true}, MagpieIn{}, []string{"<|im_end|>Hi?", " ... ", "Hi?"}, []string{user},
			MagpieOut{Instruction: "Hi?", Conversation: talk("Hi?")}, ""},
		"nothing at all": {Magpie{NTurns: 1}, MagpieIn{}, []string{"", "<|im_end|>"}, []string{user}, MagpieOut{}, llm.Empty},
	} {
		t.Run(name, func(t *testing.T) {
			c.task.Model = model
			m := &goesOn{fakeModel: fakeModel{replies: c.replies}}
			out, err := c.task.Run(t.Context(), m, c.in)
			if class(err) != c.class || err != nil && c.class == "" {
				t.Fatalf("got %v", err)
			}
			if c.want.ModelName = "fake-1"; err == nil && !reflect.DeepEqual(out, c.want) {
				t.Errorf("got  %+v\nwant %+v", out, c.want)
			}
			var prompts []string
			for _, raw := range m.raws {
				prompts = append(prompts, raw.Text)
				if !reflect.DeepEqual(raw.Stop, []string{"<|im_end|>"}) {
					t.Errorf("stops %q", raw.Stop)
				}
			}
			if !reflect.DeepEqual(prompts, c.prompts) {
				t.Errorf("asked\n%q, want\n%q", prompts, c.prompts)
			}
		})
	}
}

func talk(texts ...string) (messages []llm.Message) {
	for i, text := range texts {
		messages = append(messages, llm.Message{Role: []string{"user", "assistant"}[i%2], Content: text})
	}
	return messages
}

// System messages are drawn as often as their weights say, the same for the same row and seed.
func TestMagpieDraws(t *testing.T) {
	task := Magpie{SystemPrompts: map[string]string{"a": "A", "b": "B", "c": "C"}, SystemPromptWeights: map[string]float64{"a": 3, "b": 1, "c": 0}}
	drawn := func(task Magpie) map[string]int {
		n := map[string]int{}
		for i := range 4000 {
			call := llm.Call{Row: fmt.Sprint(i)}
			key := task.draw(call)
			if key != task.draw(call) {
				t.Fatal("the same row draws another one")
			}
			n[key]++
		}
		return n
	}
	if n := drawn(task); n["a"] < 2850 || n["a"] > 3150 || n["b"] != 4000-n["a"] {
		t.Errorf("drawn %v", n)
	}
	task.SystemPromptWeights = nil
	if n := drawn(task); n["a"] < 1200 || n["b"] < 1200 || n["c"] < 1200 || len(n) != 3 {
		t.Errorf("drawn %v", n)
	}
	seeded := task
	seeded.Seed = new(1)
	same := 0
	for i := range 100 {
		if call := (llm.Call{Row: fmt.Sprint(i)}); task.draw(call) == seeded.draw(call) {
			same++
		}
	}
	if same > 60 {
		t.Errorf("another seed draws the same %d times in 100", same)
	}
}

// A template without a system message stops the run, where a row brings one.
func TestMagpieWithoutSystem(t *testing.T) {
	task := Magpie{NTurns: 1, Task: llm.Task{Model: llm.Model{Name: "m", ChatTemplate: llm.ChatTemplate{Preset: "gemma"}}}}
	_, err := task.Run(t.Context(), &goesOn{}, MagpieIn{SystemPrompt: new("You teach.")})
	if fatal := (*llm.FatalError)(nil); !errors.As(err, &fatal) || !strings.Contains(fatal.Message, "no turn of the system") {
		t.Errorf("got %v", err)
	}
}
