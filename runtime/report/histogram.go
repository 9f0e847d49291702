package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/distigen/distigen/runtime/component"
)

// Histogram is the distribution of one column.
type Histogram struct {
	Column string   `json:"column"`
	What   string   `json:"what"` // is measured
	Bars   []Bar    `json:"-"`
	First  string   `json:"least,omitempty"` // label of the first bar
	Last   string   `json:"most,omitempty"`
	Values []Value  `json:"values,omitempty"` // instead of bars
	Notes  []string `json:"notes,omitempty"`
}

// Bar is one of a histogram or of a chart over time.
type Bar struct {
	X, Y, Width, Height float64
	Title               string // told when it is pointed at
}

// The size of a histogram.
const (
	chartWidth  = 260
	chartHeight = 90
	mostBars    = 20
)

// Value is how often a column has a value.
type Value struct {
	Text  string  `json:"text"`
	Count int     `json:"count"`
	Share float64 `json:"-"` // of the most frequent one, in percent
}

// Histograms are those of the columns that can be measured, and that differ from row to row. Of a number that never differs it is that number.
func (r *Rows) Histograms() (all []Histogram) {
	for k, c := range r.columns {
		var numbers []float64
		texts := map[string]int{}
		nulls := 0
		for _, row := range r.measures.items {
			m := row[k]
			numbers = append(numbers, m.numbers...)
			for _, t := range m.texts {
				texts[t]++
			}
			if len(m.numbers)+len(m.texts) == 0 {
				nulls++
			}
		}
		var h Histogram
		switch {
		case r.values[k] != nil && len(texts) > 0 && (c.Type.Kind == component.Bool || 2*len(texts) <= len(r.measures.items)):
			h = Histogram{What: "its values", Values: valuesOf(texts)}
		case isNumber(c.Type) && len(numbers) > 1 && slices.Min(numbers) == slices.Max(numbers):
			h = Histogram{What: "its values", Values: valuesOf(map[string]int{short(numbers[0]): len(numbers)})}
		case len(numbers) == 0 || slices.Min(numbers) == slices.Max(numbers):
			continue
		default:
			h = newHistogram(numbers)
			h.What = whatOf(c.Type)
		}
		h.Column = c.Name
		if c.Type.Optional && nulls > 0 {
			h.Notes = append(h.Notes, fmt.Sprintf("null in %.1f%%", 100*float64(nulls)/float64(len(r.measures.items))))
		}
		all = append(all, h)
	}
	return all
}

func valuesOf(texts map[string]int) (all []Value) {
	most := 0
	for t, n := range texts {
		all, most = append(all, Value{Text: clip(t), Count: n}), max(most, n)
	}
	slices.SortFunc(all, func(a, b Value) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Text, b.Text)) })
	for i := range all {
		all[i].Share = round(100 * float64(all[i].Count) / float64(most))
	}
	return all
}

// isNumber tells whether the numbers of a column are its values, or those of its elements, and no lengths.
func isNumber(t component.Type) bool {
	if t.Kind == component.List {
		t = *t.Elem
	}
	return t.Kind == component.Int || t.Kind == component.Float
}

func whatOf(t component.Type) string {
	switch {
	case t.Kind == component.String:
		return "characters"
	case t.Kind == component.Messages:
		return "characters of the last message"
	case t.Kind == component.List && t.Elem.Kind == component.String:
		return "characters of each element"
	case t.Kind == component.List && (t.Elem.Kind == component.Int || t.Elem.Kind == component.Float || t.Elem.Kind == component.Bool):
		return "value of each element"
	}
	return "value"
}

// newHistogram counts values, of which there is one at least.
func newHistogram(values []float64) Histogram {
	slices.Sort(values)
	least, most := values[0], values[len(values)-1]
	whole := !slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) })
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	h := Histogram{Notes: []string{"mean " + short(sum/float64(len(values))), "median " + short(quantile(values, 0.5)), "largest " + short(most)}}
	top, width, bars := most, 0.0, mostBars
	if whole && most-least < mostBars {
		bars, width = int(most-least)+1, 1
	} else {
		if far := quantile(values, 0.99); most-least > 2*(far-least) && far > least {
			top = far // a few that are far out would leave no room for the others
		}
		if width = (top - least) / float64(bars); whole {
			width = math.Ceil(width)
			bars = int((top-least)/width) + 1
		}
	}
	counts := make([]int, bars)
	for _, v := range values {
		counts[min(int((v-least)/width), bars-1)]++
	}
	label := func(i int) string {
		from := least + float64(i)*width
		switch {
		case i == bars-1 && top < most:
			return "from " + short(from)
		case whole && width == 1:
			return short(from)
		case whole:
			return short(from) + " to " + short(from+width-1)
		}
		return short(from) + " to " + short(from+width)
	}
	h.Bars = barsOf(counts, func(i int) string { return fmt.Sprintf("%s: %d", label(i), counts[i]) })
	h.First = short(least)
	if h.Last = short(top); top < most {
		h.Last += " and more"
	}
	return h
}

func barsOf(counts []int, title func(i int) string) []Bar {
	most := max(slices.Max(counts), 1)
	step := float64(chartWidth) / float64(len(counts))
	bars := make([]Bar, len(counts))
	for i, n := range counts {
		height := float64(n) / float64(most) * chartHeight
		if n > 0 {
			height = max(height, 1)
		}
		bars[i] = Bar{round(float64(i)*step + step*0.06), round(chartHeight - height), round(step * 0.88), round(height), title(i)}
	}
	return bars
}

// quantile is one of sorted values.
func quantile(sorted []float64, q float64) float64 {
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func round(v float64) float64 { return math.Round(v*10) / 10 }

// short prints a number with three digits that count, or all of those before the point.
func short(v float64) string {
	if v == math.Trunc(v) || math.Abs(v) >= 1000 {
		return strconv.FormatFloat(math.Round(v), 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
