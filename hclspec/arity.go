package hclspec

import (
	"fmt"
	"path/filepath"
	"reflect"

	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// evalInstance evaluates the arguments of an instance and finds what it reads.
func (l *loader) evalInstance(i *instance) {
	decl := i.block.decl
	if decl == nil {
		i.enabled = true
		l.evalFrom(i)
		i.lost = true
		return
	}
	i.args = &arguments{l: l, attrs: i.attrs, params: component.ParamsOf(decl.Params), meta: metaArguments,
		owner: fmt.Sprintf("step %q (%s)", i.block.name, decl.Name), at: i.block.at, hints: stepHints, inner: i.block.inner, code: i.block.code}
	l.evalEnabled(i)
	params := reflect.New(decl.Params).Elem()
	l.off = !i.enabled
	i.args.decode(params, l.context(i))
	for _, p := range i.args.params {
		if attr := i.attrs[p.Name]; p.Env && attr != nil && i.args.ok(p.Name) {
			l.keyEnv(attr, params.FieldByIndex(p.Index).Addr().Interface().(*string), p.Default)
		}
	}
	l.off = false
	l.relocate(params, i.args)
	i.step = &Step{Name: i.block.name, Key: i.key, Component: decl.Name, Decl: *decl, Params: params.Interface(), When: i.when, Func: i.block.code}
	i.step.Calls = l.callables(i)
	i.step.Code = codeHash(i.step.Functions())
	l.evalFrom(i)
}

// relocate makes the path of a source in a module one from the folder of the pipeline, where the program looks.
func (l *loader) relocate(params reflect.Value, a *arguments) {
	for _, p := range a.params {
		if p.Name != "path" || l.use == nil || !a.ok(p.Name) {
			continue
		}
		field := params.FieldByIndex(p.Index)
		up, err := filepath.Rel(l.root().dir, l.dir)
		if text := field.String(); text != "" && !filepath.IsAbs(text) && err == nil {
			field.SetString(filepath.ToSlash(filepath.Join(up, text)))
		}
	}
}

func (l *loader) evalEnabled(i *instance) {
	i.enabled = true
	attr := i.attrs["enabled"]
	if attr == nil {
		return
	}
	v, ok := l.eval(attr.Expr, l.context(i))
	if !ok || !v.IsKnown() {
		return
	}
	b, err := convertTo(v, cty.Bool)
	if err != nil || b.IsNull() {
		l.errorAt(diag.WrongType, attr.Expr.Range(), "wrong type for \"enabled\"",
			fmt.Sprintf("enabled is true or false, and this is %s. Compare: enabled = env(\"NAME\") != \"\".", describe(v)))
		return
	}
	i.enabled = b.True()
	if i.block.decl.Shape != component.Sink {
		return
	}
	if i.when = l.when(attr.Expr, l.context(i)); i.when != nil {
		i.enabled = true
	}
}

// task returns what the instance has as a task, or nil.
func (i *instance) task() *llm.Task {
	if i.step == nil || !i.step.Decl.Task && !i.step.Decl.Embeds {
		return nil
	}
	t := i.step.Params.(interface{ Settings() llm.Task }).Settings()
	return &t
}

// arity checks how many steps the instance reads, against what its component can do with. It reports whether the rows
// that come in can be told.
func (l *loader) arity(i *instance) bool {
	if i.lost || i.block.lost || i.step == nil {
		return false
	}
	decl := i.step.Decl
	if decl.Shape == component.Source {
		return true
	}
	l.disabled(i)
	for _, b := range i.branches {
		if b.from.sink() {
			l.readsSink(b, fmt.Sprintf("Step %q", i.addr()))
			return false
		}
	}
	switch {
	case decl.Shape == component.Join && len(i.branches) == 1:
		l.oneBranch(i)
		return false
	case decl.Shape != component.Join && len(i.branches) > 1:
		l.severalSteps(i)
		return false
	}
	return decl.Shape != component.Join || l.related(i)
}

// disabled takes the instances that are switched off out of what a step reads. One that reads nothing else cannot run.
func (l *loader) disabled(i *instance) {
	if !i.enabled {
		return
	}
	var on []branch
	for _, b := range i.branches {
		if b.from.enabled {
			on = append(on, b)
		}
	}
	if len(on) == len(i.branches) {
		return
	}
	for _, b := range i.branches {
		wholeStep := len(b.from.block.instances) > 1 && len(on) > 0
		if !b.from.enabled && !wholeStep {
			l.errorAt(diag.ReadsDisabled, b.at, fmt.Sprintf("step %q is switched off", b.from.addr()), fmt.Sprintf(
				"Step %q reads it, and its enabled is false. Give this step the same enabled, or switch on the other.", i.addr()),
				diag.Related{Range: b.from.attrs["enabled"].Expr.Range(), Message: "it is switched off here"})
			return
		}
	}
	i.branches = on
}

func (l *loader) oneBranch(i *instance) {
	b := i.branches[0]
	way := "Give it for_each, or read several steps: from = [step.A, step.B]."
	if b.from.key != "" && len(b.from.block.instances) == 1 {
		way = "Give its for_each a second element, or read several steps: from = [step.A, step.B]."
	} else if b.from.key != "" {
		way = fmt.Sprintf("Read all instances: from = step.%s.", b.from.block.local)
	}
	l.errorAt(diag.OneBranch, i.args.rangeOf("from"), "nothing to combine", fmt.Sprintf(
		"%s puts the rows of several branches side by side, and step %q is a single one. %s", i.step.Decl.Name, b.from.addr(), way), diag.Related{Range: b.from.block.at, Message: "the only branch"})
}

func (l *loader) severalSteps(i *instance) {
	var names []string
	for _, b := range i.branches {
		names = append(names, b.from.addr())
	}
	first := i.branches[0].from
	way := fmt.Sprintf("Join them row by row in a step with the component combine_columns, and read that. To treat each on its own, read one instance, such as %s.",
		first.ref())
	if first.key == "" {
		way = "Join them row by row in a step with the component combine_columns, and read that."
	}
	l.errorAt(diag.OneStep, i.args.rangeOf("from"), fmt.Sprintf("%s reads a single step", i.step.Decl.Name),
		fmt.Sprintf("from names %s: %s. %s", count(len(names), "step"), list(names), way))
}

// related checks that the branches of a join descend from the same rows.
func (l *loader) related(i *instance) bool {
	var first *instance
	for _, b := range i.branches {
		switch {
		case b.from.opaque:
			return false
		case first == nil:
			first = b.from
		case b.from.rows != first.rows:
			l.errorAt(diag.Unrelated, b.at, "branches do not have the same rows", fmt.Sprintf(
				"The rows of step %q are %s, those of step %q are %s, so nobody can say which row belongs to which. "+
					"Join branches that come from one step, with nothing in between that makes several rows of one.",
				first.addr(), first.rows, b.from.addr(), b.from.rows),
				diag.Related{Range: first.rows.by.block.at, Message: fmt.Sprintf("the rows of %q are made here", first.addr())},
				diag.Related{Range: b.from.rows.by.block.at, Message: fmt.Sprintf("the rows of %q are made here", b.from.addr())})
			return false
		}
	}
	return true
}

// rowSet is the identity of rows: steps whose rows have the same one can be joined row by row.
type rowSet struct {
	by  *instance
	how string
}

func (r *rowSet) String() string { return r.how }

// newRows says whether the instance makes rows of its own, and how.
func (i *instance) newRows() *rowSet {
	switch i.step.Decl.Shape {
	case component.Source:
		return &rowSet{i, fmt.Sprintf("made by the source %q", i.addr())}
	case component.FlatMap:
		return &rowSet{i, fmt.Sprintf("made by %q, several of each row", i.addr())}
	case component.Filter:
		return &rowSet{i, fmt.Sprintf("those that %q lets through", i.addr())}
	case component.Global:
		return &rowSet{i, fmt.Sprintf("made by %q of all rows together", i.addr())}
	}
	if d := i.step.Decl; d.Flattens != nil && d.Flattens(i.step.Params) {
		return &rowSet{i, fmt.Sprintf("made by %q, several of each row", i.addr())}
	}
	if t := i.task(); t != nil && t.NumGenerations > 1 && !t.GroupGenerations {
		return &rowSet{i, fmt.Sprintf("made by %q, one of each of its %d replies", i.addr(), t.NumGenerations)}
	}
	return nil
}
