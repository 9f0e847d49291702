package runtime

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// While the first row takes long, those behind it wait on disk, and all are written in their order in the end.
func TestRowsBehindASlowOneWaitOnDisk(t *testing.T) {
	const rows = 500
	dir := t.TempDir()
	long := strings.Repeat("x", 1000)
	release := make(chan struct{})
	tr := newTrial(t, fakeAsks{ask: func(_ context.Context, call llm.Call, text string) (string, error) {
		if text == "000" {
			<-release
		}
		if text == fmt.Sprintf("%03d", rows-1) { // all others are done, or nearly
			defer close(release)
		}
		return text + long, nil
	}}, func(p *Pipeline) {
		Dataset(Task(Rows(p, "src", letters(rows)), "ask", echo{}, same, second), "d")
	})
	tr.spill, tr.parking.above = dir, 10_000
	tr.drive(t)
	want := letters(rows)
	for i := range want {
		want[i] += long
	}
	if tr.err != nil || !slices.Equal(tr.rows["d"], want) {
		t.Errorf("%v, %d rows", tr.err, len(tr.rows["d"]))
	}
	if tr.parking.size < 400*1000 || tr.parking.inMemory != 0 {
		t.Errorf("%d bytes were on disk, %d are in memory", tr.parking.size, tr.parking.inMemory)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}

func TestParkingThatCannotBeWritten(t *testing.T) {
	tr := newTrial(t, fakeAsks{ask: func(ctx context.Context, _ llm.Call, text string) (string, error) {
		if text == "000" {
			<-ctx.Done()
		}
		return text, ctx.Err()
	}}, func(p *Pipeline) {
		Dataset(Task(Rows(p, "src", letters(100)), "ask", echo{}, same, second), "d")
	})
	tr.spill, tr.parking.above = filepath.Join(t.TempDir(), "none"), -1
	if tr.drive(t); tr.err == nil || !strings.Contains(tr.err.Error(), "cannot be written") {
		t.Errorf("%v", tr.err)
	}
}
