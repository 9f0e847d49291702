package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

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
	synctest.Test(t, func(t *testing.T) {
		asks, asked := questioning()
		read := 0
		tr := newTrial(t, asks, func(p *Pipeline) {
			src := Read[string](p, "src", counting{60, func(int) { read++ }})
			Dataset(Task(src, "ask", echo{}, same, second), "d")
		})
		tr.limit = 5
		go func() {
			var waiting []question
			for answered := range 60 {
				for len(waiting) < min(5, 60-answered) {
					waiting = append(waiting, <-asked)
				}
				synctest.Wait() // the source reads what it may
				if want := min(60, answered+5); read != want {
					t.Errorf("%d rows are read when %d are answered", read, answered)
				}
				i := rand.IntN(len(waiting))
				waiting[i].answer <- answer{text: "ok"}
				waiting = slices.Delete(waiting, i, i+1)
			}
		}()
		if tr.drive(t); len(tr.rows["d"]) != 60 {
			t.Errorf("%d rows are written", len(tr.rows["d"]))
		}
	})
}

func TestRowsWaitingForAnEarlierOneAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asks, asked := questioning()
		read := 0
		tr := newTrial(t, asks, func(p *Pipeline) {
			src := Read[string](p, "src", counting{40, func(int) { read++ }})
			Dataset(Task(src, "ask", echo{}, same, second), "d")
		})
		tr.window = 8
		go func() {
			first := <-asked
			for range 7 {
				(<-asked).answer <- answer{text: "ok"}
			}
			synctest.Wait()
			if read != 8 {
				t.Errorf("%d rows are read before the first is written", read)
			}
			first.answer <- answer{text: "slow"}
			for range 32 {
				(<-asked).answer <- answer{text: "ok"}
			}
		}()
		if tr.drive(t); len(tr.rows["d"]) != 40 || tr.rows["d"][0] != "slow" {
			t.Errorf("rows are %q", tr.rows["d"])
		}
	})
}

func TestRowsOfOneRootDoNotStandInLine(t *testing.T) {
	asks, asked := questioning()
	tr := newTrial(t, asks, func(p *Pipeline) {
		three := FlatMap(Rows(p, "src", numbered(1)), "split", func(string) ([]string, error) { return []string{"a", "b", "c"}, nil })
		shaped := Branch(three, strings.ToUpper)
		Dataset(Join("join", concat, Task(shaped, "one", echo{}, same, second), Task(shaped, "two", echo{}, same, second)), "d")
	})
	go func() {
		var all []question
		for range 6 {
			all = append(all, <-asked)
		}
		for _, q := range all {
			q.answer <- answer{text: q.text}
		}
	}()
	if tr.drive(t); !slices.Equal(tr.rows["d"], []string{"A|A", "B|B", "C|C"}) {
		t.Errorf("rows are %q", tr.rows["d"])
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
	synctest.Test(t, func(t *testing.T) {
		asks, asked := questioning()
		tr := newTrial(t, asks, func(p *Pipeline) {
			first := Task(Rows(p, "src", numbered(100)), "first", echo{}, same, second)
			Dataset(Task(first, "second", echo{}, same, second), "d")
		})
		tr.limit = 3
		go func() {
			synctest.Wait()
			tr.drain()
			for range 6 { // two calls for each of three rows
				q := <-asked
				q.answer <- answer{text: q.text}
			}
		}()
		tr.drive(t)
		if want := (Ledger{Source: 3, Written: 3}); tr.err != nil || tr.ledger != want || !slices.Equal(tr.rows["d"], numbered(3)) {
			t.Errorf("error %v, ledger %+v, rows %q", tr.err, tr.ledger, tr.rows["d"])
		}
	})
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

// A row whose branches are all unfinished is one row that is not finished.
func TestUnfinishedRowsAreNotBranches(t *testing.T) {
	asks, asked := questioning()
	tr := newTrial(t, asks, func(p *Pipeline) {
		src := Rows(p, "src", numbered(2))
		for _, step := range []string{"a", "b", "c"} {
			Dataset(Task(src, step, echo{}, same, second), step)
		}
	})
	tr.limit = 1
	go func() {
		for range 3 {
			<-asked
		}
		tr.cancel()
	}()
	tr.drive(t)
	if tr.ledger.Source != 1 || tr.ledger.Unfinished != 3 || tr.unfinished != 1 {
		t.Errorf("%d rows are not finished, ledger %+v", tr.unfinished, tr.ledger)
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
