package component

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Name is one entry of a Names parameter. To is empty where the user gave a list of names, not a map.
type Name struct{ From, To string }

// Names is a parameter that lists columns, each with the name it gets: a list of names, or a map of old to new.
type Names []Name

// Typed is one entry of a Schema parameter. Type is empty where the user gave a list of names, whose types are to be found out.
type Typed struct{ Column, Type string }

// Schema is a parameter that lists columns, in the order in which the user wrote them: a list of names, or a map of names to
// types.
type Schema []Typed

// Args is a parameter that has arguments of a function of the user's, by their names. Which there are is up to the function.
type Args map[string]any

// Param is one parameter of a component, read from the tags of a field of its parameter struct:
//
//	NumInstructions int `param:"num_instructions" default:"5" min:"1" max:"100" doc:"How many instructions to ask for."`
//
// The tags: param (the name in HCL; "-" hides the field), doc, default (of a list: in JSON), required, enum
// (comma-separated), min, max, env, for the name of an environment variable that holds a key, and fixed, for what a
// finished program can no longer change since its row types follow from it.
// Embedded structs, and only those, are flattened; a parameter of the struct itself hides one of theirs of the same name, and the tag
// without of the embedded struct names those that there are not. The tag
// typed says that the types of the generated code hold the parameter, so that the code does not name it.
type Param struct {
	Name     string
	Doc      string
	Default  string
	Type     reflect.Type
	Enum     []string
	Min, Max *float64
	Required bool
	Fixed    bool
	Env      bool
	Typed    bool
	Index    []int // for reflect.Value.FieldByIndex
}

// ParamsOf lists the parameters of a parameter struct in the order of its fields.
func ParamsOf(t reflect.Type) []Param {
	var params []Param
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for _, p := range ParamsOf(f.Type) {
				if hides(t, p.Name) || slices.Contains(strings.Split(f.Tag.Get("without"), ","), p.Name) {
					continue
				}
				p.Index = append([]int{i}, p.Index...)
				params = append(params, p)
			}
			continue
		}
		name := f.Tag.Get("param")
		if name == "" || name == "-" {
			continue
		}
		p := Param{Name: name, Doc: f.Tag.Get("doc"), Default: f.Tag.Get("default"), Type: f.Type, Index: []int{i},
			Required: f.Tag.Get("required") == "true", Fixed: f.Tag.Get("fixed") == "true", Env: f.Tag.Get("env") == "true", Typed: f.Tag.Get("typed") == "true",
			Min: bound(f.Tag.Get("min")), Max: bound(f.Tag.Get("max"))}
		if e := f.Tag.Get("enum"); e != "" {
			p.Enum = strings.Split(e, ",")
		}
		params = append(params, p)
	}
	return params
}

// hides reports whether a struct has a parameter of that name itself.
func hides(t reflect.Type, name string) bool {
	for i := range t.NumField() {
		if f := t.Field(i); !f.Anonymous && f.Tag.Get("param") == name {
			return true
		}
	}
	return false
}

func bound(s string) *float64 {
	if s == "" {
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		panic("component: bad bound " + s)
	}
	return &f
}

// TypeName is the parameter's type as the docs and diagnostics name it.
func (p Param) TypeName() string { return typeName(p.Type) }

func typeName(t reflect.Type) string {
	if t == reflect.TypeFor[Names]() || t == reflect.TypeFor[Schema]() {
		return "list(string) or map(string)"
	}
	if named, ok := reflect.Zero(t).Interface().(interface{ TypeName() string }); ok {
		return named.TypeName()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		return "list(" + typeName(t.Elem()) + ")"
	case reflect.Map:
		if t.Elem().Kind() == reflect.Interface {
			return "object"
		}
		return "map(" + typeName(t.Elem()) + ")"
	case reflect.Struct:
		return strings.ToLower(t.Name()) // model, generation
	case reflect.String:
		if t.Name() != "string" {
			return "string (" + strings.ToLower(t.Name()) + ")" // prompt, a template
		}
		return "string"
	case reflect.Float64:
		return "number"
	case reflect.Interface:
		return "any"
	}
	return t.Kind().String()
}

// Port is a column that a component reads or adds under a name of its own, from a field such as
//
//	Generations []string `col:"generations" doc:"The answers to compare." min:"2"`
//
// min is the least length of a list. A pointer field takes or makes a column that may be null.
type Port struct {
	Name   string
	Doc    string
	Type   Type
	MinLen int
	// Missing is true (tag absent:"ok") where the component does without the column when the row lacks it.
	Missing bool
	// Same (tag same:"generations") is the input that has an element for each element of this one.
	Same string
	// Needs (tag needs:"generation_models") is the input without which an output is not made.
	Needs  string
	Field  string // name of the Go field
	GoType reflect.Type
}

// PortsOf lists the columns of an In or Out struct in the order of its fields; t may be nil.
func PortsOf(t reflect.Type) []Port {
	if t == nil {
		return nil
	}
	var ports []Port
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("col")
		if name == "" {
			continue
		}
		p := Port{Name: name, Doc: f.Tag.Get("doc"), Type: TypeOf(f.Type), Missing: f.Tag.Get("absent") == "ok", Same: f.Tag.Get("same"), Needs: f.Tag.Get("needs"), Field: f.Name, GoType: f.Type}
		if m := bound(f.Tag.Get("min")); m != nil {
			p.MinLen = int(*m)
		}
		ports = append(ports, p)
	}
	return ports
}
