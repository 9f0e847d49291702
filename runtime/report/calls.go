package report

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

const (
	mostBuckets = 120
	firstBucket = 250 * time.Millisecond
	perDoubling = 4                      // bins of a latency to its double
	shortest    = 100 * time.Microsecond // of the first bin
	bins        = 100                    // up to an hour
)

// Calls collects how requests went over time. It may be told by many goroutines at once, and its size does not grow.
type Calls struct {
	began time.Time

	mu      sync.Mutex
	width   time.Duration // of a bucket
	buckets []bucket
	steps   map[string]*latencies
}

type bucket struct {
	count, failed, tokens int64
	took, longest         time.Duration
}

type latencies struct {
	count   int64
	bins    [bins]int64
	longest time.Duration
}

// NewCalls begins to collect.
func NewCalls(began time.Time) *Calls {
	return &Calls{began: began, width: firstBucket, steps: map[string]*latencies{}}
}

// Add takes a request that has ended: of which step, when it began, what it took, the tokens of its reply and prompt, and
// whether it failed.
func (c *Calls) Add(step string, began time.Time, took time.Duration, tokens int, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.at(began.Add(took).Sub(c.began))
	b.count++
	b.tokens += int64(tokens)
	b.took += took
	b.longest = max(b.longest, took)
	if failed {
		b.failed++
		return
	}
	l := c.steps[step]
	if l == nil {
		l = &latencies{}
		c.steps[step] = l
	}
	l.add(took)
}

// at is the bucket of a time. The buckets become wider as the run becomes longer.
func (c *Calls) at(d time.Duration) *bucket {
	for d >= mostBuckets*c.width {
		for i := range c.buckets {
			merge(&c.buckets[i/2], c.buckets[i], i%2 == 0)
		}
		c.buckets = c.buckets[:(len(c.buckets)+1)/2]
		c.width *= 2
	}
	i := int(max(d, 0) / c.width)
	for len(c.buckets) <= i {
		c.buckets = append(c.buckets, bucket{})
	}
	return &c.buckets[i]
}

func merge(into *bucket, b bucket, first bool) {
	if first {
		*into = b
		return
	}
	into.count += b.count
	into.failed += b.failed
	into.tokens += b.tokens
	into.took += b.took
	into.longest = max(into.longest, b.longest)
}

func (l *latencies) add(took time.Duration) {
	bin := int(perDoubling * math.Log2(float64(max(took, shortest))/float64(shortest)))
	l.bins[min(bin, bins-1)]++
	l.count++
	l.longest = max(l.longest, took)
}

// quantile is the end of the bin that it falls into.
func (l *latencies) quantile(q float64) time.Duration {
	rank, seen := int64(q*float64(l.count)), int64(0)
	for i, n := range l.bins {
		if seen += n; seen > rank {
			return min(time.Duration(float64(shortest)*math.Exp2(float64(i+1)/perDoubling)), l.longest)
		}
	}
	return l.longest
}

// Latency is how long the requests of a step took.
type Latency struct {
	Step                 string
	Median, P95, Longest time.Duration
}

// Chart is a chart over the time of the run.
type Chart struct {
	Title  string
	Bars   []Bar
	Marks  []Bar // within the bars: a part of them
	Top    string
	Length string // of the time
}

func (c *Calls) latencies(steps []string) (all []Latency) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range steps {
		if l := c.steps[s]; l != nil {
			all = append(all, Latency{s, l.quantile(0.5), l.quantile(0.95), l.longest})
		}
	}
	return all
}

// charts are the requests, the latency and the tokens over time; none where nothing was asked.
func (c *Calls) charts() []Chart {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.buckets) == 0 {
		return nil
	}
	seconds := c.width.Seconds()
	per := func(n int64) float64 { return float64(n) / seconds }
	mean := func(b bucket) float64 { return b.took.Seconds() / float64(max(b.count, 1)) }
	return []Chart{
		c.chart("Requests a second, failed ones marked", "%.3g a second", func(b bucket) float64 { return per(b.count) }, func(b bucket) float64 { return per(b.failed) }),
		c.chart("Latency: the longest, and the mean marked", "%.3g s", func(b bucket) float64 { return b.longest.Seconds() }, mean),
		c.chart("Tokens a second", "%.0f a second", func(b bucket) float64 { return per(b.tokens) }, nil),
	}
}

func (c *Calls) chart(title, format string, value, part func(bucket) float64) Chart {
	values := make([]float64, len(c.buckets))
	for i, b := range c.buckets {
		values[i] = value(b)
	}
	top := max(slices.Max(values), 1e-9)
	step := float64(chartWidth) / float64(len(values))
	bar := func(i int, v float64) Bar {
		height := v / top * chartHeight
		at := time.Duration(i) * c.width
		return Bar{round(float64(i) * step), round(chartHeight - height), max(round(step*0.9), 0.3), round(height), fmt.Sprintf("after %s: "+format, at, v)}
	}
	chart := Chart{Title: title, Top: fmt.Sprintf(format, top), Length: (time.Duration(len(values)) * c.width).String()}
	for i, v := range values {
		chart.Bars = append(chart.Bars, bar(i, v))
		if part != nil {
			if p := part(c.buckets[i]); p > 0 {
				chart.Marks = append(chart.Marks, bar(i, p))
			}
		}
	}
	return chart
}
