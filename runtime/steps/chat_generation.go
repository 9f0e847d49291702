package steps

import (
	"context"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// ChatGeneration has a model go on with a conversation.
type ChatGeneration struct{ llm.Task }

// ChatGenerationIn is what ChatGeneration reads.
type ChatGenerationIn struct {
	Messages []llm.Message `col:"messages" min:"1" doc:"The conversation so far; the last message is the user's."`
	Vars     llm.Vars      // what a prompt of the user's reads beyond these
}

// ChatGenerationOut is what ChatGeneration adds.
type ChatGenerationOut struct {
	Generation string `col:"generation" doc:"The answer to the last message."`
	ModelName  string `col:"model_name" doc:"The model that wrote it."`
}

// Run asks the model.
func (t ChatGeneration) Run(ctx context.Context, ask llm.Asker, in ChatGenerationIn) (ChatGenerationOut, error) {
	messages, err := t.conversation(in)
	if err != nil {
		return ChatGenerationOut{}, err
	}
	r, err := ask.Ask(ctx, messages, nil, empty)
	return ChatGenerationOut{Generation: r.Text, ModelName: r.Model}, err
}

// conversation is what is sent: that of the row, its last message as the prompt has it.
func (t ChatGeneration) conversation(in ChatGenerationIn) ([]llm.Message, error) {
	if err := endsWithUser(in.Messages); err != nil {
		return nil, err
	}
	earlier, last := in.Messages[:len(in.Messages)-1], in.Messages[len(in.Messages)-1]
	system := t.SystemPrompt
	if len(earlier) > 0 && earlier[0].Role == "system" {
		system, earlier = earlier[0].Content, earlier[1:]
	}
	asked, err := t.Messages(system, map[string]any{"messages": in.Messages, "last": last.Content}, in.Vars)
	if err != nil {
		return nil, err
	}
	turn := len(asked) - 1 // a system message may stand before it
	return append(append(asked[:turn:turn], earlier...), asked[turn]), nil
}

// endsWithUser checks that there is something to answer.
func endsWithUser(messages []llm.Message) error {
	if len(messages) == 0 {
		return &llm.RowError{Class: llm.BadRow, Message: "The conversation of the row is empty, so there is nothing to answer."}
	}
	if role := messages[len(messages)-1].Role; role == "assistant" || role == "system" {
		return &llm.RowError{Class: llm.BadRow, Message: "The conversation of the row ends with a message of the role " + role + ", so there is nothing to answer."}
	}
	return nil
}

func chatGeneration() component.Component {
	return component.Component{
		Name: "chat_generation", Was: []string{"ChatGeneration"}, Category: "generation",
		Summary: "The next answer in a conversation",
		Doc: `Sends a conversation, the column ` + "`messages`" + ` with role and content, to a model and keeps what it answers to the last message in
` + "`generation`" + `. The conversation has to end with a message of the user: a row where it does not, or where it is empty, is rejected with
the class ` + "`bad_row`" + `. A system message at its beginning is sent as it is; where there is none, that is the step's ` + "`system_prompt`" + `.

A prompt of your own takes the place of the last message, and may read its text as ` + "`last`" + `: ` + "`{{ .last }} Answer in one sentence.`" + ` An empty
answer counts as failed and is asked for again.`,
		Example: `pipeline "chats" {}

model "small" {
  name = "ministral-8b-latest"
}

step "rows" "conversations" {
  rows = [
    {
      messages = [
        { role = "user", content = "What is 3/4 of 20?" },
        { role = "assistant", content = "15." },
        { role = "user", content = "And of 21?" },
      ]
    },
  ]
}

step "chat_generation" "answer" {
  from  = step.conversations
  model = model.small
}
`,
		Shape: component.Map, Task: true,
		Params:     reflect.TypeFor[ChatGeneration](),
		In:         reflect.TypeFor[ChatGenerationIn](),
		Out:        reflect.TypeFor[ChatGenerationOut](),
		Prompt:     func(any) string { return "chat_generation" },
		PerRequest: []string{"last"},
	}
}
