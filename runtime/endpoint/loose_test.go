package endpoint

import (
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// What is not quite the API's is read all the same, if a reply is in it.
func TestLooseReplies(t *testing.T) {
	whole := completion("fine")
	for name, body := range map[string]string{
		"created":       strings.Replace(whole, `"created":1`, `"created":1.5`, 1),
		"id":            strings.Replace(whole, `"id":"1"`, `"id":1`, 1),
		"index":         strings.Replace(whole, `"index":0`, `"index":"0"`, 1),
		"usage, text":   strings.Replace(whole, `"prompt_tokens":3,"completion_tokens":2`, `"prompt_tokens":"3","completion_tokens":"2"`, 1),
		"usage, floats": strings.Replace(whole, `"prompt_tokens":3,"completion_tokens":2`, `"prompt_tokens":3.0,"completion_tokens":2.0`, 1),
		"parts":         strings.Replace(strings.Replace(whole, `"id":"1"`, `"id":1`, 1), `"fine"`, `[{"type":"text","text":"fi"},{"type":"text","text":"ne"}]`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newTestSet(t, always(200, body))
			r, err := s.ask(t.Context(), local(), "x")
			if err != nil || r.Text != "fine" || r.PromptTokens != 3 || r.CompletionTokens != 2 || r.FinishReason != "stop" || r.Model != "m-1-2026" {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	if _, ok := loose([]byte(`{"choices":[{"message":{"content":7}}]}`)); ok {
		t.Error("a number was taken for a reply")
	}
	s, _ := newTestSet(t, always(200, strings.Replace(whole, `"prompt_tokens":3,"completion_tokens":2`, `"prompt_tokens":-3,"completion_tokens":-2`, 1)))
	if r, err := s.ask(t.Context(), local(), "x"); err != nil || r.PromptTokens != 0 || r.CompletionTokens != 0 {
		t.Errorf("negative tokens: %+v, %v", r, err)
	}
}

// What is no reply at all is kept with the failure.
func TestBadResponseIsKept(t *testing.T) {
	s, _ := newTestSet(t, always(200, `{"choices":[{"message":{"content":7}}]}`))
	m := local()
	m.MaxRetries = new(0)
	if _, err := s.ask(t.Context(), m, "x"); err == nil || err.(*llm.RowError).Reply != `{"choices":[{"message":{"content":7}}]}` {
		t.Errorf("%#v", err)
	}
}
