package hclspec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

func (d *decoder) model(field reflect.Value, v cty.Value) {
	if v.Type() == modelType {
		field.Set(reflect.ValueOf(llm.Model{Alias: v.EncapsulatedValue().(*modelBlock).real().full}))
		return
	}
	names := d.a.l.models.names
	more := " Write a model block and name it: model.NAME."
	if v.Type() == cty.String {
		name := strings.TrimPrefix(v.AsString(), "model.")
		if _, ok := d.a.l.models.get(name); ok {
			more = fmt.Sprintf(" Did you mean model.%s, without quotes?", name)
		} else if near := diag.Nearest(name, names); near != "" {
			more = fmt.Sprintf(" Did you mean model.%s, without quotes?", near)
		} else if m := d.a.l.modelCalled(name); m != nil {
			more = fmt.Sprintf(" Did you mean model.%s, which has that name?", m.name)
		}
		for m := range d.a.l.models.all {
			m.used = true // which one was meant is not known
		}
	} else if len(names) > 0 {
		more = fmt.Sprintf(" Name a model block: %s.", either(prefixed("model.", names)))
	}
	d.wrong(v, more)
}

func prefixed(prefix string, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = prefix + n
	}
	return out
}

// modelCalled finds the model block whose API name is name.
func (l *loader) modelCalled(name string) *modelBlock {
	for m := range l.models.all {
		if m.model.Name == name {
			return m
		}
	}
	return nil
}

// names decodes a list of column names, or a map of old names to new.
func (d *decoder) names(field reflect.Value, v cty.Value) {
	t := v.Type()
	isMap := t.IsObjectType() || t.IsMapType()
	if !isMap && !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		more := ""
		if t == cty.String {
			more = fmt.Sprintf(" Write [%s].", short(v.AsString()))
		}
		d.wrong(v, more)
		return
	}
	var names component.Names
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		at := cty.Path{cty.IndexStep{Key: k}}
		if e.Type() != cty.String || e.IsNull() || e.AsString() == "" {
			d.fail(diag.WrongType, fmt.Sprintf("wrong type for %q", d.p.Name), at.NewErrorf("string required"),
				fmt.Sprintf("%s is a list of column names, or a map of each column's name to the new one. This is %s, and a name is asked for.", d.p.Name, describe(e)))
			continue
		}
		if isMap {
			names = append(names, component.Name{From: k.AsString(), To: e.AsString()})
		} else {
			names = append(names, component.Name{From: e.AsString()})
		}
	}
	if isMap {
		order := keyOrder(d.expr)
		slices.SortStableFunc(names, func(a, b component.Name) int { return order.compare(a.From, b.From) })
	}
	if d.p.Required && len(names) == 0 && !d.failed {
		d.fail(diag.Unusable, fmt.Sprintf("%q is empty", d.p.Name), nil, fmt.Sprintf("%s needs a column at least. %s", d.p.Name, d.p.Doc))
	}
	field.Set(reflect.ValueOf(names))
}

// schema decodes a list of columns, or a map of columns to their types, in the order of the text.
func (d *decoder) schema(field reflect.Value, v cty.Value) {
	if t := v.Type(); t.IsTupleType() || t.IsListType() || t.IsSetType() {
		var names []string
		d.plain(reflect.ValueOf(&names).Elem(), v)
		columns := make(component.Schema, len(names))
		for i, name := range names {
			columns[i].Column = name
		}
		field.Set(reflect.ValueOf(columns))
		return
	}
	var types map[string]string
	if d.plain(reflect.ValueOf(&types).Elem(), v); d.failed {
		return
	}
	columns := make(component.Schema, 0, len(types))
	for name, t := range types {
		columns = append(columns, component.Typed{Column: name, Type: t})
	}
	order := keyOrder(d.expr)
	slices.SortFunc(columns, func(a, b component.Typed) int { return order.compare(a.Column, b.Column) })
	field.Set(reflect.ValueOf(columns))
}

// object decodes an object into a struct of settings.
func (d *decoder) object(field reflect.Value, v cty.Value) {
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		d.wrong(v, fmt.Sprintf(" Write %s = { ... }.", d.p.Name))
		return
	}
	params := component.ParamsOf(field.Type())
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		name := k.AsString()
		value, key := attribute(d.expr, name)
		if value == nil {
			value, key = d.expr, d.expr
		}
		i := slices.IndexFunc(params, func(p component.Param) bool { return p.Name == name })
		if i < 0 {
			d.failed = true
			names := paramNames(params)
			more := diag.DidYouMean(name, names)
			if h, ok := generationHints[name]; ok {
				more = " " + h.text
			}
			d.a.l.errorAt(diag.UnknownArgument, key.Range(), fmt.Sprintf("unknown setting %q", name),
				fmt.Sprintf("%s has %s.%s", sentenceStart(d.p.Name), list(names), more))
			continue
		}
		if e.IsNull() {
			continue
		}
		inner := decoder{a: d.a, p: params[i], expr: value}
		inner.decode(field.FieldByIndex(params[i].Index), e)
		d.failed = d.failed || inner.failed
	}
}

// namesOf lists what the Names arguments of a parameter struct say.
func namesOf(params any) (all component.Names) {
	v := reflect.ValueOf(params)
	for _, p := range component.ParamsOf(v.Type()) {
		if p.Type == namesGo {
			all = append(all, v.FieldByIndex(p.Index).Interface().(component.Names)...)
		}
	}
	return all
}
