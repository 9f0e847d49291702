package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// BitextRetrievalGenerator has a model write a text, its translation, and a text that could be taken for one.
type BitextRetrievalGenerator struct {
	llm.Task
	SourceLanguage string   `param:"source_language" default:"English" doc:"The language of S1."`
	TargetLanguage string   `param:"target_language" required:"true" doc:"The language of S2 and S3."`
	Unit           string   `param:"unit" default:"drawn" enum:"drawn,sentence,phrase,passage" doc:"What each text is."`
	Difficulty     string   `param:"difficulty" default:"drawn" enum:"drawn,elementary school,high school,college" doc:"What one has to have learnt to understand the texts."`
	HighScore      *float64 `param:"high_score" min:"4" max:"5" doc:"How close S1 and S2 are, on a scale from 1 to 5. Default: drawn for each row from 4, 4.5 and 5."`
	LowScore       *float64 `param:"low_score" min:"1" max:"3.5" doc:"How close S1 and S3 are. Default: drawn for each row from 2.5, 3 and 3.5."`
}

// Run asks the model.
func (t BitextRetrievalGenerator) Run(ctx context.Context, ask llm.Asker, in MonolingualTripletGeneratorIn) (MonolingualTripletGeneratorOut, error) {
	g := graded{t.Unit, t.Difficulty, t.HighScore, t.LowScore}
	values := g.values(draws{t.Task, llm.CallOf(ask)})
	values["source_language"], values["target_language"] = t.SourceLanguage, t.TargetLanguage
	return triplet(ctx, ask, t.Task, values, in.Vars)
}

func bitextRetrievalGenerator() component.Component {
	return component.Component{
		Name: "bitext_retrieval_generator", Was: []string{"BitextRetrievalGenerator"}, Category: "embedding",
		Summary: "A text, its translation, and a text that could be taken for one",
		Doc: `Has a model write three texts on one subject: ` + "`S1`" + ` in ` + "`source_language`, and `S2` and `S3`" + ` in ` + "`target_language`" + `. S2 is as close to S1 in meaning as
` + "`high_score`" + ` says on a scale from 1 to 5, and S3 as close as ` + "`low_score`" + `. All are one ` + "`unit`" + `.` + seedlessDoc + drawnDoc + ` Give the model a temperature, since rows for
which the same is drawn send the same request.` + apartDoc + `

For one language there is [monolingual_triplet_generator](monolingual_triplet_generator.md).

A prompt of your own replaces the text above the reply format. It may read ` + "`source_language`, `target_language`, `unit`, `difficulty`, `high_score` and `low_score`" + `,
drawn or set, and the columns of the row, such as a subject.`,
		Paper: embeddingsPaper,
		Example: `pipeline "translations" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "wanted" {
  rows = [for n in range(3) : { n = n }]
}

step "bitext_retrieval_generator" "write" {
  from            = step.wanted
  model           = model.large
  target_language = "Portuguese"
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[BitextRetrievalGenerator](),
		In:     reflect.TypeFor[MonolingualTripletGeneratorIn](),
		Out:    reflect.TypeFor[MonolingualTripletGeneratorOut](),
		Prompt: func(any) string { return "bitext_retrieval_generator" },
		Offers: []string{"source_language", "target_language", "unit", "difficulty", "high_score", "low_score"},
		Derive: func(params any, c *component.Columns) {
			t := params.(BitextRetrievalGenerator)
			if t.TargetLanguage != "" && strings.EqualFold(t.SourceLanguage, t.TargetLanguage) {
				c.Problem("target_language", "both languages are the same", fmt.Sprintf("source_language and target_language are both %s. "+
					"Name another one, or use a step \"monolingual_triplet_generator\", which takes a single language.", t.TargetLanguage))
			}
		},
	}
}
