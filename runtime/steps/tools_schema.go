package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// schema is the JSON schema of a call. Where plain is true, the arguments are the text of an object, for servers that take no object
// with members of which some may be left out.
func (t tools) schema(plain bool) string {
	kinds := make([]string, len(t))
	for i, tool := range t {
		arguments := `{"type":"string"}`
		if !plain {
			arguments = tool.arguments()
		}
		kinds[i] = object(`"name":{"type":"string","enum":[`+quoted(tool.name)+`]},"arguments":`+arguments, `"name","arguments"`)
	}
	if len(kinds) == 1 {
		return kinds[0]
	}
	return `{"anyOf":[` + strings.Join(kinds, ",") + `]}`
}

func object(properties, required string) string {
	return fmt.Sprintf(`{"type":"object","properties":{%s},"required":[%s],"additionalProperties":false}`, properties, required)
}

func (t tool) arguments() string {
	if t.open {
		return `{"type":"object"}`
	}
	var properties, required []string
	for _, p := range t.params {
		properties = append(properties, quoted(p.name)+":"+p.schema())
		if p.required {
			required = append(required, quoted(p.name))
		}
	}
	return object(strings.Join(properties, ","), strings.Join(required, ","))
}

func (p toolParam) schema() string {
	var parts []string
	if p.kind != "" {
		parts = append(parts, `"type":`+quoted(p.kind))
	}
	if len(p.enum) > 0 {
		text, err := json.Marshal(p.enum)
		if err == nil { // it came out of JSON
			parts = append(parts, `"enum":`+string(text))
		}
	}
	if p.kind == "array" && bytes.HasPrefix(p.items, []byte("{")) {
		parts = append(parts, `"items":`+string(p.items))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// sketch shows the form of a call of a function, for models that are not sent its schema.
func (t tools) sketch(name string) string {
	tool := t.find(name)
	if tool == nil {
		tool = &t[0]
	}
	var arguments []string
	for _, p := range tool.params {
		value := slot(p.kind)
		if p.kind == "array" {
			value = "[" + slot(p.elem) + "]"
		}
		arguments = append(arguments, quoted(p.name)+": "+value)
	}
	if tool.open {
		arguments = []string{`"<parameter>": "<value>"`}
	}
	return fmt.Sprintf(`{"name": %s, "arguments": {%s}}`, quoted(tool.name), strings.Join(arguments, ", "))
}

// slot stands for a value in a sketch.
func slot(kind string) string {
	switch kind {
	case "", "string":
		return `"<text>"`
	case "array":
		return `["<text>"]`
	case "object":
		return `{"<key>": "<value>"}`
	}
	return "<" + kind + ">"
}
