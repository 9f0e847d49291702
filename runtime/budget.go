package runtime

import (
	"fmt"
	"math"
	"strconv"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
)

// Budget caps what all runs in an output folder spend together. A field that is 0 is no cap.
type Budget = endpoint.Budget

// limited is endpoints that keep a budget and know of their limits.
type limited interface {
	Cap(b endpoint.Budget, tasks []llm.Task) error
	Settle() error
	Spent() endpoint.Spent
	Status() []endpoint.Status
}

// budget is the program's, as this run changes it.
func (o options) budget(p Program) Budget {
	b := p.Budget
	if o.maxUSD > 0 {
		b.MaxUSD = o.maxUSD
	}
	if o.maxCalls > 0 {
		b.MaxCalls = o.maxCalls
	}
	return b
}

// capUSD and capCalls take the arguments of --max-usd and --max-calls.
func (o *options) capUSD(text string) error {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f > 0) || f > 1e9 {
		return fmt.Errorf("%q is no amount of US dollars above 0", text)
	}
	o.maxUSD = f
	return nil
}

func (o *options) capCalls(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > math.MaxInt32 {
		return fmt.Errorf("%q is no whole number above 0", text)
	}
	o.maxCalls = n
	return nil
}

// keepBudget has the endpoints keep the budget. An error is told before anything starts.
func (c command) keepBudget(asks asks, o options, pipe *Pipeline) error {
	l, ok := asks.(limited)
	if !ok {
		return nil
	}
	var tasks []llm.Task
	for _, n := range pipe.nodes {
		if n.task != nil {
			tasks = append(tasks, *n.task)
		}
	}
	return l.Cap(o.budget(c.program), tasks)
}

// settle makes the books of the budget exact, once no request is under way any more.
func (w *work) settle() error {
	if l, ok := w.engine.asks.(limited); ok {
		return l.Settle()
	}
	return nil
}

// halt ends the run in good order: no new rows are read, and those under way go on as far as they get without further
// requests.
func (e *engine) halt(err error) {
	e.mu.Lock()
	if e.halted == nil {
		e.halted = err
		e.log.Warn("stopping", "error", err)
	}
	e.mu.Unlock()
	e.drain()
}

// endpointRecord is an endpoint with its limits.
type endpointRecord struct {
	Host        string       `json:"host"`
	MaxInFlight int          `json:"max_in_flight"`
	InFlight    int          `json:"in_flight_limit"`     // in the end
	Requests    float64      `json:"requests_per_minute"` // in the end; 0: none is known
	Tokens      float64      `json:"tokens_per_minute"`
	Why         string       `json:"limits,omitempty"` // in words
	Refused     int64        `json:"refused"`          // requests, with status 429
	Pauses      pausesRecord `json:"pauses"`
}

type pausesRecord struct {
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
}

// budgetRecord is what the folder has spent, and its caps.
type budgetRecord struct {
	MaxUSD   float64 `json:"max_usd,omitempty"`
	USD      float64 `json:"usd"` // an upper bound where requests failed that may be billed
	MaxCalls int64   `json:"max_calls,omitempty"`
	Calls    int64   `json:"calls"` // with those that failed
}

// takeLimits enters what the endpoints know of their limits, and the budget.
func (r *record) takeLimits(asks asks) {
	l, ok := asks.(limited)
	if !ok {
		return
	}
	r.Endpoints = []endpointRecord{}
	for _, s := range l.Status() {
		r.Endpoints = append(r.Endpoints, endpointRecord{s.Host, s.MaxInFlight, s.Window, round(s.Requests), round(s.Tokens), s.Why, s.Refused,
			pausesRecord{s.Pauses, s.Paused.Seconds()}})
	}
	if s := l.Spent(); s.MaxCalls+s.MaxNanoUSD > 0 {
		r.Budget = &budgetRecord{float64(s.MaxNanoUSD) / 1e9, float64(s.NanoUSD) / 1e9, s.MaxCalls, s.Calls}
	}
}
