package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// MonolingualTripletGenerator has a model write three texts of one language, two of which are close in meaning.
type MonolingualTripletGenerator struct {
	llm.Task
	Language   string   `param:"language" default:"English" doc:"The language of the texts."`
	Unit       string   `param:"unit" default:"drawn" enum:"drawn,sentence,phrase,passage" doc:"What each text is."`
	Difficulty string   `param:"difficulty" default:"drawn" enum:"drawn,elementary school,high school,college" doc:"What one has to have learnt to understand the texts."`
	HighScore  *float64 `param:"high_score" min:"4" max:"5" doc:"How close S1 and S2 are, on a scale from 1 to 5. Default: drawn for each row from 4, 4.5 and 5."`
	LowScore   *float64 `param:"low_score" min:"1" max:"3.5" doc:"How close S1 and S3 are. Default: drawn for each row from 2.5, 3 and 3.5."`
}

// MonolingualTripletGeneratorIn is what MonolingualTripletGenerator reads: nothing, unless a prompt of the user's does.
type MonolingualTripletGeneratorIn struct {
	Vars llm.Vars
}

// MonolingualTripletGeneratorOut is what MonolingualTripletGenerator adds.
type MonolingualTripletGeneratorOut struct {
	S1        string `col:"S1" doc:"The first text."`
	S2        string `col:"S2" doc:"A text that is close to it in meaning."`
	S3        string `col:"S3" doc:"A text that is less close."`
	ModelName string `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t MonolingualTripletGenerator) Run(ctx context.Context, ask llm.Asker, in MonolingualTripletGeneratorIn) (MonolingualTripletGeneratorOut, error) {
	g := graded{t.Unit, t.Difficulty, t.HighScore, t.LowScore}
	values := g.values(draws{t.Task, llm.CallOf(ask)})
	values["language"] = t.Language
	return triplet(ctx, ask, t.Task, values, in.Vars)
}

// graded are the parameters of texts whose closeness is given.
type graded struct {
	unit, difficulty string
	high, low        *float64
}

var (
	units              = []string{"sentence", "phrase", "passage"}
	schoolDifficulties = []string{"elementary school", "high school", "college"}
	highScores         = []float64{4, 4.5, 5}
	lowScores          = []float64{2.5, 3, 3.5}
)

func (g graded) values(d draws) map[string]any {
	return map[string]any{
		"unit":       d.text("unit", g.unit, units),
		"difficulty": d.text("difficulty", g.difficulty, schoolDifficulties),
		"high_score": d.number("high_score", g.high, highScores),
		"low_score":  d.number("low_score", g.low, lowScores),
	}
}

// triplet asks for three texts.
func triplet(ctx context.Context, ask llm.Asker, t llm.Task, values map[string]any, vars llm.Vars) (MonolingualTripletGeneratorOut, error) {
	messages, err := t.Messages(t.SystemPrompt, values, vars)
	if err != nil {
		return MonolingualTripletGeneratorOut{}, err
	}
	c := contrast{name: "triplet", texts: []string{"first", "second", "third"}}
	texts, model, err := c.ask(ctx, ask, t, messages)
	return MonolingualTripletGeneratorOut{S1: texts["first"], S2: texts["second"], S3: texts["third"], ModelName: model}, err
}

// seedlessDoc says how a task that reads no column gets its rows.
const seedlessDoc = `

It reads no column: a row is a triplet to be written, whatever it holds, and ` + "`[for n in range(1000) : { n = n }]`" + ` makes a thousand of them.

`

func monolingualTripletGenerator() component.Component {
	return component.Component{
		Name: "monolingual_triplet_generator", Was: []string{"MonolingualTripletGenerator"}, Category: "embedding",
		Summary: "Three texts of one language, two close in meaning and one less so",
		Doc: `Has a model write three texts on one subject: ` + "`S1`, `S2`" + `, which is as close to it in meaning as ` + "`high_score`" + ` says on a scale from 1 to 5, and
` + "`S3`" + `, which is as close as ` + "`low_score`" + `. All are one ` + "`unit`" + ` of ` + "`language`" + `.` + seedlessDoc + drawnDoc + ` Give the model a temperature, since rows for
which the same is drawn send the same request.` + apartDoc + `

A prompt of your own replaces the text above the reply format. It may read ` + "`language`, `unit`, `difficulty`, `high_score` and `low_score`" + `, drawn or set, and
the columns of the row, such as a subject.`,
		Paper: embeddingsPaper,
		Example: `pipeline "triplets" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 1 }
}

step "rows" "wanted" {
  rows = [for n in range(3) : { n = n }]
}

step "monolingual_triplet_generator" "write" {
  from      = step.wanted
  model     = model.large
  unit      = "sentence"
  low_score = 2.5
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[MonolingualTripletGenerator](),
		In:     reflect.TypeFor[MonolingualTripletGeneratorIn](),
		Out:    reflect.TypeFor[MonolingualTripletGeneratorOut](),
		Prompt: func(any) string { return "monolingual_triplet_generator" },
		Offers: []string{"language", "unit", "difficulty", "high_score", "low_score"},
	}
}
