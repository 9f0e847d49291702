package steps

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// FormatPRM lays out a solution with labelled steps for trainers of process reward models.
type FormatPRM struct {
	Format    string   `param:"format" default:"math-shepherd" enum:"math-shepherd,trl" fixed:"true" doc:"math-shepherd makes the texts input and label, trl makes prompt, completions and labels."`
	StepToken string   `param:"step_token" default:"ки" doc:"What ends each step of input, with math-shepherd."`
	Tags      []string `param:"tags" default:"[\"+\",\"-\"]" doc:"What ends the good and the bad steps of label, with math-shepherd."`
}

// FormatPRMIn is what FormatPRM reads.
type FormatPRMIn struct {
	Instruction string   `col:"instruction" doc:"The problem."`
	Solutions   []string `col:"solutions" doc:"The steps of one solution."`
	StepLabels  []bool   `col:"step_labels" same:"solutions" doc:"Whether each step is good."`
}

// FormatPRMOut is what FormatPRM adds.
type FormatPRMOut struct {
	Input       string   `col:"input" doc:"Problem and steps, each step with the step token at its end; with math-shepherd."`
	Label       string   `col:"label" doc:"The same with a tag in the place of each step token; with math-shepherd."`
	Prompt      string   `col:"prompt" doc:"The problem; with trl."`
	Completions []string `col:"completions" doc:"The steps; with trl."`
	Labels      []bool   `col:"labels" doc:"Whether each step is good; with trl."`
}

// Run lays out a row.
func (s FormatPRM) Run(in FormatPRMIn) (FormatPRMOut, error) {
	switch {
	case len(in.Solutions) == 0:
		return FormatPRMOut{}, &llm.RowError{Class: llm.BadRow, Message: "The solution of the row has no step."}
	case len(in.Solutions) != len(in.StepLabels):
		return FormatPRMOut{}, &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(
			"The row has %d steps and %d labels, so nobody can say which label is whose.", len(in.Solutions), len(in.StepLabels))}
	case s.Format == "trl":
		return FormatPRMOut{Prompt: in.Instruction, Completions: in.Solutions, Labels: in.StepLabels}, nil
	}
	input, label := []string{}, []string{}
	for i, step := range in.Solutions {
		tag := s.Tags[1]
		if in.StepLabels[i] {
			tag = s.Tags[0]
		}
		input, label = append(input, step+" "+s.StepToken), append(label, step+" "+tag)
	}
	return FormatPRMOut{Input: in.Instruction + " " + strings.Join(input, "\n"), Label: in.Instruction + " " + strings.Join(label, "\n")}, nil
}

func formatPRM() component.Component {
	return component.Component{
		Name: "format_prm", Was: []string{"FormatPRM"}, Category: "format",
		Summary: "A solution with labelled steps, for trainers of process reward models",
		Doc: `Lays out one solution: the problem ` + "`instruction`" + `, the steps ` + "`solutions`" + ` and a label for each, ` + "`step_labels`" + `, as ` + "`math_shepherd_completer`" + `
makes them and ` + "`expand_columns`" + ` parts them.

- ` + "`math-shepherd`" + ` makes the texts ` + "`input`" + `, where each step ends with the step token, and ` + "`label`" + `, where it ends with a tag instead: the layout of the paper's dataset.
- ` + "`trl`" + ` makes ` + "`prompt`, `completions` and `labels`" + `, which the PRM trainer of TRL takes.

A row without steps, or with another number of labels than of steps, is rejected as ` + "`bad_row`" + `.`,
		Paper: "Wang et al. 2023, Math-Shepherd: Verify and Reinforce LLMs Step-by-step without Human Annotations, https://arxiv.org/abs/2312.08935",
		Example: `pipeline "rewards" {}

step "rows" "labelled" {
  rows = [{
    instruction = "Tom has 3 bags of 4 apples and eats 2 apples. How many are left?"
    solutions   = ["Step 1: 3 * 4 = 12.", "Step 2: 12 + 2 = 14. The answer is: 14"]
    step_labels = [true, false]
  }]
}

step "format_prm" "rewards" {
  from = step.labelled
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[FormatPRM](),
		In:     reflect.TypeFor[FormatPRMIn](),
		Out:    reflect.TypeFor[FormatPRMOut](),
		Outputs: func(params any) []string {
			if params.(FormatPRM).Format == "trl" {
				return []string{"prompt", "completions", "labels"}
			}
			return []string{"input", "label"}
		},
		Derive: func(params any, c *component.Columns) {
			if n := len(params.(FormatPRM).Tags); n != 2 {
				c.Problem("tags", "not two tags", fmt.Sprintf("There are %d. The first ends good steps and the second bad ones: tags = [\"+\", \"-\"].", n))
			}
		},
	}
}
