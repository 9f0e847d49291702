package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// pick keeps the rows that a function names, in its order.
type pick struct {
	of func(rows []string) []int
}

func (p pick) Run(ctx context.Context, rows component.Rows[string], keep func(i int) error) error {
	var all []string
	for i := range rows.Len() {
		row, err := rows.At(i)
		if err != nil {
			return err
		}
		all = append(all, row)
	}
	for _, i := range p.of(all) {
		if err := keep(i); err != nil {
			return err
		}
	}
	return nil
}

func letters(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf("%03d", i)
	}
	return rows
}

// A step that waits sees all rows in the order of the source, whatever finished first, and decides what goes on and in which
// order; what comes after it is done for these alone.
func TestGlobal(t *testing.T) {
	var seen []string
	var after atomic.Int64
	asks := fakeAsks{ask: func(_ context.Context, call llm.Call, text string) (string, error) {
		if call.Step == "after" {
			after.Add(1)
		}
		if text == "before 007" {
			return "", bad(llm.Cut)
		}
		return strings.ToUpper(text), nil
	}}
	tr := tryOut(t, asks, func(p *Pipeline) {
		asked := Task(Rows(p, "src", letters(200)), "before", echo{Prefix: "before "}, same, second)
		some := Global(asked, "some", pick{func(rows []string) []int {
			seen = slices.Clone(rows)
			return []int{150, 3, 2, 2}
		}}, same)
		Dataset(Task(some, "after", echo{}, same, second), "d")
		Dataset(asked, "all")
	})
	if tr.err != nil {
		t.Fatal(tr.err)
	}
	if len(seen) != 199 || !slices.IsSorted(seen) {
		t.Errorf("it has seen %d rows: %q", len(seen), seen)
	}
	if want := []string{"BEFORE 151", "BEFORE 003", "BEFORE 002", "BEFORE 002"}; !slices.Equal(tr.rows["d"], want) || after.Load() != 4 {
		t.Errorf("%d requests after it, rows %q", after.Load(), tr.rows["d"])
	}
	if len(tr.rows["all"]) != 199 || len(tr.rejects) != 1 {
		t.Errorf("%d rows, %d rejects", len(tr.rows["all"]), len(tr.rejects))
	}
	if l := tr.ledger; l.Held != 0 || l.Filtered != 196 || l.Written != 203 || l.Made != 1 || l.Copies != 199 {
		t.Errorf("ledger %+v", l)
	}
	if c := tr.step("some"); c.In != 199 || c.Out != 4 || c.Filtered != 196 {
		t.Errorf("counts %+v", c)
	}
}

// Steps that wait may follow each other, and a reject after them names the row of the source.
func TestGlobalsInARow(t *testing.T) {
	reverse := pick{func(rows []string) []int {
		order := make([]int, len(rows))
		for i := range order {
			order[i] = len(rows) - 1 - i
		}
		return order
	}}
	tr := tryOut(t, failing("002", bad(llm.Empty)), func(p *Pipeline) {
		src := Rows(p, "src", letters(5))
		twice := Global(Global(Global(src, "one", reverse, same), "two", reverse, same), "three", reverse, same)
		Dataset(Task(twice, "ask", echo{}, same, second), "d")
	})
	if got := strings.Join(tr.rows["d"], " "); got != "004 003 001 000" {
		t.Errorf("rows %s", got)
	}
	if len(tr.rejects) != 1 || tr.rejects[0].Source != "src" || tr.rejects[0].Ordinal != 3 {
		t.Errorf("rejects %+v", tr.rejects)
	}
}

func TestGlobalOfNothing(t *testing.T) {
	ran := false
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		Dataset(Global(Rows(p, "src", []string(nil)), "some", pick{func(rows []string) []int { ran = true; return nil }}, same), "d")
	})
	if tr.err != nil || !ran || len(tr.rows["d"]) != 0 {
		t.Errorf("%v, ran %v, rows %q", tr.err, ran, tr.rows["d"])
	}
}

// What goes wrong in a step that waits stops the run with its cause, and no row is lost from the books.
func TestGlobalFails(t *testing.T) {
	for name, c := range map[string]struct {
		of   func([]string) []int
		want string
	}{
		"panic":   {func([]string) []int { panic("oh") }, "The step some panicked: oh."},
		"no such": {func([]string) []int { return []int{99} }, "there is no row 99 of 3"},
	} {
		tr := newTrial(t, echoing(), func(p *Pipeline) {
			Dataset(Global(Rows(p, "src", letters(3)), "some", pick{c.of}, same), "d")
		})
		if c.want == "there is no row 99 of 3" {
			tr.pipe.nodes[1].global.run = func(_ context.Context, c *choosing) error { _, err := c.spill.record(99); return err }
		}
		if tr.drive(t); tr.err == nil || !strings.Contains(tr.err.Error(), c.want) {
			t.Errorf("%s: %v", name, tr.err)
		}
	}
}

// A run that is drained while rows wait leaves them unfinished, and the file with them is gone.
func TestGlobalInterrupted(t *testing.T) {
	dir := t.TempDir()
	asks, asked := questioning()
	tr := newTrial(t, asks, func(p *Pipeline) {
		src := Task(Rows(p, "src", letters(100)), "ask", echo{}, same, second)
		Dataset(Global(src, "some", pick{func(rows []string) []int { t.Error("it ran without all rows"); return nil }}, same), "d")
	})
	tr.spill, tr.limit = dir, 10
	go func() {
		for n := 0; ; n++ {
			select {
			case q := <-asked:
				if n == 20 {
					tr.engine.drain()
				}
				q.answer <- answer{text: q.text}
			case <-tr.engine.ctx.Done():
				return
			}
		}
	}()
	tr.drive(t)
	if tr.err != nil || tr.ledger.Unfinished == 0 || tr.ledger.Unfinished != tr.ledger.Source || tr.ledger.Held != 0 {
		t.Errorf("%v, ledger %+v", tr.err, tr.ledger)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

func TestSpillThatCannotBeWritten(t *testing.T) {
	tr := newTrial(t, echoing(), func(p *Pipeline) {
		Dataset(Global(Rows(p, "src", letters(3)), "some", pick{}, same), "d")
	})
	tr.spill = filepath.Join(t.TempDir(), "none")
	if tr.drive(t); tr.err == nil || !errors.Is(tr.err, os.ErrNotExist) || tr.ledger.Unfinished == 0 || tr.ledger.Unfinished != tr.ledger.Source { // the last row may not be read any more
		t.Errorf("%v, ledger %+v", tr.err, tr.ledger)
	}
}
