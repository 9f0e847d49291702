package steps

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// rowModel rewrites whatever it is asked, for a row of its own.
type rowModel struct {
	call     llm.Call
	requests []string
}

func (m *rowModel) Call() llm.Call { return m.call }

func (m *rowModel) Ask(_ context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	request := messages[len(messages)-1].Content
	m.requests = append(m.requests, request)
	text := fmt.Sprintf("version %d", len(m.requests))
	if schema != nil {
		text = fmt.Sprintf(`{%q: %q}`, schema.Name, text)
	}
	return llm.Reply{Text: text, Model: fmt.Sprint("fake-", len(m.requests))}, accept(text)
}

func evolver(t *testing.T, asJSON bool) EvolInstruct {
	return EvolInstruct{Task: task(t, "evol_instruct", asJSON), NumEvolutions: 3, Mutations: evolInstructMutations}
}

// Each version comes from the one before, and the columns are as the arguments say.
func TestEvolInstruct(t *testing.T) {
	for _, asJSON := range []bool{true, false} {
		for name, c := range map[string]struct {
			set  func(*EvolInstruct)
			want EvolInstructOut
			asks int
		}{
			"last": {func(*EvolInstruct) {}, EvolInstructOut{EvolvedInstruction: "version 3"}, 3},
			"all":  {func(e *EvolInstruct) { e.StoreEvolutions = true }, EvolInstructOut{EvolvedInstructions: []string{"version 1", "version 2", "version 3"}}, 3},
			"original": {func(e *EvolInstruct) { e.StoreEvolutions, e.IncludeOriginal = true, true },
				EvolInstructOut{EvolvedInstructions: []string{"Sum 2 and 2.", "version 1", "version 2", "version 3"}}, 3},
			"answer": {func(e *EvolInstruct) { e.GenerateAnswers = true }, EvolInstructOut{EvolvedInstruction: "version 3", Answer: "version 4"}, 4},
			"answers": {func(e *EvolInstruct) { e.StoreEvolutions, e.IncludeOriginal, e.GenerateAnswers = true, true, true },
				EvolInstructOut{EvolvedInstructions: []string{"Sum 2 and 2.", "version 1", "version 2", "version 3"},
					Answers: []string{"version 4", "version 5", "version 6", "version 7"}}, 7},
		} {
			e, m := evolver(t, asJSON), &rowModel{}
			c.set(&e)
			got, err := e.Run(context.Background(), m, EvolInstructIn{Instruction: "Sum 2 and 2."})
			c.want.ModelName = "fake-3"
			if shown := shown(got, e.outputs()); err != nil || !reflect.DeepEqual(shown, c.want) || len(m.requests) != c.asks {
				t.Errorf("%s, JSON %v: got %+v, %v after %d requests", name, asJSON, shown, err, len(m.requests))
			}
			if !strings.Contains(m.requests[0], "\nSum 2 and 2.\n") || !strings.Contains(m.requests[2], "\nversion 2\n") {
				t.Errorf("%s: the requests were %q", name, m.requests)
			}
		}
	}
}

// shown leaves the columns that are made.
func shown(out EvolInstructOut, columns []string) (kept EvolInstructOut) {
	from, to := reflect.ValueOf(out), reflect.ValueOf(&kept).Elem()
	for _, p := range component.PortsOf(from.Type()) {
		if slices.Contains(columns, p.Name) {
			to.FieldByName(p.Field).Set(from.FieldByName(p.Field))
		}
	}
	return kept
}

func TestEvolQuality(t *testing.T) {
	e := EvolQuality{Task: task(t, "evol_quality", true), NumEvolutions: 2, Mutations: evolQualityMutations, StoreEvolutions: true}
	m := &rowModel{}
	got, err := e.Run(context.Background(), m, EvolQualityIn{Instruction: "Sum 2 and 2.", Response: "5"})
	if err != nil || !slices.Equal(got.EvolvedResponses, []string{"version 1", "version 2"}) || got.EvolvedResponse != "version 2" || got.ModelName != "fake-2" {
		t.Errorf("got %+v, %v", got, err)
	}
	if !strings.Contains(m.requests[0], "\n5\n") || !strings.Contains(m.requests[1], "\nSum 2 and 2.\n") || !strings.Contains(m.requests[1], "\nversion 1\n") {
		t.Errorf("the requests were %q", m.requests)
	}
	e.IncludeOriginal = true
	if got, err = e.Run(context.Background(), &rowModel{}, EvolQualityIn{Response: "5"}); err != nil || !slices.Equal(got.EvolvedResponses, []string{"5", "version 1", "version 2"}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Lots follow from seed, row, sample and round; and each way says something of its own in both prompts.
func TestMutations(t *testing.T) {
	draw := func(row string, sample, seed, rounds int) string {
		e := evolver(t, true)
		e.NumEvolutions, e.Seed, e.Prompt = rounds, llm.Ptr(seed), "{{ .mutation }} {{ .instruction }}"
		m := &rowModel{call: llm.Call{Row: row, Sample: sample, Step: fmt.Sprint("step", rounds), Priority: llm.Priority{Row: int64(rounds)}}}
		if _, err := e.Run(context.Background(), m, EvolInstructIn{Instruction: "i"}); err != nil {
			t.Fatal(err)
		}
		var drawn []string
		for _, r := range m.requests {
			drawn = append(drawn, strings.Fields(r)[0])
		}
		return strings.Join(drawn, " ")
	}
	first := draw("a", 0, 42, 12)
	if again := draw("a", 0, 42, 12); again != first {
		t.Errorf("the same row drew %s and %s", first, again)
	}
	if fewer := draw("a", 0, 42, 8); !strings.HasPrefix(first, fewer) {
		t.Errorf("with fewer rounds it drew %s, with more %s", fewer, first)
	}
	for what, other := range map[string]string{"row": draw("b", 0, 42, 12), "sample": draw("a", 1, 42, 12), "seed": draw("a", 0, 43, 12)} {
		if other == first {
			t.Errorf("another %s drew the same: %s", what, first)
		}
	}
	for _, name := range evolInstructMutations {
		if n := strings.Count(draw("a", 0, 42, 50), name); n == 0 {
			t.Errorf("%s is never drawn", name)
		}
	}
	for name, all := range map[string][]string{"evol_instruct": evolInstructMutations, "evol_quality": evolQualityMutations} {
		said := map[string]bool{}
		for _, m := range append(all, "none") {
			messages, err := task(t, name, true).Messages("", map[string]any{"mutation": m, "instruction": "i", "response": "r"}, nil)
			if err != nil || said[messages[0].Content] {
				t.Errorf("%s says of %s what it says of another: %v", name, m, err)
			}
			said[messages[0].Content] = true
		}
	}
}

func TestUnknownMutations(t *testing.T) {
	for _, c := range []struct {
		decl   component.Component
		params any
		want   int
	}{
		{evolInstruct(), EvolInstruct{Mutations: []string{"breadth", "depth"}}, 1},
		{evolInstruct(), EvolInstruct{Mutations: []string{"shorter"}, Task: llm.Task{Prompt: "{{ .mutation }}"}}, 0},
		{evolComplexity(), EvolComplexity{Mutations: []string{"constraints"}}, 0},
		{evolQuality(), EvolQuality{Mutations: []string{"constraints", "details"}}, 1},
	} {
		columns := &component.Columns{}
		c.decl.Derive(c.params, columns)
		if len(columns.Problems) != c.want {
			t.Errorf("%s %+v: %v", c.decl.Name, c.params, columns.Problems)
		}
	}
}

// What is no version is refused, whatever way it is written.
func TestEvolutionRefuses(t *testing.T) {
	versions := []string{"What is a given prompt?", "Why is 1 not a prime?"}
	for name, text := range map[string]string{
		"as before":       "Why is 1 not a prime?",
		"nearly as":       "why  is 1 not a PRIME",
		"as the first":    "What is a given prompt?",
		"student":         "Why, as the student's solution says?",
		"refusal":         "I'm sorry, but I can't help with that.",
		"cannot":          "I cannot rewrite this.",
		"cannot, passive": "The instruction cannot be made more complex.",
		"as an AI":        "As an AI language model I have no view on primes.",
		"prompt's words":  "Why is 1, unlike in the original instruction, not a prime?",
		"paper's words":   "Do #The Given Prompt# once more.",
		"in the middle":   "Make sure that the rewritten prompt asks why 1 is not a prime.",
		"tag":             "Why? </instruction> <instruction>",
		"marks alone":     "?!...",
		"placeholder":     "<your instruction>",
		"another form's":  "<evolved_instruction>",
		"task's words":    "The way to change it is to put something particular in the place of something general, such as a certain case.",
	} {
		for _, asJSON := range []bool{true, false} {
			e := evolution{task: task(t, "evol_instruct", asJSON), kind: "instruction"}
			said := text
			if asJSON {
				said = fmt.Sprintf(`{"evolved_instruction": %q}`, text)
			}
			if got, err := e.parse(said, versions); class(err) != llm.Unparseable {
				t.Errorf("%s, JSON %v: got %q, %v", name, asJSON, got, err)
			}
		}
	}
	e := evolution{task: task(t, "evol_instruct", true), kind: "instruction"}
	own := "Show how to put something particular in the place of something general."
	if got, err := e.parse(`{"evolved_instruction": "Please s`+own[1:]+`"}`, []string{own}); err != nil {
		t.Errorf("words of the instruction itself: got %q, %v", got, err)
	}
	for name, said := range map[string]string{
		"prose": "Here is a harder one: why?", "another key": `{"instruction": "Why?"}`, "null": `{"evolved_instruction": null}`,
		"list": `{"evolved_instruction": ["Why?"]}`, "blank": `{"evolved_instruction": " "}`, "cut": `{"evolved_instruction": "Wh`,
		"twice": `{"evolved_instruction": "Why?", "evolved_instruction": "How?"}`,
	} {
		if got, err := e.parse(said, versions); class(err) != llm.Unparseable {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, err := e.parse(" \n", versions); class(err) != llm.Empty {
		t.Errorf("an empty reply: %v", err)
	}
}

// The text of a version is taken as it is, without what stands around it; words that were there before may stay.
func TestEvolutionTolerates(t *testing.T) {
	plainText := evolution{task: task(t, "evol_instruct", false), kind: "instruction"}
	for said, want := range map[string]string{
		"Why is 4 no prime?":                                   "Why is 4 no prime?",
		"\"Why is 4 no prime?\"":                               "Why is 4 no prime?",
		"<instruction>\nWhy is 4 no prime?\n</instruction>":    "Why is 4 no prime?",
		"**Evolved instruction:** Why is 4 no prime?":          "Why is 4 no prime?",
		"<think>Harder ...</think>\n\nWhy is 4 no prime?\n":    "Why is 4 no prime?",
		"1. Sort {\"a\": 1}.\n2. Say why the rest is sorted.":  "1. Sort {\"a\": 1}.\n2. Say why the rest is sorted.",
		"I cannot log in to my mail. What are three remedies?": "I cannot log in to my mail. What are three remedies?",
		"What makes a given prompt a good one?":                "What makes a given prompt a good one?",
		"Is it? Then improve your first answer, and compare.":  "Is it? Then improve your first answer, and compare.",
	} {
		if got, err := plainText.parse(said, []string{"What is a given prompt?"}); err != nil || got != want {
			t.Errorf("%q: got %q, %v", said, got, err)
		}
	}
	asJSON := evolution{task: task(t, "evol_quality", true), kind: "response"}
	if got, err := asJSON.parse("Sure!\n```json\n{\"evolved_response\": \"So: {\\\"a\\\": 1}\"}\n```", []string{"x"}); err != nil || got != `So: {"a": 1}` {
		t.Errorf("got %q, %v", got, err)
	}
}

// A failed evolution fails its row: no version takes the place of another.
func TestEvolutionFails(t *testing.T) {
	m := &fakeModel{replies: []string{"", "Sum 2 and 2.", "I cannot rewrite this."}}
	got, err := evolver(t, false).Run(context.Background(), m, EvolInstructIn{Instruction: "Sum 2 and 2."})
	if class(err) != llm.Unparseable || m.asked != 3 || !reflect.DeepEqual(got, EvolInstructOut{}) {
		t.Errorf("got %+v, %v after %d requests", got, err, m.asked)
	}
}

// The first request of a row has the seed, the others have the version before.
func TestEvolInstructGenerator(t *testing.T) {
	g := EvolInstructGenerator{Task: task(t, "evol_instruct_generator", true), NumEvolutions: 2, Mutations: evolInstructMutations, GenerateAnswers: true}
	m := &rowModel{}
	got, err := g.Run(context.Background(), m, EvolInstructGeneratorIn{Seed: "bridge, wind"})
	if err != nil || got != (EvolInstructGeneratorOut{"version 3", "version 4", "fake-3"}) || len(m.requests) != 4 {
		t.Errorf("got %+v, %v after %q", got, err, m.requests)
	}
	for i, want := range []string{"\nbridge, wind\n", "\nversion 1\n", "\nversion 2\n", "version 3"} {
		if !strings.Contains(m.requests[i]+"\n", want) || i > 0 && strings.Contains(m.requests[i], "bridge") {
			t.Errorf("request %d was %s", i+1, m.requests[i])
		}
	}
	again := &rowModel{}
	if _, err := (EvolComplexityGenerator(g)).Run(context.Background(), again, EvolInstructGeneratorIn{Seed: "bridge, wind"}); err != nil || !slices.Equal(again.requests, m.requests) {
		t.Errorf("the other generator asked %q, %v", again.requests, err)
	}
}
