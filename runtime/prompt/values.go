package prompt

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"text/template"
)

// funcs are the functions of the language, beside the ones of text/template.
var funcs = template.FuncMap{
	"inc":      func(i int) int { return i + 1 },
	"join":     func(sep string, items any) string { return strings.Join(texts(items), sep) },
	"json":     toJSON,
	"lower":    func(v any) string { return strings.ToLower(fmt.Sprint(v)) },
	"numbered": numbered,
	"trim":     func(v any) string { return strings.TrimSpace(fmt.Sprint(v)) },
	"upper":    func(v any) string { return strings.ToUpper(fmt.Sprint(v)) },
}

// Functions names the functions that a template may call.
func Functions() []string {
	return []string{"and", "eq", "ge", "gt", "inc", "index", "join", "json", "le", "len", "lower", "lt", "ne", "not",
		"numbered", "or", "print", "printf", "println", "slice", "trim", "upper"}
}

func known(name string) bool {
	for _, f := range Functions() {
		if f == name {
			return true
		}
	}
	return false
}

// list is a list column as templates see it: it prints one element to a line.
type list []any

func (l list) String() string {
	var out strings.Builder
	for i, v := range l {
		if i > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "- %v", v)
	}
	return out.String()
}

// object is an object column as templates see it: it prints as JSON.
type object map[string]any

func (o object) String() string { return toJSON(o) }

// plain turns a Go value of a row into what templates work on: null is empty, objects are maps by their column names.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return ""
	case string, int, bool, float64, list, object:
		return v
	case []string:
		l := make(list, len(v))
		for i := range v {
			l[i] = v[i]
		}
		return l
	}
	return reflected(reflect.ValueOf(v))
}

func reflected(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return ""
		}
		return plain(v.Elem().Interface())
	case reflect.Slice, reflect.Array:
		l := make(list, v.Len())
		for i := range l {
			l[i] = plain(v.Index(i).Interface())
		}
		return l
	case reflect.Map:
		o := object{}
		for it := v.MapRange(); it.Next(); {
			o[it.Key().String()] = plain(it.Value().Interface())
		}
		return o
	case reflect.Struct:
		o := object{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" {
				name = f.Name
			}
			if f.IsExported() && name != "-" {
				o[name] = plain(v.Field(i).Interface())
			}
		}
		return o
	}
	return v.Interface()
}

func texts(items any) []string {
	l, ok := plain(items).(list)
	if !ok {
		return []string{fmt.Sprint(items)}
	}
	out := make([]string, len(l))
	for i, v := range l {
		out[i] = fmt.Sprint(v)
	}
	return out
}

func numbered(items any) string {
	out := texts(items)
	for i, s := range out {
		out[i] = fmt.Sprintf("%d. %s", i+1, s)
	}
	return strings.Join(out, "\n")
}

func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
