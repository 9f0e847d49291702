package hclspec

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// absent reports a column that is not in the row, once it can be told why: it is made later or on another branch, it was
// dropped or renamed, or it is misspelt. who is a sentence that says who reads it; port is the input, if it is one.
func (f *flow) absent(name string, at hcl.Range, who string, port *component.Port) {
	f.missing = append(f.missing, func() {
		why := f.why(name, port)
		if port != nil {
			why.related = append(why.related, f.i.goField(port.Name)...)
		}
		f.l.errorAt(why.code, at, why.summary, join(who, why.detail), why.related...)
	})
}

type why struct {
	code            diag.Code
	summary, detail string
	related         []diag.Related
}

func (f *flow) why(name string, port *component.Port) why {
	f.port = port
	for _, reason := range []func(string) (why, bool){f.undeclared, f.gone, f.later, f.elsewhere, f.notMade} {
		if w, ok := reason(name); ok {
			return w
		}
	}
	if port != nil {
		if w, ok := f.single(name, *port); ok {
			return w
		}
	}
	names := columnNames(f.in)
	detail := ""
	if port != nil { // a column of the right type is the likelier one
		detail = diag.DidYouMean(name, f.fitting(port.Type))
	}
	if detail == "" {
		detail = diag.DidYouMean(name, names)
	}
	if detail == "" || len(names) <= 8 {
		detail = fmt.Sprintf("The row has %s.%s", list(names), detail)
	}
	w := why{code: diag.UnknownColumn, summary: fmt.Sprintf("unknown column %q", name)}
	if c, field := f.field(name); c != nil {
		w.detail = fmt.Sprintf("The column %q has a field of that name. In an expression it is row.%[1]s.%s, and a step derive makes a column of it: columns = { %[2]s = row.%[1]s.%[2]s }.", c.Name, field)
		w.related = []diag.Related{{Range: c.origin.at, Message: fmt.Sprintf("%q is made here", c.Name)}}
		return w
	}
	near := diag.Nearest(name, names)
	if port != nil {
		near = cmp.Or(diag.Nearest(name, f.fitting(port.Type)), near)
	}
	if c := find(f.in, near); c != nil {
		w.related = []diag.Related{{Range: c.origin.at, Message: fmt.Sprintf("%q is made here", near)}}
	} else {
		detail += makers(name)
		if port != nil {
			detail += fmt.Sprintf(" Name the one to read with inputs = { %s = \"your_column\" }.", label(port.Name))
		}
	}
	w.detail = strings.TrimSpace(detail)
	return w
}

// undeclared finds that the rows which go into the module have the column, and that its input does not say so.
func (f *flow) undeclared(name string) (why, bool) {
	for in := range f.l.inputs.all {
		for _, own := range slices.Sorted(maps.Keys(in.given)) {
			if in.given[own].Name == name && own != name && slices.Contains(upstream(f.i), in.step.instances[0]) {
				return why{diag.GoneColumn, fmt.Sprintf("column %q is called %q here", name, own), fmt.Sprintf("The module block calls it so. Input %q declares %[2]q: read that.", in.name, own),
					[]diag.Related{{Range: in.places[own], Message: "the input is declared here"}}}, true
			}
		}
	}
	for _, h := range f.i.hidden {
		for in := range f.l.inputs.all {
			if h.col.Name == name && slices.Contains(in.step.instances[0].hidden, h) {
				return why{diag.UnknownColumn, fmt.Sprintf("column %q is not declared", name), fmt.Sprintf(
					"The rows that go into the module have it here, and elsewhere they need not. Add it to the columns of input %q, with its type, or read another one.", in.name),
					[]diag.Related{{Range: in.at, Message: "the input is declared here"}}}, true
			}
		}
	}
	return why{}, false
}

// field finds the column that has a field of that name, which may be written after the column: questions, generation.questions.
func (f *flow) field(name string) (*column, string) {
	for _, c := range f.in {
		if c.Type.Kind != component.Object || !hclsyntax.ValidIdentifier(c.Name) {
			continue
		}
		for _, field := range c.Type.Fields {
			if hclsyntax.ValidIdentifier(field.Name) && (name == field.Name || name == c.Name+"."+field.Name) {
				return c, field.Name
			}
		}
	}
	return nil, ""
}

// makers names the components that make a column of that name.
func makers(column string) string {
	var names []string
	for c := range components.all {
		if slices.Contains(portNames(component.PortsOf(c.Out)), column) {
			names = append(names, c.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(" A column of that name is made by %s, of which there is no step.", either(names))
}

func (f *flow) fitting(want component.Type) (names []string) {
	for _, c := range f.in {
		if c.Type.Fits(want) {
			names = append(names, c.Name)
		}
	}
	return names
}

// gone finds a step before this one that drops or renames the column.
func (f *flow) gone(name string) (why, bool) {
	for _, i := range upstream(f.i)[1:] {
		if i.opaque {
			continue
		}
		for _, c := range i.row {
			if c.origin.output == name && c.origin.by == i && c.Name != name {
				if here := f.carrying(c.origin); here != "" {
					return why{diag.GoneColumn, fmt.Sprintf("column %q is called %q here", name, here),
						fmt.Sprintf("Step %q makes it and calls it %q. Read that.", i.addr(), here),
						[]diag.Related{{Range: c.origin.at, Message: "it is renamed here"}}}, true
				}
			}
		}
		for _, b := range i.branches {
			if c := find(b.from.row, name); c != nil && find(i.row, name) == nil {
				return f.dropped(name, i, c), true
			}
		}
	}
	return why{}, false
}

func (f *flow) dropped(name string, by *instance, c *column) why {
	w := why{diag.GoneColumn, fmt.Sprintf("column %q is no longer there", name),
		fmt.Sprintf("Step %q leaves it out.", by.addr()),
		[]diag.Related{{Range: c.origin.at, Message: "the column is made here"}, {Range: by.block.at, Message: "it is left out here"}}}
	if out := by.block.exit; out != nil && by.block.use != nil {
		w.summary = fmt.Sprintf("column %q stays in the module", name)
		w.detail = fmt.Sprintf("Module %q makes it, and output %q does not list it. Add it to the columns there, or read another one.", by.block.use.name, out.name)
		if r, ok := by.block.use.outputs[name]; ok && out.lists(name) {
			return why{diag.GoneColumn, fmt.Sprintf("column %q is called %q here", name, r.to), fmt.Sprintf("Module %q makes it, and its block calls it %q. Read that.", by.block.use.name, r.to),
				[]diag.Related{{Range: r.at, Message: "it is renamed here"}}}
		}
	}
	for _, a := range by.step.Adds {
		if a.Expr != nil && a.Expr.Column == name {
			switch made := find(f.in, a.Column); {
			case made != nil && f.port != nil && !made.Type.Fits(f.port.Type):
				w.detail = fmt.Sprintf("Step %q makes the column %q of it, which is %s, and %s is wanted. %s", by.addr(), a.Column, made.Type, f.port.Type, inCommon(by, name))
			case made != nil:
				w.detail = fmt.Sprintf("Step %q makes the column %q of it. Read that.", by.addr(), a.Column)
			default:
				w.detail = fmt.Sprintf("Step %q makes the column %q of it.", by.addr(), a.Column)
			}
		}
	}
	if by.step.Decl.Name == "keep_columns" {
		w.detail += " Add it to the columns that are kept there, or read another one."
	}
	return w
}

// inCommon says what to do about a column that a join has put into a list.
func inCommon(by *instance, name string) string {
	var first *column
	for _, b := range by.branches {
		c := find(b.from.row, name)
		if c == nil || first != nil && first.origin != c.origin {
			return "Read another column."
		}
		first = c
	}
	return fmt.Sprintf("All branches have the same %s, so it need not be combined: remove it from columns there.", name)
}

// carrying is the name under which a column is in the incoming row.
func (f *flow) carrying(o *origin) string {
	for _, c := range f.in {
		if c.origin == o {
			return c.Name
		}
	}
	return ""
}

// later finds a step that reads this one, or this one itself, and makes the column.
func (f *flow) later(name string) (why, bool) {
	if f.i.makes(name) {
		return why{diag.MadeLater, fmt.Sprintf("column %q is made by this step itself", name),
			fmt.Sprintf("The row that comes in has %s. Read one of them, or a step that makes it before.%s",
				list(columnNames(f.in)), diag.DidYouMean(name, columnNames(f.in))), nil}, true
	}
	for s := range f.l.steps.all {
		for _, i := range s.instances {
			if i.makes(name) && reaches(f.i, i) {
				return why{diag.MadeLater, fmt.Sprintf("column %q is made later", name),
					fmt.Sprintf("Step %q makes it, and this one comes before it. Read a step after %[1]q, or another column.", i.addr()),
					[]diag.Related{{Range: i.madeAt(name), Message: "the column is made here"}}}, true
			}
		}
	}
	return why{}, false
}

// elsewhere finds a step on another branch that makes the column.
func (f *flow) elsewhere(name string) (why, bool) {
	before := upstream(f.i)
	for s := range f.l.steps.all {
		for _, i := range s.instances {
			if i.makes(name) && !slices.Contains(before, i) {
				return why{diag.OtherBranch, fmt.Sprintf("column %q is made on another branch", name),
					fmt.Sprintf("Step %q makes it, and its rows do not come here. Read %s, or a step after it; branches of the same rows are joined by combine_columns.",
						i.addr(), i.ref()),
					[]diag.Related{{Range: i.madeAt(name), Message: "the column is made here"}}}, true
			}
		}
	}
	return why{}, false
}

// ref is how the pipeline refers to the instance.
func (i *instance) ref() string {
	switch b := i.block; {
	case b.entry != nil:
		return "input." + b.local
	case b.exit != nil && b.use != nil && len(b.l.outs.names) == 1:
		return "module." + b.use.name
	case b.exit != nil && b.use != nil:
		return "module." + b.use.name + "." + b.local
	case i.key == "":
		return "step." + b.local
	}
	return fmt.Sprintf("step.%s[%q]", i.block.local, i.key)
}

// notMade finds a step before this one that could make the column, and with its arguments or its row does not.
func (f *flow) notMade(name string) (why, bool) {
	for _, i := range upstream(f.i)[1:] {
		if i.step == nil {
			continue
		}
		for _, p := range component.PortsOf(i.step.Decl.Out) {
			if p.Name != name {
				continue
			}
			if p.Needs != "" {
				return why{diag.UnknownColumn, fmt.Sprintf("column %q is not made", name),
					fmt.Sprintf("Step %q makes it only of rows that have %s, and its row has none. Give it one, inputs = { %s = \"your_column\" }.", i.addr(), p.Needs, label(p.Needs)),
					[]diag.Related{{Range: i.block.at, Message: "the step is here"}}}, true
			}
			return why{diag.UnknownColumn, fmt.Sprintf("column %q is not made", name),
				fmt.Sprintf("Step %q makes it with other arguments only; here it makes %s.", i.addr(), list(i.madeNames())),
				[]diag.Related{{Range: i.block.at, Message: "the step is here"}}}, true
		}
	}
	return why{}, false
}

// single finds that a list of several is asked for and that the row has a single one.
func (f *flow) single(name string, p component.Port) (why, bool) {
	if p.MinLen < 2 || p.Type.Kind != component.List {
		return why{}, false
	}
	for _, c := range f.in {
		if c.Type.NotNull().Equal(*p.Type.Elem) && diag.Nearest(name, []string{c.Name}) != "" {
			return why{diag.TooFew, fmt.Sprintf("column %q is missing, with several of %q", name, c.Name),
				fmt.Sprintf("It compares %d or more, and the row has a single one in %q. %s", p.MinLen, c.Name, severalOf(c)),
				[]diag.Related{{Range: c.origin.at, Message: "the column is made here"}}}, true
		}
	}
	return why{}, false
}

// makes reports whether the instance makes a column of that name, as far as can be told.
func (i *instance) makes(name string) bool { return slices.Contains(i.madeNames(), name) }

func (i *instance) madeNames() (names []string) {
	if i.step == nil {
		return nil
	}
	if !i.opaque {
		for _, a := range i.step.Adds {
			names = append(names, a.Column)
		}
		return names
	}
	return i.wouldMake()
}

// wouldMake tells the columns of an instance whose row is not known: its outputs, and what its arguments name.
func (i *instance) wouldMake() (names []string) {
	for _, p := range component.PortsOf(i.step.Decl.Out) {
		name := p.Name
		if attr := i.attrs["outputs"]; attr != nil {
			if value, _ := attribute(attr.Expr, p.Name); value != nil {
				if v, diags := value.Value(nil); !diags.HasErrors() && isText(v) {
					name = v.AsString()
				}
			}
		}
		names = append(names, name)
	}
	for _, n := range namesOf(i.step.Params) {
		if n.To != "" {
			names = append(names, n.To)
		}
	}
	return names
}

func (i *instance) madeAt(name string) hcl.Range {
	for _, c := range i.row {
		if c.Name == name && c.origin.by == i {
			return c.origin.at
		}
	}
	return i.block.at
}

func join(sentences ...string) string {
	return strings.Join(slices.DeleteFunc(sentences, func(s string) bool { return s == "" }), " ")
}
