package steps

import (
	"cmp"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// ExpandColumns makes a row of each element of a list. The generated program does it in plain Go.
type ExpandColumns struct {
	Columns component.Names `param:"columns" required:"true" fixed:"true" doc:"The list columns: a list of names to replace each by its element, or a map of the list's name to the element's, which keeps the list."`
}

func expandColumns() component.Component {
	return component.Component{
		Name: "expand_columns", Was: []string{"ExpandColumns"}, Category: "columns",
		Summary: "One row per element of a list column",
		Shape:   component.FlatMap,
		Params:  reflect.TypeFor[ExpandColumns](),
		Derive:  func(params any, c *component.Columns) { params.(ExpandColumns).derive(c) },
	}
}

func (s ExpandColumns) derive(c *component.Columns) {
	var first component.Column // the first list whose length is known
	for _, n := range namedColumns("columns", s.Columns) {
		col, ok := c.Read(n.arg, n.from, component.ListOf(component.Of(component.Any)))
		if !ok {
			continue
		}
		if col.Len > 0 && first.Len > 0 && col.Len != first.Len {
			c.Problem(n.arg, "lists of different lengths", fmt.Sprintf("Column %q has %d elements in every row and %q has %d, "+
				"so their elements cannot stand side by side. Expand them in two steps.", col.Name, col.Len, first.Name, first.Len))
		}
		if first.Len == 0 {
			first = col
		}
		to := cmp.Or(n.to, n.from)
		if to == n.from {
			c.Drop(n.from)
		}
		c.Add(n.arg, component.Column{Name: to, Type: col.Type.Element(), Doc: col.Doc}, component.Expr{Op: component.Element, Column: n.from})
	}
}
