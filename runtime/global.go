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
	run    func(ctx context.Context, c *choosing) error
	tells  bool // why rows do not go on
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
	defer close(s.over)
	defer e.readOver(s)
	n := s.node
	c := &choosing{engine: e, source: s, spill: s.spill, decided: make([]bool, s.spill.len())}
	err := n.global.run(e.ctx, c)
	if errors.Is(err, errEnough) || e.ctx.Err() != nil {
		return
	}
	if err == nil {
		err = c.dropRest()
	}
	if err != nil {
		e.fail(globalError(n, err))
		return
	}
	e.allRead(s)
}

func globalError(n *node, err error) error {
	if fatal := (*llm.FatalError)(nil); errors.As(err, &fatal) {
		return err
	}
	return &llm.FatalError{Class: llm.StepFailed, Message: "The step " + n.step + " failed: " + sentence(err.Error()),
		Remedy: "Mend that and run again: the replies so far are in the journal.", Err: err}
}
