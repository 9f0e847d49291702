package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/card"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

const cardName = "README.md"

// writeCards writes the cards of the datasets that this run has made.
func (w *work) writeCards() error {
	var all error
	for i, n := range w.out.datasets {
		d, r := w.out.sets[n], w.rec.Datasets[i]
		if !r.Complete {
			continue
		}
		if err := w.program.Origin.write(d.dir); err != nil {
			all = errors.Join(all, err)
			continue
		}
		var text bytes.Buffer
		if err := w.cardOf(d, r).Write(&text); err != nil {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, replaceText(filepath.Join(d.dir, cardName), text.Bytes()))
	}
	return all
}

func (w *work) cardOf(d *datasetFolder, r datasetRecord) *card.Card {
	c := &card.Card{Name: w.rec.Pipeline, Description: w.program.Description, Made: w.made(), Config: r.Name, Extension: r.Format,
		Columns: r.Columns, Rows: r.Rows, Sample: indentedJSON(d.first), Steps: w.stepsOf(d.node)}
	if r.Name != "default" {
		c.Name += ": " + r.Name
	}
	for _, s := range r.Splits {
		if s.Rows > 0 {
			c.Splits = append(c.Splits, card.Split{Name: s.Name, Rows: s.Rows})
		}
		for _, f := range s.Files {
			c.Bytes += f.Bytes
		}
	}
	for i, m := range w.pipe.models {
		c.Models = append(c.Models, card.Model{Alias: m.Alias, Name: m.Name, Host: w.rec.Models[i].Host, Parameters: parametersOf(m.Generation)})
	}
	for _, name := range slices.Sorted(maps.Keys(w.rec.Settings)) {
		c.Settings = append(c.Settings, card.Setting{Name: name, Value: w.rec.Settings[name]})
	}
	c.Origin = w.program.Origin.card(c.Settings)
	for _, class := range slices.Sorted(maps.Keys(w.rec.Rejects)) {
		c.Rejects = append(c.Rejects, card.Class{Name: string(class), Rows: w.rec.Rejects[class]})
	}
	for _, n := range w.pipe.nodes {
		if n.task != nil {
			c.Prompts = append(c.Prompts, card.Prompt{Step: n.step, Text: string(n.task.Prompt)})
		}
	}
	if j := w.rec.Journal; j.Replies > 0 {
		c.Cost = fmt.Sprintf("%s, %s", plural(j.Replies, "call"), usd(j.USD))
		if j.Unpriced > 0 {
			c.Cost += fmt.Sprintf(" and %s whose price is not known", number(j.Unpriced))
		}
		if c.Made.Simulated {
			c.Cost += ", had they been real"
		}
	}
	return c
}

// stepsOf is the graph that leads to a dataset.
func (w *work) stepsOf(set *node) (steps []card.Step) {
	counts, at := w.engine.stats.byNode(), map[*node]int{}
	var visit func(n *node) int
	visit = func(n *node) int {
		for n.hidden {
			n = n.inputs[0]
		}
		if i, ok := at[n]; ok {
			return i
		}
		s := card.Step{Name: n.step, Dataset: n == set, Rows: counts[n].Out}
		if n == set {
			s.Rows = w.out.sets[n].rows
		}
		if n.task != nil {
			s.Model = n.task.Model.Name
		}
		for _, in := range n.inputs {
			s.From = append(s.From, visit(in))
		}
		at[n] = len(steps)
		steps = append(steps, s)
		return at[n]
	}
	visit(set)
	return steps
}

// parametersOf are the settings that are set, by their names in HCL.
func parametersOf(g llm.Generation) string {
	var set []string
	v := reflect.ValueOf(g)
	for _, p := range component.ParamsOf(v.Type()) {
		if f := v.FieldByIndex(p.Index); !f.IsZero() {
			text, _ := encode(f.Interface()) // a number or a list of texts
			set = append(set, p.Name+" = "+string(text))
		}
	}
	return strings.Join(set, ", ")
}

func indentedJSON(text []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, text, "", "  ") != nil {
		return ""
	}
	return out.String()
}
