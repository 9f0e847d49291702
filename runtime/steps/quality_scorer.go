package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// QualityScorer has a judge score how good several responses to one instruction are, side by side.
type QualityScorer struct {
	llm.Task
	MaxScore int `param:"max_score" default:"6" min:"2" max:"100" doc:"The highest score; the lowest is 1."`
}

// QualityScorerIn is what QualityScorer reads.
type QualityScorerIn struct {
	Instruction string   `col:"instruction" doc:"The instruction that the responses answer."`
	Responses   []string `col:"responses" min:"1" doc:"The responses to score, such as the versions of one that evolved."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// QualityScorerOut is what QualityScorer adds.
type QualityScorerOut struct {
	Scores    []int  `col:"scores" doc:"A score for each response, in their order: the higher, the better."`
	ModelName string `col:"model_name" doc:"The model that judged."`
}

// Run asks the judge.
func (t QualityScorer) Run(ctx context.Context, ask llm.Asker, in QualityScorerIn) (QualityScorerOut, error) {
	values := map[string]any{"instruction": in.Instruction, "responses": in.Responses, "max_score": t.MaxScore}
	scores, model, err := score(ctx, ask, t.Task, values, in.Vars, len(in.Responses), t.MaxScore)
	return QualityScorerOut{Scores: scores, ModelName: model}, err
}

func qualityScorer() component.Component {
	return component.Component{
		Name: "quality_scorer", Was: []string{"QualityScorer"}, Category: "judging",
		Summary: "Scores of how good responses to an instruction are, by a model that compares them",
		Doc: `Shows a judge an instruction with all responses of the list ` + "`responses`" + ` together and has it score how good each is, from 1 to
` + "`max_score`" + `. It makes ` + "`scores`" + `, a list of whole numbers with one element per response, in the order of the responses.

Scores are comparable within a row: the judge sees the responses side by side, and tells small differences that it would not see one by
one. Usually they are the versions of one response that ` + "`evol_quality`" + ` has made, and ` + "`expand_columns`" + ` then makes a row of each.

A score belongs to its response by its number in the reply, whatever stands around it. A judge that leaves one out, scores one
twice, writes N/A, a word or a fraction, or leaves the scale is asked again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says,
with the class ` + "`unparseable`" + ` or ` + "`out_of_scale`" + `.

A prompt of your own replaces the text above the reply format, and should call the responses text 1, text 2 and so on:
` + "`{{ range $i, $t := .responses }}Text {{ inc $i }}: {{ $t }}{{ end }}`" + `. It may read ` + "`instruction` and `max_score`" + ` as well.`,
		Paper: "Liu et al. 2023, What Makes Good Data for Alignment? A Comprehensive Study of Automatic Data Selection in Instruction Tuning, https://arxiv.org/abs/2312.15685",
		Example: `pipeline "scored" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "answers" {
  rows = [
    { instruction = "What is 3/4 of 20?", responses = ["15", "A quarter of 20 is 5, so three of them are 15."] },
  ]
}

step "quality_scorer" "score" {
  from  = step.answers
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[QualityScorer](),
		In:     reflect.TypeFor[QualityScorerIn](),
		Out:    reflect.TypeFor[QualityScorerOut](),
		Prompt: func(any) string { return "quality_scorer" },
		Offers: []string{"max_score"},
	}
}
