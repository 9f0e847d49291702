package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// EvolComplexity has a model make an instruction harder several times.
type EvolComplexity struct {
	llm.Task
	NumEvolutions   int      `param:"num_evolutions" required:"true" min:"1" max:"50" doc:"How often each instruction is rewritten, one version after the other: so many requests for a row."`
	Mutations       []string `param:"mutations" default:"[\"constraints\",\"deepening\",\"concretizing\",\"increased_reasoning_steps\"]" fixed:"true" doc:"The ways to rewrite, one of which is drawn each time. A name that is there twice is drawn twice as often."`
	StoreEvolutions bool     `param:"store_evolutions" fixed:"true" doc:"Keep all versions, as the list evolved_instructions, instead of the last one."`
	GenerateAnswers bool     `param:"generate_answers" fixed:"true" doc:"Have the model answer each version that is kept, with one more request for each."`
	IncludeOriginal bool     `param:"include_original_instruction" doc:"With store_evolutions, begin the list with the instruction as it was."`
}

// Run asks the model.
func (t EvolComplexity) Run(ctx context.Context, ask llm.Asker, in EvolInstructIn) (EvolInstructOut, error) {
	return EvolInstruct(t).Run(ctx, ask, in)
}

func evolComplexity() component.Component {
	return component.Component{
		Name: "evol_complexity", Was: []string{"EvolComplexity"}, Category: "generation",
		Summary: "An instruction that is rewritten several times, harder each time",
		Doc: `Has a model rewrite the column ` + "`instruction`" + ` ` + "`num_evolutions`" + ` times, each version from the one before and harder than it. It is
[evol_instruct](evol_instruct.md) without ` + "`breadth`" + `, the way that leads to another instruction, and has the same columns: ` + "`evolved_instruction`" + `, or
with ` + "`store_evolutions`" + ` the list ` + "`evolved_instructions`" + `; with ` + "`generate_answers`" + ` also ` + "`answer`, or `answers`" + `.` + evolvedDoc + `
` + "`{{ if eq .mutation \"shorter\" }}Say it in fewer words.{{ else }}Say it to a child.{{ end }} {{ .instruction }}`" + `.`,
		Paper: "Liu et al. 2023, What Makes Good Data for Alignment? A Comprehensive Study of Automatic Data Selection in Instruction Tuning, https://arxiv.org/abs/2312.15685",
		Example: `pipeline "evolved" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7, max_new_tokens = 512 }
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }, { instruction = "Why is 1 not a prime?" }]
}

step "evol_complexity" "evolve" {
  from           = step.questions
  model          = model.small
  num_evolutions = 2
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[EvolComplexity](),
		In:         reflect.TypeFor[EvolInstructIn](),
		Out:        reflect.TypeFor[EvolInstructOut](),
		Prompt:     func(any) string { return "evol_instruct" },
		PerRequest: []string{"mutation"},
		Outputs:    func(params any) []string { return EvolInstruct(params.(EvolComplexity)).outputs() },
		Derive: func(params any, c *component.Columns) {
			t := params.(EvolComplexity)
			checkMutations(t.Task, t.Mutations, evolInstructMutations, c)
		},
	}
}
