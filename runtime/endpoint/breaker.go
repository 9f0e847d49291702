package endpoint

import (
	"fmt"
	"time"
)

// trouble is what a request has been through.
type trouble struct {
	failed  int  // times
	served  int  // requests that the endpoint had served then
	own     bool // it failed again although others were served meanwhile
	streak  int  // of failures in which it was counted
	strikes int  // times that it was refused although others got through, and after the second one any
	since   time.Time
	outages int   // that were over when it was last sent
	refused int64 // requests let through when it was last refused
}

// breaker tells an endpoint that is down from requests that fail by themselves.
type breaker struct {
	served    int  // requests
	answered  bool // at all, be it with an error
	row       int  // failures in a row, of requests that may not be the reason themselves
	different int  // requests among them
	streak    int  // number of the row
	first     time.Time
}

// alive is for an answer that shows that the endpoint works.
func (b *breaker) alive() {
	if b.row > 0 {
		b.streak++
	}
	b.row, b.different = 0, 0
}

// failure counts a request that failed. dead is true where nothing listens. It reports whether the endpoint is down: if
// several different requests failed in a row, and half as many as are under way. One that failed before and saw others
// succeed since then proves nothing.
func (b *breaker) failure(t *trouble, dead bool, inside, pending int, now time.Time) bool {
	t.own = t.own || t.failed > 0 && b.served > t.served
	t.failed, t.served = t.failed+1, b.served
	if t.own && !dead {
		return false
	}
	if b.row == 0 {
		b.first = now
		b.streak++
	}
	if b.row++; t.streak != b.streak {
		t.streak = b.streak
		b.different++
	}
	enough, different := 8, 3
	switch {
	case dead:
		enough, different = 3, 1
	case pending < 8:
		enough = 5
	}
	return b.row >= enough && b.different >= different && 2*b.row >= inside
}

// duration prints a time as people say it.
func duration(d time.Duration) string {
	d = max(d.Round(time.Second), time.Second)
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// times says how often.
func times(n int) string {
	words := []string{"", "once", "twice", "three times", "four times", "five times", "six times", "seven times", "eight times", "nine times", "ten times"}
	if n > 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprintf("%d times", n)
}

func (t *ticket) failures() int { return t.trouble.failed + t.trouble.strikes }
