package runtime

import (
	"context"
	"errors"
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
)

// arrive brings a token to a reader and takes it, and all that comes of it, as far as it gets. Every token ends in
// exactly one of: written, rejected, filtered, merged, waiting at a join, stopped.
func (e *engine) arrive(t token, to reader) {
	n := to.node
	switch {
	case e.ctx.Err() != nil:
		e.stopped(t)
	case n.verb == "dataset":
		e.toDataset(t, n)
	case n.global != nil || n.outlet != nil:
		e.stats.entered(n)
		e.toDataset(t, n)
	case n.join != nil:
		e.stats.entered(n)
		first, rows, all := t.root.join(n, to.slot, t)
		if !all {
			e.done(t.root)
			return
		}
		e.stats.begun(n)
		row, err := guard(func() (any, error) { return n.join(rows) })
		e.worked(first, n, []any{row}, err)
	default:
		e.stats.entered(n)
		if n.samples > 1 {
			e.sample(t, n)
			return
		}
		e.process(t, n)
	}
}

// sample makes a token for each reply that is asked for a row.
func (e *engine) sample(t token, n *node) {
	t.root.count(func(l *Ledger) { l.Made += int64(n.samples - 1) }, n.samples-1)
	for i := range n.samples {
		s := t
		s.sample = i
		e.crew.do(func() { e.process(s, n) })
	}
}

func (e *engine) process(t token, n *node) {
	e.stats.begun(n)
	c := &call{ctx: e.ctx, row: t.id, ask: func(sample int) llm.Asker {
		return settling{e.asks.Asker(*n.task, llm.Call{Step: n.step, Row: t.id, Sample: sample + t.sample, Twin: n.twin,
			Priority: llm.Priority{Step: n.index, Row: t.root.ordinal}}), t.root}
	}}
	rows, err := guard(func() ([]any, error) { return n.work(c, t.row) })
	if c.kept != nil {
		e.stats.kept(n)
		e.log.Warn("row kept without the step's columns", "step", n.step, "row", t.id, "source_row", t.root.from.ordinal+1, "message", c.kept.Error())
	}
	e.worked(t, n, rows, err)
}

// worked goes on with what a step made of a token.
func (e *engine) worked(t token, n *node, rows []any, err error) {
	e.stats.ended(n)
	fatal, stop := (*llm.FatalError)(nil), (*llm.StopError)(nil)
	switch {
	case e.ctx.Err() != nil:
		e.stopped(t)
	case errors.As(err, &stop):
		e.halt(err)
		e.stopped(t)
	case errors.As(err, &fatal):
		e.fail(fmt.Errorf("step %s: %w", n.step, err))
		e.stopped(t)
	case err != nil:
		e.rejectRow(t, n, rowError(err))
	case len(rows) == 0:
		e.stats.filtered(n)
		t.root.count(func(l *Ledger) { l.Filtered++ }, 0)
		e.done(t.root)
	default:
		e.stats.made(n, len(rows))
		e.spread(t, n, rows)
	}
}

// spread sends the rows that a node made of t to all that read the node.
func (e *engine) spread(t token, n *node, rows []any) {
	copies := len(rows) * (len(n.readers) - 1)
	t.root.count(func(l *Ledger) {
		l.Made += int64(len(rows) - 1)
		l.Copies += int64(copies)
	}, len(rows)-1+copies)
	for i, row := range rows {
		next := t
		next.row, next.sample = row, 0
		if n.samples > 1 {
			next = next.child(t.sample, row)
		}
		if n.makes {
			next = next.child(i, row)
		}
		for k, to := range n.readers {
			if last := i == len(rows)-1 && k == len(n.readers)-1; to.node.waits && !last {
				e.crew.do(func() { e.arrive(next, to) })
				continue
			}
			e.arrive(next, to)
		}
	}
}

// toDataset brings a row to what is written of its root: to a dataset, a step that waits for all rows, or one that sends them.
func (e *engine) toDataset(t token, n *node) {
	row := t.row
	if n.fit != nil {
		var err error
		if row, err = guard(func() (any, error) { return n.fit.Row(t.row) }); err != nil {
			e.rejectRow(t, n, rowError(err))
			return
		}
	}
	text, err := encode(n.lists.fill(row))
	if err != nil {
		e.rejectRow(t, n, &llm.RowError{Class: llm.StepFailed, Err: err,
			Message: fmt.Sprintf("The row cannot be written for %s: %v.", n.step, err)})
		return
	}
	t.root.mu.Lock()
	t.root.rows = append(t.root.rows, written{dataset: n, path: t.path, text: text, id: t.id})
	t.root.mu.Unlock()
	e.done(t.root)
}

func (e *engine) rejectRow(t token, n *node, err *llm.RowError) {
	if n.task != nil && n.task.OnError == "fail" {
		e.fail(&llm.FatalError{Class: err.Class, Err: err,
			Message: fmt.Sprintf("Step %s failed on row %s (source row %d): %s", n.step, t.id, t.root.from.ordinal+1, err.Message),
			Remedy:  "The step has on_error = \"fail\"; with \"reject\" the run would go on without such rows."})
		e.stopped(t)
		return
	}
	e.stats.rejected(n)
	r := newReject(n, t, err)
	e.logReject(r, err)
	t.root.mu.Lock()
	t.root.rejects = append(t.root.rejects, r)
	t.root.mu.Unlock()
	e.done(t.root)
}

// stopped ends a token that the run has no time for any more.
func (e *engine) stopped(t token) {
	t.root.count(func(l *Ledger) { l.Unfinished++ }, 0)
	e.done(t.root)
}

// done ends one token of a root, and the root with the last.
func (e *engine) done(r *root) {
	r.mu.Lock()
	r.active--
	last := r.active == 0
	r.mu.Unlock()
	if last {
		e.finish(r)
	}
}

// count enters tokens into the books of a root, active of them as new ones under way.
func (r *root) count(enter func(*Ledger), active int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	enter(&r.ledger)
	r.active += active
}

// settling tells the root that its first request is on its way.
type settling struct {
	llm.Asker
	root *root
}

// Call says for what is asked.
func (s settling) Call() llm.Call { return llm.CallOf(s.Asker) }

// Ask passes the question on.
func (s settling) Ask(ctx context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	s.root.settle()
	return s.Asker.Ask(ctx, messages, schema, accept)
}

// Complete passes the text on.
func (s settling) Complete(ctx context.Context, raw llm.Raw, accept func(string) error) (llm.Reply, error) {
	s.root.settle()
	return llm.Complete(ctx, s.Asker, raw, accept)
}
