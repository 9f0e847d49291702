package hclspec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"github.com/distigen/distigen/runtime/component"
)

// setDefaults fills a parameter struct with the defaults of its tags, those of nested structs included.
func setDefaults(target reflect.Value) {
	for _, p := range component.ParamsOf(target.Type()) {
		field := target.FieldByIndex(p.Index)
		if field.Kind() == reflect.Struct {
			setDefaults(field)
		}
		if p.Default == "" {
			continue
		}
		if err := setDefault(field, p.Default); err != nil {
			panic(fmt.Sprintf("hclspec: the default of %s is wrong: %v", p.Name, err)) // a declaration is wrong
		}
	}
}

func setDefault(field reflect.Value, text string) error {
	if field.Kind() == reflect.String {
		field.SetString(text)
		return nil
	}
	if field.Kind() == reflect.Bool {
		b, err := strconv.ParseBool(text)
		field.SetBool(b)
		return err
	}
	return json.Unmarshal([]byte(text), field.Addr().Interface())
}
