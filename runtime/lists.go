package runtime

import "reflect"

// listFiller makes lists of a row that are nil, and may not be null, empty: [] is what they mean and what is written.
// Rows share their lists, so that it works on a copy of what it changes.
type listFiller struct{ needed bool }

func newListFiller(t reflect.Type) listFiller {
	return listFiller{t != nil && t.Kind() == reflect.Struct && hasList(t, map[reflect.Type]bool{})}
}

// hasList reports whether a value of the type may have a list in it.
func hasList(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Slice:
		return true
	case reflect.Pointer:
		return hasList(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if hasList(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

// fill returns the row, or a copy of it without nil lists.
func (f listFiller) fill(row any) any {
	if !f.needed {
		return row
	}
	if v, changed := filled(reflect.ValueOf(row)); changed {
		return v.Interface()
	}
	return row
}

// filled returns v, or a copy of it that has empty lists in the place of nil ones.
func filled(v reflect.Value) (out reflect.Value, changed bool) {
	set := func(at func(reflect.Value) reflect.Value, value reflect.Value) {
		if !changed {
			changed = true
			out = reflect.New(v.Type()).Elem()
			out.Set(v)
			if v.Kind() == reflect.Slice {
				out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
				reflect.Copy(out, v)
			}
		}
		at(out).Set(value)
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).Kind() == reflect.Slice && v.Field(i).IsNil() && v.Type().Field(i).Tag.Get("null") == "ok" {
				continue
			}
			if inner, ok := filled(v.Field(i)); ok {
				set(func(c reflect.Value) reflect.Value { return c.Field(i) }, inner)
			}
		}
	case reflect.Slice:
		if v.IsNil() {
			return reflect.MakeSlice(v.Type(), 0, 0), true
		}
		if elem := v.Type().Elem(); !hasList(elem, map[reflect.Type]bool{}) {
			return v, false
		}
		for i := range v.Len() {
			if inner, ok := filled(v.Index(i)); ok {
				set(func(c reflect.Value) reflect.Value { return c.Index(i) }, inner)
			}
		}
	case reflect.Pointer:
		if v.IsNil() {
			return v, false
		}
		if inner, ok := filled(v.Elem()); ok {
			p := reflect.New(inner.Type())
			p.Elem().Set(inner)
			return p, true
		}
	}
	if !changed {
		out = v
	}
	return out, changed
}
