package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// MathShepherdCompleter finds out which steps of a solution still lead to the right answer, by having a model go on from each.
type MathShepherdCompleter struct {
	llm.Task
	NumCompletions int `param:"num_completions" default:"4" min:"1" max:"20" doc:"How often the solution is completed from each step, in one request."`
}

// MathShepherdCompleterIn is what MathShepherdCompleter reads.
type MathShepherdCompleterIn struct {
	Instruction    string     `col:"instruction" doc:"The problem."`
	Solutions      [][]string `col:"solutions" min:"1" doc:"The steps of each solution to label."`
	GoldenSolution []string   `col:"golden_solution" min:"1" doc:"The steps of a right solution; only the answer at its end is used."`
	Vars           llm.Vars   // what a prompt of the user's reads beyond these
}

// MathShepherdCompleterOut is what MathShepherdCompleter adds.
type MathShepherdCompleterOut struct {
	StepLabels [][]bool    `col:"step_labels" doc:"For each step of each solution, whether a completion from there reached the right answer."`
	StepScores [][]float64 `col:"step_scores" doc:"For each step of each solution, the share of completions that reached the right answer."`
	ModelName  string      `col:"model_name" doc:"The model that completed."`
}

// Run asks the model.
func (t MathShepherdCompleter) Run(ctx context.Context, ask llm.Asker, in MathShepherdCompleterIn) (MathShepherdCompleterOut, error) {
	golden, ok := answerOf(in.GoldenSolution)
	if !ok {
		return MathShepherdCompleterOut{}, noSolution("The golden_solution of the row does not end with \"The answer is: ...\", so nothing can be compared with it.")
	}
	for i, steps := range in.Solutions {
		if _, ok := answerOf(steps); !ok {
			return MathShepherdCompleterOut{}, noSolution("Solution %d of the row does not end with \"The answer is: ...\".", i+1)
		}
	}
	c := completer{t: t, ask: ask, in: in, golden: golden, known: map[string]float64{}}
	out := MathShepherdCompleterOut{StepLabels: make([][]bool, len(in.Solutions)), StepScores: make([][]float64, len(in.Solutions))}
	for i, steps := range in.Solutions {
		for k := range steps {
			score, err := c.score(ctx, steps, k+1)
			if err != nil {
				return MathShepherdCompleterOut{}, err
			}
			out.StepScores[i] = append(out.StepScores[i], score)
			out.StepLabels[i] = append(out.StepLabels[i], score > 0)
		}
	}
	if out.ModelName = c.model; out.ModelName == "" {
		out.ModelName = t.Model.Name // all solutions have one step, and nothing was asked
	}
	return out, nil
}

func noSolution(format string, args ...any) error {
	return &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(format, args...)}
}

// completer scores the steps of one row's solutions.
type completer struct {
	t      MathShepherdCompleter
	ask    llm.Asker
	in     MathShepherdCompleterIn
	golden string
	known  map[string]float64 // by the steps so far, with which several solutions may begin
	model  string
}

// score is the share of completions that reach the golden answer from the first done steps of a solution.
func (c *completer) score(ctx context.Context, steps []string, done int) (float64, error) {
	if done == len(steps) { // nothing is left to complete
		answer, _ := answerOf(steps)
		if sameAnswer(answer, c.golden) {
			return 1, nil
		}
		return 0, nil
	}
	key := strings.Join(steps[:done], "\n")
	if score, ok := c.known[key]; ok {
		return score, nil
	}
	completions, err := c.complete(ctx, steps[:done])
	if err != nil {
		return 0, err
	}
	right := 0
	for _, completion := range completions {
		if answer, _ := answerOf(completion); sameAnswer(answer, c.golden) {
			right++
		}
	}
	c.known[key] = float64(right) / float64(len(completions))
	return c.known[key], nil
}

func (c *completer) complete(ctx context.Context, steps []string) (completions [][]string, err error) {
	form := solutions{n: c.t.NumCompletions, done: len(steps)}
	messages, err := c.t.Messages(c.t.SystemPrompt, map[string]any{
		"instruction":     c.in.Instruction,
		"solutions":       c.in.Solutions,
		"golden_solution": c.in.GoldenSolution,
		"steps":           steps,
		"num_completions": form.n,
		"numbers":         form.numbers(),
		"next_step":       form.done + 1,
	}, c.in.Vars)
	if err != nil {
		return nil, err
	}
	r, err := c.ask.Ask(ctx, messages, form.schema(c.t.Task), func(text string) error {
		completions, err = form.parse(c.t.Task, text)
		return err
	})
	c.model = r.Model
	return completions, err
}

func mathShepherdCompleter() component.Component {
	return component.Component{
		Name: "math_shepherd_completer", Was: []string{"MathShepherdCompleter"}, Category: "judging",
		Summary: "Labels for the steps of solutions: whether the right answer can still be reached",
		Doc: `Finds out which steps of a solution are right, without anybody who knows: from each step on, a model completes the solution ` + "`num_completions`" + ` times,
and a step from which the answer of ` + "`golden_solution`" + ` is reached is a good one. It makes ` + "`step_labels`" + `, for each step of each solution whether at least
one completion got there (the paper's hard estimation), and ` + "`step_scores`" + `, the share of those that did (its soft one). The last step has nothing to
complete: it is labelled by its own answer.

All completions from a step come in one request, so that a solution of k steps takes k - 1 requests; steps with which several solutions begin are
completed once. The model never sees the golden solution.

Answers are compared as numbers where they are numbers, so that 1,000 and $1000.00 are one, and as text otherwise. A solution that does not end
with "The answer is: " cannot be labelled, and the row is rejected as ` + "`bad_row`" + `.

A reply with a missing or a doubled completion, a step that is left out or numbered wrongly, or no final answer is asked for again; after
` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `. ` + "`expand_columns`" + ` with ` + "`[\"solutions\", \"step_labels\"]`" + ` makes a row of
each solution, which ` + "`format_prm`" + ` reads.

A prompt of your own replaces the text above the reply format. It reads ` + "`steps`" + `, the steps so far. It may read ` + "`num_completions`" + `, ` + "`numbers`" + `, the list from 1 to it, and
` + "`next_step`" + `, the number of the step to come.`,
		Paper: "Wang et al. 2023, Math-Shepherd: Verify and Reinforce LLMs Step-by-step without Human Annotations, https://arxiv.org/abs/2312.08935",
		Example: `pipeline "labelled" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "solved" {
  rows = [{
    instruction     = "Tom has 3 bags of 4 apples and eats 2 apples. How many are left?"
    golden_solution = ["Step 1: 3 * 4 = 12.", "Step 2: 12 - 2 = 10. The answer is: 10"]
    solutions       = [["Step 1: 3 * 4 = 12.", "Step 2: 12 + 2 = 14. The answer is: 14"]]
  }]
}

step "math_shepherd_completer" "complete" {
  from            = step.solved
  model           = model.small
  num_completions = 2
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[MathShepherdCompleter](),
		In:         reflect.TypeFor[MathShepherdCompleterIn](),
		Out:        reflect.TypeFor[MathShepherdCompleterOut](),
		Prompt:     func(any) string { return "math_shepherd_completer" },
		Offers:     []string{"num_completions"},
		PerRequest: []string{"steps", "numbers", "next_step"},
	}
}
