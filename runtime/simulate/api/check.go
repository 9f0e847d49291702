package api

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Problem is one complaint about a request, in the API's words.
type Problem struct {
	Type  string         `json:"type"`
	Loc   []any          `json:"loc"`
	Msg   string         `json:"msg"`
	Input any            `json:"input"`
	Ctx   map[string]any `json:"ctx,omitempty"`
}

// Check compares a decoded JSON value with the schema of that name. Problems come in the order of the schema, those of
// unknown fields last.
func Check(name string, value any) []Problem {
	var c checker
	c.check(load()[name], value, &loc{key: "body"})
	return c.problems
}

// loc is where in the request a value stands.
type loc struct {
	up  *loc
	key any
}

func (l *loc) path() (path []any) {
	for ; l != nil; l = l.up {
		path = append(path, l.key)
	}
	slices.Reverse(path)
	return path
}

type checker struct{ problems []Problem }

func (c *checker) add(kind string, at *loc, value any, ctx map[string]any, format string, args ...any) {
	c.problems = append(c.problems, Problem{kind, at.path(), fmt.Sprintf(format, args...), value, ctx})
}

func (c *checker) check(s *schema, value any, at *loc) {
	switch {
	case s.tags != nil:
		c.tagged(s, value, at)
		return
	case s.AnyOf != nil:
		c.any(s.AnyOf, value, at)
		return
	case s.OneOf != nil:
		c.any(s.OneOf, value, at)
		return
	}
	for _, all := range s.AllOf {
		c.check(all, value, at)
	}
	if s.Type != nil && !c.typed(s, value, at) {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		c.object(s, v, at)
	case []any:
		if s.MaxItems != nil && len(v) > *s.MaxItems {
			c.add("too_long", at, value, map[string]any{"max_length": *s.MaxItems, "actual_length": len(v)},
				"List should have at most %d items after validation, not %d", *s.MaxItems, len(v))
		}
		if s.Items != nil {
			for i, item := range v {
				c.check(s.Items, item, &loc{at, i})
			}
		}
	case string:
		c.text(s, v, at)
	case float64:
		c.number(s, v, at)
	}
	c.choice(s, value, at)
}

// typeNames are the type's name in a union and in the complaint's type, and what the complaint says.
var typeNames = map[string][3]string{
	"string":  {"str", "string_type", "Input should be a valid string"},
	"integer": {"int", "int_type", "Input should be a valid integer"},
	"number":  {"float", "float_type", "Input should be a valid number"},
	"boolean": {"bool", "bool_type", "Input should be a valid boolean"},
	"array":   {"list", "list_type", "Input should be a valid list"},
	"object":  {"dict", "dict_type", "Input should be a valid dictionary"},
	"null":    {"none", "none_required", "Input should be None"},
}

func (c *checker) typed(s *schema, value any, at *loc) bool {
	for _, t := range s.Type {
		if is(value, t) {
			return true
		}
	}
	kind := typeNames[s.Type[0]]
	switch f, number := value.(float64); {
	case number && s.Type[0] == "integer":
		c.add("int_from_float", at, f, nil, "Input should be a valid integer, got a number with a fractional part")
	case s.Properties != nil:
		c.add("model_attributes_type", at, value, nil, "Input should be a valid dictionary or object to extract fields from")
	default:
		c.add(kind[1], at, value, nil, "%s", kind[2])
	}
	return false
}

func is(value any, t string) bool {
	switch v := value.(type) {
	case nil:
		return t == "null"
	case string:
		return t == "string"
	case bool:
		return t == "boolean"
	case float64:
		return t == "number" || t == "integer" && v == math.Trunc(v)
	case []any:
		return t == "array"
	case map[string]any:
		return t == "object"
	}
	return false
}

func (c *checker) object(s *schema, v map[string]any, at *loc) {
	for _, key := range s.known {
		if value, ok := v[key]; ok {
			c.check(s.Properties[key], value, &loc{at, key})
		}
	}
	for _, key := range s.Required {
		if _, ok := v[key]; !ok {
			c.add("missing", &loc{at, key}, v, nil, "Field required")
		}
	}
	if !s.closed && s.extra == nil && s.PropertyNames == nil || s.closed && len(v) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(v)) {
		if s.Properties[key] != nil {
			continue
		}
		if s.closed {
			c.add("extra_forbidden", &loc{at, key}, v[key], nil, "Extra inputs are not permitted")
		}
		if s.PropertyNames != nil {
			c.check(s.PropertyNames, key, &loc{&loc{at, key}, "[key]"})
		}
		if s.extra != nil {
			c.check(s.extra, v[key], &loc{at, key})
		}
	}
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (c *checker) text(s *schema, v string, at *loc) {
	n := utf8.RuneCountInString(v)
	if s.MinLength != nil && n < *s.MinLength {
		c.add("string_too_short", at, v, map[string]any{"min_length": *s.MinLength}, "String should have at least %d character(s)", *s.MinLength)
	}
	if s.MaxLength != nil && n > *s.MaxLength {
		c.add("string_too_long", at, v, map[string]any{"max_length": *s.MaxLength}, "String should have at most %d characters", *s.MaxLength)
	}
	if s.Format == "uuid" && !uuid.MatchString(v) {
		c.add("uuid_parsing", at, v, nil, "Input should be a valid UUID")
	}
}

func (c *checker) number(s *schema, v float64, at *loc) {
	if s.Minimum != nil && v < *s.Minimum {
		c.add("greater_than_equal", at, v, map[string]any{"ge": *s.Minimum}, "Input should be greater than or equal to %v", *s.Minimum)
	}
	if s.Above != nil && v <= *s.Above {
		c.add("greater_than", at, v, map[string]any{"gt": *s.Above}, "Input should be greater than %v", *s.Above)
	}
	if s.Maximum != nil && v > *s.Maximum {
		c.add("less_than_equal", at, v, map[string]any{"le": *s.Maximum}, "Input should be less than or equal to %v", *s.Maximum)
	}
}

// choice checks enum and const. Those of the API hold strings and nulls only.
func (c *checker) choice(s *schema, value any, at *loc) {
	switch {
	case s.Const != nil && value != s.Const:
		expected := quote(s.Const)
		c.add("literal_error", at, value, map[string]any{"expected": expected}, "Input should be %s", expected)
	case s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e any) bool { return e == value }):
		expected := join(s.Enum, " or ")
		c.add("enum", at, value, map[string]any{"expected": expected}, "Input should be %s", expected)
	}
}

// tagged checks a value whose kind one of its fields tells.
func (c *checker) tagged(s *schema, value any, at *loc) {
	v, ok := value.(map[string]any)
	if !ok {
		c.add("model_attributes_type", at, value, nil, "Input should be a valid dictionary or object to extract fields from")
		return
	}
	property := s.Discriminator.Property
	tag, ok := v[property].(string)
	if !ok {
		c.add("union_tag_not_found", at, value, map[string]any{"discriminator": "'" + property + "'"},
			"Unable to extract tag using discriminator '%s'", property)
		return
	}
	if kind := s.tags[tag]; kind != nil {
		c.check(kind, value, &loc{at, tag})
		return
	}
	var tags []any
	for _, t := range slices.Sorted(maps.Keys(s.tags)) {
		tags = append(tags, t)
	}
	expected := join(tags, ", ")
	c.add("union_tag_invalid", at, value, map[string]any{"discriminator": "'" + property + "'", "tag": tag, "expected_tags": expected},
		"Input tag '%s' found using '%s' does not match any of the expected tags: %s", tag, property, expected)
}

// any takes what one of the kinds takes. Of a value that none takes, it says what each one has against it.
func (c *checker) any(kinds []*schema, value any, at *loc) {
	before := len(c.problems)
	for _, kind := range kinds {
		start := len(c.problems)
		c.check(kind, value, c.branch(kinds, kind, at))
		if len(c.problems) == start {
			c.problems = c.problems[:before]
			return
		}
		if len(kind.Type) == 1 && kind.Type[0] == "null" {
			c.problems = c.problems[:start] // what is optional is not told to be null
		}
	}
}

// branch is the place of a problem with one kind of several.
func (c *checker) branch(kinds []*schema, kind *schema, at *loc) *loc {
	if len(kinds) == 2 && slices.ContainsFunc(kinds, func(k *schema) bool { return len(k.Type) == 1 && k.Type[0] == "null" }) {
		return at
	}
	name := kind.name
	if name == "" && len(kind.Type) > 0 {
		name = typeNames[kind.Type[0]][0]
		if kind.Items != nil && len(kind.Items.Type) > 0 {
			name += "[" + typeNames[kind.Items.Type[0]][0] + "]"
		}
	}
	return &loc{at, name}
}

func join(values []any, last string) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i > 0 && i == len(values)-1:
			b.WriteString(last)
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(quote(v))
	}
	return b.String()
}

func quote(v any) string {
	if s, ok := v.(string); ok {
		return "'" + s + "'"
	}
	if v == nil {
		return "None"
	}
	return strconv.Quote(fmt.Sprint(v))
}
