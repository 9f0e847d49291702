package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// FormatKTO makes a row of each rated answer, which says whether it is a good one.
type FormatKTO struct {
	By        string `param:"by" default:"rating" enum:"rating,pair" doc:"rating: a row of each answer, which is good from threshold on; pair: two rows, the best answer as good and the worst as bad."`
	Threshold int    `param:"threshold" default:"4" min:"1" doc:"Of rating: the least rating of a good answer."`
	OnTie     string `param:"on_tie" default:"reject" enum:"reject,order" doc:"Of pair, where all answers have the same rating: reject the row, or take the first answer as good and the last as bad."`
}

// FormatKTOIn is what FormatKTO reads.
type FormatKTOIn struct {
	Instruction  string   `col:"instruction" doc:"The instruction that the answers answer."`
	Generations  []string `col:"generations" doc:"The answers."`
	Ratings      []int    `col:"ratings" same:"generations" doc:"A rating for each answer."`
	SystemPrompt *string  `col:"system_prompt" absent:"ok" doc:"System message of the conversation."`
}

// FormatKTOOut is what FormatKTO adds.
type FormatKTOOut struct {
	Prompt     []llm.Message `col:"prompt" doc:"The conversation up to the answer: system, if there is one, and user."`
	Completion []llm.Message `col:"completion" doc:"The answer, as a message of the assistant."`
	Label      bool          `col:"label" doc:"Whether the answer is a good one."`
}

// Run makes the rows.
func (s FormatKTO) Run(in FormatKTOIn) ([]FormatKTOOut, error) {
	if s.By == "pair" {
		best, worst, err := rated{answers: in.Generations, ratings: in.Ratings}.pair(s.OnTie)
		if err != nil {
			return nil, err
		}
		return []FormatKTOOut{in.row(best, true), in.row(worst, false)}, nil
	}
	if len(in.Ratings) != len(in.Generations) {
		return nil, noPair("The row has %d answers and %d ratings, so nobody can say which rating is whose.", len(in.Generations), len(in.Ratings))
	}
	rows := make([]FormatKTOOut, len(in.Generations))
	for i, rating := range in.Ratings {
		rows[i] = in.row(i, rating >= s.Threshold)
	}
	return rows, nil
}

func (in FormatKTOIn) row(answer int, good bool) FormatKTOOut {
	all := dialogue(in.SystemPrompt, in.Instruction, in.Generations[answer])
	last := len(all) - 1
	return FormatKTOOut{Prompt: all[:last:last], Completion: all[last:], Label: good}
}

func formatKTO() component.Component {
	return component.Component{
		Name: "format_kto", Category: "format",
		Summary: "Rows for KTO: each answer alone, with a label that says whether it is a good one",
		Doc: `Makes several rows of one: KTO learns from single answers that are good or bad, and needs no pairs. Each row has the columns that
were there, ` + "`prompt`" + `, ` + "`completion`" + `, both as messages, and ` + "`label`" + `.

With ` + "`by = \"rating\"`" + ` there is a row for each answer, which is good if its rating is at least ` + "`threshold`" + `. With ` + "`by = \"pair\"`" + ` there are two: the
best answer is good and the worst is bad, by the rules of [format_text_generation_dpo](format_text_generation_dpo.md). A row that has
no such pair, or another number of ratings than of answers, is rejected with the class ` + "`no_pair`" + `; one without answers with ` + "`no_rows`" + `.`,
		Paper: "Ethayarajh et al. 2024, KTO: Model Alignment as Prospect Theoretic Optimization, https://arxiv.org/abs/2402.01306",
		Example: `pipeline "kto" {}

step "rows" "rated" {
  rows = [
    {
      instruction = "What is 3/4 of 20?"
      generations = ["15", "About 12, I think."]
      ratings     = [5, 1]
    },
  ]
}

step "format_kto" "labelled" {
  from = step.rated
}
`,
		Shape:  component.FlatMap,
		Params: reflect.TypeFor[FormatKTO](),
		In:     reflect.TypeFor[FormatKTOIn](),
		Out:    reflect.TypeFor[FormatKTOOut](),
	}
}
