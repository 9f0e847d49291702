package endpoint

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// clocked sends one response after the other, the last for ever, and keeps the times.
type clocked struct {
	mu        sync.Mutex
	responses []func() *http.Response
	began     time.Time
	at        []time.Duration
}

func newClocked(responses ...func() *http.Response) *clocked {
	return &clocked{responses: responses, began: time.Now()}
}

func (c *clocked) RoundTrip(*http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = append(c.at, time.Since(c.began))
	if r := c.responses[min(len(c.at), len(c.responses))-1](); r != nil {
		return r, nil
	}
	return nil, errors.New("broken")
}

func status(code int, headers ...string) func() *http.Response {
	return func() *http.Response { return response(code, "{}", headers...) }
}

func fine() *http.Response   { return response(200, completion("x")) }
func broken() *http.Response { return nil }

func TestTriesAgain(t *testing.T) {
	s := time.Second
	for name, c := range map[string]struct {
		first []func() *http.Response
		at    []time.Duration
	}{
		"backoff":            {[]func() *http.Response{status(500), broken, status(503), fine}, []time.Duration{0, s / 2, s/2 + s, s/2 + s + 2*s}},
		"429":                {[]func() *http.Response{status(429), status(429), fine}, []time.Duration{0, s / 2, s/2 + s}},
		"as the server says": {[]func() *http.Response{status(429, "Retry-After", "7"), status(503, "Retry-After", "90"), fine}, []time.Duration{0, 7 * s, 97 * s}},
		"on a date": {[]func() *http.Response{func() *http.Response {
			return response(429, "{}", "Retry-After", time.Now().Add(20*s).UTC().Format(http.TimeFormat))
		}, fine}, []time.Duration{0, 20 * s}},
		"bounded": {[]func() *http.Response{status(429, "Retry-After", "1000000"), fine}, []time.Duration{0, patience}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := newClocked(c.first...)
				s, w := newTestSet(t, server)
				if _, err := s.ask(t.Context(), local(), "x"); err != nil {
					t.Fatal(err)
				}
				if len(server.at) != len(c.at) {
					t.Fatalf("sent at %v", server.at)
				}
				for i, at := range server.at {
					if at != c.at[i] {
						t.Errorf("sent at %v, and not %v", server.at, c.at)
					}
					if i > 0 && (w.retries[i-1].Wait != at-server.at[i-1] || w.retries[i-1].Call.Step != "ask") {
						t.Errorf("retry %+v", w.retries[i-1])
					}
				}
				if len(w.asked) != 1 || w.asked[0] != "ask 3 2 0s" {
					t.Errorf("asked %v", w.asked)
				}
				s.noneInside(t)
			})
		})
	}
}

func TestWaitsAreJittered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newClocked(status(500), fine)
		s, _ := newTestSet(t, server)
		s.jitter = func() float64 { return 0.5 }
		if _, err := s.ask(t.Context(), local(), "x"); err != nil || server.at[1] != time.Second/4 {
			t.Errorf("%v, sent at %v", err, server.at)
		}
	})
	if s, err := New(nil, Options{}); err != nil || s.jitter() == s.jitter() {
		t.Error("no jitter")
	}
}

func TestRepliesThatDoNotComeInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := newTestSet(t, transport(func(r *http.Request, _ string) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}))
		m := local()
		m.MaxRetries = new(1)
		began := time.Now()
		_, err := s.ask(t.Context(), m, "x")
		row := (*llm.RowError)(nil)
		if !errors.As(err, &row) || row.Class != llm.Timeout || !strings.Contains(err.Error(), "within 1m0s") || time.Since(began) != 2*time.Minute+time.Second/2 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		if len(w.retries) != 1 || w.retries[0].Class != llm.Timeout || w.asked[0] != "ask 0 0 2m0s" {
			t.Errorf("retries %+v, asked %v", w.retries, w.asked)
		}
		s.noneInside(t)
	})
}

// A 429 stops all that share the endpoint, and nobody else.
func TestBusyEndpointIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := newClocked(status(429, "Retry-After", "30"), fine)
		other := local()
		other.BaseURL = "http://other/v1"
		s, _ := newTestSet(t, server, local(), other)
		var all sync.WaitGroup
		for i := range 5 {
			all.Go(func() {
				if _, err := s.ask(t.Context(), local(), "x"); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
			if i == 0 {
				time.Sleep(time.Second)
				if s.all[0].gate.isHungry() || !s.all[1].gate.isHungry() {
					t.Error("the wrong endpoint is paused")
				}
				if _, err := s.ask(t.Context(), other, "x"); err != nil {
					t.Error(err)
				}
			}
		}
		all.Wait()
		for i, at := range server.at {
			want := 30 * time.Second
			if i < 2 {
				want = time.Duration(i) * time.Second // the busy one, and the other
			}
			if at != want {
				t.Errorf("sent at %v", server.at)
			}
		}
		s.noneInside(t)
	})
}

// A request that waits before its next try takes no place, and comes back with its priority.
func TestBackoffTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := local()
		m.MaxInFlight = 1
		var sent []string
		s, _ := newTestSet(t, transport(func(_ *http.Request, body string) (*http.Response, error) {
			who := body[strings.Index(body, `"content":"`)+11:][:1]
			sent = append(sent, who)
			if len(sent) == 1 {
				return response(500, "{}"), nil
			}
			time.Sleep(time.Second / 3)
			return response(200, completion("x")), nil
		}), m)
		for row, text := range []string{"a", "b", "c", "d"} {
			go s.Asker(llm.Task{Model: m}, llm.Call{Priority: llm.Priority{Row: int64(row)}}).Ask(t.Context(), user(text), nil, anything)
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := strings.Join(sent, ""); got != "abcad" { // a is back when c is under way
			t.Errorf("sent %s", got)
		}
		s.noneInside(t)
	})
}

// Those that were sent count, and those that waited for their turn do not.
func TestCancelledWhileItWaits(t *testing.T) {
	for name, f := range map[string]http.RoundTripper{
		"in backoff": always(500, "{}", "Retry-After", "60"),
		"in a pause": always(429, "{}", "Retry-After", "60"),
		"in flight": transport(func(r *http.Request, _ string) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}),
		"in the body": transport(func(r *http.Request, _ string) (*http.Response, error) {
			res := response(200, "")
			res.Body = io.NopCloser(untilDone{r.Context()})
			return res, nil
		}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sent atomic.Int32
				s, w := newTestSet(t, transport(func(r *http.Request, _ string) (*http.Response, error) {
					sent.Add(1)
					return f.RoundTrip(r)
				}))
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				var all sync.WaitGroup
				for range 5 { // of which three wait
					all.Go(func() {
						if _, err := s.ask(ctx, local(), "x"); err != context.DeadlineExceeded {
							t.Errorf("the error is %v", err)
						}
					})
				}
				began := time.Now()
				all.Wait()
				if time.Since(began) != time.Second || len(w.asked) != int(sent.Load()) || len(w.asked) == 0 {
					t.Errorf("after %v, asked %v of %d", time.Since(began), w.asked, sent.Load())
				}
				s.noneInside(t)
			})
		})
	}
}

type untilDone struct{ ctx context.Context }

func (r untilDone) Read([]byte) (int, error) {
	<-r.ctx.Done()
	return 0, r.ctx.Err()
}

// A reply that came counts, although the run was stopped at that moment.
func TestReplyBeforeTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, w := newTestSet(t, transport(func(*http.Request, string) (*http.Response, error) {
		cancel()
		return response(200, completion("paid for")), nil
	}))
	if reply, err := s.ask(ctx, local(), "x"); err != nil || reply.Text != "paid for" || len(w.asked) != 1 {
		t.Errorf("%+v, %v", reply, err)
	}
}

// What an earlier attempt said stands with the failure of a later one.
func TestLastReplyIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := newTestSet(t, newClocked(func() *http.Response { return response(200, completion("one")) }, status(500)))
		_, err := s.Asker(llm.Task{Model: local(), MaxAttempts: 3}, anyCall).Ask(t.Context(), user("x"), nil, numeric)
		if row := (*llm.RowError)(nil); !errors.As(err, &row) || row.Class != llm.ServerError || row.Reply != "one" {
			t.Errorf("%#v", err)
		}
	})
}
