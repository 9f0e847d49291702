package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Go has a function of the user's own do the work of a step.
type Go struct {
	Func string         `param:"func" required:"true" fixed:"true" doc:"The function, by the folder of its package below the pipeline and its name: ./steps.Normalize."`
	Args component.Args `param:"args" doc:"The arguments of the function: the fields of its Args struct."`
}

// GoTask is Go where the function asks a model.
type GoTask struct {
	llm.Task
	Func string         `param:"func" required:"true" fixed:"true" doc:"The function, by the folder of its package below the pipeline and its name: ./steps.Normalize."`
	Args component.Args `param:"args" doc:"The arguments of the function: the fields of its Args struct."`
}

// Arguments are those of the function.
func (s Go) Arguments() component.Args { return s.Args }

// Arguments are those of the function.
func (s GoTask) Arguments() component.Args { return s.Args }

func goFunc() component.Component {
	return component.Component{
		Name: "go", Category: "columns",
		Summary: "A function of your own, in Go",
		Doc: `Calls an ordinary Go function of a package in a folder below the pipeline. It takes a struct and returns one. The fields are
columns: their name is in the tag ` + "`col:\"name\"`" + ` or ` + "`json:\"name\"`" + `, or follows from the field, so that ` + "`MaxWords`" + ` is ` + "`max_words`" + `. A field is a
string, bool, int or float64, a struct of the package for an object, a slice of these, or ` + "`[]llm.Message`" + `; a pointer takes null.

What the function looks like says what the step does:

- ` + "`func(In) Out`" + ` adds columns to a row
- ` + "`func(In) []Out`" + ` makes any number of rows of one
- ` + "`func(In) bool`" + ` chooses rows
- ` + "`func([]In) []int`" + ` sees all rows, and returns the numbers of those that it keeps, counted from 0
- ` + "`func() []Out`, `func() iter.Seq[Out]` or `func() iter.Seq2[Out, error]`" + ` is a source

Each may return an error last, which rejects the row with the class ` + "`step_failed`" + `, or the class of an ` + "`*llm.RowError`" + `. Each may take a
` + "`context.Context`" + ` first, and the first three an ` + "`llm.Asker`" + ` after it: then the step has a model and all arguments of a task, and what the
function asks is in the journal, limited and counted as in any task. Columns of the row that the function does not know stay.

After those and before its row, a function may take a struct whose name ends in ` + "`Args`" + `. The argument ` + "`args`" + ` fills it, and ` + "`--set step.NAME.args.limit=80`" + `
changes it, also in the finished program. A field is a string, bool, int or float64, a slice or ` + "`map[string]`" + ` of these, or a pointer to one, and the tags
` + "`default`, `min`, `max` and `enum`" + ` say what it takes. A pointer or a field with a default may be left out.

The function is checked with the pipeline, without a Go toolchain, and what does not fit is reported in the HCL and in the Go source. ` + "`distigen new step`" + `
makes a function with its test.`,
		Example: `pipeline "shouted" {}

step "rows" "texts" {
  rows = [{ text = "to be or not to be" }]
}

step "go" "shout" {
  func = "./steps.Shout"
  from = step.texts
  args = { mark = "!" }
}
`,
		Files: map[string]string{"steps/shout.go": `// Package steps has the steps of the pipeline.
package steps

import "strings"

// ShoutArgs are the arguments of Shout.
type ShoutArgs struct {
	Mark string ` + "`default:\".\"`" + `
}

// ShoutIn is what Shout reads.
type ShoutIn struct {
	Text string
}

// ShoutOut is what Shout adds.
type ShoutOut struct {
	Loud string
}

// Shout writes a text in capital letters.
func Shout(args ShoutArgs, in ShoutIn) ShoutOut {
	return ShoutOut{Loud: strings.ToUpper(in.Text) + args.Mark}
}
`},
		Shape: component.Map, Code: true,
		Params: reflect.TypeFor[Go](),
	}
}
