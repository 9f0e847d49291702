package endpoint

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate/schematest"
)

// sentBody is what a server reads of a request.
type sentBody struct {
	Messages   []llm.Message
	Seed       *int
	RandomSeed *int `json:"random_seed"`
}

// script sends one body after the other, and keeps what it was sent.
type script struct {
	replies []string
	sent    []sentBody
	raw     []string
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	return transport(func(_ *http.Request, body string) (*http.Response, error) {
		var b sentBody
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return nil, err
		}
		s.sent, s.raw = append(s.sent, b), append(s.raw, body)
		return response(200, s.replies[min(len(s.sent), len(s.replies))-1]), nil
	}).RoundTrip(r)
}

var errNoNumber = errors.New("it has no number")

// numeric takes numbers only.
func numeric(text string) error {
	switch {
	case strings.ContainsAny(text, "0123456789"):
		return nil
	case text == "scale":
		return fmt.Errorf("wrapped: %w", &llm.RowError{Class: llm.OutOfScale, Message: "The rating is 11. The scale ends at 10."})
	case text == "same":
		return &llm.RowError{Class: llm.SameTexts, Message: "Both say one."}
	case text == "class":
		return &llm.RowError{Class: llm.NoPair, Message: "No pair."}
	}
	return errNoNumber
}

func TestContentFailures(t *testing.T) {
	for name, c := range map[string]struct {
		reply string
		class llm.Class
		says  string
		kept  string
		told  string // what the model is told; empty: nothing
	}{
		"empty":        {completion(""), llm.Empty, "The reply is empty.", "", ""},
		"blank":        {completion(" \n"), llm.Empty, "The reply is empty.", " \n", ""},
		"null":         {completionOf("null", "stop"), llm.Empty, "The reply is empty.", "", ""},
		"no choices":   {`{"id":"1","choices":[],"usage":{"prompt_tokens":3}}`, llm.Empty, "The reply is empty.", "", ""},
		"cut":          {completionOf(`"1 and"`, "length"), llm.Cut, "cut off after 2 tokens. Raise max_new_tokens", "1 and", ""},
		"cut to none":  {completionOf(`""`, "length"), llm.Cut, "cut off", "", ""},
		"cut, renamed": {completionOf(`"1 and"`, "max_tokens"), llm.Cut, "cut off", "1 and", ""},
		"unseen":       {completionOf(`"\u200b \ufeff"`, "stop"), llm.Empty, "The reply is empty.", "\u200b \ufeff", ""},
		"context full": {completionOf(`"1 and"`, "model_length"), llm.Cut, "context was full", "1 and", ""},
		"filtered":     {completionOf(`"1"`, "content_filter"), llm.Filtered, "withheld", "1", ""},
		"refused":      {`{"choices":[{"message":{"content":null,"refusal":"I will not."},"finish_reason":"stop"}]}`, llm.Filtered, "refused", "I will not.", ""},
		"unparseable":  {completion("one"), llm.Unparseable, "The reply cannot be used: it has no number.", "one", "The reply cannot be used: it has no number. Answer again"},
		"off scale":    {completion("scale"), llm.OutOfScale, "The rating is 11.", "scale", "The rating is 11. The scale ends at 10. Answer again"},
		"same texts":   {completion("same"), llm.SameTexts, "Both say one.", "same", "Both say one. Answer again"},
		"other class":  {completion("class"), llm.NoPair, "No pair.", "class", ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := &script{replies: []string{c.reply}}
			s, w := newTestSet(t, server)
			m := local()
			m.Generation.Seed = llm.Ptr(7)
			reply, err := s.Asker(llm.Task{Model: m, MaxAttempts: 3}, anyCall).Ask(t.Context(), user("a number"), nil, numeric)
			row := (*llm.RowError)(nil)
			if !errors.As(err, &row) || row.Class != c.class || !strings.Contains(row.Message, c.says) || row.Reply != c.kept || reply.Text != c.kept {
				t.Fatalf("%#v\nreply %+v", err, reply)
			}
			if len(server.sent) != 3 || len(w.asked) != 3 || len(w.repeated) != 2 || len(w.retries) != 0 {
				t.Fatalf("sent %d, asked %v, repeated %v", len(server.sent), w.asked, w.repeated)
			}
			seeds := map[int]bool{}
			for i, b := range server.sent {
				if b.Seed == nil || i == 0 && *b.Seed != 7 {
					t.Fatalf("the seed of attempt %d is %v", i+1, b.Seed)
				}
				seeds[*b.Seed] = true
				want := user("a number")
				if i > 0 && c.told != "" {
					if len(b.Messages) != 3 {
						t.Fatalf("attempt %d is told %+v", i+1, b.Messages)
					}
					if last := b.Messages[2]; b.Messages[1] != (llm.Message{Role: "assistant", Content: c.kept}) || last.Role != "user" || !strings.HasPrefix(last.Content, c.told) {
						t.Errorf("attempt %d is told %+v", i+1, b.Messages)
					}
					b.Messages = b.Messages[:1]
				}
				if fmt.Sprint(b.Messages) != fmt.Sprint(want) {
					t.Errorf("attempt %d is sent %+v", i+1, b.Messages)
				}
			}
			if len(seeds) != 3 {
				t.Errorf("seeds %v", seeds)
			}
		})
	}
}

func TestLaterReplyWillDo(t *testing.T) {
	server := &script{replies: []string{completion("one"), completion(""), completion("two"), completion("3")}}
	s, w := newTestSet(t, server)
	reply, err := s.Asker(llm.Task{Model: local(), MaxAttempts: 9}, anyCall).Ask(t.Context(), user("a number"), nil, numeric)
	if want := (llm.Reply{Text: "3", Model: "m-1-2026", FinishReason: "stop", PromptTokens: 3, CompletionTokens: 2}); err != nil || reply != want {
		t.Fatalf("%+v, %v", reply, err)
	}
	// Each attempt is told of the one before it, and of no other.
	var said []string
	for _, b := range server.sent {
		said = append(said, fmt.Sprint(len(b.Messages)))
	}
	if got := strings.Join(said, " "); got != "1 3 1 3" || server.sent[3].Messages[1].Content != "two" {
		t.Errorf("messages %s: %+v", got, server.sent)
	}
	if len(w.asked) != 4 || len(w.repeated) != 3 || !strings.HasPrefix(w.asked[0], "ask 3 2 ") {
		t.Errorf("asked %v, repeated %v", w.asked, w.repeated)
	}
	second := &script{replies: server.replies}
	again, _ := newTestSet(t, second)
	again.Asker(llm.Task{Model: local(), MaxAttempts: 9}, anyCall).Ask(t.Context(), user("a number"), nil, numeric)
	if strings.Join(server.raw, "\n") != strings.Join(second.raw, "\n") {
		t.Errorf("another run sends\n%s", strings.Join(second.raw, "\n"))
	}
}

func TestAttemptsAreBounded(t *testing.T) {
	for attempts, want := range map[int]int{0: 1, 1: 1, 2: 2} {
		server := &script{replies: []string{completion("one")}}
		s, _ := newTestSet(t, server)
		if s.Asker(llm.Task{Model: local(), MaxAttempts: attempts}, anyCall).Ask(t.Context(), user("x"), nil, numeric); len(server.sent) != want {
			t.Errorf("%d attempts: sent %d", attempts, len(server.sent))
		}
	}
}

func TestFatalErrorOfATask(t *testing.T) {
	server := &script{replies: []string{completion("one")}}
	s, _ := newTestSet(t, server)
	fatal := &llm.FatalError{Class: llm.StepFailed, Message: "No."}
	_, err := s.Asker(llm.Task{Model: local(), MaxAttempts: 5}, anyCall).Ask(t.Context(), user("x"), nil, func(string) error { return fmt.Errorf("so: %w", fatal) })
	if !errors.Is(err, fatal) || len(server.sent) != 1 {
		t.Errorf("%v after %d", err, len(server.sent))
	}
}

func TestPanicOfATask(t *testing.T) {
	s, _ := newTestSet(t, always(200, completion("one")))
	func() {
		defer func() {
			if p := recover(); p != "no" {
				t.Errorf("the panic is %v", p)
			}
		}()
		s.Asker(llm.Task{Model: local()}, anyCall).Ask(t.Context(), user("x"), nil, func(string) error { panic("no") })
	}()
	s.noneInside(t)
}

func TestNoPlaceIsHeldWhileATaskReads(t *testing.T) {
	s, _ := newTestSet(t, always(200, completion("one")))
	s.Asker(llm.Task{Model: local()}, anyCall).Ask(t.Context(), user("x"), nil, func(string) error {
		s.noneInside(t)
		return nil
	})
}

func TestLongReplies(t *testing.T) {
	long := strings.Repeat("é", keptReply)
	server := &script{replies: []string{completion(long)}}
	s, _ := newTestSet(t, server)
	reply, err := s.Asker(llm.Task{Model: local(), MaxAttempts: 2}, anyCall).Ask(t.Context(), user("x"), nil, func(text string) error {
		if text != long {
			t.Error("the task does not get all of the reply")
		}
		return errors.New(text)
	})
	row := (*llm.RowError)(nil)
	if !errors.As(err, &row) || len(row.Reply) > keptReply+3 || !utf8.ValidString(row.Reply) || reply.Text != long {
		t.Errorf("%d bytes are kept", len(row.Reply))
	}
	if m := server.sent[1].Messages; len(m[1].Content) > toldReply+3 || len(m[2].Content) > 1200 {
		t.Errorf("the model is told %d and %d bytes", len(m[1].Content), len(m[2].Content))
	}
}

func TestReplyInParts(t *testing.T) {
	parts := `[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"a"},{"type":"text","text":"b"}]`
	s, _ := newTestSet(t, always(200, completionOf(parts, "stop")))
	if reply, err := s.ask(t.Context(), local(), "x"); err != nil || reply.Text != "ab" {
		t.Errorf("%+v, %v", reply, err)
	}
}

func TestKeyInAReply(t *testing.T) {
	s, _, m := serve(t, sends(200, completion("my key is KEY")), nil)
	reply, err := s.Asker(llm.Task{Model: m}, anyCall).Ask(t.Context(), user("x"), nil, func(text string) error {
		return errors.New("it says " + text)
	})
	row := (*llm.RowError)(nil)
	if !errors.As(err, &row) || strings.Contains(row.Message+row.Reply+reply.Text, aKey) || row.Reply != "my key is ***" {
		t.Errorf("%+v, %#v", reply, err)
	}
}

func TestModelWithoutName(t *testing.T) {
	s, _ := newTestSet(t, always(200, `{"choices":[{"message":{"content":"x"}}]}`))
	if reply, err := s.ask(t.Context(), local(), "x"); err != nil || reply.Model != "m-1" {
		t.Errorf("%+v, %v", reply, err)
	}
}

// All that is sent to Mistral fits its schema, and samples differ in their seeds.
func TestSamplesAndSchema(t *testing.T) {
	m := llm.Model{Name: "m", BaseURL: "http://server/v1", Generation: full()}
	for sample := range 3 {
		server := &script{replies: []string{completion("one"), completion("scale"), completion("4")}}
		s, _ := newTestSet(t, server, m)
		s.Asker(llm.Task{Model: m, MaxAttempts: 3}, llm.Call{Step: "a", Row: "r", Sample: sample}).Ask(t.Context(),
			[]llm.Message{{Role: "system", Content: "s"}, {Role: "user", Content: "u"}}, aSchema, numeric)
		if *server.sent[0].RandomSeed != 7+sample || len(server.sent) != 3 {
			t.Errorf("sample %d sends %s", sample, server.raw)
		}
		for _, body := range server.raw {
			schematest.ChatRequest(t, []byte(body))
		}
	}
}

func TestEndedContext(t *testing.T) {
	s, w := newTestSet(t, always(200, completion("x")))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ask(ctx, local(), "x"); err != context.Canceled || len(w.asked) != 0 {
		t.Errorf("the error is %v", err)
	}
}
