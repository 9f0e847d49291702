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
