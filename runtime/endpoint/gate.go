package endpoint

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// gate lets requests through to an endpoint: so many at once as its window is wide, at the rate of its pace, the most
// urgent ones first. While it is closed, it lets only single ones through.
type gate struct {
	hungry *bell          // rung when a request could go through and none waits
	tell   func(string)   // is told of changes
	jitter func() float64 // from 0 to 1
	outage time.Duration  // that is waited for; 0: none is

	mu      sync.Mutex
	inside  int
	pending int // requests that are not answered yet, also those that wait before their next try
	waiting tickets
	count   uint64 // of tickets
	window  window
	pace    pace
	closure closure
	breaker breaker
	replies map[string]*average // tokens of the replies of a step
	through int64               // requests that were not refused
	passed  time.Time           // the last one of them
	refused int64
	outages int       // that are over
	waking  time.Time // when the next one may go through, if it is known
	news    []string
	spoken  spoken
}

func newGate(limit int) *gate {
	return &gate{hungry: &bell{}, tell: func(string) {}, jitter: func() float64 { return 1 }, outage: defaultOutage,
		window: window{setting: limit, size: limit}, replies: map[string]*average{}}
}

// pass is leave to send a request.
type pass struct {
	at      time.Time
	number  int64
	tokens  int    // that it is expected to take
	group   *group // nil once it has its reply
	probe   bool
	heard   bool
	outages int // that were over by then
}

// enter waits until a request may be sent. Whoever got a pass has to leave.
func (g *gate) enter(ctx context.Context, t *ticket) (*pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.turn = make(chan struct{})
	g.mu.Lock()
	g.count++
	t.number = g.count
	heap.Push(&g.waiting, t)
	g.changed()
	g.unlock()
	select {
	case <-t.turn:
		return t.pass, nil
	case <-ctx.Done():
		g.giveUp(t)
		return nil, ctx.Err()
	}
}

// giveUp takes a ticket back, or its place when it got one meanwhile.
func (g *gate) giveUp(t *ticket) {
	g.mu.Lock()
	defer g.unlock()
	if t.at >= 0 {
		heap.Remove(&g.waiting, t.at)
	} else {
		g.gone(t.pass)
	}
	g.changed()
}

func (g *gate) leave(p *pass) {
	g.mu.Lock()
	defer g.unlock()
	g.gone(p)
	g.changed()
}

func (g *gate) gone(p *pass) {
	g.inside--
	if p.group != nil {
		g.window.lost(p.group)
	}
	if p.probe && !p.heard {
		g.closure.probing = false // nothing came of it
	}
}

// changed lets through who may, and says so if there is room for more.
func (g *gate) changed() {
	now := time.Now()
	for len(g.waiting) > 0 && g.hasRoom() {
		if wait := g.pace.wait(now); wait > 0 {
			g.wake(wait, now)
			break
		}
		g.admit(now)
	}
	if g.isFree() {
		g.hungry.ring()
	}
}

func (g *gate) hasRoom() bool {
	if g.closure.on {
		return g.closure.open && !g.closure.probing
	}
	return g.inside < g.window.size
}

// admit lets the most urgent request through. In a closure it is the one that has failed least often, so that one that fails
// by itself does not keep the endpoint closed.
func (g *gate) admit(now time.Time) {
	at := 0
	if g.closure.on {
		g.closure.probing = true
		for i, t := range g.waiting {
			if t.failures() < g.waiting[at].failures() || t.failures() == g.waiting[at].failures() && g.waiting.Less(i, at) {
				at = i
			}
		}
	}
	t := heap.Remove(&g.waiting, at).(*ticket)
	g.inside++
	tokens := t.prompt + g.expected(t.step, t.most)
	t.pass = &pass{at: now, number: g.pace.send(tokens, now), group: g.window.enroll(g.inside), tokens: tokens, probe: g.closure.on, outages: g.outages}
	close(t.turn)
}

// wake has the gate look again after a while.
func (g *gate) wake(after time.Duration, now time.Time) {
	at := now.Add(after)
	if !g.waking.IsZero() && !at.Before(g.waking) {
		return
	}
	g.waking = at
	time.AfterFunc(after, func() {
		g.mu.Lock()
		defer g.unlock()
		if g.waking.Equal(at) {
			g.waking = time.Time{}
		}
		g.changed()
	})
}

func (g *gate) isFree() bool { return len(g.waiting) == 0 && g.hasRoom() }

func (g *gate) isHungry() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.isFree()
}

// begin counts a request that wants an answer, and end one that has it, or gets none.
func (g *gate) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pending++
}

func (g *gate) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pending--
}

func (g *gate) isAsking() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pending > 0
}

// unlock gives the gate free and tells what has changed.
func (g *gate) unlock() {
	news := g.news
	g.news = nil
	g.mu.Unlock()
	for _, text := range news {
		g.tell(text)
	}
}

// average is of so many numbers.
type average struct{ sum, count float64 }

func (a *average) add(n float64) {
	if a.count >= 256 { // long ago counts less
		a.sum, a.count = a.sum/2, a.count/2
	}
	a.sum, a.count = a.sum+n, a.count+1
}

// expected is how many tokens a reply will have, about.
func (g *gate) expected(step string, most int) int {
	if a := g.replies[step]; a != nil {
		return int(a.sum / a.count)
	}
	if most > 0 {
		return most
	}
	return 256
}
