package contract

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

type textPairRow struct {
	Prompt   string `json:"prompt"`
	Chosen   string `json:"chosen"`
	Rejected string `json:"rejected"`
}

type wholePairRow struct {
	Prompt   string        `json:"prompt"`
	Chosen   []llm.Message `json:"chosen"`
	Rejected []llm.Message `json:"rejected"`
	Rating   *int          `json:"rating"`
	Tools    []string      `json:"tools" null:"ok"`
}

type splitPairRow struct {
	Prompt   []llm.Message `json:"prompt"`
	Chosen   []llm.Message `json:"chosen"`
	Rejected []llm.Message `json:"rejected"`
}

type implicitRow struct {
	Chosen   string `json:"chosen"`
	Rejected string `json:"rejected"`
}

type talkRow struct {
	Messages []llm.Message `json:"messages"`
}

type ownMessage struct {
	Content string `json:"content"`
	Role    string `json:"role"`
}

type ownTalkRow struct {
	Messages []ownMessage `json:"messages"`
}

type labelRow struct {
	System     *string `json:"system"`
	Question   string  `json:"question"`
	Completion string  `json:"completion"`
	Label      bool    `json:"label"`
}

// talk makes messages of "user: text" and the like.
func talk(lines ...string) (all []llm.Message) {
	for _, line := range lines {
		role, content, _ := strings.Cut(line, ": ")
		all = append(all, llm.Message{Role: role, Content: content})
	}
	return all
}

// write takes a row through a contract, and shows what the trainer gets.
func write(t *testing.T, c *Contract, row any) (string, error) {
	t.Helper()
	fit, err := c.Bind(reflect.TypeOf(row))
	if err != nil {
		t.Fatal(err)
	}
	made, err := fit.Row(row)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), nil
}

// Every shape that pairs come in becomes that of the trainer.
func TestShapes(t *testing.T) {
	pair := wholePairRow{Prompt: "q", Chosen: talk("system: s", "user: q", "assistant: a"), Rejected: talk("system: s", "user: q", "assistant: b"), Tools: []string{"x"}}
	split := splitPairRow{talk("user: q"), talk("assistant: a"), talk("assistant: b")}
	long := splitPairRow{talk("user: p", "assistant: o", "user: q"), talk("assistant: a"), talk("assistant: b")}
	system := "s"
	for _, c := range []struct {
		format string
		row    any
		want   string
	}{
		{"trl/dpo", textPairRow{"q", "a", "b"}, `{"prompt":"q","chosen":"a","rejected":"b"}`},
		{"trl/dpo", implicitRow{"q a", "q b"}, `{"chosen":"q a","rejected":"q b"}`},
		{"trl/dpo", pair, `{"prompt":[{"content":"s","role":"system"},{"content":"q","role":"user"}],"chosen":[{"content":"a","role":"assistant"}],"rejected":[{"content":"b","role":"assistant"}],"rating":null}`},
		{"trl/dpo", split, `{"prompt":[{"content":"q","role":"user"}],"chosen":[{"content":"a","role":"assistant"}],"rejected":[{"content":"b","role":"assistant"}]}`},
		{"trl/sft", talkRow{talk("user: q", "assistant: a")}, `{"messages":[{"content":"q","role":"user"},{"content":"a","role":"assistant"}]}`},
		{"trl/sft", ownTalkRow{[]ownMessage{{"q", "user"}, {"a", "assistant"}}}, `{"messages":[{"content":"q","role":"user"},{"content":"a","role":"assistant"}]}`},
		{"axolotl/dpo/chat_template.default", split, `{"messages":[{"content":"q","role":"user"}],"chosen":{"content":"a","role":"assistant"},"rejected":{"content":"b","role":"assistant"}}`},
		{"axolotl/dpo/chatml.intel", pair, `{"system":"s","question":"q","chosen":"a","rejected":"b","prompt":"q","rating":null}`},
		{"axolotl/dpo/llama3.argilla", long, ""},
		{"axolotl/dpo/chat_template.argilla_chat", textPairRow{"q", "a", "b"}, `{"chosen":[{"content":"q","role":"user"},{"content":"a","role":"assistant"}],"rejected":[{"content":"q","role":"user"},{"content":"b","role":"assistant"}]}`},
		{"axolotl/kto/chatml.intel", labelRow{&system, "q", "a", true}, `{"system":"s","question":"q","completion":"a","label":true}`},
		{"axolotl/kto/chatml.intel", labelRow{nil, "q", "a", false}, `{"system":"","question":"q","completion":"a","label":false}`},
		{"llamafactory/alpaca/dpo", pair, `{"instruction":"q","input":"","chosen":"a","rejected":"b","system":"s","prompt":"q","rating":null,"tools":["x"]}`},
		{"llamafactory/sharegpt/dpo", pair, `{"conversations":[{"content":"s","role":"system"},{"content":"q","role":"user"}],"chosen":{"content":"a","role":"assistant"},"rejected":{"content":"b","role":"assistant"},"prompt":"q","rating":null,"tools":["x"]}`},
	} {
		got, err := write(t, Find(c.format), c.row)
		if c.want == "" {
			if class(err) != llm.BadTurns {
				t.Errorf("%s takes %+v: %s, %v", c.format, c.row, got, err)
			}
			continue
		}
		var same, want any
		if json.Unmarshal([]byte(got), &same); json.Unmarshal([]byte(c.want), &want) != nil || err != nil || !reflect.DeepEqual(same, want) {
			t.Errorf("%s of %T gives %v\n%s\nand not\n%s", c.format, c.row, err, got, c.want)
		}
	}
}

func class(err error) llm.Class {
	if e := (*llm.RowError)(nil); errors.As(err, &e) {
		return e.Class
	}
	return ""
}

// A row that a trainer cannot learn from is refused, with its class.
func TestUnfitRows(t *testing.T) {
	good := talk("user: q", "assistant: a")
	whole := func(chosen, rejected []llm.Message) wholePairRow {
		return wholePairRow{Prompt: "q", Chosen: chosen, Rejected: rejected}
	}
	for name, c := range map[string]struct {
		format string
		row    any
		want   llm.Class
		says   string
	}{
		"same texts":           {"trl/dpo", textPairRow{"q", "a", " a\n"}, llm.SameAnswers, "same text"},
		"same conversations":   {"trl/dpo", whole(good, good), llm.SameAnswers, "same conversation"},
		"same but for space":   {"trl/dpo", whole(good, talk("user: q", "assistant: a ")), llm.SameAnswers, "same text"},
		"same answers":         {"trl/dpo", splitPairRow{talk("user: q"), talk("assistant: a"), talk("assistant: a")}, llm.SameAnswers, "same text"},
		"same whole texts":     {"trl/dpo", implicitRow{"q a", "q a"}, llm.SameAnswers, "same text"},
		"other whole prompts":  {"trl/dpo", implicitRow{"q a", "p a"}, llm.PromptsDiffer, "same prompt"},
		"another prompt":       {"trl/dpo", whole(good, talk("user: p", "assistant: b")), llm.PromptsDiffer, "differ in message 1"},
		"another last prompt":  {"trl/dpo", whole(talk("user: q", "assistant: a", "user: r", "assistant: c"), talk("user: q", "assistant: a", "user: s", "assistant: c")), llm.PromptsDiffer, "message 3"},
		"one goes on":          {"trl/dpo", whole(good, talk("user: q", "assistant: a", "user: r", "assistant: c")), llm.BadTurns, "beginning of the other"},
		"no prompt":            {"trl/dpo", textPairRow{" ", "a", "b"}, llm.EmptyText, "prompt is empty"},
		"no answer":            {"trl/dpo", textPairRow{"q", "a", ""}, llm.EmptyText, "rejected is empty"},
		"no messages":          {"trl/dpo", whole(nil, good), llm.EmptyText, "chosen has no messages"},
		"nothing in a message": {"trl/dpo", whole(talk("user: ", "assistant: a"), good), llm.EmptyText, "Message 1 of the column chosen, which is the user's"},
		"no answer yet":        {"trl/dpo", whole(talk("user: q"), good), llm.BadTurns, "ends with a message of the user"},
		"prompt with answer":   {"trl/dpo", splitPairRow{good, talk("assistant: a"), talk("assistant: b")}, llm.BadTurns, "prompt ends with a message of the assistant"},
		"prompt twice":         {"trl/dpo", splitPairRow{talk("user: q"), good, talk("assistant: b")}, llm.BadTurns, "Message 1 of the column chosen is the user's"},
		"two in a row":         {"trl/sft", talkRow{talk("user: q", "user: r", "assistant: a")}, llm.BadTurns, "Message 2"},
		"assistant first":      {"trl/sft", talkRow{talk("assistant: hello", "user: q", "assistant: a")}, llm.BadTurns, "Message 1"},
		"late system":          {"trl/sft", talkRow{talk("user: q", "system: s", "assistant: a")}, llm.BadTurns, "Message 2"},
		"only the system":      {"trl/sft", talkRow{talk("system: s")}, llm.BadTurns, "ends with a message of the system"},
		"a role of no trainer": {"trl/sft", talkRow{talk("human: q", "gpt: a")}, llm.BadTurns, "human's"},
		"label without answer": {"axolotl/kto/llama3.intel", labelRow{nil, "q", "\n", true}, llm.EmptyText, "completion is empty"},
		"long answer":          {"llamafactory/sharegpt/dpo", splitPairRow{talk("user: q"), talk("assistant: a", "user: r", "assistant: c"), talk("assistant: b")}, llm.BadTurns, "room for one"},
	} {
		got, err := write(t, Find(c.format), c.row)
		if class(err) != c.want || !strings.Contains(err.Error(), c.says) || !strings.HasSuffix(err.Error(), ".") {
			t.Errorf("%s: %q, %v; and not %s with %q", name, got, err, c.want, c.says)
		}
	}
}

// Columns may have names of the user's.
func TestRenamed(t *testing.T) {
	c := Find("trl/kto").With(map[string]string{"prompt": "question"})
	got, err := write(t, c, labelRow{nil, "q", "a", true})
	if want := `{"prompt":"q","completion":"a","label":true,"system":null}`; err != nil || got != want {
		t.Errorf("%s, %v; and not %s", got, err, want)
	}
	if _, err := Find("trl/kto").Bind(reflect.TypeFor[labelRow]()); err == nil || !strings.Contains(err.Error(), "prompt (string)") {
		t.Errorf("without a prompt: %v", err)
	}
	if _, err := TRL("grpo").Bind(reflect.TypeFor[labelRow]()); err == nil || !strings.Contains(err.Error(), "trl/grpo") {
		t.Errorf("a form that there is not: %v", err)
	}
}

// What the docs, the check and the runtime read of a contract fits together.
func TestContracts(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.Name] || c.Doc == "" || c.Trainer == "" || c.Link == "" || c.Usage == nil || len(c.Forms) == 0 {
			t.Errorf("%s is there twice, or lacks something", c.Name)
		}
		seen[c.Name] = true
		for _, f := range c.Forms {
			columns := make([]component.Column, len(f.Reads))
			for i, in := range f.Reads {
				columns[i] = component.Column{Name: in.Name, Type: in.Is.Type()}
			}
			if got, problems := c.Choose(columns); got == nil || len(problems) > 0 {
				t.Errorf("%s does not take its own columns: %v", c.Name, problems)
			}
			for _, out := range f.Writes {
				if out.Is.Doc == "" || out.Is.Type == nil {
					t.Errorf("%s does not say what %s is", c.Name, out.Name)
				}
			}
		}
	}
}
