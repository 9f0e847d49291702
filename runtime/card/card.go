// Package card writes the card of a dataset: the README.md in its folder, by which the Hub and the library datasets know it.
package card

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/template"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/dataset"
)

//go:embed card.md
var text string

var page = template.Must(template.New("card").Funcs(template.FuncMap{"quote": quote, "features": features, "fence": fence, "label": label, "cell": cell, "link": link}).Parse(text))

// Card is what a card tells.
type Card struct {
	Name, Description string
	Made              dataset.Made
	Config            string
	Extension         string // of the files
	Columns           []component.Column
	Splits            []Split
	Rows              int64
	Bytes             int64
	Steps             []Step
	Models            []Model
	Settings          []Setting // that were changed for the run
	Origin            Origin
	Prompts           []Prompt
	Rejects           []Class
	Cost              string // empty: no model was asked
	Sample            string // a row as JSON
}

// Origin is the pipeline that lies beside the data.
type Origin struct {
	Files   []string // from the dataset's folder
	Command string   // runs it again
	Apart   []string // what it needs and is not there, in words
}

// Split is a split that has rows.
type Split struct {
	Name string
	Rows int64
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

// Prompt is what a step asks.
type Prompt struct{ Step, Text string }

// Class counts rejects.
type Class struct {
	Name string
	Rows int64
}

// Write writes the card.
func (c *Card) Write(w io.Writer) error { return page.Execute(w, c) }

// Size is the category of the number of rows.
func (c *Card) Size() string { return dataset.SizeCategory(c.Rows) }

// quote is a text as YAML has it, whatever is in it: JSON is YAML.
func quote(s string) string {
	text, _ := json.Marshal(s) // a string
	return string(text)
}

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

// fence puts a text that anybody may have written between fences that it cannot close.
func fence(kind, s string) string {
	longest, run := 2, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	marks := strings.Repeat("`", longest+1)
	return marks + kind + "\n" + strings.TrimRight(s, "\n") + "\n" + marks
}

// link is the address of a file beside the card.
func link(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// label is a text in a picture of Mermaid, and cell one in a table: neither can end it, or be read as HTML.
func label(s string) string {
	return strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "\n", " ").Replace(s)
}

func cell(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "\n", " ", "\r", " ").Replace(s)
}
