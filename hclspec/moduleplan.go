package hclspec

import (
	"fmt"
	"slices"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// Module is a module that the pipeline uses, directly or through another.
type Module struct {
	Name   string   `json:"name"`   // with those of the modules around it: pairs.score
	Source string   `json:"source"` // its folder, relative to the pipeline's
	Files  []string `json:"files"`  // HCL files read, in that folder
}

// Port is rows that go into a pipeline which is a module, or come out of it.
type Port struct {
	Name    string             `json:"name"`
	Columns []component.Column `json:"columns"`
}

// nameHidden gives the columns that pass through modules out of sight the names that they have there: their own, unless the module
// has a column of that name.
func (l *loader) nameHidden() {
	l.each(func(c *loader) {
		for in := range c.inputs.all {
			i := in.step.instances[0]
			taken := map[string]bool{}
			for s := range c.allSteps {
				for _, within := range s.instances {
					for _, col := range within.row {
						taken[col.Name] = taken[col.Name] || s.exit == nil || s.l != c // what comes out is not within
					}
				}
			}
			for _, h := range i.hidden {
				taken[h.as] = true // of the modules around, which are named before
			}
			for _, h := range i.hidden {
				if h.as != "" {
					continue
				}
				h.as = h.col.Name
				for n := 1; taken[h.as]; n++ {
					h.as = "outer_" + h.col.Name
					if n > 1 {
						h.as = fmt.Sprintf("outer%d_%s", n, h.col.Name)
					}
				}
				taken[h.as] = true
			}
		}
	})
}

// rowsInPlan are the rows after each instance, in the order in which they are given.
func rowsInPlan(instances []*instance) map[*instance][]*column {
	rows := map[*instance][]*column{}
	for _, i := range instances {
		here := slices.Clone(i.row)
		for _, h := range i.hidden {
			within := *h.col
			within.Name = h.as
			here = append(here, &within)
		}
		crosses := i.block.entry != nil || i.block.exit != nil
		if (len(i.hidden) > 0 || crosses) && len(i.branches) > 0 { // in the order of the rows that come in, so that a boundary changes no more than it must
			before := rows[i.branches[0].from]
			place := func(c *column) int {
				if n := slices.IndexFunc(before, func(b *column) bool { return b.origin == c.origin }); n >= 0 {
					return n
				}
				return len(before)
			}
			slices.SortStableFunc(here, func(a, b *column) int { return place(a) - place(b) })
		}
		rows[i] = here
	}
	return rows
}

// change says what a boundary does to the columns: which it renames and which it leaves out.
func (i *instance) change(before, after []*column) {
	for _, b := range before {
		n := slices.IndexFunc(after, func(a *column) bool { return a.origin == b.origin })
		switch {
		case n < 0:
			i.step.Drops = append(i.step.Drops, b.Name)
		case after[n].Name != b.Name:
			i.step.Moves = append(i.step.Moves, Move{From: b.Name, To: after[n].Name})
		}
	}
}

// inPlan is the instance itself, or the one that it reads where it is a boundary that changes nothing.
func (i *instance) inPlan() *instance {
	for (i.block.entry != nil || i.block.exit != nil) && len(i.branches) > 0 && len(i.step.Moves)+len(i.step.Drops)+len(i.step.Adds) == 0 {
		i = i.branches[0].from
	}
	return i
}

// checkInner refuses steps of a module whose rows go nowhere.
func (l *loader) checkInner(leaves []*instance) {
	for _, i := range leaves {
		c := i.block.l
		switch {
		case i.block.exit != nil:
		case l.sent(i):
		case i.block.entry != nil:
			in := i.block.entry
			if i.block.use != nil {
				c = i.block.use.inner
			}
			c.errorAt(diag.UnreadInModule, in.at, fmt.Sprintf("nobody reads input %q", in.name), fmt.Sprintf("Its rows would go nowhere. Read them in a step, from = input.%s, or remove the input.", in.name))
		case c.isModule():
			c.errorAt(diag.UnreadInModule, i.block.at, fmt.Sprintf("nobody reads step %q", i.addr()), fmt.Sprintf(
				"The pipeline that uses the module sees its outputs alone. Write an output block with from = %s, read the step in another, or remove it.", i.ref()))
		}
	}
}

// modules lists the modules of a pipeline.
func (l *loader) planModules(p *Plan) {
	l.each(func(c *loader) {
		if c.use != nil {
			m := &Module{Name: c.parent.qualify(c.use.name), Source: c.source(), Files: slices.Clone(c.files)}
			slices.Sort(m.Files)
			p.Modules = append(p.Modules, m)
		}
	})
	for in := range l.inputs.all {
		p.Inputs = append(p.Inputs, Port{in.name, plainColumns(in.step.instances[0].row)})
	}
	for out := range l.outs.all {
		port := Port{Name: out.name, Columns: []component.Column{}}
		for _, col := range out.step.instances[0].row {
			if out.lists(col.Name) {
				port.Columns = append(port.Columns, col.Column)
			}
		}
		p.Outputs = append(p.Outputs, port)
	}
}
