package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// EvolInstruct has a model rewrite an instruction several times, so that it becomes harder or another one.
type EvolInstruct struct {
	llm.Task
	NumEvolutions   int      `param:"num_evolutions" required:"true" min:"1" max:"50" doc:"How often each instruction is rewritten, one version after the other: so many requests for a row."`
	Mutations       []string `param:"mutations" default:"[\"constraints\",\"deepening\",\"concretizing\",\"increased_reasoning_steps\",\"breadth\"]" fixed:"true" doc:"The ways to rewrite, one of which is drawn each time. A name that is there twice is drawn twice as often."`
	StoreEvolutions bool     `param:"store_evolutions" fixed:"true" doc:"Keep all versions, as the list evolved_instructions, instead of the last one."`
	GenerateAnswers bool     `param:"generate_answers" fixed:"true" doc:"Have the model answer each version that is kept, with one more request for each."`
	IncludeOriginal bool     `param:"include_original_instruction" doc:"With store_evolutions, begin the list with the instruction as it was."`
}

// EvolInstructIn is what EvolInstruct reads.
type EvolInstructIn struct {
	Instruction string   `col:"instruction" doc:"The instruction to begin with."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// EvolInstructOut is what EvolInstruct adds.
type EvolInstructOut struct {
	EvolvedInstruction  string   `col:"evolved_instruction" doc:"The last version; without store_evolutions."`
	EvolvedInstructions []string `col:"evolved_instructions" doc:"All versions, the first one first; with store_evolutions."`
	Answer              string   `col:"answer" doc:"The answer to the last version; with generate_answers and without store_evolutions."`
	Answers             []string `col:"answers" doc:"An answer to each version of the list; with generate_answers and store_evolutions."`
	ModelName           string   `col:"model_name" doc:"The model that wrote them."`
}

// evolInstructMutations are the ways that the default prompt knows.
var evolInstructMutations = []string{"constraints", "deepening", "concretizing", "increased_reasoning_steps", "breadth"}

// Run asks the model.
func (t EvolInstruct) Run(ctx context.Context, ask llm.Asker, in EvolInstructIn) (EvolInstructOut, error) {
	e := evolution{task: t.Task, kind: "instruction", rounds: t.NumEvolutions, mutations: t.Mutations, values: map[string]any{}, vars: in.Vars}
	versions, model, err := e.run(ctx, ask, in.Instruction)
	if err != nil {
		return EvolInstructOut{}, err
	}
	out := EvolInstructOut{EvolvedInstruction: versions[len(versions)-1], ModelName: model}
	kept := versions[len(versions)-1:]
	if t.StoreEvolutions {
		if kept = versions[1:]; t.IncludeOriginal {
			kept = versions
		}
		out.EvolvedInstructions = kept
	}
	if t.GenerateAnswers {
		if out.Answers, err = answersTo(ctx, ask, t.SystemPrompt, kept); err != nil {
			return EvolInstructOut{}, err
		}
		out.Answer = out.Answers[len(out.Answers)-1]
	}
	return out, nil
}

func (t EvolInstruct) outputs() []string {
	switch {
	case t.StoreEvolutions && t.GenerateAnswers:
		return []string{"evolved_instructions", "answers", "model_name"}
	case t.StoreEvolutions:
		return []string{"evolved_instructions", "model_name"}
	case t.GenerateAnswers:
		return []string{"evolved_instruction", "answer", "model_name"}
	}
	return []string{"evolved_instruction", "model_name"}
}

const evolvedDoc = `

The way is drawn for each version by the row and the ` + "`seed`" + `, so that every run draws the same and a greater ` + "`num_evolutions`" + ` goes on from the
versions that are in the journal. A version that is empty or the same as one before, that begins with a refusal, that copies the task
in place of doing it, or that talks of "the rewritten prompt" and the like is none: the model is told so and asked again. After ` + "`max_attempts`" + ` the row goes where
` + "`on_error`" + ` says; no version is left out, so that a list always has as many as were asked for.

A prompt of your own replaces the text above the reply format. It may read ` + "`mutation`" + `, the name of the way, and then ` + "`mutations`" + ` may
list names of your own:`

func evolInstruct() component.Component {
	return component.Component{
		Name: "evol_instruct", Was: []string{"EvolInstruct"}, Category: "generation",
		Summary: "An instruction that is rewritten several times to be harder, or another one",
		Doc: `Has a model rewrite the column ` + "`instruction`" + ` ` + "`num_evolutions`" + ` times, each version from the one before, and each in one of these ways:

- ` + "`constraints`" + `: it adds a condition
- ` + "`deepening`" + `: it asks for more depth or breadth
- ` + "`concretizing`" + `: it puts something particular in the place of something general
- ` + "`increased_reasoning_steps`" + `: it takes more steps of thought
- ` + "`breadth`" + `: it is a new instruction of the same field

It makes ` + "`evolved_instruction`" + `, the last version, or with ` + "`store_evolutions`" + ` all of them as the list ` + "`evolved_instructions`" + `. With
` + "`generate_answers`" + ` the model answers what is kept: ` + "`answer`, or the list `answers`" + `.` + evolvedDoc + `
` + "`{{ if eq .mutation \"shorter\" }}Say it in fewer words.{{ else }}Say it to a child.{{ end }} {{ .instruction }}`" + `.`,
		Paper: "Xu et al. 2023, WizardLM: Empowering Large Language Models to Follow Complex Instructions, https://arxiv.org/abs/2304.12244",
		Example: `pipeline "evolved" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7, max_new_tokens = 512 }
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }, { instruction = "Why is 1 not a prime?" }]
}

step "evol_instruct" "evolve" {
  from             = step.questions
  model            = model.small
  num_evolutions   = 2
  store_evolutions = true
  generate_answers = true
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[EvolInstruct](),
		In:         reflect.TypeFor[EvolInstructIn](),
		Out:        reflect.TypeFor[EvolInstructOut](),
		Prompt:     func(any) string { return "evol_instruct" },
		PerRequest: []string{"mutation"},
		Outputs:    func(params any) []string { return params.(EvolInstruct).outputs() },
		Derive: func(params any, c *component.Columns) {
			t := params.(EvolInstruct)
			checkMutations(t.Task, t.Mutations, evolInstructMutations, c)
		},
	}
}
