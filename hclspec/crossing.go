package hclspec

import (
	"fmt"
	"slices"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/rowexpr"
	"github.com/distigen/distigen/runtime/component"
)

// cross computes the columns at the boundary of a module.
func (f *flow) cross() {
	i := f.i
	f.decl = i.step.Decl
	if in := i.block.entry; in != nil && in.broken {
		i.opaque = true
		return
	} else if in != nil && f.decl.Shape == component.Source {
		f.declared(in)
		return
	}
	known := f.l.arity(i)
	for _, b := range i.branches {
		known = known && !b.from.opaque
	}
	if !known {
		i.opaque = true
		return
	}
	i.rows, f.in = i.branches[0].from.rows, i.branches[0].from.row
	if in := i.block.entry; in != nil {
		f.enter(in)
	} else {
		f.leave(i.block.exit)
	}
}

// declared makes the rows of a module that is checked on its own.
func (f *flow) declared(in *inputBlock) {
	f.i.rows = f.i.newRows()
	for _, p := range in.ports {
		f.i.row = append(f.i.row, &column{component.Column{Name: p.Name, Type: p.Type}, &origin{by: f.i, output: p.Name, at: in.places[p.Name]}})
		f.i.step.Adds = append(f.i.step.Adds, Add{Column: p.Name, Output: p.Name})
	}
}

// enter ties what a module reads to columns of the rows that come in. The others are hidden from it.
func (f *flow) enter(in *inputBlock) {
	i := f.i
	i.hidden = i.branches[0].from.hidden
	f.decl.Name = sentenceStart(f.decl.Name)
	var ok bool
	if f.inputs, ok = f.renaming("inputs", in.ports); !ok {
		i.opaque = true
		return
	}
	in.given = map[string]*column{}
	called := map[*column]string{}
	for _, p := range in.ports {
		r, renamed := f.inputs[p.Name]
		name, at, related := f.inputs.name(p.Name), i.args.rangeOf("from"), diag.Related{Range: in.places[p.Name], Message: "the input is declared here"}
		if renamed {
			at = r.at
		}
		c := find(f.in, name)
		switch {
		case c == nil:
			i.opaque = true
			f.absent(name, at, fmt.Sprintf("Module %q reads it%s.", i.block.use.name, as(name, p.Name)), &p)
			continue
		case called[c] != "":
			i.opaque = true
			f.l.errorAt(diag.SameColumn, at, fmt.Sprintf("column %q is given twice", name), fmt.Sprintf("It is the module's %s already. Give a column to each, such as a copy that derive makes.", called[c]))
			continue
		case !f.fits(c, p.Type, at, fmt.Sprintf("the input %s of module %q", p.Name, i.block.use.name), 0, related):
			continue
		}
		called[c], in.given[p.Name] = p.Name, c
	}
	for _, c := range f.in {
		own := called[c]
		n := slices.IndexFunc(in.ports, func(p component.Port) bool { return p.Name == own })
		if n >= 0 {
			within := f.asDeclared(c, in.ports[n], in)
			i.row = append(i.row, within)
			if within.origin == c.origin {
				continue
			}
		}
		i.hidden = append(i.hidden[:len(i.hidden):len(i.hidden)], &hidden{col: c})
	}
}

// asDeclared is a column as the module reads it. One of a narrower type, such as one that is never null where it might be, is copied
// into the type that is declared, so that the module is the same for all who use it.
func (f *flow) asDeclared(c *column, p component.Port, in *inputBlock) *column {
	within := *c
	within.Name = p.Name
	if wide := rowexpr.Convert(&rowexpr.Node{Op: rowexpr.Column, Type: c.Type, Name: c.Name}, p.Type); wide != nil && !c.Type.Equal(p.Type) {
		within.Type, within.origin = p.Type, &origin{by: f.i, at: in.places[p.Name]}
		f.i.step.Adds = append(f.i.step.Adds, Add{Column: p.Name, Formula: wide})
	}
	return &within
}

// leave puts the rows together that come out of a module: those that went in, with the columns that its output lists.
func (f *flow) leave(out *outputBlock) {
	i := f.i
	columns := f.listed(out)
	if i.opaque = i.opaque || columns == nil || f.l.use != nil && f.l.use.broken; i.opaque {
		return
	}
	if f.l.use == nil { // a module that is checked on its own
		i.row = slices.DeleteFunc(slices.Clone(f.in), func(c *column) bool { return c.origin.by.block.entry == nil && !slices.Contains(columns, c) })
		return
	}
	m := f.l.use
	uf := &flow{l: m.l, i: m.user}
	var in *inputBlock
	for b := range f.l.inputs.all {
		in = b
	}
	if in != nil {
		outside := in.step.instances[0]
		if outside.opaque {
			i.opaque = true
			return
		}
		for _, h := range i.branches[0].from.hidden {
			if slices.Contains(outside.branches[0].from.hidden, h) {
				i.hidden = append(i.hidden, h)
			}
		}
		for _, c := range outside.branches[0].from.row {
			f.restore(c, in, columns, m)
		}
	}
	for _, c := range columns {
		_, renamed := m.outputs[c.Name]
		if c.origin.by.block.entry == in && in != nil && !renamed {
			continue // it went in in another type, and is as it was
		}
		if slices.ContainsFunc(i.row, func(r *column) bool { return r.origin == c.origin }) {
			continue // it went in and is as it was
		}
		uf.export(i, c)
	}
}

// listed are the columns that an output lists, in the order of the row.
func (f *flow) listed(out *outputBlock) []*column {
	if !out.known {
		return nil
	}
	found := []*column{}
	for n, p := range out.ports {
		at, c := out.places[n], find(f.in, p.Name)
		switch {
		case slices.ContainsFunc(out.ports[:n], func(o component.Port) bool { return o.Name == p.Name }):
			f.i.opaque = true
			f.l.errorAt(diag.SameColumn, at, fmt.Sprintf("column %q is named twice", p.Name), "It is already in the list. Remove one of the two.")
		case c == nil:
			f.i.opaque = true
			f.absent(p.Name, at, fmt.Sprintf("Output %q of the module lists it.", out.name), nil)
		case !c.Type.Fits(p.Type):
			f.i.opaque = true
			f.l.errorAt(diag.ColumnType, at, fmt.Sprintf("column %q is of another type", p.Name), fmt.Sprintf(
				"It is %s, and output %q says %s. Change what the step makes, or what the output says.", c.Type, out.name, p.Type),
				diag.Related{Range: c.origin.at, Message: "the column is made here"})
		}
	}
	for _, c := range f.in {
		if out.lists(c.Name) {
			found = append(found, c)
		}
	}
	return found
}

// restore brings a column back that went into a module, under the name that it had, unless the module has dropped it or its
// block calls it otherwise.
func (f *flow) restore(c *column, in *inputBlock, columns []*column, m *moduleBlock) {
	i := f.i
	for _, h := range i.branches[0].from.hidden {
		if h.col == c {
			i.row = append(i.row, c)
			return
		}
	}
	for _, within := range f.in {
		if within.origin != c.origin {
			continue
		}
		if _, renamed := m.outputs[within.Name]; renamed && slices.Contains(columns, within) {
			return
		}
		back := *within
		back.Name = c.Name
		i.row = append(i.row, &back)
	}
}

// export adds a column that the module makes to the row that comes out.
func (f *flow) export(i *instance, c *column) {
	m := i.block.l.use
	to := *c
	to.Name = m.outputs.name(c.Name)
	if there := find(i.row, to.Name); there != nil {
		if !slices.Contains(m.replace, to.Name) {
			i.opaque = true
			at := m.at
			if r, ok := m.outputs[c.Name]; ok {
				at = r.at
			}
			f.l.errorAt(diag.Overwritten, at, fmt.Sprintf("column %q is overwritten", to.Name), fmt.Sprintf(
				"Module %q makes it, and the rows that it reads have a column of that name, made by %q. Give the new one another name, outputs = { %s = \"new_name\" }, or allow it with replace = [%q].",
				m.name, there.origin.by.addr(), label(c.Name), to.Name),
				diag.Related{Range: there.origin.at, Message: "the column is made here"}, diag.Related{Range: c.origin.at, Message: "and here, in the module"})
			return
		}
		i.row = slices.DeleteFunc(i.row, func(o *column) bool { return o == there })
	}
	i.row = append(i.row, &to)
}
