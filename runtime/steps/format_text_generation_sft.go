package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// FormatTextGenerationSFT makes a conversation to train on of an instruction and its answer.
type FormatTextGenerationSFT struct{}

// FormatTextGenerationSFTIn is what FormatTextGenerationSFT reads.
type FormatTextGenerationSFTIn struct {
	Instruction  string  `col:"instruction" doc:"The instruction."`
	Generation   string  `col:"generation" doc:"The answer."`
	SystemPrompt *string `col:"system_prompt" absent:"ok" doc:"System message of the conversation."`
}

// FormatTextGenerationSFTOut is what FormatTextGenerationSFT adds.
type FormatTextGenerationSFTOut struct {
	Prompt   string        `col:"prompt" doc:"The instruction."`
	PromptID string        `col:"prompt_id" doc:"SHA-256 of the instruction, in hexadecimal."`
	Messages []llm.Message `col:"messages" doc:"The conversation: system, if there is one, user and assistant."`
}

// Run makes the conversation.
func (s FormatTextGenerationSFT) Run(in FormatTextGenerationSFTIn) (FormatTextGenerationSFTOut, error) {
	return FormatTextGenerationSFTOut{Prompt: in.Instruction, PromptID: promptID(in.Instruction),
		Messages: dialogue(in.SystemPrompt, in.Instruction, in.Generation)}, nil
}

func formatTextGenerationSFT() component.Component {
	return component.Component{
		Name: "format_text_generation_sft", Was: []string{"FormatTextGenerationSFT"}, Category: "format",
		Summary: "A conversation for supervised fine-tuning: an instruction and its answer",
		Doc: `Makes the columns that trainers look for, out of an instruction and its answer. ` + "`messages`" + ` is the conversation: system if the row
has a ` + "`system_prompt`" + `, user, assistant. ` + "`prompt`" + ` is the instruction and ` + "`prompt_id`" + ` its SHA-256, by which the answers to one
instruction are told together. The columns that were there stay. It fails for no row.`,
		Example: `pipeline "sft" {}

step "rows" "answers" {
  rows = [{ instruction = "What is 3/4 of 20?", generation = "15" }]
}

step "format_text_generation_sft" "sft" {
  from = step.answers
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[FormatTextGenerationSFT](),
		In:     reflect.TypeFor[FormatTextGenerationSFTIn](),
		Out:    reflect.TypeFor[FormatTextGenerationSFTOut](),
	}
}
