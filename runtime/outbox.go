package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// outbox sends the rows of one sink, in the order of the source, beside the engine. Rows that wait are on disk, so that a
// server that is down or slow holds up neither the run nor the memory. Whatever becomes of it, the run goes on.
type outbox struct {
	patient
	node      *node
	rows      *spill
	log       string // path of the sent log
	simulated func() bool
	linger    time.Duration // how long a row waits for others to fill a batch

	wake chan struct{} // there are more rows
	done chan struct{} // all is sent, or given up

	at   int // of the next row
	to   sender
	sent *sentLog

	mu     sync.Mutex
	posted int64 // rows in all
	failed error // why it gave up
}

// batchLinger is how long a row waits for others.
const batchLinger = 2 * time.Second

func newOutbox(n *node, p patient, dir string, simulated func() bool) *outbox {
	return &outbox{patient: p, node: n, rows: &spill{dir: dir, decode: n.outlet.decode}, log: sentPath(dir, n.step), simulated: simulated,
		linger: batchLinger, wake: make(chan struct{}, 1), done: make(chan struct{})}
}

// add takes a row. It does not wait. One that comes after it gave up is for the next run.
func (b *outbox) add(row written, f from) error {
	b.mu.Lock()
	b.posted++
	failed := b.failed
	b.mu.Unlock()
	if failed != nil {
		return nil
	}
	f.path = slices.Concat(f.path, row.path)
	if err := b.rows.add(row.id, f, row.text); err != nil {
		return unwritable(err)
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
	return nil
}

// run sends until all is sent, the other side cannot take any more, or ctx is over.
func (b *outbox) run(ctx context.Context) {
	defer close(b.done)
	err := b.all(ctx)
	if b.sent != nil {
		err = errors.Join(err, b.sent.close())
	}
	if err == nil {
		return
	}
	b.mu.Lock()
	b.failed = err
	b.mu.Unlock()
	if ctx.Err() == nil {
		b.engine.log.Error("sink gave up", "step", b.node.step, "error", err)
		if !b.ended() {
			b.tell(fmt.Sprintf("Step %s sends no more rows: %s The run goes on, and the rows are in its datasets.", b.node.step, sentence(err.Error())))
		}
	}
}

func (b *outbox) all(ctx context.Context) error {
	for {
		n, err := b.waitForRows(ctx)
		if err != nil || n == 0 {
			return err
		}
		batch, err := b.take(n)
		if err != nil {
			return err
		}
		if err := b.persist(ctx, b.ready); err != nil {
			return err
		}
		if err := b.sendNew(ctx, batch); err != nil {
			return err
		}
	}
}

// waitForRows returns how many rows are to be sent now: a whole batch, or what has waited for long. 0 means that there are no
// more.
func (b *outbox) waitForRows(ctx context.Context) (int, error) {
	lingered := (<-chan time.Time)(nil)
	late := false
	for {
		ended := b.ended() // before the rows are counted
		waiting := b.rows.len() - b.at
		if waiting >= b.node.outlet.batch || ended || late && waiting > 0 {
			return min(waiting, b.node.outlet.batch), ctx.Err()
		}
		if waiting > 0 && lingered == nil {
			lingered = time.After(b.linger)
		}
		select {
		case <-b.wake:
		case <-lingered:
			late = true
		case <-b.over:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// take reads rows from the disk.
func (b *outbox) take(n int) ([]leaving, error) {
	batch := make([]leaving, n)
	for i := range batch {
		row, id, from, err := b.rows.at(b.at + i)
		if err != nil {
			return nil, unwritable(err)
		}
		r := leaving{row: id, id: outID(b.node.step, id), in: b.node.outlet.read(row), from: from}
		if r.text, err = encode(row); err != nil {
			return nil, err
		}
		says, err := encode(r.in)
		if err != nil {
			return nil, err
		}
		r.hash = hash(string(says))
		batch[i] = r
	}
	b.at += n
	return batch, nil
}

// ready opens the place where the rows go, unless it is open.
func (b *outbox) ready(ctx context.Context) error {
	if b.to != nil {
		return nil
	}
	to, err := b.node.outlet.open(ctx, component.SinkRun{Simulated: b.simulated()})
	if err != nil {
		return err
	}
	if b.sent, err = openSentLog(b.log, to.place()); err != nil {
		return unwritable(err)
	}
	b.to = to
	b.engine.log.Info("sink opened", "step", b.node.step, "place", to.place(), "sent_before", len(b.sent.has))
	return nil
}

// sendNew sends what the other side does not have.
func (b *outbox) sendNew(ctx context.Context, batch []leaving) error {
	var news []leaving
	for _, r := range batch {
		if !b.sent.there(r) {
			news = append(news, r)
		}
	}
	there := len(batch) - len(news)
	b.engine.arrived(b.node, there, true)
	if len(news) == 0 {
		return nil
	}
	b.engine.stats.busy(b.node.step, len(news))
	defer b.engine.stats.busy(b.node.step, -len(news))
	return b.send(ctx, news)
}

// send sends rows. Of those that are refused together it finds the ones to blame by halves.
func (b *outbox) send(ctx context.Context, rows []leaving) error {
	err := b.persist(ctx, func(ctx context.Context) error {
		_, err := guard(func() (struct{}, error) { return struct{}{}, b.to.send(ctx, rows) })
		return err
	})
	refused := (*llm.RowError)(nil)
	switch {
	case err == nil:
		if err := b.sent.add(rows); err != nil {
			b.engine.log.Warn("the file of sent rows cannot be written", "step", b.node.step, "error", err)
		}
		b.engine.arrived(b.node, len(rows), false)
		return nil
	case !errors.As(err, &refused):
		return err
	case len(rows) == 1:
		b.engine.turnedAway(b.node, rows[0], refused)
		return nil
	}
	half := len(rows) / 2
	if err := b.send(ctx, rows[:half]); err != nil {
		return err
	}
	return b.send(ctx, rows[half:])
}
