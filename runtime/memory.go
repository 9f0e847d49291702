package runtime

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// usualHeap is the size up to which the heap may always grow before it is collected: a run makes many short-lived values of
// a small heap, and what it keeps of each row must not multiply.
const usualHeap = 20 << 20

// spareCollector puts off the collection of memory as long as there is little of it. What GOGC says counts.
type spareCollector struct {
	sample  []metrics.Sample
	percent int
	// ballast is never touched, so that it takes no memory. It counts as heap, by which the size at which the next
	// collection begins depends less on what happened to be in use at the last.
	ballast []byte
}

func newSpareCollector() *spareCollector {
	c := &spareCollector{sample: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, percent: 100}
	if os.Getenv("GOGC") == "" {
		c.ballast = make([]byte, usualHeap)
	}
	return c
}

// adjust is called now and then.
func (c *spareCollector) adjust() {
	if c.ballast == nil {
		return
	}
	metrics.Read(c.sample)
	if c.sample[0].Value.Kind() != metrics.KindUint64 {
		return
	}
	ballast := float64(len(c.ballast))
	live := max(float64(c.sample[0].Value.Uint64())-ballast, 0)
	goal := ballast + max(usualHeap, 2*live)
	if want := int(100*goal/(ballast+live)) - 100; want != c.percent {
		c.percent = want
		debug.SetGCPercent(want)
	}
}
