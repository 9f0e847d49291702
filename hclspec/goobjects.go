package hclspec

import (
	"fmt"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/runtime/component"
)

// fit reports whether a value of type t can be read where want is wanted. A function of the user's may read less of an object than
// there is.
func (f *flow) fit(t, want component.Type) bool {
	if f.i.block.code == nil {
		return t.Fits(want)
	}
	return holds(t, want)
}

// holds is Type.Fits for objects of which some fields are read.
func holds(t, want component.Type) bool {
	switch {
	case t.Optional && !want.Optional:
		return false
	case isList(t) && isList(want):
		return holds(t.Element(), want.Element())
	case t.Kind != component.Object || want.Kind != component.Object:
		return t.Fits(want)
	}
	for _, field := range want.Fields {
		if there := fieldOfObject(t, field.Name); there == nil || !holds(there.Type, field.Type) {
			return false
		}
	}
	return true
}

func isList(t component.Type) bool { return t.Kind == component.List || t.Kind == component.Messages }

func fieldOfObject(t component.Type, name string) *component.Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

// difference is where an object is not what a function reads.
type difference struct {
	path  string // of the field, from the column on: cost.usd
	of    *gofunc.Struct
	field *gofunc.Field
	have  *component.Type // nil where the object lacks the field
	want  component.Type
	names []string // fields of the object
}

// differ finds the first difference within objects; nil where the types differ outside of them, or not at all. s is the struct of the
// objects.
func differ(have, want component.Type, s *gofunc.Struct, path string) *difference {
	for isList(have) && isList(want) && (!have.Optional || want.Optional) {
		have, want = have.Element(), want.Element()
	}
	if have.Kind != component.Object || want.Kind != component.Object || have.Optional && !want.Optional || s == nil {
		return nil
	}
	for _, wanted := range want.Fields {
		field := s.Field(wanted.Name)
		d := &difference{path: path + "." + wanted.Name, of: s, field: field, want: wanted.Type}
		there := fieldOfObject(have, wanted.Name)
		switch {
		case there == nil:
			for _, other := range have.Fields {
				d.names = append(d.names, other.Name)
			}
			return d
		case !holds(there.Type, wanted.Type):
			if inner := differ(there.Type, wanted.Type, field.Object, d.path); inner != nil {
				return inner
			}
			d.have = &there.Type
			return d
		}
	}
	return nil
}

// objectDiffers reports the place in the objects of a column where they are not what the function reads.
func (f *flow) objectDiffers(c *column, p component.Port) bool {
	code := f.i.block.code
	if code == nil || code.In == nil {
		return false
	}
	d := differ(c.Type, p.Type, code.In.Field(p.Name).Object, c.Name)
	if d == nil {
		return false
	}
	f.i.opaque = true
	at := f.i.args.rangeOf("from")
	if r, ok := f.inputs[p.Name]; ok {
		at = r.at
	}
	reads := fmt.Sprintf("the field %s of %s.%s", d.field.Name, code.Package, d.of.Name)
	related := []diag.Related{{Range: c.origin.at, Message: "the column is made here"}, {Range: d.field.At, Message: "the field that reads it is here"}}
	switch {
	case d.have == nil:
		more := diag.DidYouMean(d.field.Column, d.names)
		if more == "" {
			more = fmt.Sprintf(" It has %s.", list(d.names))
		}
		f.l.errorAt(diag.ColumnType, at, fmt.Sprintf("column %q has no %s", c.Name, strings.TrimPrefix(d.path, c.Name+".")), fmt.Sprintf(
			"%s reads it.%s Its name in the object is that of the field, in snake_case, or what the tag `json:\"name\"` says.", sentenceStart(reads), more), related...)
	case holds(d.have.NotNull(), d.want):
		f.l.errorAt(diag.MayBeNull, at, fmt.Sprintf("%s may be null", d.path), fmt.Sprintf(
			"It is %s, and %s takes no null. Make it a pointer, which is nil where it is null.", d.have, reads), related...)
	default:
		f.l.errorAt(diag.ColumnType, at, fmt.Sprintf("%s has the wrong type", d.path), fmt.Sprintf("It is %s, and %s takes %s.", d.have, reads, d.want), related...)
	}
	return true
}
