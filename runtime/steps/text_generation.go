package steps

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
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
	return TextGenerationOut{}, nil
}

func textGeneration() component.Component {
	return component.Component{
		Name: "text_generation", Was: []string{"TextGeneration"}, Category: "generation",
		Summary: "An answer to an instruction",
		Shape:   component.Map, Task: true,
		Params: reflect.TypeFor[TextGeneration](),
		In:     reflect.TypeFor[TextGenerationIn](),
		Out:    reflect.TypeFor[TextGenerationOut](),
		Prompt: func(any) string { return "text_generation" },
		Derive: func(params any, c *component.Columns) {
			for i, name := range params.(TextGeneration).Columns {
				c.Read(fmt.Sprintf("columns[%d]", i), name, component.Of(component.Any))
			}
		},
	}
}
