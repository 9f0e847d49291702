//go:build linux

package vectors

import (
	"context"
	"flag"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

var (
	sizeRows = flag.Int("rows", 10_000, "how many vectors BenchmarkSize takes")
	sizeDims = flag.Int("dims", 384, "how many numbers each has")
)

// lazy makes rows of vectors one by one, as a spill on disk does, so that only what a step keeps is in memory.
type lazy[I any] struct {
	*table
	row func(i int, v []float64) I
}

func (l lazy[I]) Len() int { return l.len() }

func (l lazy[I]) At(i int) (I, error) {
	v := make([]float64, l.dims)
	for k, x := range l.at(i) {
		v[k] = float64(x)
	}
	return l.row(i, v), nil
}

// BenchmarkSize measures the steps that compare all rows. The figures in their docs are from it, with as many rows as stand there:
//
//	go test ./runtime/vectors -run '^$' -bench Size -benchtime 1x -timeout 2h -rows 100000
func BenchmarkSize(b *testing.B) {
	score := func(i int, v []float64) DeitaFilteringIn { return deitaRow(float64(i%7+1), float64(i%5+1), v...) }
	b.Run("deita", func(b *testing.B) { // there are 999 groups, so that the budget is not used up and each row is compared with all that are kept
		rows := lazy[DeitaFilteringIn]{grouped(*sizeRows, *sizeDims, 999, 0.1), score}
		measure(b, rows, deita(1000, func(s *DeitaFiltering) { s.DiversityThreshold = new(0.1) }).Run)
	})
	vectors := scattered(*sizeRows, *sizeDims)
	plain := lazy[NearestNeighboursIn]{vectors, func(_ int, v []float64) NearestNeighboursIn { return NearestNeighboursIn{Embedding: v} }}
	b.Run("nearest_neighbours", func(b *testing.B) { measure(b, plain, NearestNeighbours{K: 1}.Run) })
}

// measure runs a step once a loop, and tells the processor's seconds and the memory that it takes.
func measure[I, O any](b *testing.B, rows component.Rows[I], f func(context.Context, component.Rows[I], component.Choice[O]) error) {
	kept := 0
	choice := component.Choice[O]{
		Keep:   func(int, O) error { kept++; return nil },
		Drop:   func(int, string, string) {},
		Reject: func(int, string, string) error { return nil },
	}
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // the peak is counted from here
		b.Fatal(err)
	}
	before, cpu := memory(b, "VmRSS:"), processor(b)
	for b.Loop() {
		if err := f(b.Context(), rows, choice); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((processor(b)-cpu)/float64(b.N), "cpu-s/op")
	b.ReportMetric(memory(b, "VmHWM:")-before, "MB")
	b.ReportMetric(float64(kept)/float64(b.N), "kept")
}

func processor(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// memory is an entry of the process's status, in megabytes.
func memory(b *testing.B, name string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), name)
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1000
}
