package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// InstructionBacktranslation has a judge score how well a text does as an assistant's answer to an instruction.
type InstructionBacktranslation struct{ llm.Task }

// InstructionBacktranslationIn is what InstructionBacktranslation reads.
type InstructionBacktranslationIn struct {
	Instruction string   `col:"instruction" doc:"The instruction that the text answers."`
	Generation  string   `col:"generation" doc:"The text to score."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// InstructionBacktranslationOut is what InstructionBacktranslation adds.
type InstructionBacktranslationOut struct {
	Score     int    `col:"score" doc:"How good an answer the text is, from 1 to 5."`
	Reason    string `col:"reason" doc:"The judge's reasons."`
	ModelName string `col:"model_name" doc:"The model that judged."`
}

// backtranslationScale is that of the paper.
var backtranslationScale = reply.Scale{Min: 1, Max: 5}

// Run asks the judge.
func (t InstructionBacktranslation) Run(ctx context.Context, ask llm.Asker, in InstructionBacktranslationIn) (InstructionBacktranslationOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"instruction": in.Instruction, "generation": in.Generation}, in.Vars)
	if err != nil {
		return InstructionBacktranslationOut{}, err
	}
	v := judgement{name: "score", reason: "reason", result: "score", scale: backtranslationScale}
	reason, score, model, err := v.ask(ctx, ask, t.Task, messages)
	return InstructionBacktranslationOut{Score: score, Reason: reason, ModelName: model}, err
}

func instructionBacktranslation() component.Component {
	return component.Component{
		Name: "instruction_backtranslation", Was: []string{"InstructionBacktranslation"}, Category: "judging",
		Summary: "A score from 1 to 5 and a reason for one text as the answer to an instruction",
		Doc: `Shows a judge one instruction and one text, the column ` + "`generation`" + `, and has it score how well the text would do as the answer of a
good assistant. It makes ` + "`score`" + `, a whole number from 1 to 5, and ` + "`reason`" + `.

1 is beside the point, 3 is an answer by somebody else than an assistant, such as a passage of a web page, and 5 is one that could not be
better. In the paper it picks the texts of the web that are good answers to instructions which a model has written for them.

A judge that gives no score, two scores, N/A, a word, a fraction or a number outside of the scale is asked again; after ` + "`max_attempts`" + `
the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + ` or ` + "`out_of_scale`" + `.`,
		Paper: "Li et al. 2023, Self-Alignment with Instruction Backtranslation, https://arxiv.org/abs/2308.06259",
		Example: `pipeline "curated" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "pairs" {
  rows = [
    { instruction = "Why is 1 not a prime?", generation = "A prime has exactly two divisors, and 1 has one." },
  ]
}

step "instruction_backtranslation" "judge" {
  from  = step.pairs
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[InstructionBacktranslation](),
		In:     reflect.TypeFor[InstructionBacktranslationIn](),
		Out:    reflect.TypeFor[InstructionBacktranslationOut](),
		Prompt: func(any) string { return "instruction_backtranslation" },
	}
}
