package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// setParam sets a parameter of the component that ptr points to, from text. A parameter in another is named
// generation.temperature. Nothing is set when there is an error.
func setParam(ptr any, name, text string) error {
	return setIn(reflect.ValueOf(ptr).Elem(), name, text)
}

func setIn(comp reflect.Value, name, text string) error {
	outer, inner, dotted := strings.Cut(name, ".")
	for _, p := range component.ParamsOf(comp.Type()) {
		field := comp.FieldByIndex(p.Index)
		switch {
		case dotted && p.Name == outer && isGroup(p.Type):
			return setIn(field, inner, text)
		case p.Name != name:
			continue
		case isGroup(p.Type):
			return setGroup(field, name, text)
		}
		value := reflect.New(p.Type).Elem()
		if !parseParam(value, text) {
			return wanted(p)
		}
		if err := checkParam(p, value); err != nil {
			return err
		}
		field.Set(value)
		return nil
	}
	return fmt.Errorf("there is no parameter %s%s", name, didYouMean(name, paramNames(comp.Type(), "")))
}

// isGroup reports whether a parameter holds others, as generation does. A model is no such group: it is named.
func isGroup(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[llm.Model]()
}

// setGroup sets the parameters of a group that the JSON object names, and leaves the others as they are.
func setGroup(group reflect.Value, name, text string) error {
	var members map[string]json.RawMessage
	if !decodeAll(text, &members) {
		return fmt.Errorf("a JSON object is wanted, such as {\"temperature\": 0.2}, or %s.PARAMETER=VALUE", name)
	}
	changed := reflect.New(group.Type()).Elem()
	changed.Set(group)
	var errs []error
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if err := setIn(changed, member, plain(members[member])); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", member, err))
		}
	}
	if len(errs) == 0 {
		group.Set(changed)
	}
	return errors.Join(errs...)
}

func paramNames(t reflect.Type, prefix string) (names []string) {
	for _, p := range component.ParamsOf(t) {
		names = append(names, prefix+p.Name)
		if isGroup(p.Type) {
			names = append(names, paramNames(p.Type, prefix+p.Name+".")...)
		}
	}
	return names
}

// checkParams finds the parameters of the component that ptr points to whose values are not allowed. What is zero counts
// as not set.
func checkParams(ptr any) (wrong []error) {
	comp := reflect.ValueOf(ptr).Elem()
	for _, p := range component.ParamsOf(comp.Type()) {
		field := comp.FieldByIndex(p.Index)
		switch {
		case isGroup(p.Type):
			wrong = append(wrong, checkParams(field.Addr().Interface())...)
		case !field.IsZero():
			if err := checkParam(p, field); err == errNoEnvName {
				wrong = append(wrong, fmt.Errorf("%s: %w", p.Name, err))
			} else if err != nil {
				wrong = append(wrong, fmt.Errorf("%s is %v: %w", p.Name, reflect.Indirect(field), err))
			}
		}
	}
	return wrong
}
