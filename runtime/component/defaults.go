package component

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// SetDefaults fills the parameters that are zero in a parameter struct with the defaults of their tags, those of nested
// structs included.
func SetDefaults(target reflect.Value) {
	for _, p := range ParamsOf(target.Type()) {
		field := target.FieldByIndex(p.Index)
		if field.Kind() == reflect.Struct {
			SetDefaults(field)
		}
		if p.Default != "" && field.IsZero() {
			setDefault(field, p.Default)
		}
	}
}

// IsDefault reports whether a field of a parameter struct has the default of its tag.
func IsDefault(f reflect.StructField, v reflect.Value) bool {
	text := f.Tag.Get("default")
	if text == "" || f.Tag.Get("param") == "" {
		return false
	}
	d := reflect.New(f.Type).Elem()
	setDefault(d, text)
	return reflect.DeepEqual(d.Interface(), v.Interface())
}

func setDefault(field reflect.Value, text string) {
	var err error
	switch field.Kind() {
	case reflect.String:
		field.SetString(text)
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		field.SetBool(b)
	default:
		err = json.Unmarshal([]byte(text), field.Addr().Interface())
	}
	if err != nil {
		panic(fmt.Sprintf("component: the default %q of a %s is wrong: %v", text, field.Type(), err)) // a declaration is wrong
	}
}
