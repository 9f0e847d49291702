package endpoint

import (
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	// slow is how many times longer than in good times replies take when fewer requests at once are tried.
	slow = 3
	// fast is up to where more are tried again.
	fast = 2
)

// window is how many requests may be under way: as many as set, and fewer where that does the server no good. Replies that
// get much slower are a reason to try half as many; it is left at that if they get faster in proportion, so that as many
// come out.
type window struct {
	setting, size int
	why           string // it is smaller than set
	cuts          int    // times that it was made smaller

	usual    usual
	group    *group    // to which the next request belongs
	slowness []float64 // of the groups since the last look
	inside   int       // requests under way, when these were sent, added up

	trial trial // of another size
	skip  int   // looks until the next one
	vain  int   // trials in a row
}

// trial is of a window of another size.
type trial struct {
	size     int     // of before; 0: there is no trial
	done     float64 // requests that got done then in the usual time of one
	slowness float64
}

// shrink allows half as many requests, unless those that are the reason were sent before that was last done.
func (w *window) shrink(g *group, why string) {
	if g.cuts != w.cuts || w.size == 1 {
		return
	}
	w.resize(max(1, w.size/2))
	w.why = why
}

func (w *window) resize(size int) {
	if size < w.size {
		w.group = nil // those before have more beside them
		w.cuts++
	}
	w.size, w.trial, w.slowness, w.inside = size, trial{}, nil, 0
}

// enroll puts a request that is sent into a group.
func (w *window) enroll(inside int) *group {
	if w.group == nil || w.group.sent == groupSize {
		w.group = &group{cuts: w.cuts}
	}
	w.group.sent++
	w.group.inside += inside
	return w.group
}

// reply takes in how long a reply took, of a request of the group.
func (w *window) reply(g *group, step string, tokens int, took time.Duration) {
	g.replies = append(g.replies, timed{kindOf(step, tokens), max(took, prompt).Seconds()})
	w.settled(g)
}

// lost is for a request of the group that gets no reply.
func (w *window) lost(g *group) {
	g.lost++
	w.settled(g)
}

// settled looks at a group of which most have their replies. The others take longer than these, and that is enough to know:
// to wait for quick replies only would make any server look quick.
func (w *window) settled(g *group) {
	if g.done || g.sent < groupSize || len(g.replies) < (groupSize-g.lost)*3/4 {
		return
	}
	g.done = true
	if g.cuts != w.cuts || len(g.replies) == 0 {
		return
	}
	slowness := w.usual.compare(g.replies)
	if len(slowness) == 0 {
		return
	}
	for range groupSize - g.lost - len(g.replies) {
		slowness = append(slowness, math.Inf(1))
	}
	w.slowness = append(w.slowness, slowness...)
	w.inside += g.inside * len(slowness) / groupSize
	n := len(w.slowness)
	slices.Sort(w.slowness)
	middle, inside := w.slowness[n/2], float64(w.inside)/float64(n)
	enough := max(4*groupSize, w.size)
	switch {
	case w.trial.size > 0:
	case middle < fast && w.size < w.setting:
		enough = max(groupSize, w.size)
	case middle > slow*slow: // fewer do to know that
		enough = 2 * groupSize
	}
	if n >= enough {
		w.slowness, w.inside = nil, 0
		w.look(middle, inside)
	}
}

// look decides, of how slow replies were and how many requests were under way with theirs. These together tell how many get
// done in the time that one took in good times.
func (w *window) look(slowness, inside float64) {
	then := trial{w.size, inside / slowness, slowness}
	w.skip = max(w.skip-1, 0)
	switch {
	case inside < 0.8*float64(w.size):
		if w.trial.size > 0 {
			w.resize(w.trial.size) // it cannot be told
		}
	case w.trial.size > 0:
		w.judge(then.done)
	case w.skip > 0:
	case slowness > slow && w.size > 1:
		w.resize(max(1, w.size/2))
		w.trial, w.why = then, "replies came much slower with more"
	case slowness < fast && w.size < w.setting:
		w.resize(min(w.setting, w.size+max(1, w.size/4)))
		if 10*w.size > 11*then.size { // by less it cannot be told
			w.trial = then
		}
	}
}

// judge ends a trial: fewer requests are to get as much done, and more are to get more done. If fewer are as slow, that is
// usual now.
func (w *window) judge(done float64) {
	t := w.trial
	least := 0.9 * t.done
	if w.size > t.size {
		least = t.done * (1 + 0.2*float64(w.size-t.size)/float64(t.size))
	}
	if done >= least {
		w.trial, w.vain = trial{}, 0
		return
	}
	if t.size > w.size {
		w.usual.slower(t.slowness)
	}
	w.resize(t.size)
	w.skip = 4 << min(w.vain, 8)
	w.vain++
}

// says tells of a window that is smaller than set.
func (w *window) says() string {
	if w.size == w.setting {
		return ""
	}
	return fmt.Sprintf("%d of %d in flight: %s", w.size, w.setting, w.why)
}
