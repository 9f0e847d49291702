package endpoint

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// silent is a server that says nothing of its limits.
func silent(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(silence{w}, r) })
}

type silence struct{ http.ResponseWriter }

func (s silence) WriteHeader(status int) {
	for name := range s.Header() {
		if strings.HasPrefix(name, "X-Ratelimit") {
			s.Header().Del(name)
		}
	}
	s.ResponseWriter.WriteHeader(status)
}

// A limit is found, from headers or without, and nearly all of it is used; few requests are refused, and no row is lost.
func TestLimitsAreFound(t *testing.T) {
	perSecond := func(n int, after bool) simulate.Limits {
		return simulate.Limits{RequestsPerSecond: n, RetryAfter: after}
	}
	perMinute := func(n int, after bool) simulate.Limits {
		return simulate.Limits{RequestsPerMinute: n, RetryAfter: after}
	}
	for name, c := range map[string]struct {
		limits   simulate.Limits
		silent   bool
		faults   string
		rows     int
		inFlight int
		used     float64 // requests a second, at least
		refused  float64 // percent, at most
		says     string
	}{
		"100 a second":                      {perSecond(100, false), false, "latency=50ms,500=0.05", 4000, 64, 97, 0.5, "5970 requests a minute, as the server says"},
		"100 a second, Retry-After":         {perSecond(100, true), false, "latency=50ms,500=0.05", 4000, 64, 97, 0.5, "as the server says"},
		"100 a second, silent":              {perSecond(100, false), true, "latency=50ms,500=0.05", 6000, 64, 91, 2, "which is what gets through"},
		"100 a second, silent, Retry-After": {perSecond(100, true), true, "latency=50ms,500=0.05", 6000, 64, 91, 2, "which is what gets through"},
		"1 a second":                        {perSecond(1, false), false, "latency=200ms", 300, 16, 0.97, 2, "60 requests a minute, as the server says"},
		"1 a second, Retry-After":           {perSecond(1, true), false, "latency=200ms", 300, 16, 0.97, 2, "60 requests a minute, as the server says"},
		"1 a second, silent":                {perSecond(1, false), true, "latency=200ms", 300, 16, 0.93, 15, "which is what gets through"},
		"1 a second, silent, Retry-After":   {perSecond(1, true), true, "latency=200ms", 300, 16, 0.93, 15, "which is what gets through"},
		"1 a second, silent, one in flight": {perSecond(1, false), true, "latency=200ms", 300, 1, 0.93, 15, "which is what gets through"},
		"60 a minute":                       {perMinute(60, false), false, "latency=200ms", 300, 16, 0.97, 0, "60 requests a minute, as the server says"},
		"60 a minute, silent":               {perMinute(60, false), true, "latency=200ms", 600, 16, 0.75, 15, "which is what gets through"},
		"60 a minute, silent, Retry-After":  {perMinute(60, true), true, "latency=200ms", 600, 16, 0.9, 5, "paused"},
		"20,000 tokens a minute":            {simulate.Limits{TokensPerMinute: 20_000}, false, "latency=200ms", 1000, 16, 3.5, 2, "19900 tokens a minute, as the server says"},
		"20,000 tokens a minute, silent":    {simulate.Limits{TokensPerMinute: 20_000}, true, "latency=200ms", 1000, 16, 2.8, 15, "which is what gets through"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, err := simulate.ParseFaults(c.faults)
				if err != nil {
					t.Fatal(err)
				}
				h := simulate.Handler(simulate.Options{AnyModel: true, Limits: c.limits, Faults: f})
				if c.silent {
					h = silent(h)
				}
				r := newRig(t, h, func(m *llm.Model) { m.MaxInFlight, m.MaxRetries = c.inFlight, new(4) }).ask(t, c.rows, "answer")
				if r.err != nil || r.status[200] != c.rows || len(r.failed) > 0 {
					t.Errorf("%v; answered %v, failed %v", r.err, r.status, r.failed)
				}
				if r.passed() < c.used || r.refusedShare() > c.refused || !r.says(c.says) {
					t.Errorf("%.3f requests a second got through, %.2f%% were refused; told %q", r.passed(), r.refusedShare(), r.limited)
				}
			})
		})
	}
}

// Rows of a limited endpoint cost no retries, even where none are allowed.
func TestRefusalsCostNoRetries(t *testing.T) {
	for name, after := range map[string]bool{"silent": false, "with Retry-After": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := silent(simulate.Handler(simulate.Options{AnyModel: true, Limits: simulate.Limits{RequestsPerSecond: 1, RetryAfter: after}}))
				r := newRig(t, h, func(m *llm.Model) { m.MaxRetries = new(0) }).ask(t, 100, "answer")
				if r.err != nil || r.status[200] != 100 || r.status[429] == 0 {
					t.Errorf("%v; answered %v, failed %v", r.err, r.status, r.failed)
				}
				for _, retry := range r.retries {
					if !retry.Free {
						t.Errorf("%+v counts", retry)
					}
				}
			})
		})
	}
}

// Refusals that do not depend on the rate do not make it ever slower. The order in which requests are sent varies, and with it the rate by a half.
func TestRefusalsByChance(t *testing.T) {
	for faults, least := range map[string]float64{"429=0.05,latency=50ms": 150, "429=0.2,latency=50ms": 60, "429=0.4,latency=50ms": 15} {
		t.Run(faults, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, err := simulate.ParseFaults(faults)
				if err != nil {
					t.Fatal(err)
				}
				r := newRig(t, simulate.Handler(simulate.Options{AnyModel: true, Faults: f}), nil).ask(t, 2000, "answer")
				if r.err != nil || r.status[200] != 2000 || r.passed() < least {
					t.Errorf("%v; answered %v, %.1f a second; told %q", r.err, r.status, r.passed(), r.limited)
				}
			})
		})
	}
}

// A request that is refused while all others get through is given up.
func TestOneRequestIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fine := replies(func(string) (time.Duration, int) { return time.Second / 5, 2 })
		r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if body := peek(req); strings.Contains(body, "Row 7 of") {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(429)
				return
			}
			fine(w, req)
		}), nil).ask(t, 2000, "answer")
		if r.err != nil || r.status[200] != 1999 || r.failed[llm.RateLimited] != 1 || r.took > 3*time.Minute {
			t.Errorf("%v; answered %v, failed %v in %v", r.err, r.status, r.failed, r.took)
		}
	})
}

// Where everything is refused for too long, the run stops.
func TestEverythingIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		fine := replies(func(string) (time.Duration, int) { return time.Second / 5, 2 })
		r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if time.Since(began) > time.Second {
				w.WriteHeader(429)
				return
			}
			fine(w, req)
		}), nil).ask(t, 500, "answer")
		fatal := (*llm.FatalError)(nil)
		if !errors.As(r.err, &fatal) || fatal.Class != llm.RateLimited || !strings.Contains(r.err.Error(), "has refused all requests for 10 min") ||
			len(r.failed) > 0 || r.took > 602*time.Second {
			t.Errorf("%v after %v; failed %v", r.err, r.took, r.failed)
		}
	})
}

// A server that refuses all at first and then nothing has told nothing of a rate, and is asked as fast as ever.
func TestRefusalsAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		fast := replies(func(string) (time.Duration, int) { return 50 * time.Millisecond, 10 })
		r := newRig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if time.Since(began) < 400*time.Millisecond {
				w.WriteHeader(429)
				return
			}
			fast(w, r)
		}), nil).ask(t, 1000, "ask")
		if len(r.failed) > 0 || r.err != nil || r.status[429] > 20 || r.took > 10*time.Second {
			t.Errorf("%v, failed %v, answered %v, took %v: %q", r.err, r.failed, r.status, r.took, r.limited)
		}
	})
}

// Limits of the settings are kept, the smallest one of all models at the endpoint.
func TestLimitsAsSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		other := local()
		other.RequestsPerMinute, other.TokensPerMinute = new(300), new(90_000)
		fine := replies(func(string) (time.Duration, int) { return time.Second / 5, 2 })
		r := newRig(t, fine, func(m *llm.Model) { m.RequestsPerMinute = new(600) })
		r.all[0].gate.limit(other)
		if s := r.Status()[0]; s.Why != "298 requests a minute, as set; 89550 tokens a minute, as set" {
			t.Errorf("%+v", s)
		}
		if r.ask(t, 100, "answer"); r.passed() < 4.9 || r.passed() > 5.1 {
			t.Errorf("%.2f requests a second", r.passed())
		}
	})
}
