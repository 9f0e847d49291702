package steps

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/prompt"
)

// TextGeneration asks a model for one text per row.
type TextGeneration struct {
	llm.Task
	Columns []string `param:"columns" fixed:"true" doc:"The columns that your prompt reads, if you want that checked: a name that the prompt does not read is an error."`
}

// TextGenerationIn is what TextGeneration reads.
type TextGenerationIn struct {
	Instruction  string   `col:"instruction" doc:"What to answer. A prompt of your own may do without it."`
	SystemPrompt *string  `col:"system_prompt" absent:"ok" doc:"System message of this row; the step's own is used where it is missing, null or empty."`
	Vars         llm.Vars // what a prompt of the user's reads beyond these
}

// TextGenerationOut is what TextGeneration adds.
type TextGenerationOut struct {
	Generation string `col:"generation" doc:"The answer."`
	ModelName  string `col:"model_name" doc:"The model that wrote it."`
}

// Run asks the model.
func (t TextGeneration) Run(ctx context.Context, ask llm.Asker, in TextGenerationIn) (TextGenerationOut, error) {
	system := t.SystemPrompt
	if in.SystemPrompt != nil && *in.SystemPrompt != "" {
		system = *in.SystemPrompt
	}
	messages, err := t.Messages(system, map[string]any{"instruction": in.Instruction, "system_prompt": system}, in.Vars)
	if err != nil {
		return TextGenerationOut{}, err
	}
	r, err := ask.Ask(ctx, messages, nil, empty)
	return TextGenerationOut{Generation: r.Text, ModelName: r.Model}, err
}

func textGeneration() component.Component {
	return component.Component{
		Name: "text_generation", Was: []string{"TextGeneration"}, Category: "generation",
		Summary: "An answer to an instruction",
		Doc: `Sends the column ` + "`instruction`" + ` to a model and keeps what it answers in ` + "`generation`" + `. A row may bring its own system
message in the column ` + "`system_prompt`" + `; where that is missing, null or empty, the step's ` + "`system_prompt`" + ` is sent, and without
one no system message at all.

With ` + "`prompt`" + ` you write the request yourself, from any columns of the row: ` + "`{{ .title }}`" + `, or a loop over a list column,
` + "`{{ range .hints }}- {{ . }}{{ end }}`" + `. The row then needs the columns that the prompt reads, and ` + "`instruction`" + ` only if it is
one of them. List these columns in ` + "`columns`" + ` to have it checked that the prompt does read them.

With ` + "`num_generations`" + ` the model is asked several times, which makes sense at a temperature above zero: a row of each answer, or
with ` + "`group_generations`" + ` a list of answers in one row. An empty answer counts as failed and is asked for again.`,
		Example: `pipeline "answers" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7, max_new_tokens = 400 }
}

step "rows" "questions" {
  rows = [{ instruction = "What is 15% of 80?" }, { instruction = "Why is 1 not a prime?" }]
}

step "text_generation" "answer" {
  from          = step.questions
  model         = model.small
  system_prompt = "Answer in one sentence."
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[TextGeneration](),
		In:     reflect.TypeFor[TextGenerationIn](),
		Out:    reflect.TypeFor[TextGenerationOut](),
		Prompt: func(any) string { return "text_generation" },
		Inputs: func(params any) []string { return params.(TextGeneration).inputs() },
		Derive: func(params any, c *component.Columns) {
			for i, name := range params.(TextGeneration).Columns {
				c.Read(fmt.Sprintf("columns[%d]", i), name, component.Of(component.Any))
			}
		},
	}
}

// inputs leaves out the instruction where a prompt of the user's does.
func (t TextGeneration) inputs() []string {
	if t.Prompt != "" {
		// A template that cannot be read is reported by the checker, which parses it again.
		if tmpl, err := prompt.Parse(string(t.Prompt), nil); err == nil && !slices.Contains(tmpl.Uses(), "instruction") {
			return []string{"system_prompt"}
		}
	}
	return []string{"instruction", "system_prompt"}
}
