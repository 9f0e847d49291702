package hub

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestWait is the longest that the Hub is obeyed when it says to wait.
const longestWait = 5 * time.Minute

// again reports whether the same request may go well another time.
func again(err error) bool {
	e := (*Error)(nil)
	if !errors.As(err, &e) {
		return false
	}
	switch e.Status {
	case 0, http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return e.passing
}

// waitOf is how long the Hub says to wait: Retry-After, in seconds or as a date, or the time until its limit is lifted.
func waitOf(reply *http.Response, now time.Time) time.Duration {
	wait := time.Duration(0)
	if text := reply.Header.Get("Retry-After"); text != "" {
		if seconds, err := strconv.Atoi(text); err == nil {
			wait = time.Duration(seconds) * time.Second
		} else if date, err := http.ParseTime(text); err == nil {
			wait = date.Sub(now)
		}
	}
	if reply.StatusCode == http.StatusTooManyRequests && wait <= 0 {
		for part := range strings.SplitSeq(reply.Header.Get("RateLimit"), ";") { // "api";r=0;t=120
			if text, ok := strings.CutPrefix(strings.TrimSpace(part), "t="); ok {
				seconds, _ := strconv.Atoi(text)
				wait = time.Duration(seconds) * time.Second
			}
		}
	}
	return min(max(wait, 0), longestWait)
}

func jitter(d time.Duration) time.Duration { return d/2 + rand.N(d/2+1) }

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
