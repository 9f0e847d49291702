package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// SelfInstruct asks a model for instructions that a user of an application might give.
type SelfInstruct struct {
	llm.Task
	NumInstructions int      `param:"num_instructions" default:"5" min:"1" max:"100" doc:"How many instructions to ask for; each row gets exactly so many."`
	Application     string   `param:"application_description" default:"AI assistant" doc:"The application whose users give the instructions."`
	Criteria        []string `param:"criteria_for_query_generation" default:"[\"Start them with different verbs; do not use the same one twice.\",\"Ask only for what a language model can answer in writing, in one or two sentences each.\",\"Make each one complete: whoever answers it sees neither the context nor the other ones.\",\"Mix questions with requests.\"]" doc:"What the instructions should be like, one rule per element."`
}

// SelfInstructIn is what SelfInstruct reads.
type SelfInstructIn struct {
	Input string   `col:"input" doc:"The topic or the text that the instructions are about."`
	Vars  llm.Vars // what a prompt of the user's reads beyond these
}

// SelfInstructOut is what SelfInstruct adds.
type SelfInstructOut struct {
	Instructions []string `col:"instructions" doc:"The instructions, without numbers or bullets."`
	ModelName    string   `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t SelfInstruct) Run(ctx context.Context, ask llm.Asker, in SelfInstructIn) (SelfInstructOut, error) {
	return SelfInstructOut{}, nil
}

func selfInstruct() component.Component {
	return component.Component{
		Name: "self_instruct", Was: []string{"SelfInstruct"}, Category: "generation",
		Summary: "Instructions that a user might give on a topic",
		Shape:   component.Map, Task: true,
		Params: reflect.TypeFor[SelfInstruct](),
		In:     reflect.TypeFor[SelfInstructIn](),
		Out:    reflect.TypeFor[SelfInstructOut](),
		Prompt: func(any) string { return "self_instruct" },
	}
}
