package source

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// decodeError says which column of a record does not fit, and why.
type decodeError struct{ column, reason string }

func (e *decodeError) Error() string {
	if e.column == "" {
		return "it " + e.reason
	}
	return fmt.Sprintf("column %q %s", e.column, e.reason)
}

// Decode fills a row struct with one JSON object, stricter than encoding/json: a column that is missing or null must be
// optional, which a pointer is and, for a list, a field with the tag null:"ok". Keys that are no columns are passed over.
func Decode(object []byte, row reflect.Value) error { return decode(object, row, "") }

func decode(raw []byte, row reflect.Value, column string) error {
	if raw[0] != '{' && column == "" {
		return &decodeError{"", "is no JSON object"}
	} else if raw[0] != '{' {
		return misfit(column, raw, "an object")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return &decodeError{column, "is not valid JSON: " + err.Error()}
	}
	for _, f := range fieldsOf(row.Type()) {
		path := strings.TrimPrefix(column+"."+f.name, ".")
		value, ok := members[f.name]
		null := string(value) == "null"
		if stop, err := f.without(path, ok, null); stop || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		if err := decodeValue(value, row.Field(f.index), path); err != nil {
			return err
		}
	}
	return nil
}

// decodeValue sets v to a JSON value that is known to be valid.
func decodeValue(raw json.RawMessage, v reflect.Value, column string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if string(raw) == "null" {
			return nil
		}
		p := reflect.New(v.Type().Elem())
		v.Set(p)
		return decodeValue(raw, p.Elem(), column)
	case reflect.String:
		if raw[0] != '"' {
			return misfit(column, raw, "a string")
		}
	case reflect.Bool:
		if raw[0] != 't' && raw[0] != 'f' {
			return misfit(column, raw, "a bool")
		}
	case reflect.Int:
		i, ok := whole(string(raw))
		if !ok {
			return misfit(column, raw, "an int")
		}
		v.SetInt(i)
		return nil
	case reflect.Float64:
		if raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
			return misfit(column, raw, "a float")
		}
	case reflect.Slice:
		return decodeList(raw, v, column)
	case reflect.Struct:
		return decode(raw, v, column)
	}
	if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
		return misfit(column, raw, "a "+v.Kind().String())
	}
	return nil
}

func decodeList(raw json.RawMessage, v reflect.Value, column string) error {
	var elems []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &elems) != nil {
		return misfit(column, raw, "a list")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(elems), len(elems)))
	for i, e := range elems {
		if err := decodeValue(e, v.Index(i), fmt.Sprintf("%s[%d]", column, i)); err != nil {
			return err
		}
	}
	return nil
}

// whole reads a JSON number that is an int, also if it is written 3.0 or 1e3.
func whole(raw string) (int64, bool) {
	if i, err := strconv.ParseInt(raw, 10, 64); err == nil {
		return i, true
	}
	if !strings.ContainsAny(raw, ".eE") {
		return 0, false
	}
	f, err := strconv.ParseFloat(raw, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53
}

func misfit(column string, raw []byte, want string) error {
	value := []rune(string(raw))
	if len(value) > 40 {
		value = append(value[:39], '…')
	}
	return &decodeError{column, fmt.Sprintf("is %s where %s is wanted", string(value), want)}
}
