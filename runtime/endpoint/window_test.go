package endpoint

import (
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// crowd is a server whose replies take the longer the more requests are inside.
func crowd(took func(inside int) float64) http.HandlerFunc {
	var mu sync.Mutex
	inside := 0
	answer := replies(func(string) (time.Duration, int) {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(took(inside) * float64(time.Second)), 2
	})
	change := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		inside += by
	}
	return func(w http.ResponseWriter, r *http.Request) {
		change(1)
		defer change(-1)
		answer(w, r)
	}
}

// queue is a server that works at so many requests at once, the others wait.
func queue(workers int, took func() float64) http.HandlerFunc {
	var once sync.Once
	var places chan struct{} // of the bubble that it is used in
	answer := replies(func(string) (time.Duration, int) { return time.Duration(took() * float64(time.Second)), 2 })
	return func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { places = make(chan struct{}, workers) })
		places <- struct{}{}
		defer func() { <-places }()
		answer(w, r)
	}
}

func randomly(f func(float64) float64) func() float64 {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(3, 4))
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return f(dice.Float64())
	}
}

func waiting(f float64) float64 { return -math.Log(1 - f) } // as in queues

// A server whose replies take as long with many requests as with few gets as many as it may, whatever they have in them.
func TestHealthyServersKeepTheirRequests(t *testing.T) {
	second := func() float64 { return 1 }
	constant := func(took func() float64) http.HandlerFunc {
		return replies(func(string) (time.Duration, int) { return time.Duration(took() * float64(time.Second)), 2 })
	}
	for name, c := range map[string]struct {
		server http.HandlerFunc
		rows   int
		steps  string
		ideal  float64 // seconds
		most   float64 // times as long
	}{
		"constant":       {constant(second), 2000, "a", 2000 / 64, 1.04},
		"very fast":      {constant(randomly(func(f float64) float64 { return 0.001 + 0.04*f*f*f })), 6_000, "a", 6_000 / 64 * 0.011, 1.1},
		"one to five":    {constant(randomly(func(f float64) float64 { return 1 + 4*f })), 8000, "a", 3 * 8000 / 64, 1.03},
		"with long ones": {constant(randomly(waiting)), 8_000, "a", 8_000 / 64, 1.12},
		"by the step": {replies(func(body string) (time.Duration, int) {
			_, step := rowOf(body)
			return time.Duration(1+strings.Index("abcde", step)) * time.Second, 2
		}), 1000, "a b c d e", 3 * 5000 / 64, 1.04},
		"first short steps, then long ones": {replies(func(body string) (time.Duration, int) {
			row, step := rowOf(body)
			if step == "a" && row >= 1000 {
				return 5 * time.Second, 200
			}
			return time.Second, 20
		}), 2000, "a", 6000 / 64, 1.06},
		"by the length of the reply": {replies(func(body string) (time.Duration, int) {
			row, _ := rowOf(body)
			tokens := 100 * (1 + row*7%5)
			return time.Duration(tokens) * time.Second / 100, tokens
		}), 4000, "a", 3 * 4000 / 64, 1.04},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, c.server, func(m *llm.Model) { m.MaxInFlight = 64 }).ask(t, c.rows, strings.Fields(c.steps)...)
				if got := r.took.Seconds() / c.ideal; got > c.most || r.err != nil || len(r.failed) > 0 {
					t.Errorf("it took %.3f times as long as it has to; told %q; %v", got, r.limited, r.err)
				}
			})
		})
	}
}

// A server that gets slow by many requests gets fewer, if that does not make less of it.
func TestSlowServersGetFewer(t *testing.T) {
	second := func() float64 { return 1 }
	for name, c := range map[string]struct {
		server http.HandlerFunc
		rows   int
		ideal  float64 // seconds
		most   float64 // times as long
		window int     // in the end, at most
	}{
		"a queue before 8":             {queue(8, second), 4000, 4000 / 8, 1.02, 24},
		"a queue before 2":             {queue(2, second), 2000, 2000 / 2, 1.02, 24},
		"a queue before 1":             {queue(1, second), 1000, 1000, 1.02, 24},
		"a queue, replies of any time": {queue(8, randomly(waiting)), 4000, 4000 / 8, 1.1, 40},
		"a queue before 40":            {queue(40, second), 8000, 8000 / 40, 1.03, 64},
		"collapses beyond 16": {crowd(func(inside int) float64 { return 1 + math.Pow(float64(inside)/16, 2) }), 4000,
			4000 / 8, 1.15, 32},
		"collapses beyond 8, utterly": {crowd(func(inside int) float64 { return 1 + math.Pow(float64(inside)/8, 3) }), 8000,
			8000 / 4.2, 3, 16},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, c.server, func(m *llm.Model) { m.MaxInFlight, m.TimeoutSecs = 64, 3600 }).ask(t, c.rows, "a")
				got, s := r.took.Seconds()/c.ideal, r.Status()[0]
				if got > c.most || s.Window > c.window || s.Window < 1 || r.err != nil || len(r.failed) > 0 {
					t.Errorf("it took %.3f times as long as it has to, and the window is %d in the end; told %q; %v", got, s.Window, r.limited, r.err)
				}
			})
		})
	}
}

// A server that is slow for a while for reasons of its own is not made slower still.
func TestSlowForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		server := replies(func(string) (time.Duration, int) {
			if at := time.Since(began).Seconds(); at > 20 && at < 120 {
				return 4 * time.Second, 2
			}
			return time.Second, 2
		})
		r := newRig(t, server, func(m *llm.Model) { m.MaxInFlight = 64 }).ask(t, 8000, "a")
		if ideal := 100 + (8000-25*64)/64.0; r.took.Seconds() > 1.04*ideal || r.Status()[0].Window != 64 {
			t.Errorf("%v instead of %v seconds, %+v; told %q", r.took, ideal, r.Status()[0], r.limited)
		}
	})
}

// A server that does not keep up is found out by the requests that it does not answer in time, and gets as many again once
// it can.
func TestTimeoutsHalve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		r := newRig(t, crowd(func(inside int) float64 {
			if time.Since(began) < 30*time.Second && inside > 20 {
				return 1000
			}
			return 1
		}), func(m *llm.Model) { m.MaxInFlight, m.TimeoutSecs, m.MaxRetries = 64, 10, new(9) })
		r.ask(t, 8000, "a")
		if !r.says("32 of 64 in flight: replies did not come in time") || !r.says("64 in flight again") || r.err != nil || len(r.failed) > 0 {
			t.Errorf("told %q; %v; failed %v, %+v after %v", r.limited, r.err, r.failed, r.Status()[0], r.took)
		}
	})
}

func TestWindowIsNeverNone(t *testing.T) {
	w := window{setting: 4, size: 4}
	for i := range 9 {
		before, g := w.group, w.enroll(1)
		w.shrink(g, "a test")
		w.shrink(g, "sent before")
		if before != nil {
			w.shrink(before, "sent before")
		}
		if want := []int{2, 1}[min(i, 1)]; w.size != want {
			t.Fatalf("after %d reasons the window is %d", i+1, w.size)
		}
	}
	if w.says() != "1 of 4 in flight: a test" {
		t.Error(w.says())
	}
}
