package hclspec

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// checkStepRef checks step.NAME, step.NAME["key"] and step.NAME[0].
func (l *loader) checkStepRef(t hcl.Traversal, s scope) bool {
	if !s.step {
		way := "To use a column, name it in inputs or in the prompt."
		if s.row {
			way = "A column of the row that comes in is row.NAME."
		}
		l.errorAt(diag.BadReference, t.SourceRange(), "reference to a step", fmt.Sprintf(
			"Steps are named in the argument from, which reads their rows, and this is %s. %s", s.where, way))
		return false
	}
	name, ok := attrName(t, 1)
	if !ok {
		l.errorAt(diag.BadReference, t.SourceRange(), "incomplete reference", "Name a step: step.NAME.")
		return false
	}
	block, ok := l.steps.get(name)
	if !ok {
		l.unknownName(diag.UnknownStep, "step", "step", name, part(t, 1), l.steps.names)
		return false
	}
	if len(t) == 2 || block.lost {
		return true
	}
	if block.attrs["for_each"] == nil {
		if _, index := t[2].(hcl.TraverseIndex); index {
			l.errorAt(diag.UnknownInstance, from(t, 2), "step without instances",
				fmt.Sprintf("Step %q has no for_each, so it is a single one. Write step.%[1]s.", name))
		} else {
			l.errorAt(diag.BadReference, from(t, 2), "reference into a step", fmt.Sprintf("Columns are not referred to. Write from = step.%s, "+
				"and name columns where they are read, as in inputs = { its_column = \"your_column\" }.", name))
		}
		return false
	}
	return l.checkKey(t, block)
}

func (l *loader) checkKey(t hcl.Traversal, block *stepBlock) bool {
	var keys []string
	for _, i := range block.instances {
		keys = append(keys, i.key)
	}
	key, ok := attrName(t, 2)
	if !ok {
		if index, is := t[2].(hcl.TraverseIndex); is && index.Key.Type() == cty.Number {
			n, acc := index.Key.AsBigFloat().Int64()
			ok = acc == 0 && n >= 0 && n < int64(len(keys))
			key = index.Key.AsBigFloat().Text('f', -1)
			if slices.Contains(keys, key) && (!ok || keys[n] != key) {
				l.numberOrKey(t, block, key, n)
				return false
			}
		} else {
			return true // a splat, or an index that is not written out
		}
	} else {
		ok = slices.Contains(keys, key)
	}
	switch {
	case !ok:
		l.noInstance(block, key, part(t, 2))
	case len(t) > 3:
		l.errorAt(diag.BadReference, from(t, 3), "reference into a step", "Columns are not referred to. Name the step alone, "+
			"and name columns where they are read, as in inputs = { its_column = \"your_column\" }.")
		return false
	}
	return ok
}

// numberOrKey refuses a number that is the key of one instance and the place of another.
func (l *loader) numberOrKey(t hcl.Traversal, block *stepBlock, key string, n int64) {
	detail := fmt.Sprintf("There is an instance with the key %q. Write step.%s[%[1]q], with quotes.", key, block.local)
	if n >= 0 && n < int64(len(block.instances)) {
		detail = fmt.Sprintf("The instance at place %s is step.%s[%q], and the one with the key %q is step.%[2]s[%[4]q]. Write the one that is meant, with quotes.",
			key, block.local, block.instances[n].key, key)
	}
	l.errorAt(diag.UnknownInstance, part(t, 2), "number or key of an instance", detail)
}

// noInstance reports an instance that a step does not have.
func (l *loader) noInstance(block *stepBlock, key string, at hcl.Range) {
	var keys []string
	for _, i := range block.instances {
		keys = append(keys, i.key)
	}
	refs := instanceRefs(block)
	if len(refs) > 12 {
		refs = append(refs[:12:12], fmt.Sprintf("%d more", len(refs)-12))
	}
	l.errorAt(diag.UnknownInstance, at, fmt.Sprintf("step %q has no instance %q", block.name, key),
		fmt.Sprintf("Its for_each makes %s.%s", list(refs), diag.DidYouMean(key, keys)))
}

func instanceRefs(s *stepBlock) (refs []string) {
	for _, i := range s.instances {
		refs = append(refs, fmt.Sprintf("step.%s[%q]", s.local, i.key))
	}
	return refs
}

// evalFrom finds what an instance reads.
func (l *loader) evalFrom(i *instance) {
	attr := i.attrs["from"]
	source := i.block.decl != nil && i.block.decl.Shape == component.Source
	switch {
	case attr == nil:
		if !source && i.block.decl != nil && i.args.ok("from") {
			l.noFrom(i)
		}
		i.lost = !source
		return
	case source:
		l.errorAt(diag.SourceReads, attr.NameRange, "source with from", fmt.Sprintf("%s is a source: it makes rows and reads no step. "+
			"Remove from, or use a component that reads rows.", i.block.decl.Name))
		return
	}
	v, ok := l.eval(attr.Expr, l.context(i))
	if !ok {
		i.lost = true
		return
	}
	i.branches, ok = l.branches(attr.Expr, v)
	i.lost = !ok
	for _, b := range i.branches {
		if !slices.Contains(i.block.reads, b.from.block) {
			i.block.reads = append(i.block.reads, b.from.block)
		}
	}
}

func (l *loader) noFrom(i *instance) {
	candidate := l.candidate(i.block)
	if d := i.block.decl; candidate == "" && d.Task && !d.UserPrompt && len(component.PortsOf(d.In)) == 0 {
		candidate = " It needs no column, so a step \"rows\" with rows = [for n in range(100) : { n = n }] will do, which makes 100 of what it writes."
	}
	l.errorAt(diag.NoFrom, i.block.at, fmt.Sprintf("step %q reads no step", i.block.name), fmt.Sprintf(
		"%s is no source, so it needs the rows of another step. Add from = step.NAME.%s", i.block.decl.Name, candidate))
}

// candidate offers rows to read: those of the last step before a block that has some.
func (l *loader) candidate(before *stepBlock) string {
	found := ""
	for in := range l.inputs.all {
		found = fmt.Sprintf(" For instance: from = input.%s.", in.name)
	}
	for s := range l.steps.all {
		if s == before {
			break
		}
		if s.decl == nil || s.decl.Shape != component.Sink {
			found = fmt.Sprintf(" For instance: from = step.%s.", s.local)
		}
	}
	return found
}

// branches takes apart the value of from: a step, the instances of one, or a list of these.
func (l *loader) branches(expr hclsyntax.Expression, v cty.Value) ([]branch, bool) {
	t := v.Type()
	switch {
	case v.IsNull():
		l.errorAt(diag.NotAStep, expr.Range(), "from is null", "Name the step whose rows are read: from = step.NAME.")
		return nil, false
	case !v.IsKnown():
		return nil, false
	case t == stepType:
		return []branch{{v.EncapsulatedValue().(*instance), expr.Range()}}, true
	case t.IsObjectType() || t.IsMapType() || t.IsTupleType() || t.IsListType() || t.IsSetType():
		return l.branchList(expr, v)
	}
	more := ""
	if t == cty.String {
		name := strings.TrimPrefix(v.AsString(), "step.")
		if _, ok := l.steps.get(name); !ok {
			name = diag.Nearest(name, l.steps.names)
		}
		if name != "" {
			more = fmt.Sprintf(" Did you mean step.%s, without quotes?", name)
		}
	}
	l.errorAt(diag.NotAStep, expr.Range(), "not a step", fmt.Sprintf("from names a step, step.NAME, or a list of steps, and this is %s.%s", describe(v), more))
	return nil, false
}

func (l *loader) branchList(expr hclsyntax.Expression, v cty.Value) (found []branch, ok bool) {
	ok = true
	_, written := unwrap(expr).(*hclsyntax.TupleConsExpr)
	if v.LengthInt() == 0 {
		l.errorAt(diag.NotAStep, expr.Range(), "from is empty", "Name the step whose rows are read: from = step.NAME.")
		return nil, false
	}
	n := 0
	for it := v.ElementIterator(); it.Next(); n++ {
		_, e := it.Element()
		part := element(expr, n)
		if part == nil {
			part = expr
		}
		inner, innerOK := l.branches(part, e)
		ok = ok && innerOK
		for _, b := range inner {
			twice := slices.ContainsFunc(found, func(o branch) bool { return o.from == b.from })
			if twice && written {
				l.errorAt(diag.OneBranch, b.at, fmt.Sprintf("step %q is read twice", b.from.addr()),
					"A join of a step with itself has nothing to combine. Remove one of the two. For several answers of one model, set num_generations.")
				ok = false
			}
			if !twice { // step.NAME has every instance under its key and under its number
				found = append(found, b)
			}
		}
	}
	if !written {
		slices.SortStableFunc(found, func(a, b branch) int {
			if a.from.block != b.from.block {
				return 0
			}
			return slices.Index(a.from.block.instances, a.from) - slices.Index(a.from.block.instances, b.from)
		})
	}
	return found, ok
}
