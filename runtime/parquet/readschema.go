package parquet

import (
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/distigen/distigen/runtime/component"
)

// column is a column of a file, or a part of one.
type column struct {
	name    string
	kind    component.Kind
	doc     string
	problem string // why it cannot be read; empty if it can
	from    int    // its first leaf
	until   int    // its last leaf, and one
	inner   []*column
	convert func(parquet.Value) any // of a leaf

	there   int // from this definition level on, it is not null
	null    int // at this definition level, it is null; -1: it is never
	filled  int // of a list: from this definition level on, it has an element
	repeats int // of a list: the repetition level of further elements
}

// columnsOf reads the schema of a file.
func columnsOf(f *parquet.File) ([]*column, error) {
	labels, media := features(f)
	var columns []*column
	for _, c := range f.Root().Columns() {
		read := columnOf(c, true)
		if media[c.Name()] != "" { // rather than that it is binary
			read.problem = media[c.Name()]
		} else if read.problem == "" {
			read.doc = labels[c.Name()]
		}
		columns = append(columns, read)
	}
	if len(columns) == 0 {
		return nil, errNoColumns
	}
	return columns, nil
}

// columnOf reads a node of the schema. alone says that a repeated node is a list of its own, and no part of one.
func columnOf(n *parquet.Column, alone bool) *column {
	c := &column{name: n.Name(), there: n.MaxDefinitionLevel(), null: -1}
	c.from, c.until = leavesOf(n)
	if n.Optional() {
		c.null = c.there - 1
	}
	switch {
	case n.Repeated() && alone: // as older writers have lists
		c.list(columnOf(n, false), n)
		c.there = 0
	case n.Leaf():
		c.leaf(n)
	case isA[*format.ListType](n) || isA[*format.MapType](n):
		if len(n.Columns()) != 1 || !n.Columns()[0].Repeated() {
			c.problem = "has a list or map in a form that is not known"
			return c
		}
		repeated := n.Columns()[0]
		c.list(elementOf(n, repeated), repeated)
	case len(n.Columns()) == 0:
		c.problem = "is a struct without fields"
	case isA[*format.VariantType](n):
		c.problem = "is a variant"
	default:
		c.kind = component.Object
		for _, field := range n.Columns() {
			c.add(columnOf(field, true))
		}
	}
	return c
}

func isA[T any](n *parquet.Column) bool {
	lt := n.Type().LogicalType()
	if lt == nil {
		return false
	}
	_, ok := lt.Value.(T)
	return ok
}

// elementOf finds the elements below the repeated node of a list, which is where they are called "list", or the elements
// themselves in files of older writers.
func elementOf(list, repeated *parquet.Column) *column {
	parts := repeated.Columns()
	if isA[*format.ListType](list) && len(parts) == 1 && repeated.Name() != "array" && repeated.Name() != list.Name()+"_tuple" {
		return columnOf(parts[0], true)
	}
	return columnOf(repeated, false)
}

// list makes the column a list of elements.
func (c *column) list(element *column, repeated *parquet.Column) {
	c.kind = component.List
	c.filled, c.repeats = repeated.MaxDefinitionLevel(), repeated.MaxRepetitionLevel()
	c.add(element)
}

func (c *column) add(inner *column) {
	c.inner = append(c.inner, inner)
	if c.problem == "" {
		c.problem = inner.problem
	}
}

func leavesOf(n *parquet.Column) (from, until int) {
	if n.Leaf() {
		return n.Index(), n.Index() + 1
	}
	from, until = -1, -1
	for _, part := range n.Columns() {
		first, end := leavesOf(part)
		if from < 0 {
			from = first
		}
		until = end
	}
	return from, until
}

// typ is the type of the column. seen tells which definition levels a leaf has in the file; nil leaves nulls aside.
func (c *column) typ(seen func(leaf, level int) bool) component.Type {
	t := component.Of(c.kind)
	switch c.kind {
	case component.List:
		t = component.ListOf(c.inner[0].typ(seen))
		if t.Elem.Equal(message) {
			t = component.Of(component.Messages)
		}
	case component.Object:
		var fields []component.Field
		for _, inner := range c.inner {
			fields = append(fields, component.Field{Name: inner.name, Type: inner.typ(seen)})
		}
		t = component.ObjectOf(fields...)
	}
	t.Optional = seen != nil && c.null >= 0 && seen(c.from, c.null)
	return t
}

var message = component.Of(component.Messages).Element()
