package source

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Object is a record, or an object in one, as a source that is no JSON has it: its values by name. They are nil, bool, int64,
// float64, string, []any and Object, or an error that says what is wrong with the value, such as "is ...".
type Object map[string]any

// Fill fills a row struct with a record, as strictly as Decode does.
func Fill(record Object, row reflect.Value) error { return fill(record, row, "") }

func fill(record Object, row reflect.Value, column string) error {
	for _, f := range fieldsOf(row.Type()) {
		path := strings.TrimPrefix(column+"."+f.name, ".")
		value, ok := record[f.name]
		stop, err := f.without(path, ok, value == nil)
		if err == nil && !stop {
			err = fillValue(value, row.Field(f.index), path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func fillValue(value any, v reflect.Value, column string) error {
	if v.Kind() == reflect.Pointer {
		if value == nil {
			return nil
		}
		p := reflect.New(v.Type().Elem())
		v.Set(p)
		return fillValue(value, p.Elem(), column)
	}
	if err, ok := value.(error); ok {
		return &decodeError{column, err.Error()}
	}
	if text, ok := value.(string); ok && v.Kind() != reflect.String {
		return parse(text, v, column)
	}
	switch v.Kind() {
	case reflect.String:
		if text, ok := value.(string); ok && utf8.ValidString(text) {
			v.SetString(text)
			return nil
		} else if ok {
			return &decodeError{column, "is not UTF-8"}
		}
	case reflect.Bool:
		if b, ok := value.(bool); ok {
			v.SetBool(b)
			return nil
		}
		if i, ok := value.(int64); ok && (i == 0 || i == 1) { // of databases without bools
			v.SetBool(i == 1)
			return nil
		}
	case reflect.Int:
		if i, ok := value.(int64); ok {
			v.SetInt(i)
			return nil
		}
	case reflect.Float64:
		return fillFloat(value, v, column)
	case reflect.Slice:
		if list, ok := value.([]any); ok {
			return fillList(list, v, column)
		}
	case reflect.Struct:
		if object, ok := value.(Object); ok {
			return fill(object, v, column)
		}
	}
	return unfit(column, value, v.Type())
}

func fillFloat(value any, v reflect.Value, column string) error {
	switch n := value.(type) {
	case int64:
		v.SetFloat(float64(n))
		return nil
	case float64:
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return &decodeError{column, fmt.Sprintf("is %v, which is no number that a dataset can hold", n)}
		}
		v.SetFloat(n)
		return nil
	}
	return unfit(column, value, v.Type())
}

func fillList(list []any, v reflect.Value, column string) error {
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, e := range list {
		path := fmt.Sprintf("%s[%d]", column, i)
		if e == nil && v.Type().Elem().Kind() != reflect.Pointer {
			return &decodeError{path, "is null, and it is not optional"}
		}
		if err := fillValue(e, v.Index(i), path); err != nil {
			return err
		}
	}
	return nil
}

// parse reads a value from its text, for sources that have texts alone. Lists and objects are JSON.
func parse(text string, v reflect.Value, column string) error {
	switch v.Kind() {
	case reflect.Bool:
		if b, ok := ParseBool(text); ok {
			v.SetBool(b)
			return nil
		}
	case reflect.Int:
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			v.SetInt(i)
			return nil
		}
	case reflect.Float64:
		if f, ok := ParseFloat(text); ok {
			v.SetFloat(f)
			return nil
		}
	case reflect.Slice, reflect.Struct:
		if !json.Valid([]byte(text)) {
			break
		}
		return decodeValue(json.RawMessage(strings.TrimSpace(text)), v, column)
	}
	return unfit(column, text, v.Type())
}

// ParseBool reads true and false, however they are capitalised.
func ParseBool(text string) (value, ok bool) {
	return strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
}

// ParseFloat reads a decimal number, with a fraction and an exponent if it has them.
func ParseFloat(text string) (value float64, ok bool) {
	if text == "" || strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false // Go's hexadecimal numbers, NaN and others
	}
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil
}

// unfit says of a value that it is not of the type of a field.
func unfit(column string, value any, want reflect.Type) error {
	text := fmt.Sprint(value)
	switch v := value.(type) {
	case string:
		text = strconv.Quote(v)
	case []any:
		text = "a list"
	case Object:
		text = "an object"
	}
	return misfit(column, []byte(text), wanted(want))
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "an int"
	case reflect.Float64:
		return "a float"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	}
	return "a " + t.Kind().String()
}
