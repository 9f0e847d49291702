package endpoint

import (
	"sync"

	"github.com/distigen/distigen/runtime/llm"
)

// ticket is a request that waits.
type ticket struct {
	llm.Priority
	step    string
	prompt  int // tokens, about
	most    int // tokens of the reply; 0: not known
	trouble *trouble

	number uint64
	at     int           // in the heap; -1 when it is no longer there
	turn   chan struct{} // closed when it may go through
	pass   *pass         // then
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
