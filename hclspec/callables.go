package hclspec

import (
	"reflect"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/runtime/component"
)

// functions decodes a map of names to functions of the user's, in the order of the text.
func (d *decoder) functions(field reflect.Value, v cty.Value) {
	var specs map[string]string
	if d.plain(reflect.ValueOf(&specs).Elem(), v); d.failed {
		return
	}
	all := make(component.Functions, 0, len(specs))
	for name, spec := range specs {
		if name == "" {
			d.fail(diag.Unusable, "a function without a name", nil, "The key is the name that calls have for the function. Write one: { gcd = \"./tools.GCD\" }.")
			return
		}
		all = append(all, component.Function{Name: name, Func: spec})
	}
	order := keyOrder(d.expr)
	slices.SortFunc(all, func(a, b component.Function) int { return order.compare(a.Name, b.Name) })
	field.Set(reflect.ValueOf(all))
}

// callables reads the functions of the user's that an instance may call.
func (l *loader) callables(i *instance) (all []*gofunc.Func) {
	for _, p := range i.args.params {
		if p.Type != functionsGo || !i.args.ok(p.Name) {
			continue
		}
		for _, f := range fieldOf(i.step.Params, p).(component.Functions) {
			at := i.args.rangeOf(p.Name + "." + f.Name)
			spec, ok := l.fromRoot(f.Func, at)
			if !ok {
				continue
			}
			read, problems, texts := gofunc.LoadCallable(l.root().dir, l.root().shown, spec)
			for name, text := range texts {
				l.report.Sources[name] = text
			}
			for _, problem := range problems {
				l.badFunction(at, problem.At, problem.Summary, problem.Detail)
			}
			if read != nil {
				all = append(all, read)
			}
		}
	}
	return all
}
