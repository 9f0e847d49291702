package simulate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate/author"
)

// Whose turn a text ends with is told in every preset that there is, with what was said before.
func TestTurnsOf(t *testing.T) {
	chat := []llm.Message{{Role: "system", Content: "You teach geometry."}, {Role: "user", Content: "What is a circle?"}, {Role: "assistant", Content: "A round line."}}
	for _, preset := range []string{"chatml", "llama3", "qwen2", "gemma", "mistral", "phi3", "phi4", "zephyr"} {
		c := llm.ChatTemplate{Preset: preset}
		said := chat
		if preset == "gemma" {
			said = chat[1:]
		}
		for n := range len(said) + 1 {
			for _, role := range []string{"user", "assistant"} {
				if role == "assistant" && (n == 0 || said[n-1].Role != "user") || role == "user" && n > 0 && said[n-1].Role == "user" {
					continue
				}
				got, begun := turnsOf(c.Write(said[:n]) + c.Open(role))
				want := make([]author.Message, n)
				for i, m := range said[:n] {
					want[i] = author.Message(m)
				}
				if begun != role || fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s: %v and a turn of %q, want %v and %q", preset, got, begun, want, role)
				}
			}
		}
	}
}

func TestRaw(t *testing.T) {
	s := start(t, Options{AnyModel: true})
	ask := func(body string) (text, finish string, status int) {
		r := s.call(t, "POST", "/completions", body)
		out := decode[rawCompletion](t, r.body)
		if r.status != 200 || len(out.Choices) != 1 {
			return string(r.body), "", r.status
		}
		if c := out.Usage; c.Prompt == 0 || c.Completion == 0 || c.Total != c.Prompt+c.Completion {
			t.Errorf("usage %+v", c)
		}
		return *out.Choices[0].Text, out.Choices[0].FinishReason, r.status
	}
	const open = `{"model":"local-7b","max_tokens":300,"prompt":"<|im_start|>system\nYou teach geometry.<|im_end|>\n<|im_start|>user\n"`
	first, finish, _ := ask(open + `,"seed":1}`)
	again, _, _ := ask(open + `,"seed":1}`)
	other, _, _ := ask(open + `,"seed":2}`)
	if first != again || first == other || finish != "stop" || first == "" {
		t.Errorf("%q, %q, %q, %s", first, again, other, finish)
	}
	answer, _, _ := ask(fmt.Sprintf(`{"model":"local-7b","max_tokens":300,"prompt":"<|im_start|>user\n%s<|im_end|>\n<|im_start|>assistant\n"}`, strings.ReplaceAll(first, `"`, `'`)))
	if answer == first || len(answer) < 20 {
		t.Errorf("the answer to %q is %q", first, answer)
	}
	if text, _, _ := ask(`{"model":"local-7b","prompt":"<|user|>\nWhy is 1 not a prime?</s>\n<|assistant|>\n"}`); len(text) != 64 {
		t.Errorf("without max_tokens there are 16: %q", text)
	}
	for body, want := range map[string]int{
		`{"model":"local-7b","prompt":"a","random_seed":1}`:         400,
		`{"model":"local-7b","prompt":["a"]}`:                       400,
		`{"model":"local-7b","prompt":"a","max_tokens":1.5}`:        400,
		`{"model":"local-7b","messages":[]}`:                        400,
		`{"prompt":"a"}`:                                            400,
		`{"model":"local-7b"`:                                       400,
		`{"model":"ministral-8b-latest","prompt":"a"}`:              404,
		`{"model":"local-7b","prompt":"a","stop":["x"],"top_p":.5}`: 400, // no JSON
	} {
		if text, _, status := ask(body); status != want {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	if text, _, status := ask(open + `,"stop":[" "]}`); status != 200 || strings.Contains(text, " ") {
		t.Errorf("%d %q", status, text)
	}
}

// The faults of replies hit raw completions as well.
func TestRawFaults(t *testing.T) {
	for fault, want := range map[string]string{"empty": `"text":""`, "null": `"text":null`, "truncate": `"finish_reason":"length"`, "nochoices": `"choices":[]`} {
		f, err := ParseFaults(fault + "=1")
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, Options{AnyModel: true, Faults: f})
		if got := string(s.call(t, "POST", "/completions", `{"model":"local-7b","max_tokens":300,"prompt":"<|user|>\n"}`).body); !strings.Contains(got, want) {
			t.Errorf("%s: %s", fault, got)
		}
	}
}
