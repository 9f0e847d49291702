package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// FormatChatGenerationSFT makes a conversation to train on of a conversation and the answer that comes next.
type FormatChatGenerationSFT struct{}

// FormatChatGenerationSFTIn is what FormatChatGenerationSFT reads.
type FormatChatGenerationSFTIn struct {
	Messages   []llm.Message `col:"messages" doc:"The conversation, which ends with the user."`
	Generation string        `col:"generation" doc:"The answer to its last message."`
}

// FormatChatGenerationSFTOut is what FormatChatGenerationSFT adds.
type FormatChatGenerationSFTOut struct {
	Prompt       string        `col:"prompt" doc:"The first message of the user."`
	PromptID     string        `col:"prompt_id" doc:"SHA-256 of prompt, in hexadecimal."`
	Conversation []llm.Message `col:"conversation" doc:"The conversation with the answer at its end."`
}

// Run adds the answer.
func (s FormatChatGenerationSFT) Run(in FormatChatGenerationSFTIn) (FormatChatGenerationSFTOut, error) {
	prompt, err := firstOfUser(in.Messages)
	if err != nil {
		return FormatChatGenerationSFTOut{}, err
	}
	whole, err := answered(in.Messages, in.Generation)
	return FormatChatGenerationSFTOut{Prompt: prompt, PromptID: promptID(prompt), Conversation: whole}, err
}

func formatChatGenerationSFT() component.Component {
	return component.Component{
		Name: "format_chat_generation_sft", Was: []string{"FormatChatGenerationSFT"}, Category: "format",
		Summary: "A conversation for supervised fine-tuning: messages and the answer that comes next",
		Doc: `Adds ` + "`conversation`" + `, which is ` + "`messages`" + ` with ` + "`generation`" + ` as the assistant's message at the end, ` + "`prompt`" + `, the first message of the
user, and ` + "`prompt_id`" + `, its SHA-256. To have the conversation take the place of the old column, write
` + "`outputs = { conversation = \"messages\" }`" + ` and ` + "`replace = [\"messages\"]`" + `. A row whose conversation does not end with the user is rejected with
the class ` + "`bad_row`" + `.`,
		Example: `pipeline "chats" {}

step "rows" "chats" {
  rows = [
    {
      messages   = [{ role = "user", content = "What is 3/4 of 20?" }]
      generation = "15"
    },
  ]
}

step "format_chat_generation_sft" "sft" {
  from    = step.chats
  outputs = { conversation = "messages" }
  replace = ["messages"]
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[FormatChatGenerationSFT](),
		In:     reflect.TypeFor[FormatChatGenerationSFTIn](),
		Out:    reflect.TypeFor[FormatChatGenerationSFTOut](),
	}
}
