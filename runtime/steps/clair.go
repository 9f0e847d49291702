package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// CLAIR has a model revise an answer as little as it takes, which makes a pair that differs in quality alone.
type CLAIR struct{ llm.Task }

// CLAIRIn is what CLAIR reads.
type CLAIRIn struct {
	Task            string   `col:"task" doc:"The task that the student had."`
	StudentSolution string   `col:"student_solution" doc:"The student's answer."`
	Vars            llm.Vars // what a prompt of the user's reads beyond these
}

// CLAIROut is what CLAIR adds.
type CLAIROut struct {
	Revision  string `col:"revision" doc:"The answer as the teacher has revised it."`
	Rational  string `col:"rational" doc:"What the teacher has found to improve, and why."`
	ModelName string `col:"model_name" doc:"The model that revised."`
}

// Run asks the model.
func (t CLAIR) Run(ctx context.Context, ask llm.Asker, in CLAIRIn) (CLAIROut, error) {
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"task": in.Task, "student_solution": in.StudentSolution}, in.Vars)
	if err != nil {
		return CLAIROut{}, err
	}
	form := fields{name: "revision", long: []string{"rational", "revision"}}
	var out CLAIROut
	r, err := ask.Ask(ctx, messages, form.schema(t.Task), func(text string) error {
		values, err := form.parse(t.Task, text)
		if err != nil {
			return err
		}
		out.Rational, out.Revision = values["rational"], values["revision"]
		return unusable(differs(out.Revision, "revision", []string{in.StudentSolution}))
	})
	out.ModelName = r.Model
	return out, err
}

func clair() component.Component {
	return component.Component{
		Name: "clair", Was: []string{"CLAIR"}, Category: "generation",
		Summary: "An answer that is revised as little as it takes, for pairs that differ in quality alone",
		Doc: `Has a model play a teacher who improves an answer, ` + "`student_solution`" + `, to a ` + "`task`" + ` and leaves alone what is right. It makes
` + "`revision`" + `, the better answer, and ` + "`rational`" + `, what was improved and why. Revision and student's answer are a preference pair whose texts
differ little but in quality.

A revision that is the same as the student's answer makes no pair: the model is asked again, and so it is where the revision speaks of
the "original answer" or a part of the reply is missing. After ` + "`max_attempts`" + ` the row goes where ` + "`on_error`" + ` says, with the class
` + "`unparseable`" + `.`,
		Paper: "D'Oosterlinck et al. 2024, Anchored Preference Optimization and Contrastive Revisions: Addressing Underspecification in Alignment, https://arxiv.org/abs/2408.06266",
		Example: `pipeline "revised" {}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "homework" {
  rows = [{ task = "Is 91 a prime?", student_solution = "Yes, since 2, 3 and 5 do not divide it." }]
}

step "clair" "revise" {
  from  = step.homework
  model = model.large
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[CLAIR](),
		In:     reflect.TypeFor[CLAIRIn](),
		Out:    reflect.TypeFor[CLAIROut](),
		Prompt: func(any) string { return "clair" },
	}
}
