package codegen

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/runtime/component"
)

// keyed is one element of a struct literal.
type keyed struct {
	key   string
	value jen.Code
}

// structLit prints a struct literal with one field per line; typ may be nil.
func structLit(typ jen.Code, fields []keyed) *jen.Statement {
	s := typed(typ)
	if len(fields) == 0 {
		return s.Values()
	}
	items := make([]jen.Code, len(fields))
	for i, f := range fields {
		items[i] = jen.Id(f.key).Op(":").Add(f.value)
	}
	return s.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, items...)
}

// shortLit is structLit on a single line.
func shortLit(typ jen.Code, fields []keyed) *jen.Statement {
	items := make([]jen.Code, len(fields))
	for i, f := range fields {
		items[i] = jen.Id(f.key).Op(":").Add(f.value)
	}
	return typed(typ).Values(items...)
}

// fittingLit is a literal on one line where that is short, and with one field per line otherwise.
func fittingLit(typ jen.Code, fields []keyed) *jen.Statement {
	size := 0
	if typ != nil {
		size = len(fmt.Sprintf("%#v", typ))
	}
	for _, f := range fields {
		text := fmt.Sprintf("%#v", f.value)
		if strings.Contains(text, "\n") {
			return structLit(typ, fields)
		}
		size += len(f.key) + len(text) + len(": , ")
	}
	if size > 90 {
		return structLit(typ, fields)
	}
	return shortLit(typ, fields)
}

// typed begins a literal with its type, or without where a list has named it.
func typed(typ jen.Code) *jen.Statement {
	if typ == nil {
		return jen.Null()
	}
	return jen.Add(typ)
}

// literal prints a value of a source row, which is not null. elided is true where a list has named the type already.
func (p *program) literal(v any, t component.Type, elided bool) *jen.Statement {
	code := p.bareLiteral(v, t, elided && !t.Optional)
	switch {
	case !t.Optional || isList(t):
		return code
	case t.Kind == component.Object:
		return jen.Op("&").Add(code)
	}
	return jen.New(code)
}

func (p *program) bareLiteral(v any, t component.Type, elided bool) *jen.Statement {
	typ := jen.Add(p.bareType(t))
	if elided {
		typ = jen.Null()
	}
	switch t.Kind {
	case component.Float:
		return jen.Lit(v)
	case component.List, component.Messages:
		elem := t.Element()
		var items []jen.Code
		for _, e := range v.([]any) {
			switch {
			case e == nil:
				items = append(items, jen.Nil())
			case elem.Optional && isList(elem):
				items = append(items, jen.New(p.bareLiteral(e, elem, false)))
			default:
				items = append(items, p.literal(e, elem, true))
			}
		}
		return typ.Values(items...)
	case component.Object:
		return shortLit(typ, p.objectFields(v.(map[string]any), t))
	}
	return jen.Lit(v)
}

func (p *program) objectFields(values map[string]any, t component.Type) (fields []keyed) {
	for _, f := range t.Fields {
		if v := values[f.Name]; v != nil {
			fields = append(fields, keyed{p.objectField(t, f.Name), p.literal(v, f.Type, false)})
		}
	}
	return fields
}

func (p *program) objectField(t component.Type, name string) string {
	o := p.object(t)
	if o == nil {
		return exported(name) // of a message
	}
	n := slices.IndexFunc(o.fields, func(f field) bool { return f.Name == name })
	return o.fields[n].goName
}

// value prints a parameter's value: whatever a parameter struct can hold.
func value(v reflect.Value) *jen.Statement {
	switch v.Kind() {
	case reflect.Pointer:
		return jen.New(value(v.Elem()))
	case reflect.Slice:
		var items []jen.Code
		for i := range v.Len() {
			items = append(items, element(v.Index(i)))
		}
		if v.Len() > 1 && (v.Type().Elem().Kind() == reflect.String || v.Type().Elem().Kind() == reflect.Struct) {
			return goTypeOf(v.Type()).Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, items...)
		}
		return goTypeOf(v.Type()).Values(items...)
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int {
			if a.String() < b.String() {
				return -1
			}
			return 1
		})
		var items []jen.Code
		for _, k := range keys {
			items = append(items, jen.Lit(k.String()).Op(":").Add(element(v.MapIndex(k))))
		}
		return goTypeOf(v.Type()).Values(items...)
	case reflect.Struct:
		return fittingLit(goTypeOf(v.Type()), structFields(v, nil))
	case reflect.String:
		return jen.Lit(v.String())
	case reflect.Interface:
		return value(v.Elem())
	}
	return jen.Lit(v.Interface())
}

// element is a value whose type stands at the list or map already.
func element(v reflect.Value) *jen.Statement {
	if v.Kind() == reflect.Struct {
		return shortLit(nil, structFields(v, nil))
	}
	return value(v)
}

// structFields lists the fields of a struct that are neither zero nor their parameter's default, which the runtime fills
// in. special may print some fields its own way.
func structFields(v reflect.Value, special func(f reflect.StructField, v reflect.Value) (jen.Code, bool)) (fields []keyed) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if special != nil {
			if code, ok := special(f, v.Field(i)); ok {
				if code != nil {
					fields = append(fields, keyed{f.Name, code})
				}
				continue
			}
		}
		if v.Field(i).IsZero() || component.IsDefault(f, v.Field(i)) || f.Tag.Get("typed") == "true" {
			continue
		}
		if v.Field(i).Kind() == reflect.Struct {
			if inner := structFields(v.Field(i), special); len(inner) > 0 {
				fields = append(fields, keyed{f.Name, fittingLit(goTypeOf(f.Type), inner)})
			}
			continue
		}
		fields = append(fields, keyed{f.Name, value(v.Field(i))})
	}
	return fields
}

// goTypeOf prints a type of the runtime.
func goTypeOf(t reflect.Type) *jen.Statement {
	switch {
	case t.Name() != "" && t.PkgPath() != "":
		return jen.Qual(t.PkgPath(), t.Name())
	case t.Kind() == reflect.Slice:
		return jen.Index().Add(goTypeOf(t.Elem()))
	case t.Kind() == reflect.Map:
		return jen.Map(goTypeOf(t.Key())).Add(goTypeOf(t.Elem()))
	case t.Kind() == reflect.Pointer:
		return jen.Op("*").Add(goTypeOf(t.Elem()))
	case t.Kind() == reflect.Interface:
		return jen.Any()
	}
	return jen.Id(t.String())
}
