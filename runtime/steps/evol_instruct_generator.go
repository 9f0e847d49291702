package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// EvolInstructGenerator has a model write an instruction around a seed, and rewrite it several times.
type EvolInstructGenerator struct {
	llm.Task
	NumEvolutions   int      `param:"num_evolutions" default:"2" min:"1" max:"50" doc:"How often the first instruction is rewritten: with it, one more request than that for a row."`
	Mutations       []string `param:"mutations" default:"[\"constraints\",\"deepening\",\"concretizing\",\"increased_reasoning_steps\",\"breadth\"]" fixed:"true" doc:"The ways to rewrite, one of which is drawn each time. A name that is there twice is drawn twice as often."`
	GenerateAnswers bool     `param:"generate_answers" fixed:"true" doc:"Have the model answer the last version, with one more request."`
}

// EvolInstructGeneratorIn is what EvolInstructGenerator reads.
type EvolInstructGeneratorIn struct {
	Seed string   `col:"seed" doc:"What the instruction is to be about: one word, several, or a text."`
	Vars llm.Vars // what a prompt of the user's reads beyond these
}

// EvolInstructGeneratorOut is what EvolInstructGenerator adds.
type EvolInstructGeneratorOut struct {
	Instruction string `col:"instruction" doc:"The last version of the instruction."`
	Answer      string `col:"answer" doc:"The answer to it; with generate_answers."`
	ModelName   string `col:"model_name" doc:"The model that wrote them."`
}

// freshStart is the first of the requests of a row, which no draw decides.
const freshStart = "fresh_start"

// Run asks the model.
func (t EvolInstructGenerator) Run(ctx context.Context, ask llm.Asker, in EvolInstructGeneratorIn) (EvolInstructGeneratorOut, error) {
	e := evolution{task: t.Task, kind: "instruction", rounds: 1, mutations: []string{freshStart}, values: map[string]any{"seed": in.Seed}, vars: in.Vars}
	first, _, err := e.run(ctx, ask, in.Seed)
	if err != nil {
		return EvolInstructGeneratorOut{}, err
	}
	e.rounds, e.mutations = t.NumEvolutions, t.Mutations
	versions, model, err := e.run(ctx, ask, first[1])
	if err != nil {
		return EvolInstructGeneratorOut{}, err
	}
	out := EvolInstructGeneratorOut{Instruction: versions[len(versions)-1], ModelName: model}
	if t.GenerateAnswers {
		answers, err := answersTo(ctx, ask, t.SystemPrompt, []string{out.Instruction})
		if err != nil {
			return EvolInstructGeneratorOut{}, err
		}
		out.Answer = answers[0]
	}
	return out, nil
}

func (t EvolInstructGenerator) outputs() []string {
	if t.GenerateAnswers {
		return []string{"instruction", "answer", "model_name"}
	}
	return []string{"instruction", "model_name"}
}

const generatorDoc = `

In the reference it is a source that draws words of a list of its own. Here the seeds are rows, of ` + "`rows`, `read_csv`" + ` or any other step, so that each
instruction can be traced to its seed and keeps its replies when seeds are added.`

const generatorPromptDoc = `
` + "`{{ if eq .mutation \"fresh_start\" }}Ask something about {{ .seed }}.{{ else }}Say it in fewer words: {{ .instruction }}{{ end }}`" + `. The first
request of a row has the mutation ` + "`fresh_start`" + `, and the seed as its ` + "`instruction`" + `.`

func evolInstructGenerator() component.Component {
	return component.Component{
		Name: "evol_instruct_generator", Was: []string{"EvolInstructGenerator"}, Category: "generation",
		Summary: "An instruction out of a seed, rewritten several times",
		Doc: `Has a model write an instruction around the words or the text of the column ` + "`seed`" + `, and then rewrite it ` + "`num_evolutions`" + ` times as
[evol_instruct](evol_instruct.md) does, which explains the ways. It makes ` + "`instruction`" + `, the last version, and with ` + "`generate_answers`" + ` the model's
` + "`answer`" + ` to it.` + generatorDoc + evolvedDoc + generatorPromptDoc,
		Paper: "Xu et al. 2023, WizardLM: Empowering Large Language Models to Follow Complex Instructions, https://arxiv.org/abs/2304.12244",
		Example: `pipeline "generated" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7, max_new_tokens = 512 }
}

step "rows" "words" {
  rows = [{ seed = "bridge, wind" }, { seed = "prime numbers" }]
}

step "evol_instruct_generator" "generate" {
  from             = step.words
  model            = model.small
  generate_answers = true
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[EvolInstructGenerator](),
		In:         reflect.TypeFor[EvolInstructGeneratorIn](),
		Out:        reflect.TypeFor[EvolInstructGeneratorOut](),
		Prompt:     func(any) string { return "evol_instruct_generator" },
		PerRequest: []string{"mutation", "instruction"},
		Outputs:    func(params any) []string { return params.(EvolInstructGenerator).outputs() },
		Derive: func(params any, c *component.Columns) {
			t := params.(EvolInstructGenerator)
			checkMutations(t.Task, t.Mutations, evolInstructMutations, c)
		},
	}
}
