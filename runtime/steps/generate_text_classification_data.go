package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// GenerateTextClassificationData has a model write a text with its label and a label that would be wrong.
type GenerateTextClassificationData struct {
	llm.Task
	Language   string `param:"language" default:"English" doc:"The language of the text and the labels."`
	Difficulty string `param:"difficulty" default:"drawn" enum:"drawn,high school,college,PhD" doc:"What one has to have learnt to understand the text."`
	Clarity    string `param:"clarity" default:"drawn" enum:"drawn,clear,understandable with some effort,ambiguous" doc:"How clear the text is."`
}

// GenerateTextClassificationDataIn is what GenerateTextClassificationData reads.
type GenerateTextClassificationDataIn struct {
	Task string   `col:"task" doc:"The classification task: what the texts are, and what is told of them."`
	Vars llm.Vars // what a prompt of the user's reads beyond these
}

// GenerateTextClassificationDataOut is what GenerateTextClassificationData adds.
type GenerateTextClassificationDataOut struct {
	InputText       string `col:"input_text" doc:"The text."`
	Label           string `col:"label" doc:"Its label."`
	MisleadingLabel string `col:"misleading_label" doc:"A label that comes close and is wrong."`
	ModelName       string `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t GenerateTextClassificationData) Run(ctx context.Context, ask llm.Asker, in GenerateTextClassificationDataIn) (GenerateTextClassificationDataOut, error) {
	d := draws{t.Task, llm.CallOf(ask)}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"task":       in.Task,
		"language":   t.Language,
		"difficulty": d.text("difficulty", t.Difficulty, difficulties),
		"clarity":    d.text("clarity", t.Clarity, clarities),
	}, in.Vars)
	if err != nil {
		return GenerateTextClassificationDataOut{}, err
	}
	c := contrast{name: "classification", texts: []string{"input_text", "label", "misleading_label"}}
	texts, model, err := c.ask(ctx, ask, t.Task, messages)
	return GenerateTextClassificationDataOut{InputText: texts["input_text"], Label: texts["label"], MisleadingLabel: texts["misleading_label"], ModelName: model}, err
}

func generateTextClassificationData() component.Component {
	return component.Component{
		Name: "generate_text_classification_data", Was: []string{"GenerateTextClassificationData"}, Category: "embedding",
		Summary: "A text, its label, and a label that would be wrong",
		Doc: `Has a model write an example of the classification task in the column ` + "`task`" + `, such as [embedding_task_generator](embedding_task_generator.md) makes with the
category ` + "`text-classification`" + `: ` + "`input_text`" + `, its ` + "`label`" + ` and a ` + "`misleading_label`" + `, which comes close and is wrong.

` + drawnDoc + apartDoc + `

A prompt of your own replaces the text above the reply format. It may read ` + "`language`, `difficulty` and `clarity`" + `, drawn or set.`,
		Paper: embeddingsPaper,
		Example: `pipeline "labelled" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "tasks" {
  rows = [{ task = "Tell by what method an exercise in mathematics is solved." }]
}

step "generate_text_classification_data" "classify" {
  from    = step.tasks
  model   = model.large
  clarity = "clear"
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[GenerateTextClassificationData](),
		In:     reflect.TypeFor[GenerateTextClassificationDataIn](),
		Out:    reflect.TypeFor[GenerateTextClassificationDataOut](),
		Prompt: func(any) string { return "generate_text_classification_data" },
		Offers: []string{"language", "difficulty", "clarity"},
	}
}
