// Package component is the vocabulary in which a component is declared: its parameters, its columns and its shape.
//
// The compiler reads a declaration to type-check a pipeline and to emit Go; the runtime reads the parameter tags
// again when a setting is changed at run time. It imports the standard library alone, since generated programs
// carry it.
package component

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"unicode"
)

// Kind is the kind of a column type.
type Kind string

// The kinds of column types. Messages is a list of objects with the strings role and content; it has a name of its
// own because trainers look for it.
const (
	Any      Kind = "any" // only in declarations: a column of whatever type
	String   Kind = "string"
	Bool     Kind = "bool"
	Int      Kind = "int"
	Float    Kind = "float"
	List     Kind = "list"
	Object   Kind = "object"
	Messages Kind = "messages"
)

// Type is the type of a column. The zero Type is invalid.
type Type struct {
	Kind     Kind    `json:"kind"`
	Elem     *Type   `json:"elem,omitempty"`     // of a List
	Fields   []Field `json:"fields,omitempty"`   // of an Object, in order of name
	Optional bool    `json:"optional,omitempty"` // the value may be null
}

// Field is one attribute of an Object.
type Field struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Of returns the type of a kind that has no parts.
func Of(k Kind) Type { return Type{Kind: k} }

// ListOf returns the type of lists of elem.
func ListOf(elem Type) Type { return Type{Kind: List, Elem: &elem} }

// ObjectOf returns the type of objects with these fields.
func ObjectOf(fields ...Field) Type {
	sort.Slice(fields, func(i, j int) bool { return fields[i].Name < fields[j].Name })
	return Type{Kind: Object, Fields: fields}
}

// OrNull returns t with null allowed.
func (t Type) OrNull() Type { t.Optional = true; return t }

// NotNull returns t with null forbidden at the top; its elements keep what they are.
func (t Type) NotNull() Type { t.Optional = false; return t }

// String prints t as the language writes it: "string", "list(int)", "object({a=string})"; a type that allows null is
// printed as "optional(string)".
func (t Type) String() string {
	if t.Optional {
		return "optional(" + t.NotNull().String() + ")"
	}
	switch t.Kind {
	case List:
		return "list(" + t.Elem.String() + ")"
	case Object:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.Name + "=" + f.Type.String()
		}
		return "object({" + strings.Join(parts, ", ") + "})"
	case "":
		return "invalid"
	}
	return string(t.Kind)
}

// Equal reports whether t and u are the same type, null included.
func (t Type) Equal(u Type) bool { return t.String() == u.String() }

// Fits reports whether a value of type t can be read where want is wanted. Anything fits Any; a value that may be
// null fits only where null is allowed; an int fits a float.
func (t Type) Fits(want Type) bool {
	if want.Kind == Any {
		return true
	}
	if t.Optional && !want.Optional {
		return false
	}
	switch {
	case t.Kind == Int && want.Kind == Float:
		return true
	case t.Kind == Messages && want.Kind == List, t.Kind == List && want.Kind == Messages:
		return t.asList().Fits(want.asList())
	case t.Kind != want.Kind:
		return false
	case t.Kind == List:
		return t.Elem.Fits(*want.Elem)
	case t.Kind == Object:
		return t.NotNull().Equal(want.NotNull())
	}
	return true
}

var messageType = ObjectOf(Field{"content", Of(String)}, Field{"role", Of(String)})

func (t Type) asList() Type {
	if t.Kind == Messages {
		return Type{Kind: List, Elem: &messageType, Optional: t.Optional}
	}
	return t
}

// Element returns the type of the elements of a list or of messages.
func (t Type) Element() Type { return *t.asList().Elem }

// TypeOf returns the column type of a Go type: pointers are optional, slices are lists, structs are objects by their
// json tags, and a slice of Message is messages.
func TypeOf(t reflect.Type) Type {
	switch t.Kind() {
	case reflect.Pointer:
		return TypeOf(t.Elem()).OrNull()
	case reflect.String:
		return Of(String)
	case reflect.Bool:
		return Of(Bool)
	case reflect.Int, reflect.Int64:
		return Of(Int)
	case reflect.Float64:
		return Of(Float)
	case reflect.Interface:
		return Of(Any)
	case reflect.Slice:
		if t.Elem().Name() == "Message" {
			return Of(Messages)
		}
		return ListOf(TypeOf(t.Elem()))
	case reflect.Struct:
		var fields []Field
		for i := range t.NumField() {
			f := t.Field(i)
			fields = append(fields, FieldOf(f))
		}
		return ObjectOf(fields...)
	}
	panic(fmt.Sprintf("component: %s has no column type", t))
}

// FieldOf returns the column that a field of a row struct is. A list with the tag null:"ok" may be null, which is nil.
func FieldOf(f reflect.StructField) Field {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" {
		name = f.Name
	}
	t := TypeOf(f.Type)
	t.Optional = t.Optional || f.Tag.Get("null") == "ok"
	return Field{name, t}
}

// UsableName reports whether a column or a field of an object can have a name: letters, digits and signs without a meaning
// in JSON and in the tags of Go structs.
func UsableName(name string) bool {
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) {
			return false
		}
	}
	return name != "" && name != "-"
}
