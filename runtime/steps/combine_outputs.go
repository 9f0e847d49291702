package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// CombineOutputs joins branches row by row, with the columns of each. The generated program does it in plain Go.
type CombineOutputs struct{}

func combineOutputs() component.Component {
	return component.Component{
		Name: "combine_outputs", Was: []string{"CombineOutputs"}, Category: "columns",
		Summary: "Columns of parallel branches, side by side in one row",
		Doc: `Joins branches that come from the same rows: several steps in ` + "`from`" + `. The rows that descend from one row make one row again, which
has the columns that the branches share and those that each has made. One that several branches made, each for itself, must have
another name on each, which ` + "`outputs`" + ` gives, or be left out before with ` + "`keep_columns`" + `; none is overwritten silently. To gather such a
column into a list, take [combine_columns](combine_columns.md).

If one branch rejects a row, the joined row is rejected with that reason.`,
		Example: `pipeline "outputs" {}

step "rows" "texts" {
  rows = [{ text = "To be or not to be" }]
}

step "derive" "words" {
  from    = step.texts
  columns = { words = length(words(row.text)) }
}

step "derive" "letters" {
  from    = step.texts
  columns = { letters = length(row.text) }
}

step "combine_outputs" "both" {
  from = [step.words, step.letters]
}
`,
		Shape:  component.Join,
		Params: reflect.TypeFor[CombineOutputs](),
		Derive: func(any, *component.Columns) {}, // the columns are those of the branches
	}
}
