package runtime

import (
	"context"
	"log/slog"
	"sync"

	"github.com/distigen/distigen/runtime/llm"
)

// asks is what the engine wants of the endpoints.
type asks interface {
	Asker(task llm.Task, call llm.Call) llm.Asker
	// WaitHungry returns when some endpoint could take a request for which none is waiting.
	WaitHungry(ctx context.Context) error
}

// sink takes what is done, one root at a time, in the order of the source.
type sink interface {
	write(of from, rows []written, rejects []reject) error
}

// engine drives rows through a graph. Rows under way come before rows of the source: a new one is read only when some
// endpoint would otherwise idle, so that the number under way, and with it the memory, stays small.
type engine struct {
	asks  asks
	out   sink
	log   *slog.Logger
	stats *stats
	base  string // where relative paths start
	spill string // folder for the rows that wait for others; empty: the system's

	limit  int // of source rows under way, for each source
	window int // of source rows under way or waiting for earlier ones to be written, for each source
	only   int // of source rows to read, for each source; 0 is all

	crew    crew
	ctx     context.Context // over when the run is to stop at once
	cancel  context.CancelFunc
	reading context.Context // over when no new rows are to be read
	drain   context.CancelFunc

	mu         sync.Mutex
	change     *sync.Cond
	sources    int // that still read, or wait for the rows of others
	active     int // roots under way
	globals    []*source
	outboxes   map[*node]*outbox // of the sinks; set before the run
	parking    parking
	ledger     Ledger
	unfinished int64 // rows that were not at an end when the run was stopped
	fatal      error
	halted     error // why no new rows are read, if not by the user's wish
}

func newEngine(ctx context.Context, asks asks, out sink, log *slog.Logger, st *stats) *engine {
	e := &engine{asks: asks, out: out, log: log, stats: st, limit: 64, window: 1 << 16, parking: parking{above: parkAbove}}
	e.change = sync.NewCond(&e.mu)
	e.ctx, e.cancel = context.WithCancel(ctx)
	e.crew = newCrew(e.ctx.Done())
	e.reading, e.drain = context.WithCancel(e.ctx)
	return e
}

// run drives all rows of the pipeline to their end, or to where the run is stopped. The error is what stopped it.
func (e *engine) run(nodes []*node) error {
	defer e.cancel()
	var sources []*source
	e.parking.dir = e.spill
	defer e.parking.close()
	for _, n := range nodes {
		s := &source{node: n, done: map[int64]*root{}}
		switch {
		case n.source != nil:
			sources = append(sources, s)
		case n.global != nil:
			s.spill, s.over = &spill{dir: e.spill, decode: n.global.decode}, make(chan struct{})
			e.globals = append(e.globals, s)
			defer s.spill.close()
		}
	}
	e.sources = len(sources) + len(e.globals)
	for _, s := range sources {
		go e.read(s)
	}
	stop := context.AfterFunc(e.reading, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.change.Broadcast()
	})
	defer stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	// A source that hangs in a read is not waited for once the run drains: it admits no row any more.
	for e.active > 0 || e.sources > 0 && e.reading.Err() == nil {
		e.change.Wait()
	}
	e.drain()
	e.unfinished += e.ledger.Held
	e.ledger.Unfinished += e.ledger.Held // the run was stopped before these could go on
	e.ledger.Held = 0
	if e.fatal == nil {
		return e.halted
	}
	return e.fatal
}

// fail stops the run at once. The first failure counts.
func (e *engine) fail(err error) {
	e.mu.Lock()
	if e.fatal == nil && e.ctx.Err() == nil {
		e.fatal = err
	}
	e.mu.Unlock()
	e.cancel()
}

// finish writes a root that is done, with those after it that waited for it.
func (e *engine) finish(r *root) {
	r.settle()
	discarded, err := r.end()
	for n, count := range discarded {
		e.stats.discarded(n, count)
	}
	if err != nil {
		e.fail(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	s := r.source
	s.done[r.ordinal] = r
	if r.ordinal != s.next {
		r.waits = true
		if err := e.parking.in(r); err != nil {
			e.stopWith(unwritable(err))
		}
	}
	for next := s.done[s.next]; next != nil; next = s.done[s.next] {
		delete(s.done, s.next)
		s.next++
		e.write(next)
	}
	s.active--
	e.active--
	e.release(s)
	e.change.Broadcast()
}

// stopWith stops the run as fail does, with mu held.
func (e *engine) stopWith(err error) {
	if e.fatal == nil {
		e.fatal = err
	}
	e.cancel()
}

func (e *engine) write(r *root) {
	var err error
	if r.waits {
		err = e.parking.out(r)
	}
	held, rows := int64(0), []written(nil)
	if err == nil {
		held, rows, err = e.hold(r)
	}
	out, rows := e.outgoing(rows)
	if err == nil {
		err = e.out.write(r.from, rows, r.rejects)
	}
	if err == nil {
		err = e.post(out, r.from)
	}
	if err != nil {
		e.stopWith(err)
		r.ledger.Unfinished += int64(len(r.rows) + len(r.rejects))
	} else {
		r.ledger.Held += held
		r.ledger.Written += int64(len(rows))
		r.ledger.Unsent += int64(len(out))
		r.ledger.Rejected += int64(len(r.rejects))
	}
	if r.ledger.Unfinished > 0 {
		e.unfinished++
	}
	e.ledger.add(r.ledger)
}

func (e *engine) logReject(r reject, err *llm.RowError) {
	args := []any{"step", r.Step, "row", r.RowID, "source_row", r.Ordinal, "class", r.Class, "message", r.Message}
	if p, ok := err.Err.(*panicked); ok {
		args = append(args, "stack", string(p.stack))
	}
	e.log.Warn("row rejected", args...)
}
