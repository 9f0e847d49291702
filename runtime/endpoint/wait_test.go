package endpoint

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC()
		in := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
		for _, c := range []struct {
			after, date string
			want        time.Duration
		}{
			{"", "", 0},
			{"7", "", 7 * time.Second},
			{" 0.5 ", "", time.Second / 2},
			{"0", "", 0},
			{"-3", "", 0},
			{"NaN", "", 0},
			{"+Inf", "", patience},
			{"1e300", "", patience},
			{"86400", "", patience},
			{"soon", "", 0},
			{in(90 * time.Second), "", 90 * time.Second},
			{in(90 * time.Second), in(time.Minute), 30 * time.Second}, // by the server's clock
			{in(-time.Minute), "", 0},
			{in(time.Hour), "nonsense", patience},
		} {
			h := http.Header{}
			h.Set("Retry-After", c.after)
			h.Set("Date", c.date)
			if got := retryAfter(h); got != c.want {
				t.Errorf("%q at %q: %v", c.after, c.date, got)
			}
		}
	})
}

func TestBackoff(t *testing.T) {
	most := func() float64 { return 1 }
	for tries, want := range map[int]time.Duration{1: time.Second / 2, 2: time.Second, 3: 2 * time.Second, 7: 32 * time.Second, 8: time.Minute, 100: time.Minute} {
		if got := backoff(&failure{}, tries, most); got != want {
			t.Errorf("after %d tries: %v", tries, got)
		}
	}
	if got := backoff(&failure{}, 3, func() float64 { return 0.25 }); got != time.Second/2 {
		t.Errorf("with jitter: %v", got)
	}
	if got := backoff(&failure{after: time.Hour}, 1, most); got != time.Hour {
		t.Errorf("as the server says: %v", got)
	}
}
