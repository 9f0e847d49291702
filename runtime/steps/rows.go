package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// Rows is a source whose rows are written out in the pipeline. The rows become Go values in the generated program, so
// that nothing is left to do at run time.
type Rows struct {
	Rows []map[string]any `param:"rows" required:"true" fixed:"true" doc:"The rows: a list of objects, one attribute per column."`
}

func rows() component.Component {
	return component.Component{
		Name: "rows", Was: []string{"LoadDataFromDicts"}, Category: "source",
		Summary: "Rows written out in the pipeline",
		Doc: `Makes one row of each object in ` + "`rows`" + `. The list is any HCL expression: written out, a variable, a ` + "`for`" + `
over a list, or what ` + "`csvdecode(file(...))`" + ` and ` + "`jsondecode(file(...))`" + ` return. It is evaluated when the pipeline is
compiled, so the rows travel in the program. For data that should stay in a file, see ` + "`read_jsonl`" + `.

The columns are the attributes of all the objects together, and their types follow from the values: texts are
strings, whole numbers ints, other numbers floats, lists lists, objects objects, and a list of objects with the texts
role and content is messages. A column that is null or missing in some row is optional there. Objects that give one
column values of different types are an error that names both rows.`,
		Example: `pipeline "two-rows" {}

step "rows" "topics" {
  rows = [
    { topic = "Fractions", level = 1 },
    { topic = "Limits", level = 3 },
  ]
}
`,
		Shape:  component.Source,
		Params: reflect.TypeFor[Rows](),
	}
}
