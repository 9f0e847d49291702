package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// transport answers requests in memory.
type transport func(r *http.Request, body string) (*http.Response, error)

// RoundTrip gives up when the request's context does, as a real one.
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	return f(r, string(body))
}

// response is what a server sends; headers are names and values in turn.
func response(status int, body string, headers ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// completion is the body of a reply with this text.
func completion(text string) string { return completionOf(quoted(text), "stop") }

func completionOf(content, finish string) string {
	return fmt.Sprintf(`{"id":"1","object":"chat.completion","created":1,"model":"m-1-2026","choices":[{"index":0,"message":{"role":"assistant",`+
		`"content":%s,"tool_calls":null},"finish_reason":%q}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`, content, finish)
}

func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// always sends the same.
func always(status int, body string, headers ...string) transport {
	return func(*http.Request, string) (*http.Response, error) { return response(status, body, headers...), nil }
}

// witness is a Watch that keeps what it is told.
type witness struct {
	mu       sync.Mutex
	asked    []string
	sent     []Operation
	recalled []string
	retries  []Retry
	repeated []*llm.RowError
	limited  []string
}

func (w *witness) Asked(a Answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, fmt.Sprintf("%s %d %d %v", a.Call.Step, a.Prompt, a.Completion, a.Took))
}

func (w *witness) Busy(string, int) {}

func (w *witness) Sent(op Operation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, op)
}

func (w *witness) Recalled(call llm.Call, e *journal.Entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.recalled = append(w.recalled, fmt.Sprintf("%s %d", call.Step, e.Attempt))
}

func (w *witness) Retried(r Retry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.retries = append(w.retries, r)
}

func (w *witness) Repeated(_ llm.Call, _ int, why *llm.RowError) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.repeated = append(w.repeated, why)
}

func (w *witness) Limited(_, what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limited = append(w.limited, what)
}

// local is a model on a server of the user's own.
func local() llm.Model {
	return llm.Model{Alias: "small", Provider: "openai", Name: "m-1", BaseURL: "http://server/v1", MaxInFlight: 2, MaxRetries: new(3), TimeoutSecs: 60}
}

// newTestSet makes endpoints whose requests go to f, and which wait as long as they may.
func newTestSet(t *testing.T, f http.RoundTripper, models ...llm.Model) (*Set, *witness) {
	t.Helper()
	if len(models) == 0 {
		models = []llm.Model{local()}
	}
	w := &witness{}
	s, err := New(models, Options{Watch: w})
	if err != nil {
		t.Fatal(err)
	}
	s.jitter = func() float64 { return 1 }
	s.dial(f)
	return s, w
}

var anyCall = llm.Call{Step: "ask", Row: "abc", Priority: llm.Priority{Step: 1}}

func user(text string) []llm.Message { return []llm.Message{{Role: "user", Content: text}} }

func anything(string) error { return nil }

// ask asks once for each text.
func (s *Set) ask(ctx context.Context, m llm.Model, text string) (llm.Reply, error) {
	return s.Asker(llm.Task{Model: m}, anyCall).Ask(ctx, user(text), nil, anything)
}

// noneInside fails the test if a place is still taken, or waited for.
func (s *Set) noneInside(t *testing.T) {
	t.Helper()
	for _, e := range s.all {
		e.gate.mu.Lock()
		if e.gate.inside != 0 || len(e.gate.waiting) != 0 {
			t.Errorf("%d requests are inside, and %d wait", e.gate.inside, len(e.gate.waiting))
		}
		e.gate.mu.Unlock()
	}
}
