package runtime

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/distigen/distigen/runtime/llm"
)

// source is where rows begin in a run: a source, or a step that has waited for all rows.
type source struct {
	node  *node
	spill *spill        // of a step that waits for all rows
	over  chan struct{} // of such a step: closed when it has decided on all of them

	// guarded by the engine's mu
	active int
	ended  bool            // all rows are read
	read   int64           // rows read, which is the ordinal of the next
	next   int64           // ordinal to be written next
	done   map[int64]*root // that wait for an earlier one
}

// read admits the rows of a source, each when there is room for it.
func (e *engine) read(s *source) {
	defer e.readOver(s)
	if !e.room(s) {
		return
	}
	ids := newRowIDs()
	for row, err := range s.node.source(e.base) {
		r := e.admit(s, Ledger{Source: 1})
		if r == nil {
			return
		}
		r.from = from{source: s.node.step, ordinal: r.ordinal}
		if err != nil {
			e.refuse(r, err)
		} else {
			r.from.id = ids.of(row)
			e.start(r, row, r.from.id)
		}
		if e.only > 0 && r.ordinal+1 >= int64(e.only) {
			break
		}
		if !e.room(s) {
			return
		}
	}
	e.allRead(s)
}

// readOver ends the reading of a source, also where its code panics.
func (e *engine) readOver(s *source) {
	if p := recover(); p != nil {
		e.log.Error("source panicked", "step", s.node.step, "stack", string(debug.Stack()))
		e.fail(&llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The step %s panicked: %v.", s.node.step, p),
			Remedy: "The stack is in run.log."})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sources--
	e.change.Broadcast()
}

// allRead notes that a source has no more rows.
func (e *engine) allRead(s *source) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s.ended = true
	e.release(s)
}

// start sends a row on its way, and returns when it has come to a model or to its end.
func (e *engine) start(r *root, row any, id string) {
	n := r.source.node
	e.stats.made(n, 1)
	e.crew.do(func() { e.spread(token{root: r, row: row, id: id}, n, []any{row}) })
	if n.waits {
		<-r.settled
	}
}

// refuse ends a record of a source that cannot be read.
func (e *engine) refuse(r *root, err error) {
	n := r.source.node
	t := token{root: r}
	if rejected := (*llm.RowError)(nil); errors.As(err, &rejected) {
		t.id = hash(n.step, fmt.Sprint(r.ordinal))
		e.rejectRow(t, n, rejected)
		return
	}
	e.fail(sourceError(n, err))
	e.stopped(t)
}

func sourceError(n *node, err error) error {
	if fatal := (*llm.FatalError)(nil); errors.As(err, &fatal) {
		return fatal
	}
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The source %s cannot be read: %v.", n.step, err),
		Remedy: "Mend the source and run again.", Err: err}
}

// room waits until a row of the source may be read; false means that none is wanted any more.
func (e *engine) room(s *source) bool {
	e.mu.Lock()
	for e.reading.Err() == nil && (s.active >= e.limit || s.read-s.next >= int64(e.window)) {
		e.change.Wait()
	}
	e.mu.Unlock()
	if s.node.waits {
		if err := e.asks.WaitHungry(e.reading); err != nil && e.reading.Err() == nil {
			e.fail(err)
		}
	}
	return e.reading.Err() == nil
}

// admit makes the root of a row just read, unless the run has begun to stop meanwhile.
func (e *engine) admit(s *source, l Ledger) *root {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.reading.Err() != nil {
		return nil
	}
	r := &root{source: s, ordinal: s.read, active: 1, ledger: l, joins: map[joinKey]*partial{}, settled: make(chan struct{})}
	s.read++
	s.active++
	e.active++
	return r
}
