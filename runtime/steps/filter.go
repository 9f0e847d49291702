package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// Filter lets some rows through. The generated program does it in plain Go.
type Filter struct {
	Where component.Formula `param:"where" required:"true" fixed:"true" doc:"A condition over the columns, row.NAME: rows for which it is true go on."`
}

func filter() component.Component {
	return component.Component{
		Name: "filter", Category: "columns",
		Summary: "The rows for which a condition over their columns is true",
		Doc: `Lets the rows through for which ` + "`where`" + ` is true, with all their columns, and counts the others as filtered: the ledger, the summary
and the report name their number, and they are no rejects.

` + "`where`" + ` is an expression of the language over the row: ` + "`row.NAME`" + ` is a column, and values of the pipeline (` + "`var`, `local`, `each`" + `) are
constants in it. It is type-checked with the pipeline and compiled to Go. [Expressions over rows](../expressions.md) has the
operators and functions.

A column that may be null is asked for first: ` + "`row.score != null && row.score > 3`" + `. A row for which the condition has no value, since
it divides by zero or reads an element that a list does not have, is rejected with the class ` + "`bad_value`" + `.`,
		Example: `pipeline "good" {}

step "rows" "answers" {
  rows = [
    { question = "What is 3/4 of 20?", answer = "It is 15, since 20 / 4 = 5.", rating = 5 },
    { question = "Why is 1 not a prime?", answer = "Because.", rating = 2 },
  ]
}

step "filter" "good" {
  from  = step.answers
  where = row.rating >= 4 && length(row.answer) > 20
}
`,
		Shape:  component.Filter,
		Params: reflect.TypeFor[Filter](),
	}
}
