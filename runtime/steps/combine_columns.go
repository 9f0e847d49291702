package steps

import (
	"cmp"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// CombineColumns joins branches row by row. The generated program does it in plain Go.
type CombineColumns struct {
	Columns component.Names `param:"columns" required:"true" fixed:"true" doc:"The columns to gather from every branch: a map of their name to the name of the list, or a list of names, whose lists are called grouped_NAME."`
}

func combineColumns() component.Component {
	return component.Component{
		Name: "combine_columns", Was: []string{"CombineColumns", "GroupColumns"}, Category: "columns",
		Summary: "Columns of parallel branches, gathered into lists row by row",
		Doc: `Joins branches that come from the same rows: several steps in ` + "`from`" + `, or all the instances of a step with ` + "`for_each`" + `. The
rows that descend from one row make one row again. Each column in ` + "`columns`" + ` becomes a list with the value of each
branch, in the order of the branches, and its length is known from then on: a judge can be sure of two answers.

With a map, ` + "`{ generation = \"generations\" }`" + `, you name the lists; with a list of names they are called ` + "`grouped_`" + ` and the name of
the column. The columns that the branches have in common stay as they are. One that several branches made, each for
itself, must be combined, renamed with ` + "`outputs`" + `, or left out before with ` + "`keep_columns`" + `; none is overwritten silently.

If one branch rejects a row, the joined row is rejected with that reason.`,
		Example: `pipeline "side-by-side" {}

model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }]
}

step "text_generation" "answer" {
  for_each = [model.small, model.large]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}
`,
		Shape:  component.Join,
		Params: reflect.TypeFor[CombineColumns](),
		Derive: func(params any, c *component.Columns) { params.(CombineColumns).derive(c) },
	}
}

func (s CombineColumns) derive(c *component.Columns) {
	for _, n := range namedColumns("columns", s.Columns) {
		col, ok := c.Read(n.arg, n.from, component.Of(component.Any))
		if !ok {
			continue
		}
		elem, ok := s.unify(c, n, col)
		if !ok {
			continue
		}
		c.Drop(n.from)
		c.Add(n.arg, component.Column{Name: cmp.Or(n.to, "grouped_"+n.from), Type: component.ListOf(elem), Len: len(c.Branches)},
			component.Expr{Op: component.Gather, Column: n.from})
	}
}

// unify finds the one type that a column has in all branches.
func (s CombineColumns) unify(c *component.Columns, n named, first component.Column) (component.Type, bool) {
	for _, b := range c.Branches[min(1, len(c.Branches)):] {
		for _, col := range b.Columns {
			if col.Name == n.from && col.Type.NotNull().Equal(first.Type.NotNull()) && col.Type.Optional != first.Type.Optional {
				c.Problem(n.arg, "column may be null on one branch alone", fmt.Sprintf("Column %q is %s in %s and %s in %s, and a list has "+
					"elements of one type. Have both steps do the same with rows that fail: on_error = \"reject\" in both, or on_error = \"keep\".",
					n.from, first.Type, c.Branches[0].Label, col.Type, b.Label))
				return component.Type{}, false
			}
			if col.Name == n.from && !col.Type.Equal(first.Type) {
				c.Problem(n.arg, "column has another type in each branch", fmt.Sprintf("Column %q is %s in %s and %s in %s, and a list has "+
					"elements of one type. Rename one of the two with outputs in the step that makes it.",
					n.from, first.Type, c.Branches[0].Label, col.Type, b.Label))
				return component.Type{}, false
			}
		}
	}
	return first.Type, true
}
