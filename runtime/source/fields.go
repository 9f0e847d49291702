package source

import (
	"reflect"
	"strings"
	"sync"
)

// rowField is a column in a row struct, or a field of an object in one.
type rowField struct {
	name     string
	index    int
	optional bool
}

var fieldsByType sync.Map // of reflect.Type to []rowField

func fieldsOf(row reflect.Type) []rowField {
	if known, ok := fieldsByType.Load(row); ok {
		return known.([]rowField)
	}
	fields := make([]rowField, row.NumField())
	for i := range fields {
		f := row.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[i] = rowField{name, i, f.Type.Kind() == reflect.Pointer || f.Tag.Get("null") == "ok"}
	}
	fieldsByType.Store(row, fields)
	return fields
}

// without deals with a value that is missing or null: it stays null where that is allowed.
func (f rowField) without(path string, there, null bool) (stop bool, err error) {
	switch {
	case there && !null:
		return false, nil
	case f.optional:
		return true, nil
	case !there:
		return true, &decodeError{path, "is missing"}
	}
	return true, &decodeError{path, "is null, and it is not optional"}
}
