package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// FormatChatGenerationDPO makes a preference pair of rated answers to a conversation.
type FormatChatGenerationDPO struct {
	OnTie string `param:"on_tie" default:"reject" enum:"reject,order" doc:"What to do where all answers have the same rating: reject the row, or take the first answer as chosen and the last as rejected."`
}

// FormatChatGenerationDPOIn is what FormatChatGenerationDPO reads.
type FormatChatGenerationDPOIn struct {
	Messages    []llm.Message `col:"messages" doc:"The conversation, which ends with the user."`
	Generations []string      `col:"generations" min:"2" doc:"The answers to its last message."`
	Ratings     []int         `col:"ratings" min:"2" same:"generations" doc:"A rating for each answer."`
	Models      []string      `col:"generation_models" absent:"ok" same:"generations" doc:"The model that wrote each answer."`
}

// FormatChatGenerationDPOOut is what FormatChatGenerationDPO adds.
type FormatChatGenerationDPOOut struct {
	Prompt         string        `col:"prompt" doc:"The first message of the user."`
	PromptID       string        `col:"prompt_id" doc:"SHA-256 of prompt, in hexadecimal."`
	Chosen         []llm.Message `col:"chosen" doc:"The conversation with the best answer."`
	ChosenModel    string        `col:"chosen_model" needs:"generation_models" doc:"The model that wrote the best answer."`
	ChosenRating   int           `col:"chosen_rating" doc:"The rating of the best answer."`
	Rejected       []llm.Message `col:"rejected" doc:"The conversation with the worst answer."`
	RejectedModel  string        `col:"rejected_model" needs:"generation_models" doc:"The model that wrote the worst answer."`
	RejectedRating int           `col:"rejected_rating" doc:"The rating of the worst answer."`
}

// Run picks the best and the worst answer.
func (s FormatChatGenerationDPO) Run(in FormatChatGenerationDPOIn) (out FormatChatGenerationDPOOut, err error) {
	best, worst, err := rated{in.Generations, in.Ratings, in.Models}.pair(s.OnTie)
	if err != nil {
		return out, err
	}
	if out.Prompt, err = firstOfUser(in.Messages); err != nil {
		return out, err
	}
	if out.Chosen, err = answered(in.Messages, in.Generations[best]); err != nil {
		return out, err
	}
	if out.Rejected, err = answered(in.Messages, in.Generations[worst]); err != nil {
		return out, err
	}
	out.PromptID, out.ChosenRating, out.RejectedRating = promptID(out.Prompt), in.Ratings[best], in.Ratings[worst]
	if len(in.Models) > 0 {
		out.ChosenModel, out.RejectedModel = in.Models[best], in.Models[worst]
	}
	return out, nil
}

func formatChatGenerationDPO() component.Component {
	return component.Component{
		Name: "format_chat_generation_dpo", Was: []string{"FormatChatGenerationDPO"}, Category: "format",
		Summary: "A preference pair for DPO: the best and the worst of rated answers to a conversation",
		Doc: `Does for conversations what [format_text_generation_dpo](format_text_generation_dpo.md) does for single instructions: ` + "`chosen`" + ` and ` + "`rejected`" + `
are ` + "`messages`" + ` with the best and the worst answer at the end; of answers with equal ratings the first counts. ` + "`prompt`" + ` is the first message
of the user and ` + "`prompt_id`" + ` its SHA-256.

A row without a best and a worst answer that differ is rejected with the class ` + "`no_pair`" + `, by the same rules; one whose conversation does
not end with the user, with the class ` + "`bad_row`" + `.`,
		Paper: "Rafailov et al. 2023, Direct Preference Optimization: Your Language Model is Secretly a Reward Model, https://arxiv.org/abs/2305.18290",
		Example: `pipeline "pairs" {}

step "rows" "rated" {
  rows = [
    {
      messages    = [{ role = "user", content = "What is 3/4 of 20?" }]
      generations = ["15", "About 12, I think."]
      ratings     = [5, 1]
    },
  ]
}

step "format_chat_generation_dpo" "pairs" {
  from = step.rated
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[FormatChatGenerationDPO](),
		In:     reflect.TypeFor[FormatChatGenerationDPOIn](),
		Out:    reflect.TypeFor[FormatChatGenerationDPOOut](),
	}
}
