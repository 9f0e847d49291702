package steps

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// PrometheusEval has a judge grade one answer by a rubric, or name the better of two.
type PrometheusEval struct {
	llm.Task
	Mode       string `param:"mode" required:"true" enum:"absolute,relative" fixed:"true" doc:"absolute grades one answer from 1 to 5, relative names the better of two."`
	Rubric     string `param:"rubric" default:"helpfulness" enum:"helpfulness,harmlessness,honesty,factual-validity,reasoning" doc:"What the answers are judged for."`
	RubricText string `param:"rubric_text" doc:"A rubric of your own in the place of rubric: what to judge for and, for absolute, what each grade from 1 to 5 means."`
	Reference  bool   `param:"reference" fixed:"true" doc:"Show the judge the column reference, an answer that deserves the best grade."`
}

// PrometheusEvalIn is what PrometheusEval reads.
type PrometheusEvalIn struct {
	Instruction string   `col:"instruction" doc:"The instruction that is answered."`
	Generation  string   `col:"generation" doc:"The answer to grade; with mode absolute."`
	Generations []string `col:"generations" min:"2" doc:"The two answers to compare; with mode relative."`
	Reference   string   `col:"reference" doc:"An answer that deserves the best grade; with reference."`
	Vars        llm.Vars // what a prompt of the user's reads beyond these
}

// PrometheusEvalOut is what PrometheusEval adds.
type PrometheusEvalOut struct {
	Feedback  string `col:"feedback" doc:"The judge's reasons, written before the result."`
	Result    int    `col:"result" doc:"The grade from 1 to 5 or, with mode relative, the number of the better answer: 1 or 2."`
	ModelName string `col:"model_name" doc:"The model that judged."`
}

// Run asks the judge.
func (t PrometheusEval) Run(ctx context.Context, ask llm.Asker, in PrometheusEvalIn) (PrometheusEvalOut, error) {
	if n := len(in.Generations); t.relative() && n != 2 {
		return PrometheusEvalOut{}, &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(
			"The judge compares two answers, and the row has %d. For more of them there is pairwise_ranking.", n)}
	}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{
		"instruction": in.Instruction,
		"generation":  in.Generation,
		"generations": in.Generations,
		"reference":   in.Reference,
		"rubric":      t.Rubric,
		"rubric_text": t.RubricText,
	}, in.Vars)
	if err != nil {
		return PrometheusEvalOut{}, err
	}
	v := judgement{name: "grade", reason: "feedback", result: "result", scale: t.scale()}
	reason, result, model, err := v.ask(ctx, ask, t.Task, messages)
	return PrometheusEvalOut{Feedback: reason, Result: result, ModelName: model}, err
}

func (t PrometheusEval) relative() bool { return t.Mode == "relative" }

func (t PrometheusEval) scale() reply.Scale {
	if t.relative() {
		return reply.Scale{Min: 1, Max: 2}
	}
	return reply.Scale{Min: 1, Max: 5}
}

func (t PrometheusEval) inputs() []string {
	inputs := []string{"instruction", "generation"}
	if t.relative() {
		inputs[1] = "generations"
	}
	if t.Reference {
		inputs = append(inputs, "reference")
	}
	return inputs
}

func prometheusEval() component.Component {
	return component.Component{
		Name: "prometheus_eval", Was: []string{"PrometheusEval"}, Category: "judging",
		Summary: "A grade by a rubric for one answer, or the better of two, with the judge's reasons",
		Doc: `Has a judge apply a rubric. With ` + "`mode = \"absolute\"`" + ` it grades the column ` + "`generation`" + `, an answer to ` + "`instruction`" + `, from 1 to 5.
With ` + "`mode = \"relative\"`" + ` it compares the two answers of the list ` + "`generations`" + ` and names the better one. It makes ` + "`feedback`" + `, the reasons,
which are written first, and ` + "`result`" + `, a whole number: the grade, or 1 or 2 for the better answer.

Rubrics are ` + "`helpfulness`, `harmlessness`, `honesty`, `factual-validity` and `reasoning`" + `; ` + "`rubric_text`" + ` is one of your own. With ` + "`reference = true`" + `
the judge also sees the column ` + "`reference`" + `, an answer that deserves the best grade.

Judges favour an answer for its place. ` + "`relative`" + ` asks once, in the order of the list; [pairwise_ranking](pairwise_ranking.md) asks in both
orders, of any number of answers.

A judge that gives no result, two results, N/A, a word, a fraction or a number outside of the scale is asked again; after ` + "`max_attempts`" + `
the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + ` or ` + "`out_of_scale`" + `. A row with another number of answers than two is
rejected as ` + "`bad_row`" + ` with ` + "`relative`" + `.

A prompt of your own replaces the text above the reply format. It may read ` + "`rubric` and `rubric_text`" + `.`,
		Paper: "Kim et al. 2024, Prometheus 2: An Open Source Language Model Specialized in Evaluating Other Language Models, https://arxiv.org/abs/2405.01535",
		Example: `pipeline "graded" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "answers" {
  rows = [
    { instruction = "Is 91 a prime?", generation = "No, since 91 = 7 * 13.", reference = "No: 7 times 13 is 91." },
  ]
}

step "prometheus_eval" "grade" {
  from      = step.answers
  model     = model.large
  mode      = "absolute"
  rubric    = "factual-validity"
  reference = true
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[PrometheusEval](),
		In:     reflect.TypeFor[PrometheusEvalIn](),
		Out:    reflect.TypeFor[PrometheusEvalOut](),
		Prompt: func(params any) string {
			if params.(PrometheusEval).relative() {
				return "prometheus_eval/relative"
			}
			return "prometheus_eval/absolute"
		},
		Inputs: func(params any) []string { return params.(PrometheusEval).inputs() },
		Offers: []string{"rubric", "rubric_text"},
		Derive: func(params any, c *component.Columns) {
			if n := c.Inputs["generations"].Len; params.(PrometheusEval).relative() && n > 2 {
				c.Problem("", "more than two answers", fmt.Sprintf("mode = \"relative\" compares two answers, and the row has %d. "+
					"Use a step \"pairwise_ranking\", which compares any number.", n))
			}
		},
	}
}
