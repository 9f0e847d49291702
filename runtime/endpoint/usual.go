package endpoint

import (
	"math/bits"
	"slices"
	"time"
)

const (
	// groupSize is how many requests, sent one after the other, are looked at together.
	groupSize = 16
	// prompt is how long a reply may take at least, whatever others took.
	prompt = 50 * time.Millisecond
)

// group is requests that were sent one after the other.
type group struct {
	cuts    int // of the window until then
	sent    int
	lost    int // that get no reply
	inside  int // requests under way when each was sent, added up
	replies []timed
	done    bool
}

// timed is how long a reply took.
type timed struct {
	kind
	seconds float64
}

// kind is replies that are alike: of a step, and of a length within a factor of four.
type kind struct {
	step   string
	length int
}

func kindOf(step string, tokens int) kind { return kind{step, bits.Len(uint(max(tokens, 0))) / 2} }

// usual is how long replies of each kind take in good times.
type usual map[kind]*typical

type typical struct {
	seconds float64    // 0: not known yet
	before  [2]float64 // in the middle of those before the last
	last    []float64
}

// compare says how many times longer than in good times replies took, those whose kind is known.
func (u *usual) compare(replies []timed) (slowness []float64) {
	if *u == nil {
		*u = usual{}
	}
	for _, r := range replies {
		t := (*u)[r.kind]
		if t == nil {
			t = &typical{}
			(*u)[r.kind] = t
		}
		t.last = append(t.last, r.seconds)
		if len(t.last) >= 12 {
			slices.Sort(t.last)
			middle := t.last[len(t.last)/2]
			if quick := max(middle, t.before[0], t.before[1]); t.seconds == 0 || quick < t.seconds { // once may be chance
				t.seconds = quick
			}
			t.before, t.last = [2]float64{t.before[1], middle}, nil
		}
	}
	for _, r := range replies {
		if t := (*u)[r.kind]; t.seconds > 0 {
			slowness = append(slowness, r.seconds/t.seconds)
		}
	}
	return slowness
}

// slower takes it for usual that replies take so many times longer.
func (u usual) slower(times float64) {
	for _, t := range u {
		t.seconds *= times
	}
}
