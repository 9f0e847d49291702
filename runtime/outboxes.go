package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// checkPatience is how long a server that is down is waited for before a run begins.
const checkPatience = 10 * time.Second

// checkSinks finds out, before anything is paid for, whether rows can be sent.
func (w *work) checkSinks(ctx context.Context) error {
	for _, n := range w.pipe.sinks {
		if n.outlet.off != "" {
			w.log.Info("sink is off", "step", n.step, "reason", n.outlet.off)
			w.tell(fmt.Sprintf("Note: step %s is off and sends nothing. %s", n.step, n.outlet.off))
			continue
		}
		p := w.patient(n)
		p.patience = min(p.patience, checkPatience)
		close(p.over)
		err := p.persist(ctx, func(ctx context.Context) error {
			return n.outlet.check(ctx, component.SinkRun{Simulated: w.rec.Simulated})
		})
		if later := (*component.Later)(nil); errors.As(err, &later) {
			return &llm.FatalError{Class: llm.Connection, Message: fmt.Sprintf("Step %s cannot send its rows: %s", n.step, sentence(err.Error())),
				Remedy: "Nothing was asked of a model. Run again when the server is there, or switch the step off for now.", Err: err}
		}
		if err != nil {
			return fmt.Errorf("step %s: %w", n.step, err)
		}
	}
	return nil
}

func (w *work) patient(n *node) patient {
	return patient{step: n.step, patience: n.outlet.patience, first: firstRetry, engine: w.engine, tell: w.tell, over: make(chan struct{})}
}

// fakedRows reports whether the rows so far are of a simulator, asked for or not.
func (w *work) fakedRows() bool {
	f, ok := w.engine.asks.(interface{ Faked() bool })
	return w.options.simulate || ok && f.Faked()
}

// startSinks has the sinks send from now on, and returns what waits for them to be done. Where the run was stopped, they do what
// they can do at once.
func (w *work) startSinks() (finish func(stopped bool)) {
	ctx, cancel := context.WithCancel(context.Background())
	w.stopSinks = cancel
	w.engine.outboxes = map[*node]*outbox{}
	for _, n := range w.pipe.sinks {
		if n.outlet.off != "" {
			continue
		}
		b := newOutbox(n, w.patient(n), w.options.results(), w.fakedRows)
		w.engine.outboxes[n] = b
		go b.run(ctx)
	}
	return func(stopped bool) {
		defer cancel()
		if stopped {
			cancel()
		}
		for _, b := range w.engine.outboxes {
			close(b.over)
		}
		for _, b := range w.engine.outboxes {
			<-b.done
			if err := b.rows.close(); err != nil {
				w.log.Warn("a file of rows that waited cannot be removed", "error", err)
			}
		}
	}
}

// outgoing parts the rows that go out of the program from the rest.
func (e *engine) outgoing(rows []written) (out, rest []written) {
	if len(e.outboxes) == 0 {
		return nil, rows
	}
	for _, row := range rows {
		if e.outboxes[row.dataset] != nil {
			out = append(out, row)
		} else {
			rest = append(rest, row)
		}
	}
	return out, rest
}

// post hands rows to the outboxes.
func (e *engine) post(rows []written, f from) error {
	for _, row := range rows {
		if err := e.outboxes[row.dataset].add(row, f); err != nil {
			return err
		}
	}
	return nil
}

// arrived accounts for rows that the other side has; before says that an earlier run has sent them.
func (e *engine) arrived(n *node, rows int, before bool) {
	if rows == 0 {
		return
	}
	e.stats.of(n, func(c *StepCounts) {
		c.Out += int64(rows)
		if before {
			c.There += int64(rows)
		}
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ledger.Unsent -= int64(rows)
	e.ledger.Sent += int64(rows)
}

// turnedAway rejects a row that the other side does not take.
func (e *engine) turnedAway(n *node, row leaving, err *llm.RowError) {
	e.stats.rejected(n)
	r := reject{Step: n.step, RowID: row.row, Source: row.from.source, Ordinal: row.from.ordinal + 1, Class: err.Class, Message: err.Message, Row: row.text, node: n}
	e.logReject(r, err)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ledger.Unsent--
	if err := e.out.write(row.from, nil, []reject{r}); err != nil {
		e.ledger.Unfinished++
		e.stopWith(err)
		return
	}
	e.ledger.Rejected++
}

// sinkRecord is the entry of a sink in run.json.
type sinkRecord struct {
	Step   string `json:"step"`
	To     string `json:"to"`
	Off    string `json:"off,omitempty"` // why nothing is sent
	Sent   int64  `json:"sent"`
	There  int64  `json:"already_there"` // rows that an earlier run had sent
	Unsent int64  `json:"unsent"`
	Error  string `json:"error,omitempty"` // why it gave up
}

// sinkRecords tells how the sinks stand.
func sinkRecords(p *Pipeline, e *engine) []sinkRecord {
	var all []sinkRecord
	counts := e.stats.snapshot()
	for _, n := range p.sinks {
		r := sinkRecord{Step: n.step, To: n.outlet.target, Off: n.outlet.off}
		i := slices.IndexFunc(counts, func(c StepCounts) bool { return c.Step == n.step })
		if b := e.outboxes[n]; b != nil && i >= 0 {
			c := counts[i]
			r.Sent, r.There = c.Out-c.There, c.There
			b.mu.Lock()
			r.Unsent = b.posted - c.Out - c.Rejected
			if b.failed != nil && r.Unsent > 0 {
				r.Error = sentence(b.failed.Error())
			}
			b.mu.Unlock()
		}
		all = append(all, r)
	}
	return all
}

// summary is what the user reads of the sink at the end.
func (s sinkRecord) summary() string {
	if s.Off != "" {
		return fmt.Sprintf("Not sent: step %s is off. %s\n", s.Step, s.Off)
	}
	text := fmt.Sprintf("Sent to %s: %s", s.To, rows(s.Sent+s.There))
	if s.There > 0 {
		text += fmt.Sprintf(", of which an earlier run had sent %s", number(s.There))
	}
	text += "\n"
	if s.Unsent > 0 {
		text += fmt.Sprintf("NOT SENT to %s: %s. The same command again sends what is missing. %s\n", s.To, rows(s.Unsent), s.Error)
	}
	return text
}
