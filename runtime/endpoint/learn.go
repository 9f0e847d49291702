package endpoint

import (
	"math"
	"time"
)

const (
	// fewest is how many requests have to be known of before a rate is lowered for those of them that were refused.
	fewest = 8
	// tolerated is the share of refused requests that is no reason to go slower.
	tolerated = 0.02
	// inRow is how many requests refused one after the other mean that no more is let through for a while.
	inRow = 6
)

// learned is a rate that nobody has told: it follows from what the endpoint let through and what it refused.
type learned struct {
	rate  float64   // requests a second; 0: none
	since time.Time // when the rate in force last changed
	from  int64     // number of the last request sent by then: those tell nothing of the rate

	sent            int64 // requests, in all
	passed, refused int   // of those sent since
	inRow           int   // refused one after the other
	closed          int   // times that all were refused for a while, and no rate was learned

	climbs    float64   // up to this rate, soon, since the limit has not been met yet
	refusedAt time.Time // last
	grownAt   time.Time

	share    float64 // refused at the rate before
	top      float64 // the rate from which on it was lowered in vain
	stubborn int     // how often
	doubted  bool    // refusals did not depend on the rate
}

// pass counts a request that got through.
func (l *learned) pass(number int64) {
	if number > l.from {
		l.passed++
		l.inRow = 0
		if l.passed >= 64*fewest { // long ago counts less
			l.passed, l.refused = l.passed/2, l.refused/2
		}
	}
}

// refuse counts a request that was refused, and reports whether that tells something of the rate in force.
func (l *learned) refuse(number int64, now time.Time) bool {
	if number <= l.from {
		return false
	}
	l.refused++
	l.inRow++
	l.climbs, l.refusedAt = 0, now
	return true
}

func (l *learned) refusedShare() float64 {
	return float64(l.refused) / float64(max(l.passed+l.refused, 1))
}

// change puts another rate in force.
func (l *learned) change(rate float64, now time.Time) {
	l.from = l.sent
	l.rate, l.since, l.grownAt, l.refusedAt = rate, now, now, now
	l.passed, l.refused, l.inRow = 0, 0, 0
}

// reopen is for an endpoint that lets requests through again after a while in which it refused them all, row of them.
// through is how many got through in the seconds before and at its end. Where few were refused, or none had got through before
// so that nothing is known of a rate, it is left at that.
func (l *learned) reopen(row, through int, seconds float64, now time.Time) {
	few := row < inRow && (l.refused < 3 || l.refusedShare() < 0.3)
	if l.closed++; l.closed < 2 && (few || through <= 1) {
		l.inRow = 0
		return
	}
	first := l.rate == 0
	l.change(float64(max(through-1, 1))/max(seconds, 1), now)
	l.stubborn, l.share, l.climbs, l.closed = 0, 0, 0, 0
	if first {
		l.climbs = 4 * l.rate
	}
	l.doubted = l.doubted && row < 4*inRow
}

// lower goes a little slower than current, at which requests are refused; or as slowly as they got through, if many are.
// Where going slower is in vain, since the refusals do not depend on the rate, nothing is learned.
func (l *learned) lower(current float64, through int, seconds float64, now time.Time) {
	share := l.refusedShare()
	if l.passed+l.refused < fewest || l.refused < 2 || share < tolerated {
		return
	}
	rate := 0.97 * current
	if share > 0.1 && seconds >= 2 {
		rate = max(min(rate, float64(through)/seconds), 0.7*current)
	}
	if share > 0.05 && share >= l.share/2 {
		if l.stubborn == 0 {
			l.top = current
		}
		l.stubborn++
	} else {
		l.stubborn = 0
	}
	if l.stubborn > 3 && rate < 0.8*l.top {
		rate, l.stubborn, share, l.doubted = 0, 0, 0, true
	}
	l.share = share
	l.change(rate, now)
}

// grow goes faster while nothing is refused: soon at first, later by little, and by more the longer it goes well.
func (l *learned) grow(now time.Time) {
	seconds := now.Sub(l.grownAt).Seconds()
	if l.rate == 0 || seconds < 0.1 {
		return
	}
	growth := 0.1
	if l.rate > l.climbs {
		growth = min(0.0005*math.Pow(2, now.Sub(l.refusedAt).Minutes()), 0.02)
	}
	l.rate *= 1 + growth*min(seconds, 1)
	l.grownAt = now
}
