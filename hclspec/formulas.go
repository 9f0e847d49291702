package hclspec

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/rowexpr"
	"github.com/distigen/distigen/runtime/component"
)

func isFormula(p component.Param) bool { return p.Type == formulaGo || p.Type == formulasGo }

// formula notes what the pipeline says of an argument that is an expression over the row. It is compiled when the columns are known.
func (a *arguments) formula(field reflect.Value, p component.Param, expr hclsyntax.Expression) {
	if a.l.bad[expr.Range()] {
		a.failed[p.Name] = true
		return
	}
	if p.Type == formulaGo {
		field.SetString(a.l.oneLine(expr))
		return
	}
	object, ok := expr.(*hclsyntax.ObjectConsExpr)
	if !ok || len(object.Items) == 0 {
		a.failed[p.Name] = true
		a.l.errorAt(diag.WrongType, expr.Range(), fmt.Sprintf("wrong type for %q", p.Name), fmt.Sprintf(
			"%s is an object that names each new column and has an expression for it: %s = { words = length(words(row.text)) }.", p.Name, p.Name))
		return
	}
	var all component.Formulas
	for _, item := range object.Items {
		key, diags := item.KeyExpr.Value(nil)
		if diags.HasErrors() || key.IsNull() || key.Type() != cty.String {
			a.failed[p.Name] = true
			a.l.errorAt(diag.WrongType, item.KeyExpr.Range(), "name of a column", "The names of the new columns are written out: a word, or a text in quotes.")
			continue
		}
		all = append(all, component.NamedFormula{Column: key.AsString(), Text: component.Formula(a.l.oneLine(item.ValueExpr))})
	}
	field.Set(reflect.ValueOf(all))
}

// oneLine is what the pipeline says, without its line breaks.
func (l *loader) oneLine(expr hclsyntax.Expression) string {
	return strings.Join(strings.Fields(l.sourceOf(expr.Range())), " ")
}

// sourceOf is what the pipeline says in a range.
func (l *loader) sourceOf(at hcl.Range) string {
	if text := l.report.Sources[at.Filename]; at.Start.Byte <= at.End.Byte && at.End.Byte <= len(text) {
		return string(text[at.Start.Byte:at.End.Byte])
	}
	return ""
}

// formulas compiles the arguments that are expressions over the row.
func (f *flow) formulas() {
	for _, p := range f.i.args.params {
		attr := f.i.attrs[p.Name]
		switch {
		case !isFormula(p):
		case attr == nil || !f.i.args.ok(p.Name):
			f.i.opaque = true
		case p.Type == formulaGo:
			f.where(p, attr.Expr)
		default:
			for _, item := range attr.Expr.(*hclsyntax.ObjectConsExpr).Items {
				f.derived(p, item)
			}
		}
	}
}

// where compiles the condition of a filter.
func (f *flow) where(p component.Param, expr hclsyntax.Expression) {
	n := f.compile(expr)
	switch {
	case n == nil:
	case n.Type.Kind == component.Bool && !n.Type.Optional:
		f.i.step.Where = n
	case n.Type.Kind == component.Bool:
		f.wrongFormula(diag.MayBeNull, expr, p.Name+" may be null", "It is true or false for each row. Say what stands for null: coalesce(..., false).")
	default:
		way := "Compare it with something."
		if text, ok := quotedFormula(expr); ok {
			way = fmt.Sprintf("Leave out the quotes, and write %s.", text)
		}
		f.wrongFormula(diag.BadRowExpr, expr, "bool wanted", fmt.Sprintf("%s is true or false for each row, and this is %s. %s", p.Name, n.Type, way))
	}
}

// quotedFormula finds that an expression over the row stands in quotes, as other tools want it.
func quotedFormula(expr hclsyntax.Expression) (string, bool) {
	v, diags := expr.Value(nil)
	if diags.HasErrors() || !isText(v) {
		return "", false
	}
	inner, diags := hclsyntax.ParseExpression([]byte(v.AsString()), "", hcl.InitialPos)
	if diags.HasErrors() {
		return "", false
	}
	for _, t := range inner.Variables() {
		if t.RootName() == "row" {
			return v.AsString(), true
		}
	}
	return "", false
}

// derived compiles the expression of a new column.
func (f *flow) derived(p component.Param, item hclsyntax.ObjectConsItem) {
	key, _ := item.KeyExpr.Value(nil) // checked when it was decoded
	n := f.compile(item.ValueExpr)
	if n == nil {
		return
	}
	n, ok := rowexpr.Settled(n)
	if !ok {
		f.wrongFormula(diag.BadRowExpr, item.ValueExpr, "null without a type", "A column has a type, and null alone has none. Write a conditional of which one side is a value.")
		return
	}
	f.add(component.Column{Name: key.AsString(), Type: n.Type}, Add{Formula: n}, p.Name+"."+key.AsString())
	f.adds[len(f.adds)-1].column.origin.at = item.KeyExpr.Range()
}

func (f *flow) wrongFormula(code diag.Code, expr hclsyntax.Expression, summary, detail string) {
	f.i.opaque = true
	f.l.errorAt(code, expr.Range(), summary, detail)
}

func (f *flow) compile(expr hclsyntax.Expression) *rowexpr.Node {
	n := rowexpr.Compile(expr, rowexpr.Env{
		Columns:  plainColumns(f.in),
		Constant: f.constant,
		Missing: func(name string, at hcl.Range) {
			f.absent(name, at, fmt.Sprintf("Step %q reads it.", f.i.addr()), nil)
		},
		Read: func(name string) { f.used = append(f.used, name) },
		Report: func(code diag.Code, at hcl.Range, summary, detail string) {
			f.l.errorAt(code, at, summary, detail)
		},
		Source: f.l.sourceOf,
	})
	if n == nil {
		f.i.opaque = true
	}
	return n
}

// constant evaluates a part of an expression that does not depend on the row.
func (f *flow) constant(expr hclsyntax.Expression) (any, component.Type, bool) {
	v, ok := f.l.eval(expr, f.l.context(f.i))
	if !ok || !v.IsWhollyKnown() {
		return nil, component.Type{}, false
	}
	if v.IsNull() {
		return nil, component.Type{}, true
	}
	seen := &seenType{}
	if v.Type() == modelType || v.Type() == stepType {
		f.l.errorAt(diag.BadRowExpr, expr.Range(), "no value", fmt.Sprintf("This is %s, of which a row can hold nothing.", describe(v)))
		return nil, component.Type{}, false
	}
	if _, err := seen.add(v, 1, "value"); err != nil {
		f.l.errorAt(diag.BadRowExpr, expr.Range(), "value of several types", "A list has elements of one type. Of values of different types make an object: { a = ..., b = ... }.")
		return nil, component.Type{}, false
	}
	t := seen.typ()
	return goValue(v, t), t, true
}
