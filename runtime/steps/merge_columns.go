package steps

import (
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// MergeColumns puts several columns into one list. The generated program does it in plain Go.
type MergeColumns struct {
	Columns []string `param:"columns" required:"true" fixed:"true" doc:"The columns to merge, in the order of the list: lists, or single values."`
	Output  string   `param:"output_column" default:"merged_column" fixed:"true" doc:"The name of the list."`
}

func mergeColumns() component.Component {
	return component.Component{
		Name: "merge_columns", Was: []string{"MergeColumns"}, Category: "columns",
		Summary: "Several columns of a row, merged into one list",
		Doc: `Makes one list of several columns, in the order given: of a list its elements, of another column its value. All have one type, and none
may be null. The columns themselves are left out of the row. Its elements are in one row; the values of several branches are gathered
by [combine_columns](combine_columns.md), and more than putting together is done by [derive](derive.md).`,
		Example: `pipeline "merged" {}

step "rows" "answers" {
  rows = [{ question = "What is 3/4 of 20?", best = "15", others = ["12", "About 14."] }]
}

step "merge_columns" "answers_of_all" {
  from          = step.answers
  columns       = ["best", "others"]
  output_column = "generations"
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[MergeColumns](),
		Derive: func(params any, c *component.Columns) { params.(MergeColumns).derive(c) },
	}
}

func (s MergeColumns) derive(c *component.Columns) {
	var elem component.Type
	length, known, first := 0, true, ""
	for i, name := range s.Columns {
		arg := fmt.Sprintf("columns[%d]", i)
		col, ok := c.Read(arg, name, component.Of(component.Any))
		if !ok {
			return
		}
		t, n := col.Type, 1
		if t.Kind == component.List || t.Kind == component.Messages {
			t, n = t.Element(), col.Len
			known = known && n > 0
		}
		switch {
		case col.Type.Optional:
			c.Problem(arg, "column may be null", fmt.Sprintf("Column %q is %s, and a list is made of values. Have derive say what stands for null.", name, col.Type))
			return
		case i == 0:
			elem, first = t, name
		case !t.Equal(elem):
			c.Problem(arg, "columns of two types", fmt.Sprintf("A list has elements of one type. Column %q has %s, and %q has %s.", first, elem, name, t))
			return
		}
		length += n
		c.Drop(name)
	}
	if !known {
		length = 0
	}
	c.Add("output_column", component.Column{Name: s.Output, Type: component.ListOf(elem), Len: length}, component.Expr{Op: component.Merge, Columns: s.Columns})
}
