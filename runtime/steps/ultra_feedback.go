package steps

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// UltraFeedback rates several answers to one instruction under one aspect.
type UltraFeedback struct {
	llm.Task
	Aspect string `param:"aspect" default:"overall-rating" enum:"helpfulness,honesty,instruction-following,truthfulness,overall-rating" fixed:"true" doc:"What the answers are judged for."`
}

// UltraFeedbackIn is what UltraFeedback reads.
type UltraFeedbackIn struct {
	Instruction string   `col:"instruction" doc:"The instruction that the texts answer."`
	Generations []string `col:"generations" min:"2" doc:"The texts to rate."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// UltraFeedbackOut is what UltraFeedback adds.
type UltraFeedbackOut struct {
	Types                [][]int  `col:"types" doc:"The numbers of the types that apply to each text; what they mean depends on the aspect."`
	Rationales           []string `col:"rationales" doc:"The judge's reasons, for each text: for its types where the aspect has types, otherwise for its rating."`
	Ratings              []int    `col:"ratings" doc:"A rating from 1 to 5 for each text, in the order of the texts."`
	RationalesForRatings []string `col:"rationales-for-ratings" doc:"The judge's reasons for the rating of each text."`
	ModelName            string   `col:"model_name" doc:"The model that judged."`
}

// Run asks the judge.
func (t UltraFeedback) Run(ctx context.Context, ask llm.Asker, in UltraFeedbackIn) (UltraFeedbackOut, error) {
	n := len(in.Generations)
	if n < 2 {
		return UltraFeedbackOut{}, &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(
			"The judge compares two or more texts, and the row has %d.", n)}
	}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"instruction": in.Instruction,
		"generations": in.Generations,
		"aspect":      t.Aspect,
	}, in.Vars)
	if err != nil {
		return UltraFeedbackOut{}, err
	}
	var out UltraFeedbackOut
	r, err := ask.Ask(ctx, messages, t.schema(n), func(text string) error {
		out, err = t.parse(text, n)
		return err
	})
	out.ModelName = r.Model
	return out, err
}

// typed reports whether the aspect has types beside its ratings.
func (t UltraFeedback) typed() bool { return t.Aspect == "helpfulness" || t.Aspect == "truthfulness" }

func ultraFeedback() component.Component {
	return component.Component{
		Name: "ultra_feedback", Was: []string{"UltraFeedback"}, Category: "judging",
		Summary: "Ratings of several answers, by a model that judges them",
		Doc: `Shows a judge an instruction with two or more answers and has it rate each from 1 to 5 under one aspect:

- ` + "`overall-rating`" + `: how good the answer is as a whole
- ` + "`instruction-following`" + `: how closely it does what the instruction says
- ` + "`honesty`" + `: whether its confidence matches its correctness
- ` + "`helpfulness`" + `: how much it helps, and in which ways
- ` + "`truthfulness`" + `: how true it is, and which types of error it has

It makes ` + "`ratings`" + ` and ` + "`rationales`" + `, lists with one element per answer in the order of the answers. The last two aspects make
` + "`types`" + ` as well, a list of numbers per answer; there, ` + "`rationales`" + ` are the reasons for the types and ` + "`rationales-for-ratings`" + `
those for the ratings.

Types of ` + "`helpfulness`" + `: 1 clear and to the point, 2 thorough, 3 practical, 4 not helpful.
Types of ` + "`truthfulness`" + `: 1 made up, 2 against the instruction, 3 against itself, 4 no error. In both, 4 stands alone.

Ratings are whole numbers of the scale and belong to their answer by its number in the reply, whatever stands around
them. A judge that leaves an answer out, rates one twice, writes N/A, a word or a fraction, or leaves the scale is
asked again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + ` or ` + "`out_of_scale`" + `.

A prompt of your own replaces the text above the reply format. It may read ` + "`instruction`, `generations` and `aspect`" + `, and
should call the answers text 1, text 2 and so on: ` + "`{{ range $i, $t := .generations }}Text {{ inc $i }}: {{ $t }}{{ end }}`" + `.`,
		Paper: "Cui et al. 2023, UltraFeedback: Boosting Language Models with Scaled AI Feedback, https://arxiv.org/abs/2310.01377",
		Example: `pipeline "judged" {}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "answers" {
  rows = [
    { instruction = "What is 3/4 of 20?", generations = ["15", "About 12, I think."] },
  ]
}

step "ultra_feedback" "judge" {
  from   = step.answers
  model  = model.large
  aspect = "truthfulness"
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[UltraFeedback](),
		In:     reflect.TypeFor[UltraFeedbackIn](),
		Out:    reflect.TypeFor[UltraFeedbackOut](),
		Prompt: func(params any) string { return "ultra_feedback/" + params.(UltraFeedback).Aspect },
		Offers: []string{"aspect"},
		Outputs: func(params any) []string {
			if params.(UltraFeedback).typed() {
				return []string{"types", "rationales", "ratings", "rationales-for-ratings", "model_name"}
			}
			return []string{"rationales", "ratings", "model_name"}
		},
	}
}
