package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// EvolComplexityGenerator has a model write an instruction around a seed, and make it harder several times.
type EvolComplexityGenerator struct {
	llm.Task
	NumEvolutions   int      `param:"num_evolutions" default:"2" min:"1" max:"50" doc:"How often the first instruction is rewritten: with it, one more request than that for a row."`
	Mutations       []string `param:"mutations" default:"[\"constraints\",\"deepening\",\"concretizing\",\"increased_reasoning_steps\"]" fixed:"true" doc:"The ways to rewrite, one of which is drawn each time. A name that is there twice is drawn twice as often."`
	GenerateAnswers bool     `param:"generate_answers" fixed:"true" doc:"Have the model answer the last version, with one more request."`
}

// Run asks the model.
func (t EvolComplexityGenerator) Run(ctx context.Context, ask llm.Asker, in EvolInstructGeneratorIn) (EvolInstructGeneratorOut, error) {
	return EvolInstructGenerator(t).Run(ctx, ask, in)
}

func evolComplexityGenerator() component.Component {
	return component.Component{
		Name: "evol_complexity_generator", Was: []string{"EvolComplexityGenerator"}, Category: "generation",
		Summary: "An instruction out of a seed, made harder several times",
		Doc: `Has a model write an instruction around the words or the text of the column ` + "`seed`" + `, and then make it harder ` + "`num_evolutions`" + ` times as
[evol_complexity](evol_complexity.md) does. It makes ` + "`instruction`" + `, the last version, and with ` + "`generate_answers`" + ` the model's
` + "`answer`" + ` to it.` + generatorDoc + evolvedDoc + generatorPromptDoc,
		Paper: "Liu et al. 2023, What Makes Good Data for Alignment? A Comprehensive Study of Automatic Data Selection in Instruction Tuning, https://arxiv.org/abs/2312.15685",
		Example: `pipeline "generated" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7, max_new_tokens = 512 }
}

step "rows" "words" {
  rows = [{ seed = "bridge, wind" }, { seed = "prime numbers" }]
}

step "evol_complexity_generator" "generate" {
  from             = step.words
  model            = model.small
  generate_answers = true
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[EvolComplexityGenerator](),
		In:         reflect.TypeFor[EvolInstructGeneratorIn](),
		Out:        reflect.TypeFor[EvolInstructGeneratorOut](),
		Prompt:     func(any) string { return "evol_instruct_generator" },
		PerRequest: []string{"mutation", "instruction"},
		Outputs:    func(params any) []string { return EvolInstructGenerator(params.(EvolComplexityGenerator)).outputs() },
		Derive: func(params any, c *component.Columns) {
			t := params.(EvolComplexityGenerator)
			checkMutations(t.Task, t.Mutations, evolInstructMutations, c)
		},
	}
}
