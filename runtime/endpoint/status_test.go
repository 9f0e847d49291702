package endpoint

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

func TestStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		fine := replies(func(string) (time.Duration, int) { return 10 * time.Second, 2 })
		r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if at := time.Since(began); at > 20*time.Second && at < 60*time.Second {
				time.Sleep(100 * time.Millisecond) // after the good replies of the same moment, which would count in between
				w.WriteHeader(503)
				return
			}
			fine(w, req)
		}), func(m *llm.Model) { m.MaxInFlight = 8 })
		done := make(chan struct{})
		go func() {
			defer close(done)
			r.ask(t, 40, "a")
		}()
		at := func(d time.Duration) Status {
			time.Sleep(time.Until(began.Add(d)))
			synctest.Wait()
			return r.Status()[0]
		}
		if s := at(15 * time.Second); s != (Status{Host: "server", InFlight: 8, Window: 8, MaxInFlight: 8, Waiting: 24}) {
			t.Errorf("at first %+v", s)
		}
		s := at(31500 * time.Millisecond)
		if s.Why != "paused 2 s: status 503 eight times in a row" || !s.PausedUntil.Equal(began.Add(33200*time.Millisecond)) || s.Pauses != 1 || s.Paused != 1400*time.Millisecond || s.InFlight != 0 {
			t.Errorf("closed %+v", s)
		}
		if s := at(65 * time.Second); s.Why != "paused, a request tries: status 503 eight times in a row" || s.InFlight != 1 {
			t.Errorf("half open %+v", s)
		}
		<-done
		if s := r.Status()[0]; s.Why != "" || s.Pauses != 1 || s.Paused != 41400*time.Millisecond || s.Window != 8 {
			t.Errorf("in the end %+v", s)
		}
		want := []string{"paused 1 s: status 503 eight times in a row", "paused 2 s: status 503 eight times in a row", "paused 4 s: status 503 eight times in a row",
			"paused 8 s: status 503 eight times in a row", "paused 16 s: status 503 eight times in a row", "goes on after 41 s"}
		if !slices.Equal(r.limited, want) {
			t.Errorf("told %q", r.limited)
		}
	})
}

// What is in force is told once, and again when it has changed notably.
func TestChangesAreToldOnce(t *testing.T) {
	g := newGate(16)
	var told []string
	g.tell = func(what string) { told = append(told, what) }
	set := func(requests float64, window int, why string) {
		g.mu.Lock()
		g.pace.set.requests, g.window.size, g.window.why = requests, window, why
		g.pace.update(time.Now())
		g.report()
		g.unlock()
	}
	for _, c := range []struct {
		requests float64
		window   int
	}{{0, 16}, {600, 16}, {610, 16}, {900, 16}, {900, 8}, {900, 10}, {900, 8}, {900, 4}, {900, 12}, {900, 16}, {0, 16}} {
		set(c.requests, c.window, "a test")
	}
	want := []string{"597 requests a minute, as set", "896 requests a minute, as set", "8 of 16 in flight: a test", "4 of 16 in flight: a test", "16 in flight again",
		"no rate is kept any more: refusals do not depend on it"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}
