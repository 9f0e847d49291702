package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// GenerateShortTextMatchingData has a model write two short texts that match.
type GenerateShortTextMatchingData struct {
	llm.Task
	Language string `param:"language" default:"English" doc:"The language of the texts."`
}

// GenerateShortTextMatchingDataIn is what GenerateShortTextMatchingData reads.
type GenerateShortTextMatchingDataIn struct {
	Task string   `col:"task" doc:"The matching task: what the two texts are, and what makes them match."`
	Vars llm.Vars // what a prompt of the user's reads beyond these
}

// GenerateShortTextMatchingDataOut is what GenerateShortTextMatchingData adds.
type GenerateShortTextMatchingDataOut struct {
	Input            string `col:"input" doc:"The text that is given."`
	PositiveDocument string `col:"positive_document" doc:"The text that matches it."`
	ModelName        string `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t GenerateShortTextMatchingData) Run(ctx context.Context, ask llm.Asker, in GenerateShortTextMatchingDataIn) (GenerateShortTextMatchingDataOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"task": in.Task, "language": t.Language}, in.Vars)
	if err != nil {
		return GenerateShortTextMatchingDataOut{}, err
	}
	c := contrast{name: "match", texts: []string{"input", "positive_document"}}
	texts, model, err := c.ask(ctx, ask, t.Task, messages)
	return GenerateShortTextMatchingDataOut{Input: texts["input"], PositiveDocument: texts["positive_document"], ModelName: model}, err
}

func generateShortTextMatchingData() component.Component {
	return component.Component{
		Name: "generate_short_text_matching_data", Was: []string{"GenerateShortTextMatchingData"}, Category: "embedding",
		Summary: "Two short texts that match, by a task that says what matches",
		Doc: `Has a model write an example of the matching task in the column ` + "`task`" + `, such as [embedding_task_generator](embedding_task_generator.md) makes with the
category ` + "`text-matching-short`" + `: ` + "`input`" + ` and ` + "`positive_document`" + `, a few words or a sentence each. What they have in common is what they mean.

For long texts there is [generate_long_text_matching_data](generate_long_text_matching_data.md).` + apartDoc + `

A prompt of your own replaces the text above the reply format. It may read ` + "`language`" + `.`,
		Paper: embeddingsPaper,
		Example: `pipeline "matches" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "tasks" {
  rows = [{ task = "Given the name of a theorem, find what it says in everyday words." }]
}

step "generate_short_text_matching_data" "match" {
  from  = step.tasks
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[GenerateShortTextMatchingData](),
		In:     reflect.TypeFor[GenerateShortTextMatchingDataIn](),
		Out:    reflect.TypeFor[GenerateShortTextMatchingDataOut](),
		Prompt: func(any) string { return "generate_short_text_matching_data" },
		Offers: []string{"language"},
	}
}
