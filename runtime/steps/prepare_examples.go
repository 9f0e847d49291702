package steps

import (
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// PrepareExamples writes examples out as a text for a prompt.
type PrepareExamples struct {
	QueryHeading   string `param:"query_heading" default:"## Query:" doc:"The line above a query."`
	AnswersHeading string `param:"answers_heading" default:"## Answers:" doc:"The line above what answers it."`
}

// PrepareExamplesIn is what PrepareExamples reads.
type PrepareExamplesIn struct {
	Query   []string `col:"query" min:"1" doc:"The queries."`
	Answers []string `col:"answers" same:"query" doc:"What answers each."`
}

// PrepareExamplesOut is what PrepareExamples adds.
type PrepareExamplesOut struct {
	Examples string `col:"examples" doc:"All examples, one below the other."`
}

// Run writes.
func (s PrepareExamples) Run(in PrepareExamplesIn) (PrepareExamplesOut, error) {
	examples := make([]string, len(in.Query))
	for i, query := range in.Query {
		examples[i] = s.QueryHeading + "\n" + strings.TrimSpace(query) + "\n" + s.AnswersHeading + "\n" + strings.TrimSpace(in.Answers[i])
	}
	return PrepareExamplesOut{strings.Join(examples, "\n\n")}, nil
}

func prepareExamples() component.Component {
	return component.Component{
		Name: "prepare_examples", Was: []string{"PrepareExamples"}, Category: "columns",
		Summary: "Examples of queries and answers, written out for a prompt",
		Doc: `Writes pairs of a query and what answers it as one text, for the few-shot part of a prompt such as that of apigen_generator. The lists usually come
from [data_sampler](data_sampler.md). Lists of different lengths reject the row.`,
		Paper: "Liu et al. 2024, APIGen: Automated Pipeline for Generating Verifiable and Diverse Function-Calling Datasets, https://arxiv.org/abs/2406.18518",
		Example: `pipeline "few_shot" {}

step "rows" "functions" {
  rows = [{ func_name = "add" }, { func_name = "multiply" }]
}

step "data_sampler" "drawn" {
  from = step.functions
  size = 1
  rows = [
    { query = "How far is it from Lyon to Nice?", answers = "[{\"name\": \"distance\", \"arguments\": {\"from\": \"Lyon\", \"to\": \"Nice\"}}]" },
    { query = "What time is it in Lima?", answers = "[{\"name\": \"local_time\", \"arguments\": {\"city\": \"Lima\"}}]" },
  ]
}

step "prepare_examples" "examples" {
  from = step.drawn
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[PrepareExamples](),
		In:     reflect.TypeFor[PrepareExamplesIn](),
		Out:    reflect.TypeFor[PrepareExamplesOut](),
	}
}
