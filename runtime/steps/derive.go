package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// Derive makes columns of others. The generated program does it in plain Go.
type Derive struct {
	Columns component.Formulas `param:"columns" required:"true" fixed:"true" doc:"The new columns: an object with the name of each and an expression over the columns that come in, row.NAME."`
}

func derive() component.Component {
	return component.Component{
		Name: "derive", Category: "columns",
		Summary: "Columns that are computed from other columns of the row",
		Doc: `Adds a column for each entry of ` + "`columns`" + `, in that order. Its value is an expression of the language over the row that comes in:
` + "`row.NAME`" + ` is a column, and values of the pipeline (` + "`var`, `local`, `each`" + `) are constants in it. Its type follows from the columns that it
reads. All is type-checked with the pipeline and compiled to Go. [Expressions over rows](../expressions.md) has the operators and
functions.

A column of the row is overwritten only with ` + "`replace = [\"name\"]`" + `. One that may be null needs a value for that, ` + "`coalesce(row.note, \"\")`" + `,
or a question first, ` + "`row.note != null ? length(row.note) : 0`" + `. A row for which an expression has no value, since it divides by zero or
reads an element that a list does not have, is rejected with the class ` + "`bad_value`" + `.`,
		Example: `pipeline "measured" {}

step "rows" "answers" {
  rows = [
    { question = "What is 3/4 of 20?", answers = ["It is 15.", "12"], ratings = [5, 1] },
    { question = "Why is 1 not a prime?", answers = ["It has a single divisor.", "Because."], ratings = [4, 2] },
  ]
}

step "derive" "measured" {
  from = step.answers
  columns = {
    words = [for a in row.answers : length(words(a))]
    best  = row.answers[index(row.ratings, max(row.ratings...))]
    label = max(row.ratings...) == 5 ? "good" : "fair"
  }
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[Derive](),
	}
}
