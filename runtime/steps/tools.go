package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/reply"
)

// tools are the functions that calls may name.
type tools []tool

// tool is one of them. Its parameters are not known where open is true.
type tool struct {
	name   string
	params []toolParam
	open   bool
}

type toolParam struct {
	name     string
	kind     string // of JSON schema; empty: any value
	enum     []json.RawMessage
	items    json.RawMessage // of an array, in JSON schema
	elem     string          // the kind of its elements; empty: any
	required bool
}

// readTools reads definitions of functions: those of chat APIs, {"type": "function", "function": {...}}, what stands in these, or that
// with parameters as a plain object of names.
func readTools(text string) (all tools, err error) {
	var items []json.RawMessage
	if json.Unmarshal([]byte(text), &items) != nil {
		items = []json.RawMessage{json.RawMessage(text)}
	}
	for i, item := range items {
		t, err := readTool(item)
		if err != nil {
			return nil, fmt.Errorf("in definition %d %w", i+1, err)
		}
		if all.find(t.name) != nil {
			return nil, fmt.Errorf("%q is defined twice", t.name)
		}
		all = append(all, t)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no definition in it")
	}
	return all, nil
}

func (t tools) find(name string) *tool {
	if n := slices.IndexFunc(t, func(t tool) bool { return t.name == name }); n >= 0 {
		return &t[n]
	}
	return nil
}

func (t tools) names() (names []string) {
	for _, tool := range t {
		names = append(names, tool.name)
	}
	return names
}

func readTool(item []byte) (t tool, err error) {
	var d struct {
		Function   json.RawMessage
		Name       string
		Parameters json.RawMessage
	}
	if err := json.Unmarshal(item, &d); err != nil {
		return t, errors.New("there is no JSON object")
	}
	if d.Function != nil {
		return readTool(d.Function)
	}
	if t.name = d.Name; t.name == "" {
		return t, errors.New("the name is missing")
	}
	if d.Parameters == nil || string(d.Parameters) == "null" {
		t.open = true
		return t, nil
	}
	var schema struct {
		Properties json.RawMessage
		Required   []string
	}
	properties := d.Parameters
	standard := json.Unmarshal(d.Parameters, &schema) == nil && bytes.HasPrefix(schema.Properties, []byte("{")) && !isParam(schema.Properties)
	if standard {
		properties = schema.Properties
	}
	names, members, err := inOrder(properties)
	if err != nil {
		return t, fmt.Errorf("the parameters of %s are no JSON object", t.name)
	}
	if _, ok := members["type"]; ok && !standard && !isParam(members["type"]) { // {"type": "object"} alone
		return t, nil
	}
	for _, name := range names {
		p := readParam(name, members[name])
		if standard {
			p.required = slices.Contains(schema.Required, name)
		}
		t.params = append(t.params, p)
	}
	return t, nil
}

// isParam reports whether an object describes a single parameter.
func isParam(raw []byte) bool {
	var d struct{ Type any }
	return json.Unmarshal(raw, &d) == nil && d.Type != nil && !isObject(d.Type)
}

func isObject(v any) bool { _, ok := v.(map[string]any); return ok }

// readParam reads what is said of a parameter, in the words of JSON schema or of Python.
func readParam(name string, raw []byte) toolParam {
	var d struct {
		Type    any
		Enum    []json.RawMessage
		Items   json.RawMessage
		Default any
	}
	p := toolParam{name: name, required: true}
	if json.Unmarshal(raw, &d) != nil {
		return p
	}
	p.enum, p.items = d.Enum, d.Items
	said, _ := d.Type.(string)
	said, _, more := strings.Cut(strings.ToLower(said), ",")
	p.required = d.Default == nil && !more // "str, optional"
	word, elem, _ := strings.Cut(strings.TrimSpace(said), "[")
	p.kind = kindsOfJSON[word]
	if p.kind != "array" {
		return p
	}
	var items struct{ Type any }
	if json.Unmarshal(d.Items, &items) == nil {
		elem, _ = items.Type.(string)
	}
	if p.elem = kindsOfJSON[strings.TrimSuffix(strings.TrimSpace(elem), "]")]; p.elem != "" && p.items == nil {
		p.items = json.RawMessage(`{"type":` + quoted(p.elem) + `}`)
	}
	return p
}

var kindsOfJSON = map[string]string{"string": "string", "str": "string", "integer": "integer", "int": "integer", "number": "number", "float": "number",
	"boolean": "boolean", "bool": "boolean", "array": "array", "list": "array", "object": "object", "dict": "object"}

// inOrder splits a JSON object, and tells the order of its members.
func inOrder(raw []byte) (names []string, members map[string]json.RawMessage, err error) {
	if members, err = reply.Object(raw); err != nil {
		return nil, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.Token() // the brace, which reply.Object has seen
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		names = append(names, key.(string))
		var skipped json.RawMessage
		if err := d.Decode(&skipped); err != nil {
			return nil, nil, err
		}
	}
	return names, members, nil
}

// check says why a call cannot be made.
func (t tools) check(c functionCall) error {
	tool := t.find(c.Name)
	if tool == nil {
		return fmt.Errorf("there is no function %q, only %s", c.Name, strings.Join(t.names(), ", "))
	}
	if tool.open {
		return nil
	}
	given, err := reply.Object(c.Arguments)
	if err != nil {
		return err
	}
	for _, p := range tool.params {
		value, ok := given[p.name]
		switch {
		case !ok && p.required:
			return fmt.Errorf("%s needs the argument %q", c.Name, p.name)
		case !ok:
		case !p.takes(value):
			return fmt.Errorf("the argument %q of %s is %s, and %s is asked for", p.name, c.Name, shortened(string(value)), p.wants())
		}
		delete(given, p.name)
	}
	for name := range given {
		return fmt.Errorf("%s has no parameter %q", c.Name, name)
	}
	return nil
}

// takes reports whether a value is of the parameter's type. null stands for an argument that is left out.
func (p toolParam) takes(value []byte) bool {
	if !p.required && string(value) == "null" {
		return true
	}
	if len(p.enum) > 0 {
		return slices.ContainsFunc(p.enum, func(e json.RawMessage) bool { return sameValue(e, value) })
	}
	var v any
	return json.Unmarshal(value, &v) == nil && isKind(v, p.kind, p.elem)
}

func isKind(v any, kind, elem string) bool {
	if kind == "" {
		return true
	}
	switch v := v.(type) {
	case string:
		return kind == "string"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case bool:
		return kind == "boolean"
	case []any:
		return kind == "array" && !slices.ContainsFunc(v, func(e any) bool { return !isKind(e, elem, "") })
	case map[string]any:
		return kind == "object"
	}
	return false
}

func sameValue(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

func (p toolParam) wants() string {
	switch {
	case len(p.enum) == 0 && p.elem != "":
		return "one of the type array with elements of the type " + p.elem
	case len(p.enum) == 0:
		return "one of the type " + p.kind
	}
	texts := make([]string, len(p.enum))
	for i, e := range p.enum {
		texts[i] = string(e)
	}
	return "one of " + strings.Join(texts, ", ")
}
