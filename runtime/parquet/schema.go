package parquet

import (
	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
)

// group is a parquet.Group that keeps the order of its fields.
type group struct {
	parquet.Group
	order []string
}

// Fields lists the fields.
func (g group) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range g.Group.Fields() {
		byName[f.Name()] = f
	}
	fields := make([]parquet.Field, len(g.order))
	for i, name := range g.order {
		fields[i] = byName[name]
	}
	return fields
}

// ordered is the schema of the columns of a row.
func ordered(columns []component.Column) parquet.Node {
	fields := make([]component.Field, len(columns))
	for i, c := range columns {
		fields[i] = component.Field{Name: c.Name, Type: c.Type}
	}
	return groupOf(fields)
}

func groupOf(fields []component.Field) group {
	g := group{Group: parquet.Group{}}
	for _, f := range fields {
		g.order = append(g.order, f.Name)
		g.Group[f.Name] = nodeOf(f.Type)
	}
	return g
}

// nodeOf is the schema of a value. As in the files of datasets, it may be null whether or not it ever is: readers take the
// features of the footer for columns of that kind only.
func nodeOf(t component.Type) parquet.Node {
	switch t.Kind {
	case component.List, component.Messages:
		return parquet.Optional(parquet.List(nodeOf(t.Element())))
	case component.Object:
		return parquet.Optional(groupOf(t.Fields))
	case component.Bool:
		return parquet.Optional(parquet.Leaf(parquet.BooleanType))
	case component.Int:
		return parquet.Optional(parquet.Int(64))
	case component.Float:
		return parquet.Optional(parquet.Leaf(parquet.DoubleType))
	}
	return parquet.Optional(parquet.String())
}
