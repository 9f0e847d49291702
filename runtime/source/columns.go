package source

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Derive adds the columns that the argument columns asks for to those of a step, or all that found returns where it is empty.
// found finds the columns of the source out, and arg is the argument that says where they are. found is called only if it is
// needed: where all types are declared, there may be no source yet.
func Derive(c *component.Columns, asked component.Schema, arg string, found func() ([]component.Column, error)) {
	var there []component.Column
	if !Declared(asked) {
		var err error
		if there, err = found(); err != nil {
			c.Problem(arg, "columns cannot be typed", sentence(err)+" Correct that, or say with columns what to read: columns = { name = \"type\" }.")
			return
		}
	}
	if len(asked) == 0 {
		for _, col := range there {
			c.Add(arg, col, field(col.Name))
		}
		return
	}
	for i, a := range asked {
		if a.Type == "" {
			arg := fmt.Sprintf("columns[%d]", i)
			n := slices.IndexFunc(there, func(col component.Column) bool { return col.Name == a.Column })
			if n < 0 {
				c.Problem(arg, fmt.Sprintf("no column %q to read", a.Column), fmt.Sprintf("There are %s.", names(there)))
				continue
			}
			c.Add(arg, there[n], field(a.Column))
			continue
		}
		arg := "columns." + a.Column
		t, err := component.ParseType(a.Type)
		if err != nil {
			c.Problem(arg, "not a column type", sentence(err))
			continue
		}
		c.Add(arg, component.Column{Name: a.Column, Type: t}, field(a.Column))
	}
}

func field(name string) component.Expr { return component.Expr{Op: component.Field_, Column: name} }

// Declared reports whether the argument columns says the type of every column.
func Declared(asked component.Schema) bool {
	return len(asked) > 0 && !slices.ContainsFunc(asked, func(a component.Typed) bool { return a.Type == "" })
}

// sentence ends an error with a full stop.
func sentence(err error) string { return strings.TrimSuffix(err.Error(), ".") + "." }

func names(columns []component.Column) string {
	var quoted []string
	for _, c := range columns {
		quoted = append(quoted, fmt.Sprintf("%q", c.Name))
	}
	if len(quoted) == 0 {
		return "none"
	}
	return strings.Join(quoted, ", ")
}

// Changed compares the columns that a source has now with those of the rows, which are those that it had when the pipeline was
// compiled. Whether a column has nulls is left to its rows. all says that the pipeline reads all columns, so that one more is
// a change, too. The error names every change, and is nil if there is none.
func Changed(shown string, row reflect.Type, now []component.Column, all bool) error {
	var changes []string
	there := map[string]bool{}
	for i := range row.NumField() {
		was := component.FieldOf(row.Field(i))
		there[was.Name] = true
		n := slices.IndexFunc(now, func(c component.Column) bool { return c.Name == was.Name })
		switch {
		case n < 0:
			changes = append(changes, fmt.Sprintf("%q is not there", was.Name))
		case now[n].Type.Kind == component.Any: // it may hold anything: the rows will tell
		case !notNull(now[n].Type).Fits(notNull(was.Type)):
			changes = append(changes, fmt.Sprintf("%q is of type %s, and %s is wanted", was.Name, notNull(now[n].Type), notNull(was.Type)))
		}
	}
	for _, c := range now {
		if all && !there[c.Name] {
			changes = append(changes, fmt.Sprintf("%q is new", c.Name))
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return &llm.FatalError{Class: llm.SchemaChanged, Message: fmt.Sprintf("The columns of %s are not those that the pipeline was compiled for: %s.", shown, strings.Join(changes, "; ")),
		Remedy: "Build the pipeline again, or name the columns to read in its argument columns."}
}

// Either is the type of values of which some are of one type and some of the other, if there is one: null is allowed where one
// of them allows it, and ints are floats beside floats.
func Either(a, b component.Type) (component.Type, bool) {
	ok := true
	both := a
	switch {
	case a.Kind == b.Kind:
	case a.Fits(component.Of(component.Float).OrNull()) && b.Fits(component.Of(component.Float).OrNull()):
		both = component.Of(component.Float)
	case a.Kind == component.Messages && b.Kind == component.List, a.Kind == component.List && b.Kind == component.Messages:
		a, b = component.ListOf(a.Element()), component.ListOf(b.Element())
		both = a
	default:
		return both, false
	}
	both.Optional = a.Optional || b.Optional
	switch both.Kind {
	case component.List:
		var elem component.Type
		elem, ok = Either(a.Element(), b.Element())
		both.Elem = &elem
	case component.Object:
		if ok = len(a.Fields) == len(b.Fields); !ok {
			return both, false
		}
		both.Fields = slices.Clone(a.Fields)
		for i, f := range b.Fields {
			both.Fields[i].Type, ok = Either(a.Fields[i].Type, f.Type)
			if !ok || f.Name != a.Fields[i].Name {
				return both, false
			}
		}
	}
	return both, ok
}

// notNull is a type that is null nowhere, with messages as the list that they are.
func notNull(t component.Type) component.Type {
	t = t.NotNull()
	switch t.Kind {
	case component.List, component.Messages:
		return component.ListOf(notNull(t.Element()))
	case component.Object:
		fields := slices.Clone(t.Fields)
		for i := range fields {
			fields[i].Type = notNull(fields[i].Type)
		}
		return component.ObjectOf(fields...)
	}
	return t
}
