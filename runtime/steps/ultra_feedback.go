package steps

import (
	"context"
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
	Ratings              []int    `col:"ratings" doc:"A rating from 1 to 5 for each text, in the order of the texts."`
	Rationales           []string `col:"rationales" doc:"Why, for each text."`
	Types                [][]int  `col:"types" doc:"..."`
	RationalesForRatings []string `col:"rationales-for-ratings" doc:"..."`
	ModelName            string   `col:"model_name" doc:"The model that judged."`
}

// Run asks the judge.
func (t UltraFeedback) Run(ctx context.Context, ask llm.Asker, in UltraFeedbackIn) (UltraFeedbackOut, error) {
	return UltraFeedbackOut{}, nil
}

func ultraFeedback() component.Component {
	return component.Component{
		Name: "ultra_feedback", Was: []string{"UltraFeedback"}, Category: "judging",
		Summary: "Ratings of several answers, by a model that judges them",
		Shape:   component.Map, Task: true,
		Params: reflect.TypeFor[UltraFeedback](),
		In:     reflect.TypeFor[UltraFeedbackIn](),
		Out:    reflect.TypeFor[UltraFeedbackOut](),
		Prompt: func(p any) string { return "ultra_feedback/" + p.(UltraFeedback).Aspect },
		Outputs: func(p any) []string {
			switch p.(UltraFeedback).Aspect {
			case "helpfulness", "truthfulness":
				return []string{"types", "rationales", "ratings", "rationales-for-ratings", "model_name"}
			}
			return []string{"ratings", "rationales", "model_name"}
		},
	}
}
