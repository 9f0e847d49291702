package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// makeOutputs adds the columns that the component makes under names of its own.
func (f *flow) makeOutputs() {
	ports := component.PortsOf(f.decl.Out)
	allowed := portNames(ports)
	if f.decl.Outputs != nil {
		allowed = f.decl.Outputs(f.i.step.Params)
	}
	for _, p := range ports {
		reason := ""
		switch {
		case !slices.Contains(allowed, p.Name):
			reason = "with these arguments"
		case p.Needs != "" && !f.reading(p.Needs):
			reason = fmt.Sprintf("without the input %s, which the row lacks", p.Needs)
		}
		if r, ok := f.outputs[p.Name]; ok && reason != "" {
			f.i.opaque = true
			f.l.errorAt(diag.UnknownPort, r.key, fmt.Sprintf("output %q is not made", p.Name),
				fmt.Sprintf("%s does not make it %s. Here it makes %s.", f.decl.Name, reason, list(f.made(ports, allowed))))
		}
		if reason == "" {
			f.output(p)
		}
	}
	f.leftOut(ports)
}

func (f *flow) made(ports []component.Port, allowed []string) (names []string) {
	for _, p := range ports {
		if slices.Contains(allowed, p.Name) && (p.Needs == "" || f.reading(p.Needs)) {
			names = append(names, p.Name)
		}
	}
	return names
}

// reading reports whether an input is tied to a column.
func (f *flow) reading(input string) bool {
	return slices.ContainsFunc(f.reads, func(r Read) bool { return r.Input == input && r.Column != "" })
}

func (f *flow) output(p component.Port) {
	c := f.ofTask(component.Column{Name: f.outputs.name(p.Name), Type: p.Type, Doc: p.Doc})
	f.add(c, Add{Output: p.Name}, "outputs."+p.Name)
}

// ofTask is a column that a task makes of its replies.
func (f *flow) ofTask(c component.Column) component.Column {
	if t := f.i.task(); t != nil {
		if t.GroupGenerations {
			c.Type, c.Len = component.ListOf(c.Type), t.NumGenerations
		}
		if t.Vectors != nil && c.Type.Kind == component.List {
			c.Len = dimensions(t)
		}
		if t.OnError == "keep" {
			c.Type, c.Len = c.Type.OrNull(), 0
		}
	}
	return c
}

func (f *flow) add(c component.Column, a Add, arg string) {
	a.Column = c.Name
	at := f.i.args.rangeOf(arg)
	o := &origin{by: f.i, output: a.Output, at: at}
	f.adds = append(f.adds, &added{Add: a, column: column{c, o}, arg: arg})
}

// checkName refuses the name of a column, or of a field in one, that neither JSON nor the tags of Go structs can have.
func (f *flow) checkName(name string, at hcl.Range) {
	if component.UsableName(name) {
		return
	}
	f.i.opaque = true
	if whole := norm.NFC.String(name); whole != name && component.UsableName(whole) {
		f.l.errorAt(diag.BadColumns, at, fmt.Sprintf("%q has its accents apart", name), "The name is in Unicode's normal form D, in which an accent "+
			"is a sign after its letter. Names of columns are in form C, in which both are one. Write the data in form C; in Python: unicodedata.normalize(\"NFC\", text).")
		return
	}
	f.l.errorAt(diag.BadColumns, at, fmt.Sprintf("%q cannot name a column", name),
		"The name of a column, or of a field in one, is made of letters, digits, spaces, hyphens, underscores and most signs, but has no comma, "+
			"quote, backslash or emoji, and is not empty. Rename it.")
}

// checkFields checks the names of the fields in objects.
func (f *flow) checkFields(t component.Type, at hcl.Range) {
	if t.Kind == component.List {
		f.checkFields(t.Element(), at)
	}
	for _, field := range t.Fields {
		place := at
		if arg := f.rowsArg(); arg != "" {
			if written, ok := columnAt(f.i.attrs[arg].Expr, field.Name); ok {
				place = written
			}
		}
		f.checkName(field.Name, place)
		f.checkFields(field.Type, at)
	}
}

// finish puts the row together: what came in, without what goes, and what is made.
func (f *flow) finish() {
	f.uncombined()
	i := f.i
	step := i.step
	kept := slices.Clone(f.in)
	gone := func(name string) {
		kept = slices.DeleteFunc(kept, func(c *column) bool { return c.Name == name })
	}
	for _, name := range f.drops {
		gone(name)
	}
	for n, a := range f.adds {
		f.checkName(a.Column, f.place(a))
		f.checkFields(a.column.Type, f.place(a))
		if twin := slices.IndexFunc(f.adds[:n], func(o *added) bool { return o.Column == a.Column }); twin >= 0 {
			f.sameColumn(f.adds[twin], a)
			continue
		}
		there := find(kept, a.Column)
		switch {
		case there == nil:
		case slices.Contains(f.replace, a.Column):
			gone(a.Column)
			f.drops = append(f.drops, a.Column)
		case f.movable(there, a):
			kept = f.move(kept, there, a)
		default:
			f.overwritten(there, a)
		}
	}
	f.checkReplace()
	if i.opaque {
		return
	}
	for _, a := range f.adds {
		c := a.column
		kept = append(kept, &c)
		step.Adds = append(step.Adds, a.Add)
	}
	i.row = reorder(kept, f.order)
	step.Reads, step.Drops = f.reads, f.drops
	switch {
	case f.prompt != nil || f.system != nil:
		step.Vars = f.vars
	case f.takesVars():
		step.Vars = f.named
	}
}

// movable reports whether the column that is in the way is the model_name of an earlier step that asked a model: each is kept.
func (f *flow) movable(there *column, a *added) bool {
	return a.Output == "model_name" && a.Column == "model_name" && (f.decl.Task || f.decl.Embeds) && there.origin.output == "model_name" && there.origin.by != f.i
}

func (f *flow) move(row []*column, there *column, a *added) []*column {
	to := strings.ReplaceAll(there.origin.by.block.name, ".", "_") + "_model_name"
	if other := find(row, to); other != nil {
		f.overwritten(&column{Column: component.Column{Name: to}, origin: other.origin}, a)
		return row
	}
	f.i.step.Moves = append(f.i.step.Moves, Move{From: there.Name, To: to})
	out := slices.Clone(row)
	moved := *there
	moved.Name = to
	out[slices.Index(out, there)] = &moved
	return out
}

func (f *flow) sameColumn(first, second *added) {
	f.i.opaque = true
	if f.place(second).Start.Byte < f.place(first).Start.Byte {
		first, second = second, first
	}
	f.l.errorAt(diag.SameColumn, f.place(second), fmt.Sprintf("two columns named %q", second.Column), fmt.Sprintf(
		"Step %q makes both %s and %s under that name. Give each a name of its own.", f.i.addr(), first.source(), second.source()),
		diag.Related{Range: f.place(first), Message: "the first one is here"})
}

func (a *added) source() string {
	if a.Output != "" {
		return a.Output
	}
	if a.Expr == nil {
		return "an expression"
	}
	return fmt.Sprintf("the %s of %s", a.Expr.Op, a.Expr.Column)
}

// place is where the pipeline says that the column is made.
func (f *flow) place(a *added) hcl.Range { return a.column.origin.at }

func (f *flow) overwritten(there *column, a *added) {
	f.i.opaque = true
	own := a.Output
	way := fmt.Sprintf("Give the new one another name, outputs = { %s = \"new_name\" }, or allow it with replace = [%q].", label(own), a.Column)
	if own == "" {
		way = fmt.Sprintf("Give the new one another name in the argument %s, or allow it with replace = [%q].", argName(a.arg), a.Column)
	}
	if there.Name != a.Column {
		way = fmt.Sprintf("The model_name of %q would move there to make room. Rename one of them with outputs.", find(f.in, "model_name").origin.by.addr())
	}
	f.l.errorAt(diag.Overwritten, f.place(a), fmt.Sprintf("column %q is overwritten", there.Name), fmt.Sprintf(
		"The row that step %q reads has a column of that name, made by %q. %s", f.i.addr(), there.origin.by.addr(), way),
		diag.Related{Range: there.origin.at, Message: "the column is made here"})
}

// label writes an attribute name as an object key.
func label(name string) string {
	if hclIdentifier(name) {
		return name
	}
	return fmt.Sprintf("%q", name)
}

func (f *flow) checkReplace() {
	for n, name := range f.replace {
		if slices.ContainsFunc(f.adds, func(a *added) bool { return a.Column == name }) && find(f.in, name) != nil {
			continue
		}
		var overwritten []string
		for _, a := range f.adds {
			overwritten = append(overwritten, a.Column)
		}
		detail := fmt.Sprintf("replace lists the columns of the incoming row that the step may overwrite, and step %q does not make %q. Remove it from the list.%s",
			f.i.addr(), name, diag.DidYouMean(name, overwritten))
		if slices.Contains(overwritten, name) {
			detail = fmt.Sprintf("The row that comes in has no column %q, so there is nothing to overwrite. Remove it from the list.", name)
		}
		f.i.opaque = true
		f.l.errorAt(diag.NotReplaced, f.i.args.rangeOf(fmt.Sprintf("replace[%d]", n)), fmt.Sprintf("column %q is not replaced", name), detail)
	}
}

// takesVars reports whether a component without a prompt takes the columns that its arguments name.
func (f *flow) takesVars() bool {
	if f.decl.In == nil || f.decl.Task {
		return false
	}
	_, ok := f.decl.In.FieldByName("Vars")
	return ok
}

func reorder(row []*column, order []string) []*column {
	if len(order) == 0 {
		return row
	}
	slices.SortStableFunc(row, func(a, b *column) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	return row
}
