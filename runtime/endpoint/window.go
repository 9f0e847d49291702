package endpoint

import (
	"math/bits"
	"slices"
	"time"
)

const (
	// slow is how many times longer than in good times replies take when fewer requests at once are tried.
	slow = 3
	// fast is up to where more are tried again.
	fast = 2
	// prompt is how long a reply may take at least, whatever others took.
	prompt = 50 * time.Millisecond
)

// window is how many requests may be under way: as many as set, and fewer where that does the server no good. Replies that
// get much slower are a reason to try fewer; it is left at that if they get faster in proportion, so that as many come
// out. How long a reply takes is compared with others of its step and length.
type window struct {
	setting, size int
	why           string // it is smaller than set

	cut   time.Time // when it was last made smaller
	usual map[kind]*usual
	block block

	before  float64 // of a trial: requests that get done in the usual time of one; 0: there is no trial
	wasSize int
	skip    int // blocks until the next trial
	failed  int // trials in a row
}

// kind is replies that are alike: of a step, and of a length within a factor of four.
type kind struct {
	step   string
	length int
}

// usual is how long replies of a kind take in good times.
type usual struct {
	seconds float64 // 0: not known yet
	last    []float64
}

// block is the replies since the last look.
type block struct {
	slowness []float64
	inside   int // requests under way, added up
}

// shrink allows half as many requests, unless the one that is the reason was sent before it was last done.
func (w *window) shrink(sent, now time.Time, why string) bool {
	if sent.Before(w.cut) || w.size == 1 {
		return false
	}
	w.resize(max(1, w.size/2), now)
	w.why = why
	return true
}

func (w *window) resize(size int, now time.Time) {
	if size < w.size {
		w.cut = now
	}
	w.size, w.before, w.block = size, 0, block{}
	if size == w.setting {
		w.why = ""
	}
}

// reply takes in how long a reply took whose request found so many under way, and reports whether the window has changed.
func (w *window) reply(step string, tokens, inside int, sent time.Time, took time.Duration, now time.Time) bool {
	if sent.Before(w.cut) {
		return false // it had more beside it
	}
	slowness := w.compare(kind{step, bits.Len(uint(max(tokens, 0))) / 2}, took)
	w.block.slowness = append(w.block.slowness, slowness)
	w.block.inside += inside
	n := len(w.block.slowness)
	if n < max(32, w.size) && (w.before == 0 || n < max(16, w.size)) {
		return false
	}
	b := w.block
	w.block = block{}
	slices.Sort(b.slowness)
	return w.look(b.slowness[n/2], float64(b.inside)/float64(n), now)
}

// compare says how many times longer than in good times a reply took.
func (w *window) compare(k kind, took time.Duration) float64 {
	u := w.usual[k]
	if u == nil {
		if w.usual == nil {
			w.usual = map[kind]*usual{}
		}
		u = &usual{}
		w.usual[k] = u
	}
	seconds := max(took, prompt).Seconds()
	u.last = append(u.last, seconds)
	if len(u.last) == 8 {
		slices.Sort(u.last)
		now := u.last[4]
		if u.seconds == 0 {
			u.seconds = now
		}
		if w.before == 0 {
			u.seconds *= 1.005 // the longer ago, the less it counts
		}
		u.seconds = min(u.seconds, now)
		u.last = u.last[:0]
	}
	if u.seconds == 0 {
		return 1
	}
	return seconds / u.seconds
}

// look decides, of a block of replies: how slow they were, and how many requests were under way. These together tell how
// many get done in the time that one took in good times.
func (w *window) look(slowness, inside float64, now time.Time) bool {
	if inside < 0.8*float64(w.size) {
		if w.before == 0 {
			return false
		}
		w.resize(w.wasSize, now) // it cannot be told
		return true
	}
	done := inside / slowness
	if w.before > 0 {
		return w.judge(done, now)
	}
	w.skip = max(w.skip-1, 0)
	switch {
	case slowness > slow && w.size > 1 && w.skip == 0:
		was := w.size
		w.resize(max(1, w.size/2), now)
		w.before, w.wasSize, w.why = done, was, "replies came much slower with more"
		return true
	case slowness < fast && w.size < w.setting:
		w.resize(min(w.setting, w.size+max(1, w.size/4)), now)
		return true
	}
	return false
}

// judge ends a trial.
func (w *window) judge(done float64, now time.Time) bool {
	if done >= 0.9*w.before {
		w.before, w.failed = 0, 0
		return true
	}
	w.resize(w.wasSize, now)
	w.failed++
	w.skip = 4 << min(w.failed, 8)
	return true
}
