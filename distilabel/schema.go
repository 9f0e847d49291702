package distilabel

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// typeOf writes a JSON schema as a type of the language. The error says what a type cannot say.
func typeOf(schema *yaml.Node) (string, error) { return schemaType(schema, at(schema, "$defs"), 0) }

func schemaType(n, defs *yaml.Node, depth int) (string, error) {
	if depth > 20 {
		return "", fmt.Errorf("the schema refers to itself")
	}
	if ref := str(at(n, "$ref")); ref != "" {
		target := at(defs, strings.TrimPrefix(ref, "#/$defs/"))
		if target == nil {
			return "", fmt.Errorf("the schema refers to %s, which is not there", ref)
		}
		return schemaType(target, defs, depth+1)
	}
	if values := items(at(n, "enum")); len(values) > 0 {
		return enumType(values)
	}
	if either := items(at(n, "anyOf")); len(either) == 2 {
		return nullable(either, defs, depth)
	}
	switch kind := str(at(n, "type")); kind {
	case "string":
		return bounded("string", n, "minLength", "maxLength", "pattern"), nil
	case "integer":
		return bounded("int", n, "minimum", "maximum", ""), nil
	case "number":
		return bounded("float", n, "minimum", "maximum", ""), nil
	case "boolean":
		return "bool", nil
	case "array":
		elem, err := schemaType(at(n, "items"), defs, depth+1)
		if err != nil {
			return "", err
		}
		bounds := bounded("", n, "minItems", "maxItems", "")
		if bounds = strings.Trim(bounds, "()"); bounds != "" {
			return "list(" + elem + ", " + bounds + ")", nil
		}
		return "list(" + elem + ")", nil
	case "object":
		return objectType(n, defs, depth)
	default:
		return "", fmt.Errorf("the schema has a part of the type %q", kind)
	}
}

func enumType(values []*yaml.Node) (string, error) {
	var texts []string
	for _, v := range values {
		if v.ShortTag() != "!!str" {
			return "", fmt.Errorf("the schema has an enum with values that are no texts")
		}
		texts = append(texts, quoted(v.Value))
	}
	return "enum(" + strings.Join(texts, ", ") + ")", nil
}

// nullable is the type of what may be null, which pydantic writes as one of two.
func nullable(either []*yaml.Node, defs *yaml.Node, depth int) (string, error) {
	null := slices.IndexFunc(either, func(n *yaml.Node) bool { return str(at(n, "type")) == "null" })
	if null < 0 {
		return "", fmt.Errorf("the schema has a value of several types")
	}
	inner, err := schemaType(either[1-null], defs, depth+1)
	return "optional(" + inner + ")", err
}

func objectType(n, defs *yaml.Node, depth int) (string, error) {
	var required []string
	for _, r := range items(at(n, "required")) {
		required = append(required, r.Value)
	}
	var fields []string
	for k, v := range entries(at(n, "properties")) {
		t, err := schemaType(v, defs, depth+1)
		if err != nil {
			return "", err
		}
		if !slices.Contains(required, k.Value) && !strings.HasPrefix(t, "optional(") {
			t = "optional(" + t + ")"
		}
		fields = append(fields, key(k.Value)+" = "+t)
	}
	if len(fields) == 0 {
		return "", fmt.Errorf("the schema has an object without properties")
	}
	return "object({\n" + strings.Join(fields, "\n") + "\n})", nil
}

// bounded adds the bounds of a schema to a type.
func bounded(kind string, n *yaml.Node, least, most, pattern string) string {
	var bounds []string
	for _, b := range [][2]string{{"min", least}, {"max", most}, {"pattern", pattern}} {
		if v := at(n, b[1]); v != nil && v.Kind == yaml.ScalarNode {
			bounds = append(bounds, b[0]+" = "+expr(v))
		}
	}
	if len(bounds) == 0 {
		return kind
	}
	return kind + "({ " + strings.Join(bounds, ", ") + " })"
}
