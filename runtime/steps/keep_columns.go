package steps

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// KeepColumns drops all columns but some. The generated program does it in plain Go.
type KeepColumns struct {
	Columns []string `param:"columns" required:"true" fixed:"true" doc:"The columns to keep, in the order in which they shall stand."`
}

func keepColumns() component.Component {
	return component.Component{
		Name: "keep_columns", Was: []string{"KeepColumns"}, Category: "columns",
		Summary: "The named columns alone, in that order",
		Doc: `Keeps the columns in ` + "`columns`" + `, in the order given, and drops all others. Use it before a dataset, or before a join to
leave out what only one branch has. A column that the row lacks, or one that is named twice, is an error.`,
		Example: `pipeline "kept" {}

step "rows" "questions" {
  rows = [{ id = 1, instruction = "What is 3/4 of 20?", note = "from the old book" }]
}

step "keep_columns" "result" {
  from    = step.questions
  columns = ["instruction", "id"]
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[KeepColumns](),
		Derive: func(params any, c *component.Columns) { params.(KeepColumns).derive(c) },
	}
}

func (s KeepColumns) derive(c *component.Columns) {
	for i, name := range s.Columns {
		c.Read(fmt.Sprintf("columns[%d]", i), name, component.Of(component.Any))
	}
	for _, col := range c.In {
		if !slices.Contains(s.Columns, col.Name) {
			c.Drop(col.Name)
		}
	}
	c.Order = s.Columns
}
