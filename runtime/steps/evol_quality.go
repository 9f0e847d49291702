package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// EvolQuality has a model rewrite a response several times, so that it becomes better.
type EvolQuality struct {
	llm.Task
	NumEvolutions   int      `param:"num_evolutions" required:"true" min:"1" max:"50" doc:"How often each response is rewritten, one version after the other: so many requests for a row."`
	Mutations       []string `param:"mutations" default:"[\"helpfulness\",\"relevance\",\"deepening\",\"creativity\",\"details\"]" fixed:"true" doc:"The ways to rewrite, one of which is drawn each time. A name that is there twice is drawn twice as often."`
	StoreEvolutions bool     `param:"store_evolutions" fixed:"true" doc:"Keep all versions, as the list evolved_responses, instead of the last one."`
	IncludeOriginal bool     `param:"include_original_response" doc:"With store_evolutions, begin the list with the response as it was."`
}

// EvolQualityIn is what EvolQuality reads.
type EvolQualityIn struct {
	Instruction string   `col:"instruction" doc:"The instruction that the response answers."`
	Response    string   `col:"response" doc:"The response to begin with."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// EvolQualityOut is what EvolQuality adds.
type EvolQualityOut struct {
	EvolvedResponse  string   `col:"evolved_response" doc:"The last version; without store_evolutions."`
	EvolvedResponses []string `col:"evolved_responses" doc:"All versions, the first one first; with store_evolutions."`
	ModelName        string   `col:"model_name" doc:"The model that wrote them."`
}

// evolQualityMutations are the ways that the default prompt knows.
var evolQualityMutations = []string{"helpfulness", "relevance", "deepening", "creativity", "details"}

// Run asks the model.
func (t EvolQuality) Run(ctx context.Context, ask llm.Asker, in EvolQualityIn) (EvolQualityOut, error) {
	e := evolution{task: t.Task, kind: "response", rounds: t.NumEvolutions, mutations: t.Mutations,
		values: map[string]any{"instruction": in.Instruction}, vars: in.Vars}
	versions, model, err := e.run(ctx, ask, in.Response)
	if err != nil {
		return EvolQualityOut{}, err
	}
	out := EvolQualityOut{EvolvedResponse: versions[len(versions)-1], EvolvedResponses: versions, ModelName: model}
	if !t.IncludeOriginal {
		out.EvolvedResponses = versions[1:]
	}
	return out, nil
}

func evolQuality() component.Component {
	return component.Component{
		Name: "evol_quality", Was: []string{"EvolQuality"}, Category: "generation",
		Summary: "A response that is rewritten several times, better each time",
		Doc: `Has a model rewrite the column ` + "`response`" + `, which answers ` + "`instruction`" + `, ` + "`num_evolutions`" + ` times, each version from the one before, and each
in one of these ways:

- ` + "`helpfulness`" + `: it serves the person who asked better
- ` + "`relevance`" + `: it keeps closer to what was asked
- ` + "`deepening`" + `: it goes further into the matter
- ` + "`creativity`" + `: it finds something less expected
- ` + "`details`" + `: it says more exactly what it says

It makes ` + "`evolved_response`" + `, the last version, or with ` + "`store_evolutions`" + ` all of them as the list ` + "`evolved_responses`" + `, which
` + "`quality_scorer`" + ` can score side by side.` + evolvedDoc + `
` + "`{{ if eq .mutation \"shorter\" }}Say it in fewer words.{{ else }}Say it to a child.{{ end }} {{ .response }}`" + `.`,
		Paper: "Liu et al. 2023, What Makes Good Data for Alignment? A Comprehensive Study of Automatic Data Selection in Instruction Tuning, https://arxiv.org/abs/2312.15685",
		Example: `pipeline "evolved" {}

model "small" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.7, max_new_tokens = 512 }
}

step "rows" "answers" {
  rows = [{ instruction = "Why is 1 not a prime?", response = "Because primes have two divisors." }]
}

step "evol_quality" "evolve" {
  from             = step.answers
  model            = model.small
  num_evolutions   = 2
  store_evolutions = true
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[EvolQuality](),
		In:         reflect.TypeFor[EvolQualityIn](),
		Out:        reflect.TypeFor[EvolQualityOut](),
		Prompt:     func(any) string { return "evol_quality" },
		PerRequest: []string{"mutation"},
		Outputs: func(params any) []string {
			if params.(EvolQuality).StoreEvolutions {
				return []string{"evolved_responses", "model_name"}
			}
			return []string{"evolved_response", "model_name"}
		},
		Derive: func(params any, c *component.Columns) {
			t := params.(EvolQuality)
			checkMutations(t.Task, t.Mutations, evolQualityMutations, c)
		},
	}
}
