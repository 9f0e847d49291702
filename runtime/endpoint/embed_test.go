package endpoint

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// embedder is a server of embeddings in memory: the vector of a text is its length and 0.1.
type embedder struct {
	mu     sync.Mutex
	sizes  []int              // texts of each request
	answer func(n int) string // nil: as it should be
}

func (e *embedder) serve(r *http.Request, body string) (*http.Response, error) {
	var b struct{ Input []string }
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.sizes = append(e.sizes, len(b.Input))
	e.mu.Unlock()
	if slices.ContainsFunc(b.Input, func(s string) bool { return strings.Contains(s, "poison") }) {
		return response(400, `{"message":"Input id 0 has 9000 tokens, exceeding max 8192 tokens."}`), nil
	}
	if e.answer != nil {
		return response(200, e.answer(len(b.Input))), nil
	}
	var data []string
	for i, text := range b.Input {
		v := fmt.Sprintf("%q", packed([]float32{float32(len(text)), 0.1}))
		if i%2 == 1 {
			v = fmt.Sprintf("[%d, 0.1]", len(text)) // as servers send it that know no base64
		}
		data = append([]string{fmt.Sprintf(`{"object":"embedding","index":%d,"embedding":%s}`, i, v)}, data...)
	}
	return response(200, fmt.Sprintf(`{"id":"1","object":"list","model":"e-1","data":[%s],"usage":{"prompt_tokens":%d,"total_tokens":1}}`,
		strings.Join(data, ","), 10*len(b.Input))), nil
}

// embedAll asks for the vectors of some texts at once, and returns how each ended.
func embedAll(t *testing.T, e *embedder, dir string, texts []string, change func(*llm.Embedding)) (ends []string, w *witness, j *journal.Journal, s *Set) {
	t.Helper()
	m := local()
	m.MaxRetries, m.MaxInFlight = new(0), 4
	m.Price = llm.Price{Input: llm.Ptr(1.0)}
	task := llm.Embedding{Model: m, BatchSize: 4}
	if change != nil {
		change(&task)
	}
	s, w = newTestSet(t, transport(e.serve), m)
	j, err := journal.Open(dir, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	if err := s.Use(j, false); err != nil {
		t.Fatal(err)
	}
	ends = make([]string, len(texts))
	var all sync.WaitGroup
	for i, text := range texts {
		all.Go(func() {
			v, err := s.Asker(task.Settings(), llm.Call{Step: "embed", Row: text}).(llm.Embedder).Embed(t.Context(), text)
			row := (*llm.RowError)(nil)
			switch {
			case errors.As(err, &row):
				ends[i] = string(row.Class)
			case err != nil:
				ends[i] = err.Error()
			default:
				ends[i] = fmt.Sprint(v.Model, v.Values)
			}
		})
	}
	all.Wait()
	return ends, w, j, s
}

// Rows share requests, and each gets its own vector, in the digits of its float32.
func TestEmbed(t *testing.T) {
	e := &embedder{}
	ends, w, j, s := embedAll(t, e, t.TempDir(), []string{"a", "bb", "ccc", "dddd", "eeeee", "ffffff"}, nil)
	if want := []string{"e-1[1 0.1]", "e-1[2 0.1]", "e-1[3 0.1]", "e-1[4 0.1]", "e-1[5 0.1]", "e-1[6 0.1]"}; !slices.Equal(ends, want) {
		t.Errorf("got %q", ends)
	}
	if slices.Sort(e.sizes); !slices.Equal(e.sizes, []int{2, 4}) || len(w.asked) != 2 {
		t.Errorf("requests of %d texts, told of %q", e.sizes, w.asked)
	}
	if got, want := s.Spent(), (Spent{Calls: 2, NanoUSD: 60_000}); got != want || j.Totals() != (journal.Totals{Calls: 2, NanoUSD: 60_000}) {
		t.Errorf("spent %+v, and %+v in the journal", got, j.Totals())
	}
}

// A request waits for further texts while a model is at work that may yet write them, but not for ever.
func TestEmbedWaitsForModels(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration // of the reply that is waited for; 0: there is none
		sizes []int
		took  time.Duration
	}{
		"none is asked":         {0, []int{1, 1}, 450 * time.Millisecond},
		"one replies":           {620 * time.Millisecond, []int{2}, 650 * time.Millisecond},
		"one takes a long time": {time.Hour, []int{2}, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := &embedder{}
				m := local()
				s, _ := newTestSet(t, transport(func(r *http.Request, body string) (*http.Response, error) {
					if strings.Contains(body, "messages") {
						select {
						case <-time.After(c.takes):
							return response(200, completion("x")), nil
						case <-r.Context().Done():
							return nil, r.Context().Err()
						}
					}
					return e.serve(r, body)
				}), m)
				m.TimeoutSecs = 3 * 3600
				began := time.Now()
				ctx, cancel := context.WithCancel(t.Context())
				var writing, all sync.WaitGroup
				if c.takes > 0 {
					writing.Go(func() {
						s.Asker(llm.Task{Model: m, MaxAttempts: 1}, llm.Call{Step: "write", Row: "a"}).Ask(ctx, user("Hello."), nil, anything)
					})
				}
				for i, text := range []string{"a", "bb"} {
					time.Sleep(time.Duration(i) * 400 * time.Millisecond)
					all.Go(func() {
						task := llm.Embedding{Model: m, BatchSize: 4}
						if _, err := s.Asker(task.Settings(), llm.Call{Step: "embed", Row: text}).(llm.Embedder).Embed(t.Context(), text); err != nil {
							t.Error(err)
						}
					})
				}
				all.Wait()
				if took := time.Since(began).Round(10 * time.Millisecond); took != c.took || !slices.Equal(e.sizes, c.sizes) {
					t.Errorf("requests of %d texts after %s, want %d after %s", e.sizes, took, c.sizes, c.took)
				}
				cancel()
				writing.Wait()
			})
		})
	}
}

// A vector is asked for once, whatever the requests were put together of; new rows ask for themselves alone.
func TestEmbedRecalled(t *testing.T) {
	dir := t.TempDir()
	_, _, j, _ := embedAll(t, &embedder{}, dir, []string{"a", "bb", "ccc"}, nil)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	e := &embedder{}
	ends, w, j, _ := embedAll(t, e, dir, []string{"ccc", "dddd", "a"}, func(e *llm.Embedding) { e.BatchSize = 2 })
	if want := []string{"e-1[3 0.1]", "e-1[4 0.1]", "e-1[1 0.1]"}; !slices.Equal(ends, want) || !slices.Equal(e.sizes, []int{1}) || len(w.recalled) != 2 {
		t.Errorf("got %q, requests of %d texts, recalled %q", ends, e.sizes, w.recalled)
	}
	if got := j.Totals(); got.Calls != 2 || got.NanoUSD != 40_000 {
		t.Errorf("the journal has %+v", got)
	}
}

// A request that is refused for one text costs that row alone.
func TestEmbedParted(t *testing.T) {
	e := &embedder{}
	texts := []string{"a", "bb", "poison", "dddd", "", "ffffff"}
	ends, _, _, _ := embedAll(t, e, t.TempDir(), texts, func(e *llm.Embedding) { e.BatchSize = 5 })
	if want := []string{"e-1[1 0.1]", "e-1[2 0.1]", "refused_request", "e-1[4 0.1]", "empty", "e-1[6 0.1]"}; !slices.Equal(ends, want) {
		t.Errorf("got %q", ends)
	}
}

// A request has no more tokens than servers take.
func TestEmbedFull(t *testing.T) {
	e := &embedder{}
	long := strings.Repeat("x ", 14_000)
	embedAll(t, e, t.TempDir(), []string{long + "a", long + "b", long + "c", long + "d"}, func(e *llm.Embedding) { e.BatchSize = 100 })
	if !slices.Equal(e.sizes, []int{2, 2}) {
		t.Errorf("requests of %d texts", e.sizes)
	}
}

// What is no vector for each text is no reply.
func TestEmbedBadReplies(t *testing.T) {
	item := func(index int, v string) string { return fmt.Sprintf(`{"index":%d,"embedding":%s}`, index, v) }
	nan := fmt.Sprintf("%q", base64.StdEncoding.EncodeToString([]byte{0, 0, 0xc0, 0x7f, 0, 0, 0, 0}))
	for name, items := range map[string][]string{
		"none":       {},
		"too few":    {item(0, "[1,2]")},
		"too many":   {item(0, "[1,2]"), item(1, "[1,2]"), item(2, "[1,2]")},
		"doubled":    {item(0, "[1,2]"), item(0, "[1,2]")},
		"beyond":     {item(1, "[1,2]"), item(2, "[1,2]")},
		"empty":      {item(0, "[]"), item(1, "[]")},
		"uneven":     {item(0, "[1,2]"), item(1, "[1]")},
		"no number":  {item(0, nan), item(1, nan)},
		"no base64":  {item(0, `"?"`), item(1, `"?"`)},
		"null":       {item(0, "null"), item(1, "null")},
		"of objects": {item(0, "{}"), item(1, "{}")},
	} {
		t.Run(name, func(t *testing.T) {
			e := &embedder{answer: func(n int) string {
				if n == 1 {
					return `{"data":[` + item(0, "[1,2]") + `],"usage":{}}`
				}
				return `{"data":[` + strings.Join(items, ",") + `],"usage":{"prompt_tokens":2}}`
			}}
			ends, _, _, _ := embedAll(t, e, t.TempDir(), []string{"a", "b"}, func(e *llm.Embedding) { e.BatchSize = 2 })
			if !slices.Equal(e.sizes, []int{2, 1, 1}) || ends[0] != "m-1[1 2]" || ends[1] != "m-1[1 2]" {
				t.Errorf("requests of %d texts, %q", e.sizes, ends)
			}
		})
	}
}

// Texts do not wait for ever for a request that does not get full.
func TestEmbedWaitsForNoMore(t *testing.T) {
	began := time.Now()
	ends, _, _, _ := embedAll(t, &embedder{}, t.TempDir(), []string{"a"}, func(e *llm.Embedding) { e.BatchSize = 1000 })
	if ends[0] != "e-1[1 0.1]" || time.Since(began) > 20*time.Second {
		t.Errorf("%q after %v", ends, time.Since(began))
	}
}

// The cap of calls counts requests, not rows, and holds for those after it.
func TestEmbedCap(t *testing.T) {
	dir := t.TempDir()
	_, _, j, _ := embedAll(t, &embedder{}, dir, []string{"a", "bb", "ccc", "dddd"}, nil)
	j.Close()
	again, err := journal.Open(dir, journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if got := again.Totals(); got.Calls != 1 || got.NanoUSD != 40_000 {
		t.Errorf("the journal has %+v, want one call", got)
	}
}
