package endpoint

import (
	"fmt"
	"time"
)

const (
	// neverAnswered is how long an endpoint is waited for that has not answered once.
	neverAnswered = time.Minute
	longestPause  = time.Minute
	// longestProbe is between requests that try whether an endpoint still refuses all.
	longestProbe = 15 * time.Second
)

// closure is a time in which an endpoint gets no requests but single ones, which try whether it takes them again.
type closure struct {
	on      bool
	busy    bool      // it refuses all with 429; otherwise it is down
	since   time.Time // when it was closed
	until   time.Time // when the next one tries
	open    bool      // one may try
	probing bool      // one does
	tries   int
	last    time.Duration // pause
	row     int           // requests refused one after the other
	why     string
	before  int     // requests that got through in the last minute before it
	seconds float64 // or as long as the rate had been in force

	count  int           // of closures
	closed time.Duration // that it was, together, in those that are over
}

// pause is how long to wait before the next request tries: 1 s at first, then twice as long each time.
func (c *closure) pause(after time.Duration) time.Duration {
	most := longestPause
	if c.tries < 6 {
		most = time.Second << c.tries
	}
	return max(most, after)
}

// longest is how long the endpoint is waited for.
func (g *gate) longest() time.Duration {
	if g.breaker.answered {
		return g.outage
	}
	return min(g.outage, neverAnswered)
}

// close closes the gate, or keeps it closed, until the next request may try.
func (g *gate) close(busy bool, after time.Duration, why string, now time.Time) {
	c := &g.closure
	if !c.on {
		*c = closure{on: true, busy: busy, since: now, count: c.count + 1, closed: c.closed}
		if !busy {
			c.since = g.breaker.first
		}
		c.before, c.seconds = g.pace.through(g.pace.began, now)
		c.row = g.pace.learned.inRow
	}
	wait := c.pause(after)
	if busy {
		if wait = after; wait == 0 {
			wait = time.Duration(g.jitter() * float64(min(firstWait<<min(c.tries, 10), longestProbe)))
		}
	}
	if left := c.since.Add(g.longest()).Sub(now); g.outage > 0 && left > 0 {
		wait = min(wait, left)
	}
	c.tries++
	c.open, c.probing, c.last, c.until, c.why = false, false, wait, now.Add(wait), why
	number := c.tries
	count := c.count
	time.AfterFunc(wait, func() {
		g.mu.Lock()
		defer g.unlock()
		if c.on && c.tries == number && c.count == count {
			c.open = true
			g.changed()
		}
	})
	g.news = append(g.news, fmt.Sprintf("paused %s: %s", duration(wait), why))
}

func (g *gate) reopen(now time.Time) {
	c := &g.closure
	lasted := now.Sub(c.since)
	c.on, c.closed = false, c.closed+lasted
	if c.busy {
		// The limit was lifted some time in the last pause.
		g.pace.reopen(c.row, c.before+1, c.seconds+(lasted-c.last/2).Seconds(), now)
	} else {
		g.outages++
	}
	g.news = append(g.news, "goes on after "+duration(lasted))
}
