package simulate

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/simulate/schematest"
)

func TestChat(t *testing.T) {
	s := start(t, Options{})
	c := s.complete(t, chat("Why is 1 not a prime?", ""))
	text := *c.Choices[0].Message.Content
	if len(c.Choices) != 1 || c.Choices[0].FinishReason != "stop" || c.Model != "mistral-large-latest" || len(c.ID) != 32 || c.Created != noon.Unix() {
		t.Errorf("got %+v", c)
	}
	if c.Usage.Completion != (len(text)+3)/4 || c.Usage.Prompt != 4+6 || c.Usage.Total != c.Usage.Prompt+c.Usage.Completion {
		t.Errorf("usage %+v of %q", c.Usage, text)
	}
	if !strings.Contains(text, "1 not a prime") {
		t.Errorf("the answer does not take up the question: %q", text)
	}
	if n := strings.Count(text, ". ") + 1; n < 2 || n > 9 {
		t.Errorf("%d sentences: %q", n, text)
	}
}

// A reply depends on model, messages, seed and form, and on nothing else.
func TestChatIsDeterministic(t *testing.T) {
	one, two := start(t, Options{}), start(t, Options{})
	base := one.ask(t, chat("What is a prime?", ""))
	for _, extra := range []string{"", `,"max_tokens":4000`, `,"top_p":0.9`, `,"metadata":{"a":1}`} {
		if got := two.ask(t, chat("What is a prime?", extra)); got != base {
			t.Errorf("with %s: %q, without %q", extra, got, base)
		}
	}
	seen := map[string]string{base: "base"}
	for name, body := range map[string]string{
		"prompt": chat("What is a square?", ""),
		"seed":   chat("What is a prime?", `,"random_seed":1`),
		"seed 2": chat("What is a prime?", `,"random_seed":2`),
		"model":  strings.Replace(chat("What is a prime?", ""), "mistral-large", "ministral-8b", 1),
		"system": strings.Replace(chat("What is a prime?", ""), `[{`, `[{"role":"system","content":"Be brief."},{`, 1),
	} {
		got := two.ask(t, body)
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s: the same reply %q", name, other, got)
		}
		seen[got] = name
	}
}

func TestChatSettings(t *testing.T) {
	s := start(t, Options{})
	whole := s.ask(t, chat("Explain limits.", ""))

	c := s.complete(t, chat("Explain limits.", `,"max_tokens":5`))
	if got := *c.Choices[0].Message.Content; got != whole[:20] || c.Choices[0].FinishReason != "length" || c.Usage.Completion != 5 {
		t.Errorf("cut to %q, %+v", got, c)
	}
	c = s.complete(t, chat("Erkläre größere Übungsaufgaben", `,"max_tokens":11`))
	if got := *c.Choices[0].Message.Content; strings.ToValidUTF8(got, "") != got || c.Usage.Completion > 11 {
		t.Errorf("cut to %q, %+v", got, c.Usage)
	}
	stop := strings.Fields(whole)[3]
	if got := s.ask(t, chat("Explain limits.", fmt.Sprintf(`,"stop":[%q,"zzz"]`, stop))); got != whole[:strings.Index(whole, stop)] {
		t.Errorf("stopped at %q: %q", stop, got)
	}
	c = s.complete(t, chat("Explain limits.", `,"n":3,"temperature":1`))
	texts := map[string]bool{}
	for i, ch := range c.Choices {
		texts[*ch.Message.Content] = true
		if ch.Index != i {
			t.Errorf("choice %d has the index %d", i, ch.Index)
		}
	}
	if len(texts) != 3 || !texts[whole] {
		t.Errorf("n is 3: %v", texts)
	}
	prefixed := `{"model":"mistral-large-latest","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"Well: ","prefix":true}]}`
	if got := s.ask(t, prefixed); !strings.HasPrefix(got, "Well: ") || len(got) < 20 {
		t.Errorf("with a prefix: %q", got)
	}
	chunks := `{"model":"mistral-large-latest","messages":[{"role":"user","content":[{"type":"text","text":"Explain"},{"type":"text","text":"limits."}]}]}`
	if got := s.ask(t, chunks); !strings.Contains(got, "imits") {
		t.Errorf("of chunks: %q", got)
	}
}

func TestStream(t *testing.T) {
	s := start(t, Options{})
	body := chat("Explain limits.", `,"max_tokens":60`)
	whole := s.complete(t, body)
	r := s.call(t, "POST", "/chat/completions", chat("Explain limits.", `,"max_tokens":60,"stream":true`))
	if !strings.HasPrefix(r.header.Get("Content-Type"), "text/event-stream") {
		t.Errorf("content type %q", r.header.Get("Content-Type"))
	}
	var text strings.Builder
	var last chunk
	done := false
	for lines := bufio.NewScanner(bytes.NewReader(r.body)); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		switch {
		case lines.Text() == "":
		case !ok || done:
			t.Fatalf("line %q", lines.Text())
		case data == "[DONE]":
			done = true
		default:
			if err := schematest.Validate("CompletionChunk", []byte(data)); err != nil {
				t.Error(err)
			}
			last = decode[chunk](t, []byte(data))
			text.WriteString(*last.Choices[0].Delta.Content)
		}
	}
	if !done || text.String() != *whole.Choices[0].Message.Content {
		t.Errorf("streamed %q, done %v, whole %q", text.String(), done, *whole.Choices[0].Message.Content)
	}
	if last.Usage == nil || *last.Usage != whole.Usage || *last.Choices[0].FinishReason != whole.Choices[0].FinishReason {
		t.Errorf("last event %+v, whole %+v", last, whole.Usage)
	}
}
