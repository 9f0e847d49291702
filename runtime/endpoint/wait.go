package endpoint

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstWait = 500 * time.Millisecond
	longest   = time.Minute      // between tries, unless the server says otherwise
	patience  = 10 * time.Minute // with what a server says
)

// backoff is how long to wait after so many tries: as long as the server says, or else twice as long as before at most,
// and any time up to that, so that requests that failed together do not come again together.
func backoff(f *failure, tries int, jitter func() float64) time.Duration {
	if f.after > 0 {
		return f.after
	}
	most := longest
	if tries < 8 { // from then on it would be longer
		most = firstWait << (tries - 1)
	}
	return time.Duration(jitter() * float64(most))
}

// retryAfter is what the header of that name says, in seconds or as a date by the server's clock; 0 if nothing.
func retryAfter(h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		switch {
		case seconds > patience.Seconds(): // also of what no duration holds
			return patience
		case seconds > 0:
			return time.Duration(seconds * float64(time.Second))
		}
		return 0
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return min(max(at.Sub(now), 0), patience)
}

// sleep waits, or returns the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}
