package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// GenerateLongTextMatchingData has a model write two long texts that match.
type GenerateLongTextMatchingData struct {
	llm.Task
	Language string `param:"language" default:"English" doc:"The language of the texts."`
}

// Run asks the model.
func (t GenerateLongTextMatchingData) Run(ctx context.Context, ask llm.Asker, in GenerateShortTextMatchingDataIn) (GenerateShortTextMatchingDataOut, error) {
	return GenerateShortTextMatchingData(t).Run(ctx, ask, in)
}

func generateLongTextMatchingData() component.Component {
	return component.Component{
		Name: "generate_long_text_matching_data", Was: []string{"GenerateLongTextMatchingData"}, Category: "embedding",
		Summary: "Two long texts that match, by a task that says what matches",
		Doc: `Has a model write an example of the matching task in the column ` + "`task`" + `, such as [embedding_task_generator](embedding_task_generator.md) makes with the
category ` + "`text-matching-long`" + `: ` + "`input`" + ` and ` + "`positive_document`" + `, several paragraphs each, which match by what they say as a whole. Leave room
for them in ` + "`max_new_tokens`" + `: a reply that is cut counts as failed.

For short texts there is [generate_short_text_matching_data](generate_short_text_matching_data.md).` + apartDoc + `

A prompt of your own replaces the text above the reply format. It may read ` + "`language`" + `.`,
		Paper: embeddingsPaper,
		Example: `pipeline "matches" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "tasks" {
  rows = [{ task = "Given a lesson on a theorem, find one that teaches the same to older pupils." }]
}

step "generate_long_text_matching_data" "match" {
  from  = step.tasks
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[GenerateLongTextMatchingData](),
		In:     reflect.TypeFor[GenerateShortTextMatchingDataIn](),
		Out:    reflect.TypeFor[GenerateShortTextMatchingDataOut](),
		Prompt: func(any) string { return "generate_long_text_matching_data" },
		Offers: []string{"language"},
	}
}
