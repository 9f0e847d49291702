package runtime

import (
	"math"
	"sync"
)

// forecast is what a run is going to come to, as far as its rows so far tell.
type forecast struct {
	Calls       int64   `json:"calls"` // in all; those whose replies the journal had are left out
	USD         float64 `json:"usd"`   // in all, of the calls whose price is known
	SecondsLeft float64 `json:"seconds_left"`
}

// forecaster carries the counts of the sources through the graph, with what each step made of its rows so far.
type forecaster struct {
	nodes []*node
	only  int // rows of each source; 0: all

	mu     sync.Mutex
	totals map[*node]int64 // rows of the sources that are counted
}

// countSources counts the rows of the sources, which may take a while. Where one cannot be counted, there is no forecast.
func (f *forecaster) countSources(dir string) {
	for _, n := range f.nodes {
		if n.total == nil {
			continue
		}
		rows, err := n.total(dir)
		if err != nil {
			return
		}
		if f.only > 0 {
			rows = min(rows, int64(f.only))
		}
		f.mu.Lock()
		if f.totals == nil {
			f.totals = map[*node]int64{}
		}
		f.totals[n] = rows
		f.mu.Unlock()
	}
}

func (f *forecaster) total(n *node) (rows float64, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	total, ok := f.totals[n]
	return float64(total), ok
}

// remaining is work that a run has still to do.
type remaining struct {
	calls, rows float64 // rows are those that have to go through a step
	usd         float64
}

// remaining is false where it cannot be told: before every step has made something.
func (f *forecaster) remaining(counts map[*node]StepCounts) (left remaining, ok bool) {
	nodes, ok := f.byNode(counts)
	for _, n := range nodes {
		left.calls += n.calls
		left.rows += n.rows
		left.usd += n.usd
	}
	return left, ok
}

// expected is what a node has still to do, and the rows that come out of it in all.
type expected struct {
	remaining
	out float64
}

// byNode is what remains for each node but for datasets and sinks.
func (f *forecaster) byNode(counts map[*node]StepCounts) (all map[*node]expected, ok bool) {
	all = map[*node]expected{}
	for _, n := range f.nodes {
		if n.verb == "dataset" || n.outlet != nil {
			continue
		}
		var x expected
		if len(n.inputs) == 0 {
			if x.out, ok = f.total(n); !ok {
				return nil, false
			}
			x.rows = max(0, x.out-float64(counts[n].Out+counts[n].Rejected))
			all[n] = x
			continue
		}
		in := math.Inf(1)
		for _, from := range n.inputs {
			in = min(in, all[from].out)
		}
		c := counts[n]
		if n.hidden {
			all[n] = expected{out: in}
			continue
		}
		through := float64(c.In) / float64(len(n.inputs))
		if n.join == nil {
			through -= float64(c.active) / float64(max(1, n.samples))
		}
		if n.global != nil {
			through = float64(c.Out + c.Filtered + c.Rejected)
		}
		if through <= 0 {
			if in > 0 {
				return nil, false
			}
			continue
		}
		x.out = in * float64(c.Out) / through
		x.rows = max(0, in-through)
		if n.task != nil {
			x.calls = max(0, in*float64(c.Calls+c.Recalled)/through-float64(c.Calls+c.Recalled))
			if n.task.Vectors != nil { // a request is for several rows, and a recalled reply for one
				x.calls = max(0, in-through) * float64(c.Calls) / max(1, through-float64(c.Recalled))
			}
			if priced := c.Calls - c.Unpriced; priced > 0 {
				x.usd = x.calls * float64(c.nanoUSD) / 1e9 / float64(c.Calls)
			}
		}
		all[n] = x
	}
	return all, true
}
