package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
	"github.com/distigen/distigen/runtime/llm"
)

// StructuredGeneration asks a model for a typed answer to an instruction. R is the struct that a reply fills.
type StructuredGeneration[R any] struct {
	llm.Task
	Output form.Columns `param:"output" required:"true" fixed:"true" typed:"true" doc:"The type of the answers: object({ name = string, age = int }), or any other type."`
}

// StructuredGenerationIn is what StructuredGeneration reads.
type StructuredGenerationIn struct {
	Instruction  string   `col:"instruction" doc:"What to answer."`
	SystemPrompt *string  `col:"system_prompt" absent:"ok" doc:"System message of this row; the step's own is used where it is missing, null or empty."`
	Vars         llm.Vars // what a prompt of the user's reads beyond these
}

// Run asks the model.
func (t StructuredGeneration[R]) Run(ctx context.Context, ask llm.Asker, in StructuredGenerationIn) (Replied[R], error) {
	system := t.SystemPrompt
	if in.SystemPrompt != nil && *in.SystemPrompt != "" {
		system = *in.SystemPrompt
	}
	return askForm[R](ctx, ask, t.Task, conversation{system: system, vars: in.Vars,
		values: map[string]any{"instruction": in.Instruction, "system_prompt": system}})
}

// Form is the form of the reply, as the arguments have it.
func (t StructuredGeneration[R]) Form() form.Columns { return t.Output }

func structuredGeneration() component.Component {
	type declared = StructuredGeneration[struct{}]
	return component.Component{
		Name: "structured_generation", Was: []string{"StructuredGeneration"}, Category: "generation",
		Summary: "A typed answer to an instruction",
		Doc: `Sends the column ` + "`instruction`" + ` to a model and makes the typed column ` + "`generation`" + ` of its reply. ` + "`output`" + ` is the type of the
answer, usually an object; [prompt](prompt.md) lists the types. The type becomes the JSON schema of the request and the type of the column, a
struct in the generated program, and the reply is checked against it as that of a prompt is. In distilabel the schema comes with each row, in the
column ` + "`structured_output`" + `, and the answer is a text; here it belongs to the step, so that its columns have types.

An object without a name is one column, and what comes next reads its fields as ` + "`row.generation.hobbies`" + `. Columns of their own come of types by
name, ` + "`output = { questions = list(object({ text = string, answers = list(string) })) }`" + `: so [expand_columns](expand_columns.md) makes a row of
each element.

A row may bring its own system message in the column ` + "`system_prompt`" + `, as for text_generation.`,
		Example: `pipeline "personas" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "requests" {
  rows = [{ instruction = "Invent a nurse from Lyon." }, { instruction = "Invent a retired sailor." }]
}

step "structured_generation" "persona" {
  from  = step.requests
  model = model.small

  output = object({
    name    = string
    age     = int({ min = 18, max = 99 })
    hobbies = list(string, { min = 1, max = 3 })
  })
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[declared](),
		In:     reflect.TypeFor[StructuredGenerationIn](),
		Out:    reflect.TypeFor[Replied[struct{}]](),
		Prompt: func(any) string { return "structured_generation" },
		Derive: func(params any, c *component.Columns) { replies(c, "output", params.(declared).Form()) },
	}
}
