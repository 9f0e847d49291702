package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// FormatTextGenerationDPO makes a preference pair of rated answers.
type FormatTextGenerationDPO struct {
	OnTie string `param:"on_tie" default:"reject" enum:"reject,order" doc:"What to do where all answers have the same rating: reject the row, or take the first answer as chosen and the last as rejected."`
}

// FormatTextGenerationDPOIn is what FormatTextGenerationDPO reads.
type FormatTextGenerationDPOIn struct {
	Instruction  string   `col:"instruction" doc:"The instruction that the answers answer."`
	Generations  []string `col:"generations" min:"2" doc:"The answers."`
	Ratings      []int    `col:"ratings" min:"2" same:"generations" doc:"A rating for each answer."`
	Models       []string `col:"generation_models" absent:"ok" same:"generations" doc:"The model that wrote each answer."`
	SystemPrompt *string  `col:"system_prompt" absent:"ok" doc:"System message of the conversation."`
}

// FormatTextGenerationDPOOut is what FormatTextGenerationDPO adds.
type FormatTextGenerationDPOOut struct {
	Prompt         string        `col:"prompt" doc:"The instruction."`
	PromptID       string        `col:"prompt_id" doc:"SHA-256 of the instruction, in hexadecimal."`
	Chosen         []llm.Message `col:"chosen" doc:"The conversation with the best answer."`
	ChosenModel    string        `col:"chosen_model" needs:"generation_models" doc:"The model that wrote the best answer."`
	ChosenRating   int           `col:"chosen_rating" doc:"The rating of the best answer."`
	Rejected       []llm.Message `col:"rejected" doc:"The conversation with the worst answer."`
	RejectedModel  string        `col:"rejected_model" needs:"generation_models" doc:"The model that wrote the worst answer."`
	RejectedRating int           `col:"rejected_rating" doc:"The rating of the worst answer."`
}

// Run picks the best and the worst answer.
func (s FormatTextGenerationDPO) Run(in FormatTextGenerationDPOIn) (FormatTextGenerationDPOOut, error) {
	best, worst, err := rated{in.Generations, in.Ratings, in.Models}.pair(s.OnTie)
	if err != nil {
		return FormatTextGenerationDPOOut{}, err
	}
	out := FormatTextGenerationDPOOut{
		Prompt: in.Instruction, PromptID: promptID(in.Instruction),
		Chosen: dialogue(in.SystemPrompt, in.Instruction, in.Generations[best]), ChosenRating: in.Ratings[best],
		Rejected: dialogue(in.SystemPrompt, in.Instruction, in.Generations[worst]), RejectedRating: in.Ratings[worst],
	}
	if len(in.Models) > 0 {
		out.ChosenModel, out.RejectedModel = in.Models[best], in.Models[worst]
	}
	return out, nil
}

func formatTextGenerationDPO() component.Component {
	return component.Component{
		Name: "format_text_generation_dpo", Was: []string{"FormatTextGenerationDPO"}, Category: "format",
		Summary: "A preference pair for DPO: the best and the worst of several rated answers",
		Doc: `Makes the columns that trainers of preference models look for, out of an instruction, the answers to it and their ratings.
` + "`chosen`" + ` is the conversation with the answer that has the highest rating and ` + "`rejected`" + ` the one with the lowest; of answers with
equal ratings the first counts. Both are messages: system if the row has a ` + "`system_prompt`" + `, user, assistant. ` + "`prompt`" + ` is the
instruction and ` + "`prompt_id`" + ` its SHA-256. If the row has ` + "`generation_models`" + `, the step adds ` + "`chosen_model`" + ` and ` + "`rejected_model`" + `. The
columns that were there stay.

Chosen and rejected are never the same answer. A row whose answers all have one rating is rejected with the class
` + "`no_pair`" + `; with ` + "`on_tie = \"order\"`" + ` the first answer is chosen over the last instead. Rows with fewer than two answers, with equal
texts for best and worst, or with another number of ratings than of answers are rejected with the same class.`,
		Paper: "Rafailov et al. 2023, Direct Preference Optimization: Your Language Model is Secretly a Reward Model, https://arxiv.org/abs/2305.18290",
		Example: `pipeline "pairs" {}

step "rows" "rated" {
  rows = [
    {
      instruction       = "What is 3/4 of 20?"
      generations       = ["15", "About 12, I think."]
      generation_models = ["large", "small"]
      ratings           = [5, 1]
    },
  ]
}

step "format_text_generation_dpo" "pairs" {
  from = step.rated
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[FormatTextGenerationDPO](),
		In:     reflect.TypeFor[FormatTextGenerationDPOIn](),
		Out:    reflect.TypeFor[FormatTextGenerationDPOOut](),
	}
}
