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
	Ratings      []int    `col:"ratings" min:"2" doc:"A rating for each answer."`
	Models       []string `col:"generation_models" absent:"ok" doc:"The model that wrote each answer."`
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
	return FormatTextGenerationDPOOut{}, nil
}

func formatTextGenerationDPO() component.Component {
	return component.Component{
		Name: "format_text_generation_dpo", Was: []string{"FormatTextGenerationDPO"}, Category: "format",
		Summary: "A preference pair for DPO: the best and the worst of several rated answers",
		Shape:   component.Map,
		Params:  reflect.TypeFor[FormatTextGenerationDPO](),
		In:      reflect.TypeFor[FormatTextGenerationDPOIn](),
		Out:     reflect.TypeFor[FormatTextGenerationDPOOut](),
	}
}
