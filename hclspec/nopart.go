package hclspec

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// lookup is the search for a part of a value that failed: local.m.topc, or model[each.key].
type lookup struct {
	in   cty.Value // what was searched
	of   hcl.Traversal
	what string // the same as it is written
	key  string
	at   hcl.Range
	ctx  *hcl.EvalContext
}

const anObject = "the value" // that is not written in a few words

// noPart reports a part that is not there, with the nearest one. HCL says what it could not find only.
func (l *loader) noPart(d *hcl.Diagnostic) bool {
	if index, ok := d.Expression.(*hclsyntax.IndexExpr); ok && d.EvalContext != nil {
		if v, diags := index.Key.Value(d.EvalContext); !diags.HasErrors() && v.Type() == modelType && v.IsKnown() && !v.IsNull() {
			l.errorAt(diag.BadReference, index.Key.Range(), "model as a key", fmt.Sprintf(
				"An instance is named by its key, which is a text. Write %s[%q].", l.written(index.Collection.Range()), v.EncapsulatedValue().(*modelBlock).name))
			return true
		}
	}
	f, ok := l.lookupOf(d)
	if !ok || f.in.IsNull() || !f.in.IsKnown() {
		return false
	}
	if t := f.in.Type(); t.IsTupleType() || t.IsListType() {
		return l.noElement(f)
	} else if !t.IsObjectType() && !t.IsMapType() {
		return false
	}
	if len(f.of) == 1 && l.noRoot(f) {
		return true
	}
	if name, _ := attrName(f.of, 1); len(f.of) == 2 && f.of.RootName() == "step" {
		if block, ok := l.steps.get(name); ok {
			l.noInstance(block, f.key, f.at)
			return true
		}
	}
	var names []string
	for it := f.in.ElementIterator(); it.Next(); {
		k, _ := it.Element()
		names = append(names, k.AsString())
	}
	slices.Sort(names)
	has := "is empty"
	if len(names) > 12 {
		has = fmt.Sprintf("has %d others", len(names))
	} else if len(names) > 0 {
		has = "has " + list(names)
	}
	l.errorAt(diag.BadExpression, f.at, fmt.Sprintf("no attribute %q", f.key), fmt.Sprintf("%s %s.%s", f.where(), has, diag.DidYouMean(f.key, names)))
	return true
}

func (l *loader) noElement(f lookup) bool {
	n, err := strconv.Atoi(f.key)
	if err != nil {
		return false
	}
	l.errorAt(diag.BadExpression, f.at, fmt.Sprintf("no element %d", n), fmt.Sprintf("%s has %s, counted from 0.", f.where(), count(f.in.LengthInt(), "element")))
	return true
}

// where says what was searched, at the start of a sentence.
func (f lookup) where() string {
	where := f.instance() + f.what
	if where == anObject {
		return sentenceStart(where)
	}
	return where
}

// noRoot reports a name that there is not, which was computed.
func (l *loader) noRoot(f lookup) bool {
	switch f.of.RootName() {
	case "var":
		l.unknownName(diag.UnknownVariable, "var", "variable", f.key, f.at, l.variables.names)
	case "model":
		l.unknownName(diag.UnknownModel, "model", "model", f.key, f.at, l.models.names)
	case "step":
		l.unknownName(diag.UnknownStep, "step", "step", f.key, f.at, l.steps.names)
	case "local":
		if x, ok := l.locals.get(f.key); ok { // it is there, and has no value before this one has
			cycle := append(slices.Clone(l.path), x.name)
			if from := slices.Index(l.path, x.name); from >= 0 {
				cycle = cycle[from:]
			} else {
				cycle = append(cycle, l.path[0]) // for which it waits
			}
			l.localCycle(x, cycle)
			return true
		}
		l.unknownName(diag.UnknownLocal, "local", "local", f.key, f.at, l.locals.names)
	default:
		return false
	}
	return true
}

// instance says of which instance of a step the values are.
func (f lookup) instance() string {
	for ctx := f.ctx; ctx != nil; ctx = ctx.Parent() {
		if each, ok := ctx.Variables["each"]; ok {
			if key := each.GetAttr("key"); isText(key) {
				return fmt.Sprintf("In the instance %q, ", key.AsString())
			}
		}
	}
	return ""
}

func (l *loader) lookupOf(d *hcl.Diagnostic) (f lookup, ok bool) {
	f.ctx = d.EvalContext
	if f.ctx == nil {
		return f, false
	}
	switch e := d.Expression.(type) {
	case *hclsyntax.IndexExpr:
		f.in, _ = e.Collection.Value(f.ctx)
		key, _ := e.Key.Value(f.ctx)
		if root, ok := e.Collection.(*hclsyntax.ScopeTraversalExpr); ok {
			f.of = root.Traversal
		}
		f.what, f.at = l.written(e.Collection.Range()), e.Key.Range()
		f.key, ok = keyText(key)
		return f, ok
	case *hclsyntax.ScopeTraversalExpr:
		return l.lookupIn(f, e.Traversal, 1, func(n int) (cty.Value, hcl.Diagnostics) { return e.Traversal[:n].TraverseAbs(f.ctx) })
	case *hclsyntax.RelativeTraversalExpr:
		source, diags := e.Source.Value(f.ctx)
		if diags.HasErrors() {
			return f, false
		}
		return l.lookupIn(f, e.Traversal, 0, func(n int) (cty.Value, hcl.Diagnostics) { return e.Traversal[:n].TraverseRel(source) })
	}
	return f, false
}

// lookupIn finds the first place of a reference that fails.
func (l *loader) lookupIn(f lookup, t hcl.Traversal, from int, value func(int) (cty.Value, hcl.Diagnostics)) (lookup, bool) {
	for n := from; n < len(t); n++ {
		if _, diags := value(n + 1); !diags.HasErrors() {
			continue
		}
		var diags hcl.Diagnostics
		if f.in, diags = value(n); diags.HasErrors() {
			return f, false
		}
		f.at = part(t, n)
		if _, ok := t[n].(hcl.TraverseAttr); ok && n == 0 { // after the dot
			f.at.Start = after(f.at.Start, ".")
		}
		if from == 1 {
			f.of = t[:n]
			f.what = l.written(hcl.RangeBetween(t[0].SourceRange(), t[n-1].SourceRange()))
		} else {
			f.what = anObject
		}
		if key, ok := attrName(t, n); ok {
			f.key = key
			return f, true
		}
		index, ok := t[n].(hcl.TraverseIndex)
		if !ok {
			return f, false
		}
		f.key, ok = keyText(index.Key)
		return f, ok
	}
	return f, false
}

// written is what stands at a range, if it is short.
func (l *loader) written(at hcl.Range) string {
	if text := l.report.Sources[at.Filename]; at.End.Byte <= len(text) && at.Start.Line == at.End.Line && at.End.Byte-at.Start.Byte <= 40 {
		return string(text[at.Start.Byte:at.End.Byte])
	}
	return anObject
}

func keyText(key cty.Value) (string, bool) {
	if key.IsNull() || !key.IsKnown() || !key.Type().IsPrimitiveType() {
		return "", false
	}
	s, err := convertTo(key, cty.String)
	return textIn(s), err == nil
}
