package endpoint

import (
	"net/http"
	"testing"
	"time"
)

func TestReadLimits(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		want    quota
	}{
		"nothing":       {nil, quota{left: rates{-1, -1}}},
		"unlimited":     {[]string{"x-ratelimit-limit-req-minute", "1000000000", "x-ratelimit-remaining-req-minute", "1000000000"}, quota{left: rates{1e9, -1}}},
		"Mistral":       {[]string{"x-ratelimit-limit-req-minute", "60", "x-ratelimit-remaining-req-minute", "59", "x-ratelimit-limit-tokens-minute", "500000", "x-ratelimit-remaining-tokens-minute", "499000"}, quota{rates{60, 500_000}, rates{59, 499_000}, 0}},
		"Mistral, old":  {[]string{"x-ratelimitbysize-limit-minute", "500000", "x-ratelimitbysize-remaining-minute", "0"}, quota{rates{0, 500_000}, rates{-1, 0}, 0}},
		"both":          {[]string{"x-ratelimitbysize-limit-minute", "500000", "x-ratelimit-limit-tokens-minute", "20000"}, quota{rates{0, 20_000}, rates{-1, -1}, 0}},
		"OpenAI":        {[]string{"x-ratelimit-limit-requests", "60", "x-ratelimit-remaining-requests", "59", "x-ratelimit-reset-requests", "1s", "x-ratelimit-limit-tokens", "150000", "x-ratelimit-remaining-tokens", "149984", "x-ratelimit-reset-tokens", "6m0s"}, quota{rates{60, 150_000}, rates{59, 149_984}, 0}},
		"none left":     {[]string{"x-ratelimit-limit-requests", "60", "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "20s", "x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1m2.5s"}, quota{rates{60, 0}, rates{0, 0}, 62500 * time.Millisecond}},
		"in seconds":    {[]string{"x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "2.5"}, quota{left: rates{0, -1}, wait: 2500 * time.Millisecond}},
		"nonsense":      {[]string{"x-ratelimit-limit-requests", "many", "x-ratelimit-remaining-requests", "-3", "x-ratelimit-reset-requests", "soon", "x-ratelimit-limit-tokens", "NaN"}, quota{left: rates{-1, -1}}},
		"for ever":      {[]string{"x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1000h", "x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "1e300"}, quota{left: rates{0, 0}, wait: patience}},
		"no limit of 0": {[]string{"x-ratelimit-limit-requests", "0", "x-ratelimit-limit-tokens", "+Inf"}, quota{left: rates{-1, -1}}},
	} {
		h := http.Header{}
		for i := 0; i < len(c.headers); i += 2 {
			h.Set(c.headers[i], c.headers[i+1])
		}
		if got := readLimits(h); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestBucket(t *testing.T) {
	now := time.Now()
	var b bucket
	if b.wait(1, now) != 0 {
		t.Error("a bucket without a rate is waited for")
	}
	b.take(100)
	b.set(10, 2, 5, now) // five went out in the last second
	if got := b.wait(1, now); got != 400*time.Millisecond {
		t.Errorf("waits %v to pay off what went out before", got)
	}
	if now = now.Add(time.Hour); b.wait(2, now) != 0 || b.wait(2.1, now) == 0 {
		t.Errorf("what was not used piles up: %v", b.level)
	}
	b.take(30)
	if got := b.wait(1, now); got.Round(time.Millisecond) != 2900*time.Millisecond {
		t.Errorf("waits %v after much was taken", got)
	}
	b.take(-30)
	b.take(-30)
	if b.level != 2 {
		t.Errorf("%v is given back", b.level)
	}
	if b.set(100, 1, 0, now); b.level != 1 {
		t.Errorf("the level is %v in a smaller bucket", b.level)
	}
	if b.set(0, 0, 0, now); b.wait(1, now) != 0 {
		t.Error("a rate is kept that was taken back")
	}
}

func TestRecent(t *testing.T) {
	var r recent
	began := time.Unix(1_000_000, 0)
	for i := range 500 { // longer than it remembers
		r.add(began.Add(time.Duration(i)*time.Second), 1, 10)
	}
	now := began.Add(499 * time.Second)
	if n, tokens := r.since(now.Add(-10 * time.Second)); n != 10 || tokens != 100 {
		t.Errorf("%d requests with %d tokens in ten seconds", n, tokens)
	}
	r.add(now, -1, -7)
	r.add(began, -1, -7) // forgotten
	if n, tokens := r.since(now.Add(-time.Minute)); n != 59 || tokens != 593 {
		t.Errorf("%d requests with %d tokens in a minute", n, tokens)
	}
}
