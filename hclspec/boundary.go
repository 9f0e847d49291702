package hclspec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// inputBlock is an input block: the rows that a module takes, with the columns that its steps may read.
type inputBlock struct {
	name   string
	at     hcl.Range
	ports  []component.Port
	places map[string]hcl.Range // where the columns are declared
	step   *stepBlock
	broken bool               // the declaration is wrong, so the columns are not known
	given  map[string]*column // the columns of the rows that come in, by what the module calls them
}

// outputBlock is an output block: rows that a module gives.
type outputBlock struct {
	name   string
	at     hcl.Range
	attrs  hclsyntax.Attributes
	args   *arguments
	params outputParams
	ports  []component.Port // the columns; of the type any where only their names are listed
	places []hcl.Range      // where they are named
	known  bool             // that they are
	step   *stepBlock
}

type outputParams struct {
	Columns *[]string `param:"columns" doc:"The columns that the module adds to the rows."`
}

// hidden is a column of the rows that go into a module and that the module does not declare. It passes through, out of sight of
// the module's steps.
type hidden struct {
	col *column // as the pipeline around the module has it
	as  string  // its name within
}

func (l *loader) addInput(b *hclsyntax.Block) {
	in := &inputBlock{name: b.Labels[0], at: b.LabelRanges[0], places: map[string]hcl.Range{}}
	l.named("input", in.name, in.at)
	if first, ok := l.inputs.get(in.name); ok {
		l.duplicate("input", in.name, in.at, first.at, "")
		return
	}
	l.inputs.add(in.name, in)
	attr := b.Body.Attributes["columns"]
	in.broken = attr == nil
	if attr == nil {
		if !nearAttribute(b.Body.Attributes, "columns") {
			l.errorAt(diag.MissingArgument, in.at, "missing argument \"columns\"", fmt.Sprintf(
				"Input %q says which columns the module reads, and their types: columns = { instruction = string }.", in.name))
		}
		return
	}
	object, ok := unwrap(attr.Expr).(*hclsyntax.ObjectConsExpr)
	if !ok {
		in.broken = true
		l.errorAt(diag.WrongType, attr.Expr.Range(), "wrong type for \"columns\"", "The columns of an input are an object of types: columns = { instruction = string, generations = list(string) }.")
		return
	}
	for _, item := range object.Items {
		p, ok := l.typedColumn(item)
		if !ok {
			in.broken = true
			continue
		}
		in.ports, in.places[p.Name] = append(in.ports, p), item.KeyExpr.Range()
	}
}

// columnTypes are those of one word.
var columnTypes = []string{"string", "bool", "int", "float", "messages"}

// typedColumn reads a column and its type, as they stand in input and output blocks.
func (l *loader) typedColumn(item hclsyntax.ObjectConsItem) (p component.Port, ok bool) {
	name := keyName(item.KeyExpr)
	if !component.UsableName(name) {
		l.errorAt(diag.BadColumns, item.KeyExpr.Range(), "not the name of a column", "The names of columns are written out, each with its type: columns = { instruction = string }.")
		return p, false
	}
	text := l.oneLine(item.ValueExpr)
	t, err := component.ParseType(text)
	if err != nil {
		detail := sentence(err.Error()) + diag.DidYouMean(text, columnTypes)
		if bare := strings.Trim(text, `"`); slices.Contains(columnTypes, bare) {
			detail = fmt.Sprintf("Types have no quotes: write %s.", bare)
		} else if bare != text {
			detail = "This is a text, and a type has no quotes: string, int, list(string). A column is renamed where the module is used, with inputs or outputs."
		}
		l.errorAt(diag.WrongType, item.ValueExpr.Range(), fmt.Sprintf("no type of column %q", name), detail)
		return p, false
	}
	return component.Port{Name: name, Type: t}, true
}

func (l *loader) addOutput(b *hclsyntax.Block) {
	out := &outputBlock{name: b.Labels[0], at: b.LabelRanges[0], attrs: b.Body.Attributes}
	l.named("output", out.name, out.at)
	if first, ok := l.outs.get(out.name); ok {
		l.duplicate("output", out.name, out.at, first.at, "")
		return
	}
	for _, needs := range []struct{ name, what string }{{"from", "the step whose rows the module gives: from = step.NAME"}, {"columns", "the columns that the module adds: columns = [\"rating\"]"}} {
		if out.attrs[needs.name] == nil && !nearAttribute(out.attrs, needs.name) {
			l.errorAt(diag.MissingArgument, out.at, fmt.Sprintf("missing argument %q", needs.name), fmt.Sprintf("Output %q needs %s.", out.name, needs.what))
		}
	}
	l.outs.add(out.name, out)
}

// boundary makes the step at which rows go into a module or come out. Where it changes nothing, the plan is without it.
func (l *loader) boundary(kind, name string, at hcl.Range) *stepBlock {
	decl := component.Component{Name: kind, Shape: component.Map, Params: reflect.TypeFor[struct{}](), Summary: "the rows as the pipeline has them"}
	s := &stepBlock{name: l.qualify(kind + "." + name), local: name, at: at, l: l}
	switch {
	case kind == "output":
		s.attrs = l.outs.items[name].attrs
		if l.use != nil {
			decl.Name, decl.Summary = fmt.Sprintf("module %q", l.use.name), fmt.Sprintf("the rows as module %s gives them", l.use.name)
		}
	case l.use != nil:
		s.l, s.at, s.attrs = l.parent, l.use.at, l.use.attrs
		decl.Name, decl.Summary = fmt.Sprintf("module %q", l.use.name), fmt.Sprintf("the rows as module %s reads them", l.use.name)
	default:
		decl.Shape, decl.Summary = component.Source, "the rows that the module is given"
	}
	s.decl, s.use = &decl, l.use
	i := &instance{block: s, attrs: s.attrs, enabled: true, args: &arguments{l: s.l, attrs: s.attrs, at: s.at, failed: map[string]bool{}},
		step: &Step{Name: s.name, Component: "module", Decl: decl, Params: struct{}{}}}
	s.instances = []*instance{i}
	return s
}

// evalBoundaries finds what the modules of a pipeline read, and what it gives if it is one.
func (l *loader) evalBoundaries() {
	for m := range l.modules.all {
		if m.inner == nil {
			continue
		}
		if attr := m.attrs["from"]; attr != nil && len(m.inner.inputs.names) == 0 {
			l.errorAt(diag.SourceReads, attr.NameRange, "module without an input", fmt.Sprintf("Module %q makes rows of its own and takes none. Remove from.", m.name))
		}
		for _, name := range []string{"from", "inputs", "outputs", "replace"} {
			if attr := m.attrs[name]; attr != nil {
				l.checkRefs(attr.Expr, scope{step: name == "from", where: fmt.Sprintf("the argument %s of module %q", name, m.name)})
			}
		}
		for in := range m.inner.inputs.all {
			if m.attrs["from"] == nil {
				in.step.instances[0].lost = true
				l.errorAt(diag.NoFrom, m.at, fmt.Sprintf("module %q reads no step", m.name), fmt.Sprintf("It works on the rows of another step. Add from = step.NAME.%s", l.candidate(nil)))
				continue
			}
			l.evalFrom(in.step.instances[0])
		}
	}
	for out := range l.outs.all {
		l.evalOutput(out)
	}
}

func (l *loader) evalOutput(out *outputBlock) {
	i := out.step.instances[0]
	out.args = &arguments{l: l, attrs: out.attrs, params: component.ParamsOf(reflect.TypeFor[outputParams]()), meta: []string{"from"},
		owner: fmt.Sprintf("output %q", out.name), at: out.at}
	i.args = out.args
	l.outputColumns(out)
	attr := out.attrs["from"]
	if attr == nil {
		i.lost = true
		return
	}
	l.checkRefs(attr.Expr, scope{step: true, where: "an output"})
	l.evalFrom(i)
}

// outputColumns reads the columns of an output: a list of their names, or an object of their types.
func (l *loader) outputColumns(out *outputBlock) {
	attr := out.attrs["columns"]
	if attr == nil {
		out.args.decode(reflect.ValueOf(&out.params).Elem(), nil)
		return
	}
	if object, ok := unwrap(attr.Expr).(*hclsyntax.ObjectConsExpr); ok {
		out.args.failed = map[string]bool{}
		out.known = true
		for _, item := range object.Items {
			p, ok := l.typedColumn(item)
			out.known = out.known && ok
			out.ports, out.places = append(out.ports, p), append(out.places, item.KeyExpr.Range())
		}
		return
	}
	l.checkRefs(attr.Expr, scope{where: "the columns of an output"})
	out.args.decode(reflect.ValueOf(&out.params).Elem(), nil)
	if out.known = out.args.ok("columns") && out.params.Columns != nil; out.known {
		for n, name := range *out.params.Columns {
			out.ports = append(out.ports, component.Port{Name: name, Type: component.Of(component.Any)})
			out.places = append(out.places, out.args.rangeOf(fmt.Sprintf("columns[%d]", n)))
		}
	}
}

// lists reports whether the output has a column.
func (out *outputBlock) lists(name string) bool {
	return slices.ContainsFunc(out.ports, func(p component.Port) bool { return p.Name == name })
}

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
	if known && i.block.entry != nil {
		i.rows, f.in = i.branches[0].from.rows, i.branches[0].from.row
		f.enter(i.block.entry)
	} else if known {
		i.rows, f.in = i.branches[0].from.rows, i.branches[0].from.row
		f.leave(i.block.exit)
	} else {
		i.opaque = true
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
		if own := called[c]; own != "" {
			within := *c
			within.Name = own
			i.row = append(i.row, &within)
		} else {
			i.hidden = append(i.hidden[:len(i.hidden):len(i.hidden)], &hidden{col: c})
		}
	}
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

// moduleOutputs reads the arguments outputs and replace of the modules.
func (l *loader) moduleOutputs() {
	for m := range l.modules.all {
		if m.inner == nil {
			continue
		}
		var ports []component.Port
		for out := range m.inner.outs.all {
			for _, p := range out.ports {
				if !slices.ContainsFunc(ports, func(o component.Port) bool { return o.Name == p.Name }) {
					ports = append(ports, p)
				}
			}
		}
		f := &flow{l: l, i: m.user, decl: component.Component{Name: fmt.Sprintf("Module %q", m.name)}}
		var ok bool
		m.outputs, ok = f.renaming("outputs", ports)
		f.replacing()
		m.replace, m.broken = f.replace, !ok || m.user.opaque
		for n, name := range m.replace {
			if !slices.ContainsFunc(ports, func(p component.Port) bool { return m.outputs.name(p.Name) == name }) {
				l.errorAt(diag.NotReplaced, m.user.args.rangeOf(fmt.Sprintf("replace[%d]", n)), fmt.Sprintf("column %q is not replaced", name), fmt.Sprintf(
					"replace lists the columns of the incoming row that the module may overwrite, and module %q does not make %q. Remove it from the list.", m.name, name))
			}
		}
	}
}
