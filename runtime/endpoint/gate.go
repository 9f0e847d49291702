package endpoint

import (
	"container/heap"
	"context"
	"sync"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// gate lets so many requests through at once, and the others by priority as places get free. While it is paused, it lets
// none through.
type gate struct {
	hungry *bell // rung when a request could go through and none waits
	limit  int

	mu      sync.Mutex
	inside  int
	waiting tickets
	count   uint64 // of tickets
	paused  bool
	until   time.Time // end of the pause
	pauses  int       // count of them, so that only the last one's end ends it
}

// ticket is a request that waits.
type ticket struct {
	llm.Priority
	number uint64
	at     int           // in the heap; -1 when it is no longer there
	turn   chan struct{} // closed when it may go through
}

// enter waits for a place. Whoever got one has to leave.
func (g *gate) enter(ctx context.Context, p llm.Priority) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	g.mu.Lock()
	if g.isFree() {
		g.inside++
		g.mu.Unlock()
		return nil
	}
	g.count++
	t := &ticket{Priority: p, number: g.count, turn: make(chan struct{})}
	heap.Push(&g.waiting, t)
	g.mu.Unlock()
	select {
	case <-t.turn:
		return nil
	case <-ctx.Done():
		g.giveUp(t)
		return ctx.Err()
	}
}

// giveUp takes a ticket back, or its place when it got one meanwhile.
func (g *gate) giveUp(t *ticket) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.at >= 0 {
		heap.Remove(&g.waiting, t.at)
	} else {
		g.inside--
	}
	g.changed()
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	g.changed()
}

// pause closes the gate for so long. A pause under way that is longer goes on.
func (g *gate) pause(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	until := time.Now().Add(d)
	if d <= 0 || g.paused && until.Before(g.until) {
		return
	}
	g.paused, g.until = true, until
	g.pauses++
	n := g.pauses
	time.AfterFunc(d, func() { g.resume(n) })
}

func (g *gate) resume(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if n == g.pauses {
		g.paused = false
		g.changed()
	}
}

// changed lets through who may, and says so if there is room for more.
func (g *gate) changed() {
	for !g.paused && g.inside < g.limit && len(g.waiting) > 0 {
		g.inside++
		close(heap.Pop(&g.waiting).(*ticket).turn)
	}
	if g.isFree() {
		g.hungry.ring()
	}
}

func (g *gate) isFree() bool { return !g.paused && g.inside < g.limit && len(g.waiting) == 0 }

func (g *gate) isHungry() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.isFree()
}

// tickets is a heap: later steps first, then earlier rows, then who came first.
type tickets []*ticket

func (h tickets) Len() int { return len(h) }

func (h tickets) Less(i, j int) bool {
	a, b := h[i], h[j]
	switch {
	case a.Step != b.Step:
		return a.Step > b.Step
	case a.Row != b.Row:
		return a.Row < b.Row
	}
	return a.number < b.number
}

func (h tickets) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}

// Push is for package heap.
func (h *tickets) Push(x any) {
	t := x.(*ticket)
	t.at = len(*h)
	*h = append(*h, t)
}

// Pop is for package heap.
func (h *tickets) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.at = -1
	return t
}

// bell wakes all who listen.
type bell struct {
	mu   sync.Mutex
	rung chan struct{} // nil when nobody listens
}

func (b *bell) listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung == nil {
		b.rung = make(chan struct{})
	}
	return b.rung
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rung != nil {
		close(b.rung)
		b.rung = nil
	}
}
