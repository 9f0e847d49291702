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
		Doc: `Makes as many rows of a row as a list column has elements. With a map, ` + "`{ instructions = \"instruction\" }`" + `, each new row
has one element under the new name and keeps the list; with a list of names, ` + "`[\"instructions\"]`" + `, the element takes the place
of the list. All other columns are copied.

Several columns are expanded side by side: the first elements make the first row, and so on. Their lists must have the
same length in a row, which is checked where the lengths are known and otherwise when the row comes by: a row whose
lists differ is rejected. A row with an empty list is rejected with the class ` + "`no_rows`" + `, so that it does not vanish unseen.
A list that may be null cannot be expanded.`,
		Example: `pipeline "expanded" {}

step "rows" "topics" {
  rows = [
    { topic = "Fractions", questions = ["What is 1/2 + 1/3?", "What is 3/4 of 20?"] },
    { topic = "Squares", questions = ["What is 12 squared?"] },
  ]
}

step "expand_columns" "each" {
  from    = step.topics
  columns = { questions = "question" }
}
`,
		Shape:  component.FlatMap,
		Params: reflect.TypeFor[ExpandColumns](),
		Derive: func(params any, c *component.Columns) { params.(ExpandColumns).derive(c) },
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
		c.Add(n.arg, component.Column{Name: to, Type: col.Type.Element()}, component.Expr{Op: component.Element, Column: n.from})
	}
}
