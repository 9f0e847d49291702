package hclspec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// renames is an inputs or outputs argument: the user's name by the component's own.
type renames map[string]rename

type rename struct {
	to      string
	key, at hcl.Range
}

// name is what the user calls a column that the component calls own.
func (r renames) name(own string) string {
	if n, ok := r[own]; ok {
		return n.to
	}
	return own
}

// renames reads inputs, outputs and replace.
func (f *flow) renames() {
	var inputsOK, outputsOK bool
	f.inputs, inputsOK = f.renaming("inputs", component.PortsOf(f.decl.In))
	f.outputs, outputsOK = f.renaming("outputs", append(component.PortsOf(f.decl.Out), replyPorts(f.i.step.Params)...))
	f.lenient = !inputsOK
	f.i.opaque = !inputsOK || !outputsOK
	f.replacing()
}

// replacing reads the argument replace.
func (f *flow) replacing() {
	if attr := f.i.attrs["replace"]; attr != nil {
		v, ok := f.l.eval(attr.Expr, f.l.context(f.i))
		if !ok || !v.IsWhollyKnown() {
			f.i.opaque = true
			return
		}
		if v.IsNull() {
			return
		}
		d := decoder{a: f.i.args, p: component.Param{Name: "replace", Type: reflect.TypeFor[[]string]()}, expr: attr.Expr}
		d.decode(reflect.ValueOf(&f.replace).Elem(), v)
		f.i.opaque = f.i.opaque || d.failed
	}
}

// replyPorts are the columns that a step makes of its reply.
func replyPorts(params any) (ports []component.Port) {
	for _, c := range formOf(params) {
		ports = append(ports, component.Port{Name: c.Name, Type: c.Type.Column()})
	}
	return ports
}

// renaming reads inputs or outputs. nil, false means that it is there and wrong.
func (f *flow) renaming(arg string, ports []component.Port) (r renames, ok bool) {
	attr := f.i.attrs[arg]
	if attr == nil {
		return nil, true
	}
	v, ok := f.l.eval(attr.Expr, f.l.context(f.i))
	if !ok || !v.IsWhollyKnown() {
		return nil, false
	}
	if v.IsNull() {
		return nil, true
	}
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		f.l.errorAt(diag.WrongType, attr.Expr.Range(), fmt.Sprintf("wrong type for %q", arg),
			fmt.Sprintf("%s is a map of the component's own column names to yours, %s = { its_column = \"your_column\" }, and this is %s.", arg, arg, describe(v)))
		return nil, false
	}
	r, ok = renames{}, true
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		own := k.AsString()
		at, key := f.i.args.rangeOf(arg+"."+own), f.i.args.keyRange(arg+"."+own)
		if e.IsNull() || e.Type() != cty.String || e.AsString() == "" {
			ok = false
			f.l.errorAt(diag.WrongType, at, fmt.Sprintf("wrong type in %q", arg), fmt.Sprintf("The name of a column is a string that is not empty, and this is %s.", describe(e)))
			continue
		}
		if !slices.ContainsFunc(ports, func(p component.Port) bool { return p.Name == own }) {
			ok = false
			f.unknownPort(arg, own, e.AsString(), key, ports)
			continue
		}
		r[own] = rename{e.AsString(), key, at}
	}
	return r, ok
}

func (f *flow) unknownPort(arg, own, to string, at hcl.Range, ports []component.Port) {
	what, verb := "input", "reads"
	if arg == "outputs" {
		what, verb = "output", "makes"
	}
	names := portNames(ports)
	detail := fmt.Sprintf("%s %s %s.%s", f.decl.Name, verb, list(names), diag.DidYouMean(own, names))
	switch {
	case len(names) == 0 && f.decl.Derive != nil:
		detail = fmt.Sprintf("%s has no %ss of fixed names: its own arguments say which columns it %s.", f.decl.Name, what, verb)
	case len(names) == 0:
		detail = fmt.Sprintf("%s has no %ss to rename.", f.decl.Name, what)
	case slices.Contains(names, to) && (diag.Nearest(own, names) == "" || f.comesIn(own)):
		detail = fmt.Sprintf("It looks the wrong way round: the component's own name comes first. Write %s = { %s = %q }.", arg, to, own)
	}
	f.l.errorAt(diag.UnknownPort, at, fmt.Sprintf("unknown %s %q", what, own), detail)
}

// comesIn reports whether the step reads a row with that column.
func (f *flow) comesIn(name string) bool {
	return slices.ContainsFunc(f.i.branches, func(b branch) bool { return find(b.from.row, name) != nil })
}

func portNames(ports []component.Port) []string {
	names := make([]string, len(ports))
	for i, p := range ports {
		names[i] = p.Name
	}
	return names
}

// readPorts ties the inputs of the component to columns.
func (f *flow) readPorts() {
	var allowed []string
	if f.decl.Inputs != nil {
		allowed = f.decl.Inputs(f.i.step.Params)
	}
	for _, p := range component.PortsOf(f.decl.In) {
		if allowed != nil && !slices.Contains(allowed, p.Name) {
			continue
		}
		f.readPort(p)
	}
	f.sameLengths()
}

// sameLengths refuses lists that belong together, one element to one, where it is known that they have not as many.
func (f *flow) sameLengths() {
	for _, p := range component.PortsOf(f.decl.In) {
		a, b := find(f.in, f.inputs.name(p.Name)), find(f.in, f.inputs.name(p.Same))
		if p.Same == "" || a == nil || b == nil || a.Len == 0 || b.Len == 0 || a.Len == b.Len {
			continue
		}
		f.i.opaque = true
		at := f.i.args.rangeOf("from")
		if r, ok := f.inputs[p.Name]; ok {
			at = r.at
		}
		f.l.errorAt(diag.Lengths, at, fmt.Sprintf("columns %q and %q are of different lengths", a.Name, b.Name), fmt.Sprintf(
			"%s has %s in every row, and %s has %s. The inputs %s and %s of %s belong together, one element to one. Read lists that do, or correct the one that is too short.",
			a.Name, count(a.Len, "element"), b.Name, count(b.Len, "element"), p.Name, p.Same, f.decl.Name),
			diag.Related{Range: a.origin.at, Message: fmt.Sprintf("%q is made here", a.Name)},
			diag.Related{Range: b.origin.at, Message: fmt.Sprintf("%q is made here", b.Name)})
	}
}

func (f *flow) readPort(p component.Port) {
	renamed, isRenamed := f.inputs[p.Name]
	name, at := f.inputs.name(p.Name), f.i.args.rangeOf("from")
	if isRenamed {
		at = renamed.at
	}
	c := find(f.in, name)
	switch {
	case c == nil && p.Missing && !isRenamed:
		f.reads = append(f.reads, Read{Input: p.Name})
		return
	case c == nil && (f.lenient || f.prompt.broken()):
		f.i.opaque = true // this input may be renamed, or the template may do without it
		return
	case c == nil:
		f.i.opaque = true
		f.absent(name, at, fmt.Sprintf("Step %q (%s) reads it%s.", f.i.addr(), f.decl.Name, as(name, p.Name)), &p)
		return
	}
	f.used = append(f.used, name)
	f.reads = append(f.reads, Read{Input: p.Name, Column: name})
	reader := fmt.Sprintf("the input %s of %s", p.Name, f.decl.Name)
	if code := f.i.block.code; code != nil {
		reader = fmt.Sprintf("the input %s of %s.%s", p.Name, code.Package, code.Name)
	}
	if !f.objectDiffers(c, p) {
		f.fits(c, p.Type, at, reader, p.MinLen, f.i.goField(p.Name)...)
	}
}

func as(name, own string) string {
	if name == own {
		return ""
	}
	return fmt.Sprintf(" as its input %s", own)
}

// fits checks that a column can be read where want is wanted.
func (f *flow) fits(c *column, want component.Type, at hcl.Range, reader string, minLen int, readAt ...diag.Related) bool {
	made := append([]diag.Related{{Range: c.origin.at, Message: "the column is made here"}}, readAt...)
	switch {
	case f.fit(c.Type, want) && (minLen == 0 || c.Len == 0 || c.Len >= minLen):
		return true
	case f.fit(c.Type, want):
		f.l.errorAt(diag.TooFew, at, fmt.Sprintf("too few elements in column %q", c.Name), fmt.Sprintf(
			"%s needs %d or more to compare, and every row has %s. Have several models answer (for_each and combine_columns), or one several times (num_generations with group_generations = true).",
			sentenceStart(reader), minLen, count(c.Len, "element")), made...)
	case minLen > 1 && want.Kind == component.List && c.Type.Fits(*want.Elem):
		f.l.errorAt(diag.TooFew, at, fmt.Sprintf("column %q is not a list", c.Name), fmt.Sprintf(
			"%s needs a list of %d or more to compare, and every row has a single one. %s", sentenceStart(reader), minLen, severalOf(c)), made...)
	case f.fit(c.Type.NotNull(), want):
		f.l.errorAt(diag.MayBeNull, at, fmt.Sprintf("column %q may be null", c.Name), fmt.Sprintf(
			"It is %s, and %s takes no null. %s", c.Type, reader, whyNull(c)), made...)
	case c.Type.Kind == component.List && f.fit(component.ListOf(c.Type.Elem.NotNull()), want):
		f.l.errorAt(diag.MayBeNull, at, fmt.Sprintf("elements of column %q may be null", c.Name), fmt.Sprintf(
			"It is %s, and %s takes no null. %s", c.Type, reader, whyNulls(c)), made...)
	default:
		more := ""
		if c.Type.Kind == component.List && f.fit(*c.Type.Elem, want) {
			more = " A row for each element is made by expand_columns."
		} else if other := f.ofType(want, c.Name); other != "" {
			more = fmt.Sprintf(" Column %q has that type.", other)
		} else if input, ok := strings.CutPrefix(reader, "the input "); ok {
			input, _, _ = strings.Cut(input, " ")
			more = fmt.Sprintf(" Name a column of that type with inputs = { %s = \"your_column\" }, or give this one another name.", label(input))
		}
		f.l.errorAt(diag.ColumnType, at, fmt.Sprintf("column %q has the wrong type", c.Name), fmt.Sprintf(
			"It is %s, and %s takes %s.%s", c.Type, reader, wanted(want), more), made...)
	}
	f.i.opaque = true
	return false
}

// severalOf says how to get several of a column.
func severalOf(c *column) string {
	way := "Gather those of several branches with combine_columns"
	if c.origin.by.task() == nil {
		return way + "."
	}
	return fmt.Sprintf("%s, or set num_generations and group_generations = true in step %q.", way, c.origin.by.block.local)
}

// wanted names a type that a component asks for.
func wanted(t component.Type) string {
	if t.Kind == component.List && t.Elem.Kind == component.Any {
		return "a list"
	}
	return t.String()
}

// ofType finds the only column of a type.
func (f *flow) ofType(want component.Type, but string) string {
	found := ""
	for _, c := range f.in {
		if c.Name != but && !slices.Contains(f.used, c.Name) && f.fit(c.Type, want) && want.Kind != component.Any && want.Kind != component.List {
			if found != "" {
				return ""
			}
			found = c.Name
		}
	}
	return found
}

// whyNulls says where the nulls in a list come from.
func whyNulls(c *column) string {
	by := c.origin.by
	for _, a := range by.step.Adds {
		for _, b := range by.branches {
			if a.Column != c.Name || a.Expr == nil || a.Expr.Op != component.Gather {
				continue
			}
			if gathered := find(b.from.row, a.Expr.Column); gathered != nil && gathered.Type.Optional {
				return whyNull(gathered)
			}
		}
	}
	if t := by.task(); t != nil && t.OnError == "keep" {
		return whyNull(c)
	}
	return "Leave the nulls out before, or read another column."
}

func whyNull(c *column) string {
	by := c.origin.by
	if t := by.task(); t != nil && t.OnError == "keep" {
		return fmt.Sprintf("Step %q keeps the rows that fail, with nulls (on_error = \"keep\"). Reject them there with on_error = \"reject\", or read another column.", by.addr())
	}
	if by.step != nil && by.step.Decl.Shape == component.Source {
		for _, other := range by.row {
			if other.Type.Optional && alike(c.Name, other.Name) {
				return fmt.Sprintf("Some rows of the source %q have %q instead. Did you mean %q there?", by.addr(), other.Name, c.Name)
			}
		}
		return fmt.Sprintf("In some rows of the source %q it is null or missing. Fill it in there, or read another column.", by.addr())
	}
	return "Read another column, or fill it in before."
}
