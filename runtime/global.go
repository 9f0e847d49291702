package runtime

import (
	"context"
	"errors"
	"slices"

	"github.com/distigen/distigen/runtime/llm"
)

// global is the work of a step that waits for all rows.
type global struct {
	decode func(text []byte) (any, error)
	run    func(ctx context.Context, s *spill, keep func(i int) error) error
}

// hold puts the rows of a root that wait for others on disk, and returns the rest. It is called in the order of the source.
func (e *engine) hold(r *root) (held int64, rest []written, err error) {
	if len(e.globals) == 0 {
		return 0, r.rows, nil
	}
	for _, row := range r.rows {
		s := e.globalOf(row.dataset)
		if s == nil {
			rest = append(rest, row)
			continue
		}
		from := r.from
		from.path = slices.Concat(from.path, row.path)
		if err := s.spill.add(row.id, from, row.text); err != nil {
			return 0, nil, unwritable(err)
		}
		held++
	}
	return held, rest, nil
}

func (e *engine) globalOf(n *node) *source {
	for _, s := range e.globals {
		if s.node == n {
			return s
		}
	}
	return nil
}

// release starts the steps that have waited for the rows of a source, once all of them are there. It is called with mu held.
func (e *engine) release(s *source) {
	if !s.ended || s.active > 0 || e.reading.Err() != nil {
		return
	}
	for _, g := range e.globals {
		if g.node.inputs[0].origin() == s.node {
			go e.readHeld(g)
		}
	}
}

// errEnough ends a component whose rows are wanted no more.
var errEnough = errors.New("the run is stopping")

// readHeld has a step choose among the rows that have waited, and sends on those that it keeps.
func (e *engine) readHeld(s *source) {
	defer e.readOver(s)
	n := s.node
	kept := make([]bool, s.spill.len())
	err := n.global.run(e.ctx, s.spill, func(i int) error {
		if !e.room(s) {
			return errEnough
		}
		row, id, from, err := s.spill.at(i)
		if err != nil {
			return unwritable(err)
		}
		l := Ledger{Held: -1}
		if kept[i] {
			l = Ledger{Made: 1} // a component may keep a row twice
		}
		r := e.admit(s, l)
		if r == nil {
			return errEnough
		}
		kept[i] = true
		r.from = from
		e.start(r, row, id)
		return nil
	})
	if errors.Is(err, errEnough) || e.ctx.Err() != nil {
		return
	}
	if err != nil {
		e.fail(globalError(n, err))
		return
	}
	e.drop(n, kept)
	e.allRead(s)
}

// drop accounts for the rows that were not kept.
func (e *engine) drop(n *node, kept []bool) {
	dropped := int64(0)
	for _, k := range kept {
		if !k {
			dropped++
		}
	}
	e.stats.of(n, func(c *StepCounts) { c.Filtered += dropped })
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ledger.Held -= dropped
	e.ledger.Filtered += dropped
}

func globalError(n *node, err error) error {
	if fatal := (*llm.FatalError)(nil); errors.As(err, &fatal) {
		return err
	}
	return &llm.FatalError{Class: llm.StepFailed, Message: "The step " + n.step + " failed: " + sentence(err.Error()),
		Remedy: "Mend that and run again: the replies so far are in the journal.", Err: err}
}
