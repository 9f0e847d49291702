package endpoint

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// outage is a server that fails for a while after its start, with a status, or else does not let anybody connect or hangs.
type outage struct {
	from, to time.Duration
	status   int
	hangs    bool
	rows     func(row int) bool // that fail always; nil: all, for that while
}

func (o outage) rig(t *testing.T, change func(*llm.Model)) *rig {
	began := time.Now()
	now := func() bool {
		at := time.Since(began)
		return at >= o.from && at < o.to
	}
	fine := replies(func(string) (time.Duration, int) { return time.Second / 2, 2 })
	r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		row, _ := rowOf(peek(req))
		switch {
		case !now() || o.rows != nil && !o.rows(row):
			fine(w, req)
		case o.hangs:
			<-req.Context().Done()
		default:
			w.WriteHeader(o.status)
		}
	}), change)
	if o.status == 0 && !o.hangs {
		r.refuses = now
	}
	return r
}

// An endpoint that is down is waited for, and no row pays for it.
func TestOutages(t *testing.T) {
	const s = time.Second
	for name, c := range map[string]struct {
		outage
		rows, retries int
		took          time.Duration // at most
		says          string
	}{
		"no connections":             {outage{5 * s, 65 * s, 0, false, nil}, 500, 1, 82 * s, "paused 1 s: no connection eight times in a row"},
		"503":                        {outage{5 * s, 65 * s, 503, false, nil}, 500, 1, 82 * s, "paused 16 s: status 503 eight times in a row"},
		"503 for long":               {outage{5 * s, 305 * s, 503, false, nil}, 500, 6, 322 * s, "goes on after 5 min"},
		"hangs":                      {outage{5 * s, 65 * s, 0, true, nil}, 500, 1, 105 * s, "no reply in time eight times in a row"},
		"from the start":             {outage{0, 30 * s, 0, false, nil}, 100, 6, 36 * s, "goes on after 32 s"},
		"three rows, from the start": {outage{0, 60 * s, 503, false, nil}, 3, 6, 65 * s, "status 503 five times in a row"},
		"one row, no connections":    {outage{0, 30 * s, 0, false, nil}, 1, 2, 33 * s, "no connection three times in a row"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := c.rig(t, func(m *llm.Model) { m.MaxRetries, m.TimeoutSecs = &c.retries, 10 }).ask(t, c.rows, "a")
				if r.err != nil || r.status[200] != c.rows || r.took > c.took || !r.says(c.says) || len(r.retries) > 120 {
					t.Errorf("%v; answered %v, failed %v, %d retries, after %v; told %q", r.err, r.status, r.failed, len(r.retries), r.took, r.limited)
				}
			})
		})
	}
}

// An endpoint that does not come back stops the run.
func TestLongOutages(t *testing.T) {
	const s, ever = time.Second, 1000 * time.Hour
	for name, c := range map[string]struct {
		outage
		most  int // max_outage
		lasts time.Duration
		class llm.Class
		says  string
	}{
		"503":            {outage{5 * s, ever, 503, false, nil}, 600, 600 * s, llm.ServerError, "server has been down for 10 min. server answered with status 503"},
		"no connections": {outage{5 * s, ever, 0, false, nil}, 600, 600 * s, llm.Connection, "connection refused"},
		"never there":    {outage{0, ever, 0, false, nil}, 600, 60 * s, llm.Connection, "server has been down for 60 s."},
		"never but 503":  {outage{0, ever, 503, false, nil}, 600, 600 * s, llm.ServerError, "The same command goes on where it was"},
		"as set":         {outage{5 * s, ever, 503, false, nil}, 20, 20 * s, llm.ServerError, "down for 20 s."},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := c.rig(t, func(m *llm.Model) { m.MaxOutageSecs = &c.most }).ask(t, 500, "a")
				fatal := (*llm.FatalError)(nil)
				if !errors.As(r.err, &fatal) || fatal.Class != c.class || !strings.Contains(r.err.Error(), c.says) || len(r.failed) > 0 {
					t.Errorf("%v; failed %v", r.err, r.failed)
				}
				if lasted := r.took - c.from; lasted < c.lasts || lasted > c.lasts+s {
					t.Errorf("stopped %v after it was down", lasted)
				}
			})
		})
	}
}

// Rows that fail by themselves are no outage, however many they are; nor are failures by chance.
func TestRowsThatFailByThemselves(t *testing.T) {
	for name, c := range map[string]struct {
		fails func(row int) bool
		rows  int
		most  int // outage
	}{
		"one of five":                            {func(row int) bool { return row == 4 }, 5, 600},
		"two of two":                             {func(int) bool { return true }, 2, 600},
		"one in twenty":                          {func(row int) bool { return row%20 == 7 }, 500, 600},
		"the last ten":                           {func(row int) bool { return row >= 490 }, 500, 600},
		"the first ten":                          {func(row int) bool { return row < 10 }, 500, 600},
		"all, and no outage is to be waited for": {func(int) bool { return true }, 40, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				want := 0
				for row := range c.rows {
					if c.fails(row) {
						want++
					}
				}
				r := outage{0, 1000 * time.Hour, 500, false, c.fails}.rig(t, func(m *llm.Model) { m.MaxRetries, m.MaxOutageSecs = new(6), &c.most })
				r.ask(t, c.rows, "a")
				if r.err != nil || r.failed[llm.ServerError] != want || r.status[200] != c.rows-want || r.took > 3*time.Minute {
					t.Errorf("%v; answered %v, failed %v and not %d, after %v; told %q", r.err, r.status, r.failed, want, r.took, r.limited)
				}
			})
		})
	}
}

func TestFailuresByChanceAreNoOutage(t *testing.T) {
	for _, inFlight := range []int{1, 4, 16, 64} {
		synctest.Test(t, func(t *testing.T) {
			dice := randomly(func(f float64) float64 { return f })
			fine := replies(func(string) (time.Duration, int) { return time.Second / 5, 2 })
			r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				if dice() < 0.05 { // and at once, before the replies that take time
					w.WriteHeader(500)
					return
				}
				fine(w, req)
			}), func(m *llm.Model) { m.MaxInFlight, m.MaxRetries = inFlight, new(6) }).ask(t, 5_000, "a")
			if len(r.limited) > 0 || r.status[200] != 5_000 {
				t.Errorf("%d in flight: told %q; answered %v", inFlight, r.limited, r.status)
			}
		})
	}
}

func TestDurations(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "1 s", 1400 * time.Millisecond: "1 s", 90 * time.Second: "90 s", 150 * time.Second: "2 min", 3 * time.Hour: "3.0 h"} {
		if got := duration(d); got != want {
			t.Errorf("%v is %q", d, got)
		}
	}
	if times(8) != "eight times" || times(11) != "11 times" || times(1) != "once" {
		t.Error(times(8), times(11), times(1))
	}
}
