package form

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"github.com/distigen/distigen/runtime/component"
)

// Limits lists the limits that a type can have.
func (t Type) Limits() []string {
	switch t.Kind {
	case component.Int, component.Float, component.List:
		return []string{"min", "max"}
	case component.String:
		return []string{"min", "max", "pattern"}
	}
	return nil
}

// Limit sets a limit by its name.
func (t *Type) Limit(name, text string) error {
	if !slices.Contains(t.Limits(), name) {
		return fmt.Errorf("%s has no limit %q", t.Kind, name)
	}
	if name == "pattern" {
		t.Pattern = text
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return fmt.Errorf("%s of %s is %q and not a number", name, t.Kind, text)
	}
	if name == "min" {
		t.Min = &f
	} else {
		t.Max = &f
	}
	return nil
}

// Check finds what is wrong with a type in itself: limits that nothing can keep, enums without values, names that occur twice.
func (t Type) Check() error {
	counts := t.Kind == component.List || t.Kind == component.String
	for _, bound := range []*float64{t.Min, t.Max} {
		if bound != nil && t.Kind != component.Float && *bound != math.Trunc(*bound) {
			return fmt.Errorf("a limit of %s is a whole number, and %s is none", t.Kind, decimal(*bound))
		}
		if bound != nil && (counts && *bound < 0 || math.Abs(*bound) > 1<<53) {
			return fmt.Errorf("%s cannot be a limit of %s", decimal(*bound), t.Kind)
		}
	}
	switch {
	case t.Min != nil && t.Max != nil && *t.Min > *t.Max:
		return fmt.Errorf("min is %s and max is %s, so that no %s keeps both", decimal(*t.Min), decimal(*t.Max), t.Kind)
	case t.Enum != nil && len(t.Enum) == 0:
		return fmt.Errorf("enum has no values")
	case t.Kind == component.Object && len(t.Fields) == 0:
		return fmt.Errorf("object has no fields")
	}
	if t.Pattern != "" {
		if _, err := regexp.Compile(t.Pattern); err != nil {
			return fmt.Errorf("the pattern is no regular expression: %w", err)
		}
	}
	for i, e := range t.Enum {
		if e == "" || slices.ContainsFunc(t.Enum[:i], func(o string) bool { return fold(o) == fold(e) }) {
			return fmt.Errorf("enum has the value %q twice, or it is empty", e)
		}
	}
	if t.Elem != nil {
		if err := t.Elem.Check(); err != nil {
			return err
		}
	}
	for i, f := range t.Fields {
		if slices.ContainsFunc(t.Fields[:i], func(o Field) bool { return o.Name == f.Name }) {
			return fmt.Errorf("object has the field %q twice", f.Name)
		}
		if err := f.Type.Check(); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}
