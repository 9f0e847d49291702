// Package report writes what a run did as one HTML page, which needs nothing but itself: no script, no font, no network.
// What models and files say in it is escaped.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// Page is what is told of a run.
type Page struct {
	Pipeline    string
	Description string
	Status      string
	Error       string
	Notes       []string // of rows that were not sent
	Simulated   bool
	DryRun      bool
	Hash        string
	Version     string // of distigen
	Started     time.Time
	Took        time.Duration
	Figures     []Figure
	Graph       Graph
	Costs       []Cost
	Latencies   []Latency
	Charts      []Chart
	Classes     []Class
	Rejects     []Reject
	Settings    []Setting
	Datasets    []Dataset
}

// Figure is one of the numbers at the top.
type Figure struct{ Value, What string }

// Cost is what a step took.
type Cost struct {
	Step, Model                                  string
	Calls, Retries, Recalled, Prompt, Completion int64
	Money                                        string
}

// Class is how many rows were rejected for one reason.
type Class struct {
	Name string
	Rows int64
}

// Reject is a row that was rejected.
type Reject struct {
	Step, Class, Message, Reply string
	Source                      int64 // row of the source, from 1
}

// Setting is one that was given for this run.
type Setting struct{ Name, Value string }

// Dataset is one that was written.
type Dataset struct {
	Name       string
	Path       string
	Rows       int64
	Histograms []Histogram
	Measured   int // rows that the histograms are of
	Samples    []Sample
}

// Sample is a row, with the cells that stand beside each other apart.
type Sample struct {
	Number int64
	Short  []Cell
	Pair   []Cell // chosen and rejected
	Long   []Cell
}

// Place puts the nodes of a graph where they are drawn. Each comes after all that it reads.
func (p *Page) Place(nodes []Node) { p.Graph = layout(nodes) }

// Take enters how the requests of these steps went.
func (p *Page) Take(c *Calls, steps []string) {
	p.Latencies, p.Charts = c.latencies(steps), c.charts()
}

// Add enters a dataset.
func (p *Page) Add(r *Rows, path string, rows int64) {
	d := Dataset{Name: r.name, Path: path, Rows: rows, Histograms: r.Histograms(), Measured: len(r.measures.items)}
	for _, row := range r.picked() {
		d.Samples = append(d.Samples, arrange(row))
	}
	p.Datasets = append(p.Datasets, d)
}

// arrange puts the two conversations of a preference pair side by side, and what is short before what is long.
func arrange(r Row) Sample {
	s := Sample{Number: r.Number}
	for _, c := range r.Cells {
		switch {
		case (c.Column == "chosen" || c.Column == "rejected") && !c.Null:
			s.Pair = append(s.Pair, c)
		case c.Short:
			s.Short = append(s.Short, c)
		default:
			s.Long = append(s.Long, c)
		}
	}
	return s
}

//go:embed page.html
var text string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"count": Count, "took": Took, "clip": clip, "chartWidth": func() int { return chartWidth }, "chartHeight": func() int { return chartHeight },
	"nodeWidth": func() int { return nodeWidth }, "nodeHeight": func() int { return nodeHeight },
	"middle": func(x float64) float64 { return x + nodeWidth/2 }, "line": func(n Node, i int) float64 { return n.down() + 17 + 15*float64(i) },
	"down": Node.down, "fit": fit,
}).Parse(text))

// Write writes the page.
func (p *Page) Write(w io.Writer) error { return page.Execute(w, p) }

// Count prints a number so that it can be read: 1,234,567.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Took prints a duration as exactly as it matters.
func Took(d time.Duration) string {
	switch {
	case d >= time.Hour:
		return d.Round(time.Minute).String()
	case d >= time.Minute:
		return d.Round(time.Second).String()
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f ms", float64(d)/float64(time.Millisecond))
}

// fit cuts a name to the width of a node. Letters of Chinese, Japanese and Korean are twice as wide as others.
func fit(name string) string {
	const most = 26
	width, cut := 0, 0
	for i, r := range name {
		if width++; unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			width++
		}
		if width < most {
			cut = i + utf8.RuneLen(r)
		}
	}
	if width > most {
		return name[:cut] + "…"
	}
	return name
}
