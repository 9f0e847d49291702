package runtime

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/card"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/dataset"
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
		c := w.cardOf(d, r)
		if err := c.Write(&text); err != nil {
			all = errors.Join(all, err)
			continue
		}
		all = errors.Join(all, replaceText(filepath.Join(d.dir, cardName), text.Bytes()))
		if c.Guide.File != "" {
			all = errors.Join(all, replaceText(filepath.Join(d.dir, dataset.TrainerFile), []byte(c.Guide.File)))
		}
	}
	return all
}

// guideOf tells the trainer of a dataset where it is.
func guideOf(d *datasetFolder, r datasetRecord) dataset.Guide {
	c := d.node.written.Contract
	if c == nil {
		return dataset.Guide{}
	}
	set := dataset.Finished{Name: r.Name, Path: r.Path, Files: map[string][]string{}, LeftOut: d.node.fit.LeftOut}
	for _, s := range r.Splits {
		for _, f := range s.Files {
			set.Files[s.Name] = append(set.Files[s.Name], f.Path)
		}
	}
	return c.Guide(set)
}

func (w *work) cardOf(d *datasetFolder, r datasetRecord) *card.Card {
	line := ancestry(d.node)
	c := &card.Card{Name: w.rec.Pipeline, Description: w.program.Description, Made: w.made(), License: d.settings.License, Tags: d.settings.Tags,
		Config: r.Name, Extension: r.Format, Columns: r.Columns, Rows: r.Rows, Sample: d.first, Steps: w.stepsOf(line), Models: w.modelsOf(line),
		Prompts: promptsOf(line), Guide: guideOf(d, r)}
	if r.Name != "default" {
		c.Name += ": " + r.Name
	}
	for _, s := range r.Splits {
		split := card.Split{Name: s.Name, Rows: s.Rows}
		for _, f := range s.Files {
			c.Bytes += f.Bytes
			split.Bytes += f.size
		}
		if s.Rows > 0 {
			c.Splits = append(c.Splits, split)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.rec.Settings)) {
		c.Settings = append(c.Settings, card.Setting{Name: name, Value: w.rec.Settings[name]})
	}
	c.Origin = w.program.Origin.card(c.Settings)
	for _, class := range slices.Sorted(maps.Keys(w.rec.Rejects)) {
		c.Rejects = append(c.Rejects, card.Class{Name: string(class), Rows: w.rec.Rejects[class]})
	}
	c.Cost = w.costOf(c.Made.Simulated)
	return c
}

// costOf is what the run has cost; empty where no model was asked.
func (w *work) costOf(simulated bool) string {
	j := w.rec.Journal
	if j.Replies == 0 {
		return ""
	}
	cost := fmt.Sprintf("%s for %s", plural(j.Replies, "call"), usd(j.USD))
	if j.Unpriced > 0 {
		cost += fmt.Sprintf(" and %s whose price is not known", number(j.Unpriced))
	}
	if simulated {
		cost += ", had they been real"
	}
	return cost
}

// ancestry is a dataset and the steps that lead to it, each behind what it reads.
func ancestry(set *node) (line []*node) {
	var visit func(n *node)
	visit = func(n *node) {
		if n = n.shown(); slices.Contains(line, n) {
			return
		}
		for _, in := range n.inputs {
			visit(in)
		}
		line = append(line, n)
	}
	visit(set)
	return line
}

// shown is the step that a branch is of.
func (n *node) shown() *node {
	for n.hidden {
		n = n.inputs[0]
	}
	return n
}

// stepsOf is the graph of an ancestry.
func (w *work) stepsOf(line []*node) (steps []card.Step) {
	counts := w.engine.stats.byNode()
	for _, n := range line {
		s := card.Step{Name: n.step, Rows: counts[n].Out}
		if set := w.out.sets[n]; set != nil {
			s.Dataset, s.Rows = true, set.rows
		}
		if n.task != nil {
			s.Model = n.task.Model.Name
		}
		for _, in := range n.inputs {
			s.From = append(s.From, slices.Index(line, in.shown()))
		}
		steps = append(steps, s)
	}
	return steps
}

// modelsOf are the models that the steps of an ancestry ask.
func (w *work) modelsOf(line []*node) (models []card.Model) {
	for i, m := range w.pipe.models {
		if slices.ContainsFunc(line, func(n *node) bool { return n.task != nil && n.task.Model.Alias == m.Alias }) {
			models = append(models, card.Model{Alias: m.Alias, Name: m.Name, Host: w.rec.Models[i].Host, Parameters: parametersOf(m.Generation)})
		}
	}
	return models
}

// promptsOf is what the steps of an ancestry ask. Steps that ask the same stand together.
func promptsOf(line []*node) (prompts []card.Prompt) {
	for _, n := range line {
		if n.task == nil || n.task.Prompt == "" && n.task.SystemPrompt == "" {
			continue
		}
		p := card.Prompt{Steps: []string{n.step}, System: n.task.SystemPrompt, Text: string(n.task.Prompt)}
		same := func(o card.Prompt) bool { return o.System == p.System && o.Text == p.Text }
		if i := slices.IndexFunc(prompts, same); i >= 0 {
			prompts[i].Steps = append(prompts[i].Steps, n.step)
		} else {
			prompts = append(prompts, p)
		}
	}
	return prompts
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
