package steps

import (
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// ConversationTemplate makes a conversation of an instruction and its response.
type ConversationTemplate struct{}

// ConversationTemplateIn is what ConversationTemplate reads.
type ConversationTemplateIn struct {
	Instruction string `col:"instruction" doc:"What the user says."`
	Response    string `col:"response" doc:"What the assistant answers."`
}

// ConversationTemplateOut is what ConversationTemplate adds.
type ConversationTemplateOut struct {
	Conversation []llm.Message `col:"conversation" doc:"The two as messages."`
}

// Run makes the messages.
func (s ConversationTemplate) Run(in ConversationTemplateIn) (ConversationTemplateOut, error) {
	return ConversationTemplateOut{Conversation: []llm.Message{
		{Role: "user", Content: in.Instruction}, {Role: "assistant", Content: in.Response}}}, nil
}

func conversationTemplate() component.Component {
	return component.Component{
		Name: "conversation_template", Was: []string{"ConversationTemplate"}, Category: "format",
		Summary: "A conversation of an instruction and its response",
		Doc: `Adds ` + "`conversation`" + `: two messages, of which the user's is the instruction and the assistant's the response. A column of another
name is read with ` + "`inputs = { response = \"generation\" }`" + `. It fails for no row.`,
		Example: `pipeline "conversations" {}

step "rows" "answers" {
  rows = [{ instruction = "What is 3/4 of 20?", response = "15" }]
}

step "conversation_template" "conversation" {
  from = step.answers
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[ConversationTemplate](),
		In:     reflect.TypeFor[ConversationTemplateIn](),
		Out:    reflect.TypeFor[ConversationTemplateOut](),
	}
}
