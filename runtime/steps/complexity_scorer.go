package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// ComplexityScorer has a judge score how hard several instructions are, side by side.
type ComplexityScorer struct {
	llm.Task
	MaxScore int `param:"max_score" default:"6" min:"2" max:"100" doc:"The highest score; the lowest is 1."`
}

// ComplexityScorerIn is what ComplexityScorer reads.
type ComplexityScorerIn struct {
	Instructions []string `col:"instructions" min:"1" doc:"The instructions to score, such as the versions of one that evolved."`
	Vars         llm.Vars // what a prompt of the user's reads beyond these
}

// ComplexityScorerOut is what ComplexityScorer adds.
type ComplexityScorerOut struct {
	Scores    []int  `col:"scores" doc:"A score for each instruction, in their order: the higher, the harder."`
	ModelName string `col:"model_name" doc:"The model that judged."`
}

// Run asks the judge.
func (t ComplexityScorer) Run(ctx context.Context, ask llm.Asker, in ComplexityScorerIn) (ComplexityScorerOut, error) {
	values := map[string]any{"instructions": in.Instructions, "max_score": t.MaxScore}
	scores, model, err := score(ctx, ask, t.Task, values, in.Vars, len(in.Instructions), t.MaxScore)
	return ComplexityScorerOut{Scores: scores, ModelName: model}, err
}

func complexityScorer() component.Component {
	return component.Component{
		Name: "complexity_scorer", Was: []string{"ComplexityScorer"}, Category: "judging",
		Summary: "Scores of how hard instructions are, by a model that compares them",
		Doc: `Shows a judge all instructions of the list ` + "`instructions`" + ` together and has it score how hard each is to answer well, from 1 to
` + "`max_score`" + `. It makes ` + "`scores`" + `, a list of whole numbers with one element per instruction, in the order of the instructions.

Scores are comparable within a row: the judge sees the instructions side by side, and tells small differences that it would not see one
by one. Usually they are the versions of one instruction that ` + "`evol_instruct`" + ` has made, and ` + "`expand_columns`" + ` then makes a row of each.

A score belongs to its instruction by its number in the reply, whatever stands around it. A judge that leaves one out, scores one
twice, writes N/A, a word or a fraction, or leaves the scale is asked again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says,
with the class ` + "`unparseable`" + ` or ` + "`out_of_scale`" + `.

A prompt of your own replaces the text above the reply format, and should call the instructions text 1, text 2 and so on:
` + "`{{ range $i, $t := .instructions }}Text {{ inc $i }}: {{ $t }}{{ end }}`" + `. It may read ` + "`max_score`" + ` as well.`,
		Paper: "Liu et al. 2023, What Makes Good Data for Alignment? A Comprehensive Study of Automatic Data Selection in Instruction Tuning, https://arxiv.org/abs/2312.15685",
		Example: `pipeline "scored" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "questions" {
  rows = [
    { instructions = ["What is 3/4 of 20?", "What share of 20 is left when 3/4 of it and then 1/5 of the rest are gone?"] },
  ]
}

step "complexity_scorer" "score" {
  from  = step.questions
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[ComplexityScorer](),
		In:     reflect.TypeFor[ComplexityScorerIn](),
		Out:    reflect.TypeFor[ComplexityScorerOut](),
		Prompt: func(any) string { return "complexity_scorer" },
		Offers: []string{"max_score"},
	}
}
