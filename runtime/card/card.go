// Package card writes the card of a dataset: the README.md in its folder, by which the Hub and the library datasets know it.
package card

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/dataset"
)

//go:embed card.md
var text string

var page = template.Must(template.New("card").Funcs(template.FuncMap{"quote": quote, "features": features, "fence": fence, "label": label, "cell": cell,
	"paragraphs": paragraphs, "rows": rows, "number": number, "link": link, "sample": sample}).Parse(text))

// Card is what a card tells.
type Card struct {
	Name, Description string
	Made              dataset.Made
	License           string   // empty: it is not said
	Tags              []string // besides those that every card has
	Config            string
	Extension         string // of the files
	Columns           []component.Column
	Splits            []Split
	Rows              int64
	Bytes             int64
	Steps             []Step
	Models            []Model   // that were asked for this dataset
	Settings          []Setting // that were changed for the run
	Origin            Origin
	Prompts           []Prompt
	Rejects           []Class
	Cost              string // of the run; empty: no model was asked
	Sample            []byte // a row as JSON
	Guide             dataset.Guide
}

// Origin is the pipeline that lies beside the data.
type Origin struct {
	Files   []string // from the dataset's folder
	Command string   // runs it again
	Apart   []string // what it needs and is not there, in words
}

// Split is a split that has rows.
type Split struct {
	Name  string
	Rows  int64
	Bytes int64 // of the rows as JSON
}

// Step is a node of the graph.
type Step struct {
	Name, Model string
	Dataset     bool
	From        []int // numbers of steps
	Rows        int64
}

// Model is a model that was asked.
type Model struct{ Alias, Name, Host, Parameters string }

// Setting is a setting of the run.
type Setting struct{ Name, Value string }

// Prompt is what steps ask.
type Prompt struct {
	Steps        []string
	System, Text string
}

// Class counts rejects.
type Class struct {
	Name string
	Rows int64
}

// Write writes the card.
func (c *Card) Write(w io.Writer) error { return page.Execute(w, c) }

// AllTags are those of every card, and those of this one.
func (c *Card) AllTags() []string {
	all := []string{"synthetic", "distigen"}
	if c.Made.Simulated {
		all = append(all, "simulated")
	}
	for _, tag := range c.Tags {
		if !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

// RowBytes is the size of the rows of all splits.
func (c *Card) RowBytes() (n int64) {
	for _, s := range c.Splits {
		n += s.Bytes
	}
	return n
}

// Size is the category of the number of rows.
func (c *Card) Size() string { return dataset.SizeCategory(c.Rows) }

// features are the columns in YAML, as the library datasets writes them.
func features(columns []component.Column) string {
	fields := make([]component.Field, len(columns))
	for i, c := range columns {
		fields[i] = component.Field{Name: c.Name, Type: c.Type}
	}
	var out strings.Builder
	writeFields(&out, fields, "  ")
	return strings.TrimSuffix(out.String(), "\n")
}

func writeFields(out *strings.Builder, fields []component.Field, indent string) {
	for _, f := range fields {
		fmt.Fprintf(out, "%s- name: %s\n", indent, quote(f.Name))
		writeType(out, f.Type, indent+"  ")
	}
}

func writeType(out *strings.Builder, t component.Type, indent string) {
	switch t.Kind {
	case component.List, component.Messages:
		switch e := t.Element(); e.Kind {
		case component.List, component.Messages:
			fmt.Fprintf(out, "%slist:\n", indent)
			writeType(out, e, indent+"  ")
		case component.Object:
			fmt.Fprintf(out, "%slist:\n", indent)
			writeFields(out, e.Fields, indent)
		default:
			fmt.Fprintf(out, "%slist: %s\n", indent, dataset.Dtype(e))
		}
	case component.Object:
		fmt.Fprintf(out, "%sstruct:\n", indent)
		writeFields(out, t.Fields, indent)
	default:
		fmt.Fprintf(out, "%sdtype: %s\n", indent, dataset.Dtype(t))
	}
}
