package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// APIGenSemanticChecker has a judge say whether function calls serve a query.
type APIGenSemanticChecker struct{ llm.Task }

// APIGenSemanticCheckerIn is what APIGenSemanticChecker reads.
type APIGenSemanticCheckerIn struct {
	FuncDesc        string   `col:"func_desc" doc:"What the functions do."`
	Query           string   `col:"query" doc:"What the user says."`
	Answers         string   `col:"answers" doc:"The calls that are to serve it, as JSON."`
	ExecutionResult []string `col:"execution_result" absent:"ok" doc:"What each call has given."`
	Vars            llm.Vars // what a prompt of the user's reads beyond these
}

// APIGenSemanticCheckerOut is what APIGenSemanticChecker adds.
type APIGenSemanticCheckerOut struct {
	Thought   string `col:"thought" doc:"The judge's reasons."`
	Keep      bool   `col:"keep_row_after_semantic_check" doc:"Whether the calls serve the query."`
	ModelName string `col:"model_name" doc:"The model that judged."`
}

var passes = fields{name: "verdict", long: []string{"thought"}, short: []string{"passes"}, types: map[string]string{"passes": `{"type":"string","enum":["yes","no"]}`}}

// Run asks the judge.
func (t APIGenSemanticChecker) Run(ctx context.Context, ask llm.Asker, in APIGenSemanticCheckerIn) (APIGenSemanticCheckerOut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"func_desc": in.FuncDesc, "query": in.Query, "answers": in.Answers, "execution_result": in.ExecutionResult}, in.Vars)
	if err != nil {
		return APIGenSemanticCheckerOut{}, err
	}
	var out APIGenSemanticCheckerOut
	r, err := ask.Ask(ctx, messages, passes.schema(t.Task), func(text string) error {
		values, err := passes.parse(t.Task, text)
		if err != nil {
			return err
		}
		out.Thought = values["thought"]
		out.Keep, err = yesOrNo(values["passes"])
		return unusable(err)
	})
	out.ModelName = r.Model
	return out, err
}

// yesOrNo reads a verdict, also as models write it that think in JSON.
func yesOrNo(verdict string) (bool, error) {
	switch strings.Trim(strings.ToLower(strings.TrimSpace(verdict)), ".*\"") {
	case "yes", "true":
		return true, nil
	case "no", "false":
		return false, nil
	}
	return false, fmt.Errorf("its verdict is %q, and yes or no was asked for", shortened(verdict))
}

func apigenSemanticChecker() component.Component {
	return component.Component{
		Name: "apigen_semantic_checker", Was: []string{"APIGenSemanticChecker"}, Category: "judging",
		Summary: "Whether function calls serve what the user has asked for, by a model that judges them",
		Doc: `Shows a judge a query, the calls that are to serve it and, where the row has ` + "`execution_result`" + `, what these calls have given. It makes ` + "`thought`" + `, the judge's
reasons, and ` + "`keep_row_after_semantic_check`" + `, true or false. No row is dropped: a step ` + "`filter`" + ` with ` + "`where = row.keep_row_after_semantic_check`" + ` does that.

A verdict other than yes or no is asked for again; after ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class ` + "`unparseable`" + `. In
the paper this is the last of three checks, after that of the form, which [apigen_generator](apigen_generator.md) makes, and that of the calls by
[apigen_execution_checker](apigen_execution_checker.md).`,
		Paper: apigenPaper,
		Example: `pipeline "judged" {}

model "large" {
  name       = "mistral-large-latest"
  generation = { temperature = 0 }
}

step "rows" "calls" {
  rows = [{
    func_desc        = "gcd(a, b): the greatest common divisor of two whole numbers."
    query            = "By which whole number can I shorten 12/18?"
    answers          = jsonencode([{ name = "gcd", arguments = { a = 12, b = 18 } }])
    execution_result = ["6"]
  }]
}

step "apigen_semantic_checker" "judge" {
  from  = step.calls
  model = model.large
}

step "filter" "good" {
  from  = step.judge
  where = row.keep_row_after_semantic_check
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[APIGenSemanticChecker](),
		In:     reflect.TypeFor[APIGenSemanticCheckerIn](),
		Out:    reflect.TypeFor[APIGenSemanticCheckerOut](),
		Prompt: func(any) string { return "apigen_semantic_checker" },
	}
}
