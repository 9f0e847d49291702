package runtime

import (
	"log/slog"
	"sync"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/report"
)

// StepCounts is what a step did, as it stands in run.json.
type StepCounts struct {
	Step             string           `json:"step"`
	Verb             string           `json:"verb"`
	In               int64            `json:"rows_in"`
	Out              int64            `json:"rows_out"`
	Rejected         int64            `json:"rejected"`
	Filtered         int64            `json:"filtered"`
	FilteredBy       map[string]int64 `json:"filtered_by,omitempty"` // by the reason, where the step gives one; not changed once set
	Discarded        int64            `json:"discarded"`             // at a join, since another branch's row was rejected
	Kept             int64            `json:"kept_with_nulls"`       // failed under on_error = "keep"
	Calls            int64            `json:"calls"`
	Retries          int64            `json:"retries"`
	Recalled         int64            `json:"recalled"`                // replies that the journal had
	There            int64            `json:"already_there,omitempty"` // rows out that an earlier run had sent
	PromptTokens     int64            `json:"prompt_tokens"`
	CompletionTokens int64            `json:"completion_tokens"`
	USD              float64          `json:"usd"`                 // of the calls whose price is known
	Unpriced         int64            `json:"calls_unpriced"`      // whose price is not known
	Seconds          float64          `json:"seconds"`             // of all requests together
	InFlight         int64            `json:"in_flight,omitempty"` // requests; where no model is asked, rows
	Waiting          int64            `json:"waiting,omitempty"`   // rows in work of which no request is in flight

	active  int64 // rows in work
	asks    bool  // a model
	nanoUSD int64
}

// stats counts what each step of a run does.
type stats struct {
	log       *slog.Logger  // of requests; set before the first one
	telemetry Telemetry     // nil: none; set before the first request
	calls     *report.Calls // for the report; nil: nobody wants to know
	mu        sync.Mutex
	steps     []*StepCounts          // in order of wiring
	nodes     map[*node]*StepCounts  // none for datasets and branches
	named     map[string]*StepCounts // by step
}

func newStats(nodes []*node) *stats {
	s := &stats{nodes: map[*node]*StepCounts{}, named: map[string]*StepCounts{}}
	for _, n := range nodes {
		if n.hidden || n.verb == "dataset" {
			continue
		}
		c := &StepCounts{Step: n.step, Verb: n.verb, asks: n.task != nil}
		s.steps, s.nodes[n], s.named[n.step] = append(s.steps, c), c, c
	}
	return s
}

func (s *stats) of(n *node, count func(*StepCounts)) { s.count(s.nodes[n], count) }

func (s *stats) count(c *StepCounts, count func(*StepCounts)) {
	if c == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	count(c)
}

func (s *stats) entered(n *node)            { s.of(n, func(c *StepCounts) { c.In++ }) }
func (s *stats) begun(n *node)              { s.of(n, func(c *StepCounts) { c.active++ }) }
func (s *stats) ended(n *node)              { s.of(n, func(c *StepCounts) { c.active-- }) }
func (s *stats) made(n *node, rows int)     { s.of(n, func(c *StepCounts) { c.Out += int64(rows) }) }
func (s *stats) rejected(n *node)           { s.of(n, func(c *StepCounts) { c.Rejected++ }) }
func (s *stats) filtered(n *node)           { s.of(n, func(c *StepCounts) { c.Filtered++ }) }
func (s *stats) kept(n *node)               { s.of(n, func(c *StepCounts) { c.Kept++ }) }
func (s *stats) discarded(n *node, r int64) { s.of(n, func(c *StepCounts) { c.Discarded += r }) }

// asked counts a request that was answered, failed for good, or was under way when the run was stopped.
func (s *stats) asked(a endpoint.Answer) {
	s.count(s.named[a.Call.Step], func(c *StepCounts) {
		c.Calls++
		c.PromptTokens += int64(a.Prompt)
		c.CompletionTokens += int64(a.Completion)
		c.Seconds += a.Took.Seconds()
		if a.NanoUSD < 0 {
			c.Unpriced++
		} else {
			c.nanoUSD += a.NanoUSD
		}
	})
}

// recalled counts a reply that the journal had.
func (s *stats) recalled(step string) { s.count(s.named[step], func(c *StepCounts) { c.Recalled++ }) }

// retried counts a request that is sent again.
func (s *stats) retried(step string) { s.count(s.named[step], func(c *StepCounts) { c.Retries++ }) }

// busy counts a request that is in flight from now on, or was until now.
func (s *stats) busy(step string, n int) {
	s.count(s.named[step], func(c *StepCounts) { c.InFlight += int64(n) })
}

// snapshot returns the counts as they are now.
func (s *stats) snapshot() []StepCounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make([]StepCounts, len(s.steps))
	for i, c := range s.steps {
		counts[i] = *c
		counts[i].USD = float64(c.nanoUSD) / 1e9
		switch {
		case c.Verb == "sink":
			counts[i].Waiting = max(0, c.In-c.Out-c.Rejected-c.InFlight)
		case c.Verb == "global":
			counts[i].Waiting = max(0, c.In-c.Out-c.Filtered-c.Rejected)
		case c.asks:
			counts[i].Waiting = max(0, c.active-c.InFlight)
		default:
			counts[i].InFlight = c.active
		}
	}
	return counts
}

// byNode returns the counts as they are now, by node.
func (s *stats) byNode() map[*node]StepCounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := make(map[*node]StepCounts, len(s.nodes))
	for n, c := range s.nodes {
		counts[n] = *c
	}
	return counts
}
