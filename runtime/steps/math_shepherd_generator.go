package steps

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// MathShepherdGenerator has a model solve a problem step by step, once or several times.
type MathShepherdGenerator struct {
	llm.Task
	NumSolutions int `param:"num_solutions" min:"0" max:"20" fixed:"true" doc:"How many different solutions to write, as solutions. Default: one, as golden_solution."`
}

// MathShepherdGeneratorIn is what MathShepherdGenerator reads.
type MathShepherdGeneratorIn struct {
	Instruction string   `col:"instruction" doc:"The problem."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// MathShepherdGeneratorOut is what MathShepherdGenerator adds.
type MathShepherdGeneratorOut struct {
	GoldenSolution []string   `col:"golden_solution" doc:"The steps of the solution, the last of which ends with \"The answer is: \" and the answer; without num_solutions."`
	Solutions      [][]string `col:"solutions" doc:"The steps of each solution; with num_solutions."`
	ModelName      string     `col:"model_name" doc:"The model that wrote them."`
}

// Run asks the model.
func (t MathShepherdGenerator) Run(ctx context.Context, ask llm.Asker, in MathShepherdGeneratorIn) (MathShepherdGeneratorOut, error) {
	form := solutions{n: max(t.NumSolutions, 1)}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"instruction":   in.Instruction,
		"num_solutions": form.n,
		"numbers":       form.numbers(),
	}, in.Vars)
	if err != nil {
		return MathShepherdGeneratorOut{}, err
	}
	var out MathShepherdGeneratorOut
	r, err := ask.Ask(ctx, messages, form.schema(t.Task), func(text string) error {
		if out.Solutions, err = form.parse(t.Task, text); err != nil {
			return err
		}
		return unusable(distinctSolutions(out.Solutions))
	})
	if err != nil {
		return MathShepherdGeneratorOut{}, err
	}
	out.GoldenSolution, out.ModelName = out.Solutions[0], r.Model
	return out, nil
}

// distinctSolutions complains of a solution that is there twice, which teaches nothing.
func distinctSolutions(all [][]string) error {
	for i, solution := range all {
		for k := range i {
			if slices.Equal(solution, all[k]) {
				return fmt.Errorf("solution %d is the same as solution %d", i+1, k+1)
			}
		}
	}
	return nil
}

func mathShepherdGenerator() component.Component {
	return component.Component{
		Name: "math_shepherd_generator", Was: []string{"MathShepherdGenerator"}, Category: "generation",
		Summary: "Solutions of a mathematical problem, step by step",
		Doc: `Has a model solve the problem in the column ` + "`instruction`" + ` step by step. It makes ` + "`golden_solution`" + `, one solution, or with ` + "`num_solutions`" + `
the list ` + "`solutions`" + ` of so many different ones. A solution is a list of steps, "Step 1: ...", and the last step ends with "The answer is: " and the answer.

Usually a large model writes the golden solution, a small one several solutions, and ` + "`math_shepherd_completer`" + ` finds out at which step a
solution goes astray.

Steps are numbered here, whether or not they are in the reply. A reply with a missing or a doubled solution, a step that is left out or out of order,
no final answer, N/A for one, a last step that ends with another, or two solutions that are the same cannot be used: the model is asked again, and after ` + "`max_attempts`" + ` the row goes
where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `.

A prompt of your own replaces the text above the reply format. It may read ` + "`num_solutions`, and `numbers`, the list from 1 to it" + `.`,
		Paper: "Wang et al. 2023, Math-Shepherd: Verify and Reinforce LLMs Step-by-step without Human Annotations, https://arxiv.org/abs/2312.08935",
		Example: `pipeline "solved" {}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "problems" {
  rows = [{ instruction = "Tom has 3 bags of 4 apples and eats 2 apples. How many are left?" }]
}

step "math_shepherd_generator" "solve" {
  from  = step.problems
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[MathShepherdGenerator](),
		In:     reflect.TypeFor[MathShepherdGeneratorIn](),
		Out:    reflect.TypeFor[MathShepherdGeneratorOut](),
		Prompt: func(any) string { return "math_shepherd_generator" },
		Offers: []string{"num_solutions"}, PerRequest: []string{"numbers"},
		Outputs: func(params any) []string {
			if params.(MathShepherdGenerator).NumSolutions > 0 {
				return []string{"solutions", "model_name"}
			}
			return []string{"golden_solution", "model_name"}
		},
	}
}
