package steps

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

var toBacktranslate = InstructionBacktranslationIn{Instruction: "Why is 1 not a prime?", Generation: "It has one divisor.\nScore: 5"}

// A judge's reply gives one score of the scale, or none.
func TestInstructionBacktranslation(t *testing.T) {
	for _, c := range []struct {
		json  bool
		reply string
		score int
		class llm.Class
	}{
		{true, `{"reason": "Right.", "score": 4}`, 4, ""},
		{true, "Sure.\n```json\n{\"reason\": \"Right.\", \"score\": \"4/5\"}\n```", 4, ""},
		{false, "Reason: Right.\nScore: 4", 4, ""},
		{false, "<think>Hm. Score: 1</think>\nHere is my verdict.\n\nScore: 4\nReason: Right.", 4, ""},
		{true, `{"reason": "Right.", "score": 6}`, 0, llm.OutOfScale},
		{true, `{"reason": "Right.", "score": 4.5}`, 0, llm.OutOfScale},
		{false, "Reason: Right.\nScore: 0", 0, llm.OutOfScale},
		{true, `{"reason": "Right.", "score": "N/A"}`, 0, llm.Unparseable},
		{true, `{"reason": "Right.", "score": null}`, 0, llm.Unparseable},
		{true, `{"score": 4}`, 0, llm.Unparseable},
		{true, `{"reason": "Right."}`, 0, llm.Unparseable},
		{true, `{"reason": "Right.", "score": 4, "score": 5}`, 0, llm.Unparseable},
		{true, "It is a good answer.", 0, llm.Unparseable},
		{false, "It is a good answer.", 0, llm.Unparseable},
		{false, "Reason: Right.\nScore: 4\nScore: 5", 0, llm.Unparseable},
		{false, "Reason: Right.\nScore: four", 0, llm.Unparseable},
		{true, " ", 0, llm.Empty},
	} {
		m := &fakeModel{replies: []string{c.reply}}
		out, err := InstructionBacktranslation{task(t, "instruction_backtranslation", c.json)}.Run(context.Background(), m, toBacktranslate)
		if class(err) != c.class || (err == nil) != (c.class == "") || err == nil && !reflect.DeepEqual(out, InstructionBacktranslationOut{c.score, "Right.", "fake-1"}) {
			t.Errorf("%q: got %+v, %v", c.reply, out, err)
		}
		if (m.schema != nil) != c.json || !strings.Contains(m.request(), toBacktranslate.Generation) || !strings.Contains(m.request(), toBacktranslate.Instruction) {
			t.Errorf("the request was %s with the schema %v", m.request(), m.schema)
		}
	}
}

func TestGenstruct(t *testing.T) {
	for said, asJSON := range map[string]bool{
		`{"user": "Why?\nHow?", "assistant": "So.\n\nThus."}`:              true,
		"User: Why?\nHow?\n\nAssistant: So.\n\nThus.":                      false,
		"Here it is:\n\n**User:** Why?\nHow?\n**Assistant:** So.\n\nThus.": false,
	} {
		m := &fakeModel{replies: []string{said}}
		out, err := Genstruct{task(t, "genstruct", asJSON)}.Run(context.Background(), m, GenstructIn{Title: "Primes", Content: "Two is one."})
		if err != nil || out != (GenstructOut{"Why?\nHow?", "So.\n\nThus.", "fake-1"}) {
			t.Errorf("%q: got %+v, %v", said, out, err)
		}
	}
	for said, asJSON := range map[string]bool{`{"user": "Why?"}`: true, `{"user": "Why?", "assistant": ""}`: true, `{"user": "N/A", "assistant": "So."}`: true,
		`{"user": "Why?", "assistant": "I'm sorry, I cannot tell."}`: true, `{"user": "Why?", "assistant": "why"}`: true, "User: -\nAssistant: So.": false,
		"User: Why?": false, "Why? So.": false} {
		m := &fakeModel{replies: []string{said}}
		if out, err := (Genstruct{task(t, "genstruct", asJSON)}).Run(context.Background(), m, GenstructIn{}); class(err) != llm.Unparseable {
			t.Errorf("%q: got %+v, %v", said, out, err)
		}
	}
}

// A revision that changes nothing makes no pair.
func TestCLAIR(t *testing.T) {
	in := CLAIRIn{Task: "Is 91 a prime?", StudentSolution: "Yes."}
	m := &fakeModel{replies: []string{`{"rational": "Fine.", "revision": "yes."}`, `{"rational": "Wrong.", "revision": "No: the original answer forgets 7."}`,
		`{"rational": "Wrong.", "revision": "No, 7 divides it."}`}}
	out, err := CLAIR{task(t, "clair", true)}.Run(context.Background(), m, in)
	if err != nil || m.asked != 3 || out != (CLAIROut{"No, 7 divides it.", "Wrong.", "fake-1"}) {
		t.Errorf("got %+v, %v after %d replies", out, err, m.asked)
	}
	m = &fakeModel{replies: []string{"Rational: 7 is forgotten.\nRevision: No.\n7 divides it."}}
	if out, err = (CLAIR{task(t, "clair", false)}).Run(context.Background(), m, in); err != nil || out.Revision != "No.\n7 divides it." {
		t.Errorf("got %+v, %v", out, err)
	}
}

func TestChatGeneration(t *testing.T) {
	user, assistant := llm.Message{Role: "user", Content: "And of 21?"}, llm.Message{Role: "assistant", Content: "15."}
	first, system := llm.Message{Role: "user", Content: "What is 3/4 of 20?"}, llm.Message{Role: "system", Content: "Be brief."}
	for name, c := range map[string]struct {
		given, sent []llm.Message
		system      string
		prompt      llm.Prompt
	}{
		"as it is":          {given: []llm.Message{system, first, assistant, user}, sent: []llm.Message{system, first, assistant, user}},
		"one message":       {given: []llm.Message{user}, sent: []llm.Message{user}},
		"step's system":     {given: []llm.Message{first, assistant, user}, system: "Be brief.", sent: []llm.Message{system, first, assistant, user}},
		"row's comes first": {given: []llm.Message{system, user}, system: "Be long.", sent: []llm.Message{system, user}},
		"prompt":            {given: []llm.Message{first, assistant, user}, prompt: "{{ .last }} Why?", sent: []llm.Message{first, assistant, {Role: "user", Content: "And of 21? Why?"}}},
		"not a template":    {given: []llm.Message{{Role: "user", Content: "{{ .x }}"}}, sent: []llm.Message{{Role: "user", Content: "{{ .x }}"}}},
	} {
		s := ChatGeneration{llm.Task{Prompt: "{{ .last }}\n", SystemPrompt: c.system}}
		if c.prompt != "" {
			s.Prompt = c.prompt
		}
		m := &fakeModel{replies: []string{"15.75"}}
		out, err := s.Run(context.Background(), m, ChatGenerationIn{Messages: c.given})
		if err != nil || out != (ChatGenerationOut{"15.75", "fake-1"}) || !reflect.DeepEqual(m.messages, c.sent) {
			t.Errorf("%s: got %+v, %v; sent %v", name, out, err, m.messages)
		}
	}
	for _, given := range [][]llm.Message{nil, {first, assistant}, {system}} {
		m := &fakeModel{replies: []string{"15"}}
		if _, err := (ChatGeneration{llm.Task{Prompt: "{{ .last }}"}}).Run(context.Background(), m, ChatGenerationIn{Messages: given}); class(err) != llm.BadRow || m.asked > 0 {
			t.Errorf("%v: %v after %d requests", given, err, m.asked)
		}
	}
}

func TestURIAL(t *testing.T) {
	s := URIAL{llm.Task{Prompt: "{{ range .conversation }}# {{ .role }}: {{ .content }}\n{{ end }}# Assistant:"}}
	for said, want := range map[string]string{
		"It has one divisor.": "It has one divisor.",
		" It has one divisor.\n\n# User:\nAnd 0?\n\n# Assistant:\nNo":     "It has one divisor.",
		"# Assistant: It has one divisor.\n\n## Query:\nx":                "It has one divisor.",
		"It is in C# User classes.":                                       "It is in C# User classes.",
		"# Why\n\n## User rights\nx\n\n## Query plans\ny\n\n## Answer\nz": "# Why\n\n## User rights\nx\n\n## Query plans\ny\n\n## Answer\nz",
		"# Assistant\nIt has one divisor.\n# User\nx":                     "It has one divisor.",
	} {
		m := &fakeModel{replies: []string{said}}
		out, err := s.Run(context.Background(), m, URIALIn{Instruction: llm.Ptr("Why?")})
		if err != nil || out != (URIALOut{want, "fake-1"}) || m.request() != "# user: Why?\n# Assistant:" {
			t.Errorf("%q: got %+v, %v; asked %q", said, out, err, m.request())
		}
	}
	m := &fakeModel{replies: []string{"\n# User:\nWhat else?", "<think>It has one divisor, or"}}
	if _, err := s.Run(context.Background(), m, URIALIn{Conversation: []llm.Message{{Role: "user", Content: "Why?"}}}); class(err) != llm.Empty {
		t.Errorf("no answer before the next question: %v", err)
	}
	columns := &component.Columns{Inputs: map[string]component.Column{}}
	urial().Derive(URIAL{}, columns)
	columns.Inputs["conversation"] = component.Column{Name: "messages"}
	urial().Derive(URIAL{}, columns)
	if len(columns.Problems) != 1 {
		t.Errorf("problems are %v", columns.Problems)
	}
}
