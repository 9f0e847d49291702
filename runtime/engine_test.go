package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func numbered(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("row %d", i)
	}
	return rows
}

// counting is a source that tells of each row that is read.
type counting struct {
	n    int
	read func(i int)
}

func (c counting) Read(string) iter.Seq2[func(any) error, error] {
	return func(yield func(func(any) error, error) bool) {
		for i := range c.n {
			c.read(i)
			if !yield(func(row any) error { *row.(*string) = fmt.Sprintf("row %d", i); return nil }, nil) {
				return
			}
		}
	}
}

func TestRowsComeOutInTheOrderOfTheSource(t *testing.T) {
	asks, asked := questioning()
	tr := newTrial(t, asks, func(p *Pipeline) {
		Dataset(Task(Rows(p, "src", numbered(30)), "ask", echo{}, same, second), "d")
	})
	go func() {
		var all []question
		for range 30 {
			all = append(all, <-asked)
		}
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, q := range all {
			q.answer <- answer{text: q.text}
		}
	}()
	tr.drive(t)
	if !slices.Equal(tr.rows["d"], numbered(30)) {
		t.Errorf("rows are %q", tr.rows["d"])
	}
}

func TestSourceRowsInWorkAreBounded(t *testing.T) {
	asks, asked := questioning()
	var read, answered, most atomic.Int64
	tr := newTrial(t, asks, func(p *Pipeline) {
		src := Read[string](p, "src", counting{60, func(int) { most.Store(max(most.Load(), read.Add(1)-answered.Load())) }})
		Dataset(Task(src, "ask", echo{}, same, second), "d")
	})
	tr.limit = 5
	go func() {
		var waiting []question
		for range 60 {
			waiting = append(waiting, <-asked)
			if len(waiting) == 5 || answered.Load() >= 55 {
				i := rand.IntN(len(waiting))
				answered.Add(1)
				waiting[i].answer <- answer{text: "ok"}
				waiting = slices.Delete(waiting, i, i+1)
			}
		}
		for _, q := range waiting {
			q.answer <- answer{text: "ok"}
		}
	}()
	tr.drive(t)
	if most.Load() != 5 || len(tr.rows["d"]) != 60 {
		t.Errorf("at most %d rows were in work, %d are written", most.Load(), len(tr.rows["d"]))
	}
}

func TestRowsWaitingForAnEarlierOneAreBounded(t *testing.T) {
	asks, asked := questioning()
	var tr *trial
	most := 0
	tr = newTrial(t, asks, func(p *Pipeline) {
		src := Read[string](p, "src", counting{40, func(i int) { most = max(most, i+1-tr.written()) }})
		Dataset(Task(src, "ask", echo{}, same, second), "d")
	})
	tr.window = 8
	go func() {
		first := <-asked
		for range 7 {
			(<-asked).answer <- answer{text: "ok"}
		}
		first.answer <- answer{text: "slow"}
		for range 32 {
			(<-asked).answer <- answer{text: "ok"}
		}
	}()
	tr.drive(t)
	if most != 8 || len(tr.rows["d"]) != 40 || tr.rows["d"][0] != "slow" {
		t.Errorf("up to %d rows were held, %d are written", most, len(tr.rows["d"]))
	}
}

func TestSourceIsReadWhenEndpointsAreHungry(t *testing.T) {
	hungry, reads := make(chan struct{}), make(chan int)
	asks := echoing()
	asks.hungry = func(ctx context.Context) error {
		select {
		case <-hungry:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	tr := newTrial(t, asks, func(p *Pipeline) {
		Dataset(Task(Read[string](p, "src", counting{9, func(i int) { reads <- i }}), "ask", echo{}, same, second), "d")
	})
	go func() {
		for i := range 9 {
			select {
			case hungry <- struct{}{}:
				<-reads
			case <-reads:
				t.Errorf("row %d is read although no endpoint is hungry", i)
			}
		}
		hungry <- struct{}{} // the source looks for a tenth row
	}()
	tr.drive(t)
	if len(tr.rows["d"]) != 9 {
		t.Errorf("%d rows are written", len(tr.rows["d"]))
	}
}

func TestEndpointsThatCannotBeAskedStopTheRun(t *testing.T) {
	asks := echoing()
	asks.hungry = func(context.Context) error { return errors.New("closed") }
	tr := tryOut(t, asks, func(p *Pipeline) { Dataset(Task(Rows(p, "src", numbered(3)), "ask", echo{}, same, second), "d") })
	if tr.err == nil || tr.err.Error() != "closed" {
		t.Errorf("the error is %v", tr.err)
	}
}

func TestLaterStepsAndEarlierRowsGoFirst(t *testing.T) {
	calls := make(chan llm.Call, 20)
	asks := echoing()
	asks.ask = func(_ context.Context, call llm.Call, text string) (string, error) { calls <- call; return text, nil }
	tryOut(t, asks, func(p *Pipeline) {
		first := Task(Rows(p, "src", numbered(3)), "first", echo{}, same, second)
		Dataset(Task(first, "second", echo{}, same, second), "d")
	})
	close(calls)
	steps := map[string]int{}
	rows := map[string]int64{}
	for c := range calls {
		steps[c.Step] = c.Priority.Step
		if row, ok := rows[c.Row]; ok && row != c.Priority.Row {
			t.Errorf("row %s has the places %d and %d", c.Row, row, c.Priority.Row)
		}
		rows[c.Row] = c.Priority.Row
	}
	if steps["second"] <= steps["first"] || len(rows) != 3 {
		t.Errorf("priorities of steps are %v, of rows %v", steps, rows)
	}
}

func TestInterruptDrains(t *testing.T) {
	asks, asked := questioning()
	var read atomic.Int64
	tr := newTrial(t, asks, func(p *Pipeline) {
		src := Read[string](p, "src", counting{100, func(int) { read.Add(1) }})
		first := Task(src, "first", echo{}, same, second)
		Dataset(Task(first, "second", echo{}, same, second), "d")
	})
	tr.limit = 3
	go func() {
		one, two := <-asked, <-asked
		tr.drain()
		atDrain := read.Load()
		one.answer <- answer{text: "1"}
		two.answer <- answer{text: "2"}
		for q := range asked {
			if read.Load() > atDrain+1 {
				t.Errorf("%d rows are read after the interrupt", read.Load()-atDrain)
			}
			q.answer <- answer{text: strings.ToUpper(q.text)}
		}
	}()
	tr.drive(t)
	if tr.err != nil || tr.ledger.Unfinished != 0 || len(tr.rows["d"]) != int(tr.ledger.Source) || tr.ledger.Source < 2 || tr.ledger.Source > 3 {
		t.Errorf("error %v, ledger %+v, rows %q", tr.err, tr.ledger, tr.rows["d"])
	}
}

func TestStopAtOnceLeavesRowsUnfinished(t *testing.T) {
	asks, asked := questioning()
	tr := newTrial(t, asks, func(p *Pipeline) {
		Dataset(Task(Rows(p, "src", numbered(10)), "ask", echo{}, same, second), "d")
	})
	tr.wrote = tr.cancel
	go func() {
		first := <-asked
		<-asked
		first.answer <- answer{text: "paid for"}
	}()
	tr.drive(t)
	if !slices.Equal(tr.rows["d"], []string{"paid for"}) || tr.ledger.Unfinished != tr.ledger.Source-1 {
		t.Errorf("rows %q, ledger %+v", tr.rows["d"], tr.ledger)
	}
}

func TestSourceThatHangsDoesNotKeepADrainingRun(t *testing.T) {
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	var tr *trial
	tr = newTrial(t, echoing(), func(p *Pipeline) {
		src := Read[string](p, "src", counting{2, func(i int) {
			if i == 1 {
				tr.drain()
				<-hang
			}
		}})
		Dataset(Task(src, "ask", echo{}, same, second), "d")
	})
	tr.drive(t)
	if !slices.Equal(tr.rows["d"], []string{"ROW 0"}) {
		t.Errorf("rows are %q", tr.rows["d"])
	}
}

func TestOutputThatCannotBeWrittenStopsTheRun(t *testing.T) {
	tr := newTrial(t, echoing(), func(p *Pipeline) { Dataset(Rows(p, "src", numbered(5)), "d") })
	tr.fails = unwritable(errors.New("disk full"))
	tr.drive(t)
	if fatal := (*llm.FatalError)(nil); !errors.As(tr.err, &fatal) || !strings.Contains(tr.err.Error(), "disk full") {
		t.Errorf("the error is %v", tr.err)
	}
}
