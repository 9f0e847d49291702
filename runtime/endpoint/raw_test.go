package endpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// goer is a server of raw completions in memory.
type goer struct {
	mu      sync.Mutex
	bodies  []string
	replies []string // one after the other, the last one for all others
	status  int
}

func (g *goer) serve(r *http.Request, body string) (*http.Response, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.URL.Path != "/v1/completions" {
		return response(500, fmt.Sprintf("sent to %s", r.URL.Path)), nil
	}
	g.bodies = append(g.bodies, body)
	if g.status != 0 {
		return response(g.status, `{"detail":"Not Found"}`), nil
	}
	return response(200, g.replies[min(len(g.bodies), len(g.replies))-1]), nil
}

func rawReply(text, finish string) string {
	return fmt.Sprintf(`{"id":"1","object":"text_completion","created":1,"model":"m-1-2026","choices":[{"index":0,"text":%s,"finish_reason":%q}],`+
		`"usage":{"prompt_tokens":30,"completion_tokens":20,"total_tokens":50}}`, quoted(text), finish)
}

// rawSet is a set with a journal in dir.
func rawSet(t *testing.T, g *goer, dir string, m llm.Model) (*Set, *witness, *journal.Journal) {
	t.Helper()
	s, w := newTestSet(t, transport(g.serve), m)
	j, err := journal.Open(dir, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	if err := s.Use(j, false); err != nil {
		t.Fatal(err)
	}
	return s, w, j
}

func priced() llm.Model {
	m := local()
	m.Price = llm.Price{Input: llm.Ptr(1.0), Output: llm.Ptr(2.0)}
	return m
}

var someText = llm.Raw{Text: "<user>", Stop: []string{"</user>", "END"}}

// A text goes out as it stands, is paid for once, and comes out of the journal the next time.
func TestComplete(t *testing.T) {
	dir := t.TempDir()
	task := llm.Task{Model: priced(), MaxAttempts: 3, Raw: true, Generation: llm.Generation{Temperature: llm.Ptr(0.5), Stop: []string{"END"}}}
	for run, want := range []string{
		`{"model":"m-1","prompt":"<user>","temperature":0.5,"max_tokens":1024,"stop":["END","</user>"]}`,
		``,
	} {
		g := &goer{replies: []string{rawReply("What is 2<3?", "stop")}}
		s, w, j := rawSet(t, g, dir, priced())
		r, err := llm.Complete(t.Context(), s.Asker(task, anyCall), someText, anything)
		if err != nil || r.Text != "What is 2<3?" || r.Model != "m-1-2026" || r.CompletionTokens != 20 {
			t.Errorf("run %d: %+v, %v", run, r, err)
		}
		if got := strings.Join(g.bodies, "\n"); got != want {
			t.Errorf("run %d: sent %s", run, got)
		}
		if spent := s.Spent(); spent.Calls != 1 || spent.NanoUSD != 70_000 || j.Totals().NanoUSD != 70_000 || len(w.recalled) != run {
			t.Errorf("run %d: spent %+v, recalled %q", run, spent, w.recalled)
		}
		if run == 0 && !w.sent[0].Raw {
			t.Errorf("told as a chat: %+v", w.sent[0])
		}
		if err := errors.Join(s.Settle(), j.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

// What cannot be used is asked for again, without a word of why, and is rejected in the end.
func TestCompleteAgain(t *testing.T) {
	word := func(text string) error {
		if !strings.Contains(text, "word") {
			return &llm.RowError{Class: llm.Empty, Message: "There is no word."}
		}
		return nil
	}
	for name, c := range map[string]struct {
		replies []string
		class   llm.Class
		asked   int
	}{
		"at the second time":     {[]string{rawReply(" \n", "stop"), rawReply("a word", "stop")}, "", 2},
		"a cut one":              {[]string{rawReply("a word", "length"), rawReply("a word", "stop")}, "", 2},
		"never":                  {[]string{rawReply("x", "stop")}, llm.Empty, 3},
		"always cut":             {[]string{rawReply("a word", "length")}, llm.Cut, 3},
		"not quite the API":      {[]string{`{"created":"now","choices":[{"text":"a word","finish_reason":"stop"}],"usage":{"prompt_tokens":"3"}}`}, "", 1},
		"no completion":          {[]string{completion("a word")}, llm.Empty, 3},
		"an error with a status": {[]string{`{"error":{"message":"out of memory"}}`}, llm.BadResponse, 4},
	} {
		t.Run(name, func(t *testing.T) {
			m := priced()
			m.MaxRetries = new(3)
			g := &goer{replies: c.replies}
			s, _ := newTestSet(t, transport(g.serve), m)
			s.jitter = func() float64 { return 0 }
			_, err := llm.Complete(t.Context(), s.Asker(llm.Task{Model: m, MaxAttempts: 3, Raw: true}, anyCall), someText, word)
			class := llm.Class("")
			if row := (*llm.RowError)(nil); errors.As(err, &row) {
				class = row.Class
			} else if err != nil {
				class = llm.Class(err.Error())
			}
			if class != c.class || len(g.bodies) != c.asked {
				t.Errorf("%q after %d requests, want %q after %d", class, len(g.bodies), c.class, c.asked)
			}
			for _, body := range g.bodies {
				if !strings.Contains(body, `"prompt":"<user>"`) {
					t.Errorf("the text is not the same: %s", body)
				}
			}
		})
	}
}

// With a seed, each row and each attempt gets one of its own, the same in every run.
func TestCompleteSeeds(t *testing.T) {
	seeds := func() (all []int) {
		m := priced()
		m.Generation.Seed = llm.Ptr(7)
		g := &goer{replies: []string{rawReply("", "stop")}}
		s, _ := newTestSet(t, transport(g.serve), m)
		for _, row := range []string{"a", "b"} {
			for sample := range 2 {
				_, err := llm.Complete(t.Context(), s.Asker(llm.Task{Model: m, MaxAttempts: 2}, llm.Call{Row: row, Sample: sample}), someText, anything)
				if row := (*llm.RowError)(nil); !errors.As(err, &row) {
					t.Fatal(err)
				}
			}
		}
		for _, body := range g.bodies {
			var b sentBody
			if err := json.Unmarshal([]byte(body), &b); err != nil || b.Seed == nil {
				t.Fatal(body, err)
			}
			all = append(all, *b.Seed)
		}
		return all
	}
	first, second := seeds(), seeds()
	if len(first) != 8 || !slices.Equal(first, second) {
		t.Errorf("seeds %v, and then %v", first, second)
	}
	if slices.Sort(first); len(slices.Compact(first)) != 8 {
		t.Errorf("some seeds are the same: %v", second)
	}
}

// A server without raw completions ends the run, and says what is missing.
func TestNoCompletions(t *testing.T) {
	m := local()
	g := &goer{status: 404}
	s, _ := newTestSet(t, transport(g.serve), m)
	_, err := llm.Complete(t.Context(), s.Asker(llm.Task{Model: m, Raw: true}, anyCall), someText, anything)
	if fatal := (*llm.FatalError)(nil); !errors.As(err, &fatal) || !strings.Contains(fatal.Message, "no raw completions at http://server/v1/completions") {
		t.Errorf("got %v", err)
	}
	t.Setenv("MISTRAL_API_KEY", "a-key")
	m = llm.Model{Alias: "small", Provider: "mistral", Name: "ministral-8b-latest"}
	s, _ = newTestSet(t, transport(g.serve), m)
	_, err = llm.Complete(t.Context(), s.Asker(llm.Task{Model: m, Raw: true}, anyCall), someText, anything)
	if fatal := (*llm.FatalError)(nil); !errors.As(err, &fatal) || !strings.Contains(fatal.Message, "chats alone") || len(g.bodies) != 1 {
		t.Errorf("got %v", err)
	}
}

// A cap in money holds for raw completions whose length nobody has set, which is bounded.
func TestCompleteCap(t *testing.T) {
	if err := CheckCap(llm.Task{Model: priced(), Raw: true}); err != nil {
		t.Error(err)
	}
	if err := CheckCap(llm.Task{Model: priced()}); err == nil {
		t.Error("a chat without a bound passes")
	}
	m := priced()
	g := &goer{replies: []string{rawReply("a word", "stop")}}
	s, _ := newTestSet(t, transport(g.serve), m)
	task := llm.Task{Model: m, MaxAttempts: 1, Raw: true}
	if err := s.Cap(Budget{MaxUSD: 0.002}, []llm.Task{task}); err != nil {
		t.Fatal(err)
	}
	if _, err := llm.Complete(t.Context(), s.Asker(task, anyCall), someText, anything); err == nil || len(g.bodies) != 0 {
		t.Errorf("1024 tokens at 2 USD a million were asked for within 0.002 USD: %v", err)
	}
}
