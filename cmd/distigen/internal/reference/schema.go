package reference

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
	"github.com/distigen/distigen/runtime/llm"
)

// meta are the arguments that every step takes; source steps read none, and have no from.
var meta = []struct {
	name, doc string
	schema    map[string]any
}{
	{"from", "The step whose rows are read, or a list of steps to join: step.NAME.", map[string]any{}},
	{"for_each", "Parallel instances of the step, one per element.", map[string]any{}},
	{"inputs", "Columns to read, by the component's own names: { its_column = \"your_column\" }.", textMap()},
	{"outputs", "Names of the columns made, by the component's own names: { its_column = \"your_column\" }.", textMap()},
	{"replace", "Columns that the step may overwrite.", map[string]any{"type": "array", "items": map[string]any{"type": "string"}}},
	{"enabled", "Whether the step is there at all.", map[string]any{"type": "boolean"}},
}

func textMap() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
}

// Schema is a JSON schema of the arguments of a step.
func Schema(c component.Component) json.RawMessage {
	properties := map[string]any{}
	required := []string{}
	for _, m := range meta {
		if c.Shape == component.Source && m.name == "from" {
			continue
		}
		s := map[string]any{"description": m.doc}
		for k, v := range m.schema {
			s[k] = v
		}
		properties[m.name] = s
	}
	if c.Shape != component.Source {
		required = append(required, "from")
	}
	for _, p := range component.ParamsOf(c.Params) {
		properties[p.Name] = paramSchema(p)
		if p.Required {
			required = append(required, p.Name)
		}
	}
	return encode(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": c.Name, "description": c.Summary, "type": "object",
		"properties": properties, "required": slices.Sorted(slices.Values(required)), "additionalProperties": false,
	})
}

func paramSchema(p component.Param) map[string]any {
	s := typeSchema(p.Type)
	s["description"] = p.Doc
	if len(p.Enum) > 0 {
		s["enum"] = p.Enum
	}
	if p.Min != nil {
		s["minimum"] = *p.Min
	}
	if p.Max != nil {
		s["maximum"] = *p.Max
	}
	if p.Default != "" {
		s["default"] = value(p)
	}
	return s
}

// value is a default as JSON has it.
func value(p component.Param) any {
	if p.Type.Kind() == reflect.String {
		return p.Default
	}
	if n, err := strconv.ParseFloat(p.Default, 64); err == nil {
		return n
	}
	return json.RawMessage(p.Default)
}

func typeSchema(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[component.Names](), reflect.TypeFor[component.Schema]():
		list := map[string]any{"type": "array", "items": map[string]any{"type": "string"}}
		return map[string]any{"oneOf": []any{list, textMap()}}
	case reflect.TypeFor[component.Functions]():
		return textMap()
	case reflect.TypeFor[component.Formulas]():
		return map[string]any{"type": "object"}
	case reflect.TypeFor[llm.Model](), reflect.TypeFor[form.Columns]():
		return map[string]any{} // a reference: model.NAME, and a type: object({ name = string })
	case reflect.TypeFor[llm.Examples]():
		return map[string]any{"type": []string{"array", "string"}, "items": map[string]any{"type": "object"}}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": typeSchema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.Elem())}
	case reflect.Struct:
		properties := map[string]any{}
		for _, p := range component.ParamsOf(t) {
			properties[p.Name] = paramSchema(p)
		}
		return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	}
	return map[string]any{}
}

func encode(v any) json.RawMessage {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("reference: " + err.Error()) // made of plain values
	}
	return text
}
