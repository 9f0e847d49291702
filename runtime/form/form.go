// Package form describes the replies that a step asks for: their type, the limits of their values, how a model is told, and how
// its reply is checked. A form is written as in a pipeline, object({ name = string, age = int({ min = 0 }) }), and in the tags of
// a struct.
package form

import (
	"slices"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// Type is the type of a value that a model writes, with its limits.
type Type struct {
	Kind     component.Kind `json:"kind"` // String, Bool, Int, Float, List or Object
	Optional bool           `json:"optional,omitempty"`
	Enum     []string       `json:"enum,omitempty"`    // of a String: what it can be
	Min      *float64       `json:"min,omitempty"`     // of a number its value, of a list its elements, of a text its letters
	Max      *float64       `json:"max,omitempty"`     // like Min
	Pattern  string         `json:"pattern,omitempty"` // of a String: a regular expression for all of it
	Elem     *Type          `json:"elem,omitempty"`    // of a List
	Fields   []Field        `json:"fields,omitempty"`  // of an Object, in the order in which they are asked for
}

// Field is a member of an object, or a column that a reply makes.
type Field struct {
	Name string `json:"name"`
	Type Type   `json:"type"`
}

// Columns are the columns that a step makes of a reply, in the order in which they are asked for.
type Columns []Field

// Column is the type of a column that holds such values.
func (t Type) Column() component.Type {
	c := component.Of(t.Kind)
	switch t.Kind {
	case component.List:
		c = component.ListOf(t.Elem.Column())
	case component.Object:
		fields := make([]component.Field, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = component.Field{Name: f.Name, Type: f.Type.Column()}
		}
		c = component.ObjectOf(fields...)
	}
	c.Optional = t.Optional
	return c
}

// Of is the form of all values of a column's type.
func Of(c component.Type) Type {
	t := Type{Kind: c.Kind, Optional: c.Optional}
	switch c.Kind {
	case component.List, component.Messages:
		elem := Of(c.Element())
		t.Kind, t.Elem = component.List, &elem
	case component.Object:
		for _, f := range c.Fields {
			t.Fields = append(t.Fields, Field{f.Name, Of(f.Type)})
		}
	}
	return t
}

// String writes a type as a pipeline does. Values of an enum that are plain words have no quotes.
func (t Type) String() string {
	if t.Optional {
		t.Optional = false
		return "optional(" + t.String() + ")"
	}
	switch {
	case t.Kind == component.Object:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = quoteUnlessWord(f.Name) + "=" + f.Type.String()
		}
		return "object({" + strings.Join(parts, ", ") + "})"
	case len(t.Enum) > 0:
		parts := make([]string, len(t.Enum))
		for i, e := range t.Enum {
			parts[i] = quoteUnlessWord(e)
		}
		return "enum(" + strings.Join(parts, ", ") + ")"
	}
	args := make([]string, 0, 2)
	if t.Kind == component.List {
		args = append(args, t.Elem.String())
	}
	if l := t.limits(); l != "" {
		args = append(args, l)
	}
	if len(args) == 0 {
		return string(t.Kind)
	}
	return string(t.Kind) + "(" + strings.Join(args, ", ") + ")"
}

func (t Type) limits() string {
	var parts []string
	if t.Min != nil {
		parts = append(parts, "min="+decimal(*t.Min))
	}
	if t.Max != nil {
		parts = append(parts, "max="+decimal(*t.Max))
	}
	if t.Pattern != "" {
		parts = append(parts, "pattern="+strconv.Quote(t.Pattern))
	}
	if parts == nil {
		return ""
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// Equal reports whether two types are written alike, limits and order included.
func (t Type) Equal(u Type) bool { return t.String() == u.String() }

// quoteUnlessWord leaves plain words as they are.
func quoteUnlessWord(s string) string {
	if s != "" && strings.IndexFunc(s, notInWord) < 0 {
		return s
	}
	return strconv.Quote(s)
}

func notInWord(r rune) bool {
	return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Plain reports whether a reply is a text and nothing more, which needs no form.
func (c Columns) Plain() bool {
	return len(c) == 1 && c[0].Type.Kind == component.String && !c[0].Type.Optional && len(c[0].Type.Enum) == 0
}

// whole is the type of the JSON object that is asked for. Where there is one column, and it holds objects, that is it; otherwise
// it has a key for each column.
func (c Columns) whole() (t Type, bare bool) {
	if len(c) == 1 && c[0].Type.Kind == component.Object && !c[0].Type.Optional {
		return c[0].Type, true
	}
	return Type{Kind: component.Object, Fields: slices.Clone(c)}, false
}
