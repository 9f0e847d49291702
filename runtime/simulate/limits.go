package simulate

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// unlimited is what the headers say where there is no limit.
const unlimited = 1_000_000_000

// limiter counts requests and tokens in the second and the minute of the clock. A nil limiter lets all pass.
type limiter struct {
	Limits
	mu             sync.Mutex
	second, minute int64
	inSecond       int
	inMinute       int
	tokens         int
}

// take lets a request pass, or says how long to wait until one may.
func (l *limiter) take(now time.Time) (wait time.Duration, ok bool) {
	if l == nil {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(now)
	toMinute := now.Truncate(time.Minute).Add(time.Minute).Sub(now)
	switch {
	case l.RequestsPerMinute > 0 && l.inMinute >= l.RequestsPerMinute, l.TokensPerMinute > 0 && l.tokens >= l.TokensPerMinute:
		return toMinute, false
	case l.RequestsPerSecond > 0 && l.inSecond >= l.RequestsPerSecond:
		return now.Truncate(time.Second).Add(time.Second).Sub(now), false
	}
	l.inSecond++
	l.inMinute++
	return 0, true
}

func (l *limiter) turn(now time.Time) {
	if s := now.Unix(); s != l.second {
		l.second, l.inSecond = s, 0
	}
	if m := now.Unix() / 60; m != l.minute {
		l.minute, l.inMinute, l.tokens = m, 0, 0
	}
}

func (l *limiter) spend(tokens int) {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.tokens += tokens
	l.mu.Unlock()
}

// headers tells the client where it stands, under the old and the new names of the headers.
func (l *limiter) headers(h http.Header, cost int, now time.Time) {
	requests, requestsLeft, tokens, tokensLeft := unlimited, unlimited, unlimited, unlimited
	if l != nil {
		l.mu.Lock()
		l.turn(now)
		if l.RequestsPerMinute > 0 {
			requests, requestsLeft = l.RequestsPerMinute, l.RequestsPerMinute-l.inMinute
		} else if l.RequestsPerSecond > 0 {
			requests, requestsLeft = 60*l.RequestsPerSecond, 60*l.RequestsPerSecond-l.inMinute
		}
		if l.TokensPerMinute > 0 {
			tokens, tokensLeft = l.TokensPerMinute, l.TokensPerMinute-l.tokens
		}
		l.mu.Unlock()
	}
	set := func(n int, names ...string) {
		text := []string{strconv.Itoa(max(n, 0))}
		for _, name := range names {
			h[name] = text // in canonical form already
		}
	}
	set(requests, "X-Ratelimit-Limit-Req-Minute")
	set(requestsLeft, "X-Ratelimit-Remaining-Req-Minute")
	set(tokens, "X-Ratelimit-Limit-Tokens-Minute", "X-Ratelimitbysize-Limit-Minute")
	set(tokensLeft, "X-Ratelimit-Remaining-Tokens-Minute", "X-Ratelimitbysize-Remaining-Minute")
	set(cost, "X-Ratelimit-Tokens-Query-Cost", "X-Ratelimitbysize-Query-Cost")
}
