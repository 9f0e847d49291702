package runtime

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// smallHeap is the memory in use up to which collecting it is put off.
const smallHeap = 24 << 20

// spareCollector puts off the collection of memory as long as there is little of it: a run makes many short-lived values
// of a small heap. What GOGC says counts.
type spareCollector struct {
	sample  []metrics.Sample
	percent int
}

func newSpareCollector() *spareCollector {
	return &spareCollector{sample: []metrics.Sample{{Name: "/gc/heap/live:bytes"}}, percent: 100}
}

// adjust is called now and then.
func (c *spareCollector) adjust() {
	if os.Getenv("GOGC") != "" {
		return
	}
	metrics.Read(c.sample)
	want := 100
	if c.sample[0].Value.Kind() == metrics.KindUint64 && c.sample[0].Value.Uint64() < smallHeap {
		want = 300
	}
	if want != c.percent {
		c.percent = want
		debug.SetGCPercent(want)
	}
}
