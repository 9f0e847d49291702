package simulate

import (
	"sync/atomic"
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	var passed atomic.Int64 // milliseconds since noon
	now := func() time.Time { return noon.Add(time.Duration(passed.Load()) * time.Millisecond) }
	s := start(t, Options{Now: now, Limits: Limits{RequestsPerSecond: 2, RequestsPerMinute: 5, RetryAfter: true}})
	want := func(at int64, status int, remaining, retryAfter string) {
		t.Helper()
		passed.Store(at)
		r := s.call(t, "POST", "/chat/completions", chat("x", ""))
		h := r.header
		if r.status != status || h.Get("x-ratelimit-limit-req-minute") != "5" || h.Get("x-ratelimit-remaining-req-minute") != remaining ||
			h.Get("Retry-After") != retryAfter {
			t.Errorf("at %d ms: status %d, remaining %q, Retry-After %q", at, r.status, h.Get("x-ratelimit-remaining-req-minute"), h.Get("Retry-After"))
		}
	}
	want(0, 200, "4", "")
	want(500, 200, "3", "")
	want(900, 429, "3", "1")
	want(1000, 200, "2", "")
	want(2000, 200, "1", "")
	want(3000, 200, "0", "")
	want(4000, 429, "0", "56")
	s.call(t, "GET", "/models", "") // is not limited
	want(60000, 200, "4", "")
}

func TestLimitOfTokens(t *testing.T) {
	s := start(t, Options{Limits: Limits{TokensPerMinute: 50}})
	r := s.call(t, "POST", "/chat/completions", chat("x", `,"max_tokens":55`))
	h := r.header
	if r.status != 200 || h.Get("x-ratelimitbysize-limit-minute") != "50" || h.Get("x-ratelimitbysize-remaining-minute") != "0" ||
		h.Get("x-ratelimit-tokens-query-cost") != "60" {
		t.Errorf("%d %v", r.status, h)
	}
	r = s.call(t, "POST", "/chat/completions", chat("x", ""))
	if r.status != 429 || r.header.Get("Retry-After") != "" {
		t.Errorf("%d %v", r.status, r.header)
	}
}

func TestNoLimits(t *testing.T) {
	r := start(t, Options{}).call(t, "POST", "/chat/completions", chat("x", ""))
	for _, name := range []string{"x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute", "x-ratelimitbysize-limit-minute", "x-ratelimitbysize-remaining-minute"} {
		if got := r.header.Get(name); got != "1000000000" {
			t.Errorf("%s: %q", name, got)
		}
	}
}
