package hclspec

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// column is a column of a row, and where it comes from.
type column struct {
	component.Column
	origin *origin
}

// origin is the making of a column. Two columns are the same one if they share it, whatever they are called.
type origin struct {
	by     *instance
	output string    // own name of the output, if it is one
	at     hcl.Range // where the pipeline names it, or the step's name
}

// flow computes the columns after each instance, sources first.
func (l *loader) flow() {
	var explain []func()
	for _, i := range l.ordered() {
		f := &flow{l: i.block.l, i: i}
		f.run()
		explain = append(explain, f.missing...)
	}
	// Why a column is missing can be told when all columns are known.
	for _, e := range explain {
		e()
	}
}

// flow is the computation for one instance.
type flow struct {
	l       *loader
	i       *instance
	decl    component.Component
	inputs  renames
	outputs renames
	replace []string
	lenient bool // inputs is wrong, so what is read is not known
	prompt  *userPrompt
	system  *userPrompt // the system message, where it is a template, too
	vars    []string    // columns that the templates read beyond the inputs of the task

	in       []*column
	branches [][]*column // of a join
	reads    []Read
	used     []string // columns that are read
	named    []string // those that arguments of the component name
	adds     []*added
	drops    []string
	order    []string
	missing  []func()
	port     *component.Port // for which a missing column is explained
}

// added is a column that the instance makes.
type added struct {
	Add
	column column
	arg    string // path of the argument that asks for it
}

func (f *flow) run() {
	i := f.i
	if i.step == nil {
		i.opaque = true
		return
	}
	if i.block.entry != nil || i.block.exit != nil {
		f.cross()
		return
	}
	f.decl = i.step.Decl
	f.l.off = !i.enabled
	defer func() { f.l.off = false }()
	f.renames()
	for _, arg := range []string{"inputs", "outputs", "replace"} { // under another name
		f.lenient = f.lenient || arg == "inputs" && !i.args.ok(arg)
		i.opaque = i.opaque || !i.args.ok(arg)
	}
	f.settings()
	f.readPrompt()
	known := f.l.arity(i)
	for _, b := range i.branches {
		known = known && !b.from.opaque
	}
	if !known {
		i.opaque = true
		return
	}
	f.incoming()
	f.readPorts()
	f.checkPrompts()
	f.derive()
	f.checkForm()
	f.makeOutputs()
	for _, p := range i.args.params {
		if p.Fixed && !i.args.ok(p.Name) {
			i.opaque = true
		}
	}
	if !i.opaque {
		f.finish()
	}
}

// incoming is the row that comes in.
func (f *flow) incoming() {
	switch {
	case f.decl.Shape == component.Join:
		f.merge()
	case len(f.i.branches) > 0:
		f.in = f.i.branches[0].from.row
	}
	for _, b := range f.i.branches {
		for _, h := range b.from.hidden {
			if !slices.Contains(f.i.hidden, h) {
				f.i.hidden = append(f.i.hidden, h)
			}
		}
	}
	if f.i.rows = f.i.newRows(); f.i.rows == nil {
		f.i.rows = f.i.branches[0].from.rows
	}
}

func find(columns []*column, name string) *column {
	if n := slices.IndexFunc(columns, func(c *column) bool { return c.Name == name }); n >= 0 {
		return columns[n]
	}
	return nil
}

func columnNames(columns []*column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

func plainColumns(columns []*column) []component.Column {
	out := make([]component.Column, len(columns))
	for i, c := range columns {
		out[i] = c.Column
	}
	return out
}

// settings reports settings of a task that exclude each other.
func (f *flow) settings() {
	t, a := f.i.task(), f.i.args
	if t == nil {
		return
	}
	if t.NumGenerations > 1 && t.OnError == "keep" && a.ok("num_generations") && a.ok("on_error") {
		f.i.opaque = true
		f.l.errorAt(diag.Contradiction, a.rangeOf("on_error"), "on_error = \"keep\" with several generations", fmt.Sprintf(
			"With num_generations = %d a sample that fails would leave a hole among the others. Choose one: on_error = \"reject\", or a single generation.", t.NumGenerations),
			diag.Related{Range: a.rangeOf("num_generations"), Message: "the number of generations is set here"})
	}
	m, ok := f.l.modelOf(*t)
	if !ok {
		return
	}
	f.modelKind(t, m)
	if t.Vectors != nil {
		return
	}
	temperature := t.Temperature
	if temperature != nil && a.ok("temperature") {
		f.l.checkTemperature(m, *temperature, a.rangeOf("temperature"))
	}
	if temperature == nil {
		temperature = m.model.Generation.Temperature
	}
	f.l.checkGreedy(m, llm.Generation{Temperature: temperature, TopP: cmp.Or(t.TopP, m.model.Generation.TopP)}, func(setting string) hcl.Range {
		if a.attrs[setting] != nil {
			return a.rangeOf(setting)
		}
		return m.args.rangeOf("generation." + setting)
	})
	if t.NumGenerations > 1 && temperature != nil && *temperature == 0 {
		f.l.warnAt(diag.SameSamples, a.rangeOf("num_generations"), "samples at temperature 0", fmt.Sprintf(
			"At temperature 0 the %d replies to a row will be the same or nearly so. Set a temperature above zero in the step or in model %q.", t.NumGenerations, m.name))
	}
}
