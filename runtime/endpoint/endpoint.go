// Package endpoint asks models over HTTP, through go-openai. Models at the same address share an endpoint: its requests
// under way are limited, those that wait go by priority, what may yet succeed is tried again, and failures are told
// apart by what the user can do about them.
package endpoint

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// Options say how endpoints are made.
type Options struct {
	// Simulated is true when all models are at a simulator: no key is read, and none is sent anywhere.
	Simulated bool
	// StandIn is the base URL of a simulator that answers in the place of all servers, so that it can be told what they would be
	// asked: no key is read, no limit of the models is kept, and the journal is asked as if for the servers' own replies. Empty: none.
	StandIn string
	Watch   Watch
}

// Watch is told what becomes of requests, by many goroutines at once.
type Watch interface {
	// Asked tells of a request that was answered, or failed for good.
	Asked(Answer)
	// Busy tells that a request of a step is in flight (1), or is it no more (-1).
	Busy(step string, n int)
	// Sent tells of each try of a request, whatever came of it.
	Sent(Operation)
	// Recalled tells of a reply that the journal had.
	Recalled(llm.Call, *journal.Entry)
	// Retried tells of a request that is sent again as it is.
	Retried(Retry)
	// Repeated tells of a model that is asked again because its reply cannot be used.
	Repeated(call llm.Call, attempt int, why *llm.RowError)
	// Limited tells of an endpoint whose limits have changed.
	Limited(host, what string)
}

// Answer is what a request came to. One that failed for good has no tokens.
type Answer struct {
	Call       llm.Call
	Prompt     int // tokens
	Completion int
	Took       time.Duration // that it was under way
	NanoUSD    int64         // price, in billionths of a US dollar; -1 where it is not known
}

// Retry is a request that failed and is sent again.
type Retry struct {
	Call    llm.Call
	Status  int // of HTTP; 0 if no reply came
	Class   llm.Class
	Message string
	Wait    time.Duration
	Free    bool // it does not count against max_retries
}

// Set is the endpoints of a program.
type Set struct {
	byModel map[place]*endpoint
	all     []*endpoint
	hungry  bell
	watch   Watch
	http    *http.Client
	journal Journal // nil: replies are not kept
	anew    bool
	jitter  func() float64 // from 0 to 1
	purse   purse
	faked   atomic.Bool // some reply is of a simulator
	tasks   []llm.Task
	gathers gathers
}

// place is where a model says that it is; several may be the same address.
type place struct{ provider, baseURL, keyEnv string }

func placeOf(m llm.Model) place { return place{m.Provider, m.BaseURL, m.APIKeyEnv} }

// endpoint is one address.
type endpoint struct {
	address
	host   string // as messages name it
	key    string // empty: none is sent
	client *openai.Client
	gate   *gate
	secret secrets
	proofs *proofs
	name   string // as the journal knows it; all simulators are one, whatever their port

	simulated bool
	standIn   string // the base URL of what answers in its place; empty: nothing does
}

// New makes the endpoints of these models. Keys are read here; one that is missing is a *llm.FatalError that names its
// variable.
func New(models []llm.Model, o Options) (*Set, error) {
	s := &Set{byModel: map[place]*endpoint{}, watch: o.Watch, jitter: rand.Float64}
	most := 0
	byAddress := map[address]*endpoint{}
	var errs []error
	for _, m := range models {
		e := s.byModel[placeOf(m)]
		if e == nil {
			a, err := addressOf(m)
			if err != nil {
				errs = append(errs, err)
				s.byModel[placeOf(m)] = &endpoint{} // so that it is told once
				continue
			}
			if e = byAddress[a]; e == nil {
				if e, err = newEndpoint(a, m, o); err != nil {
					errs = append(errs, err)
				}
				e.gate = s.newGate(e)
				byAddress[a] = e
				s.all = append(s.all, e)
			}
			s.byModel[placeOf(m)] = e
		}
		most = max(most, cmp.Or(m.MaxInFlight, defaultInFlight))
		if o.StandIn != "" {
			m.RequestsPerMinute, m.TokensPerMinute = nil, nil
		}
		if e.gate != nil {
			e.gate.limit(m)
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s.dial(newTransport(most))
	return s, nil
}

// newGate makes the gate of an endpoint, without limits yet.
func (s *Set) newGate(e *endpoint) *gate {
	g := newGate(math.MaxInt)
	g.outage = time.Duration(math.MaxInt64)
	g.hungry = &s.hungry
	g.jitter = func() float64 { return s.jitter() }
	g.tell = func(what string) { s.watch.Limited(e.shown(), what) }
	return g
}

// limit has a gate keep the limits of a model, too. The smallest ones count.
func (g *gate) limit(m llm.Model) {
	g.window.setting = min(g.window.setting, cmp.Or(m.MaxInFlight, defaultInFlight))
	g.window.size = g.window.setting
	outage := defaultOutage
	if m.MaxOutageSecs != nil {
		outage = time.Duration(*m.MaxOutageSecs) * time.Second
	}
	g.outage = min(g.outage, outage)
	set := rates{}
	if m.RequestsPerMinute != nil {
		set.requests = float64(*m.RequestsPerMinute)
	}
	if m.TokensPerMinute != nil {
		set.tokens = float64(*m.TokensPerMinute)
	}
	g.pace.set = g.pace.set.least(set)
	g.pace.update(time.Now())
}

// shown is the host as people see it.
func (e *endpoint) shown() string {
	if e.simulated {
		return "simulator"
	}
	return e.host
}

// dial has all requests go through t.
func (s *Set) dial(t http.RoundTripper) {
	s.http = newHTTP(t)
	for _, e := range s.all {
		e.open(s.http)
	}
}

// Asker returns what asks a task's model for one call.
func (s *Set) Asker(task llm.Task, call llm.Call) llm.Asker {
	return &asker{set: s, endpoint: s.byModel[placeOf(task.Model)], task: task, call: call}
}

// WaitHungry returns when some endpoint could send a request and none waits for it.
func (s *Set) WaitHungry(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rung := s.hungry.listen() // before the look, so that no change is missed
		if len(s.all) == 0 {
			return nil
		}
		for _, e := range s.all {
			if e.gate.isHungry() {
				return nil
			}
		}
		select {
		case <-rung:
		case <-ctx.Done():
		}
	}
}

// Faked reports whether some reply was of a simulator, asked for or not: they say so.
func (s *Set) Faked() bool { return s.faked.Load() }

// Close closes the connections that are not in use.
func (s *Set) Close() { s.http.CloseIdleConnections() }

// Settle notes in the journal what was spent without a reply in it, once no request is under way any more.
func (s *Set) Settle() error { return s.purse.close() }

// Spent tells what has been spent.
func (s *Set) Spent() Spent { return s.purse.spent() }
