package steps

import (
	"context"
	"reflect"
	"regexp"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// URIAL has a model that was never trained to follow instructions answer one, by examples of how that is done.
type URIAL struct{ llm.Task }

// URIALIn is what URIAL reads.
type URIALIn struct {
	Instruction  *string       `col:"instruction" absent:"ok" doc:"What to answer, where the row has no conversation."`
	Conversation []llm.Message `col:"conversation" absent:"ok" doc:"The conversation so far; the last message is the user's."`
	Vars         llm.Vars      // what a prompt of the user's reads beyond these
}

// URIALOut is what URIAL adds.
type URIALOut struct {
	Generation string `col:"generation" doc:"The answer."`
	ModelName  string `col:"model_name" doc:"The model that wrote it."`
}

// Run asks the model.
func (t URIAL) Run(ctx context.Context, ask llm.Asker, in URIALIn) (URIALOut, error) {
	conversation, instruction := in.Conversation, ""
	if in.Instruction != nil {
		instruction = *in.Instruction
	}
	if len(conversation) == 0 {
		conversation = []llm.Message{{Role: "user", Content: instruction}}
	}
	if err := endsWithUser(conversation); err != nil {
		return URIALOut{}, err
	}
	messages, err := t.Messages(t.SystemPrompt, map[string]any{"instruction": instruction, "conversation": conversation}, in.Vars)
	if err != nil {
		return URIALOut{}, err
	}
	var out URIALOut
	r, err := ask.Ask(ctx, messages, nil, func(text string) error {
		out.Generation = ownTurn(text)
		return empty(out.Generation)
	})
	out.ModelName = r.Model
	return out, err
}

var (
	// nextTurn is where a model that only continues texts goes on with what the user might say next. A heading of the answer's own,
	// such as "## Answer" or "## Query plans", has no colon behind the word.
	nextTurn = regexp.MustCompile(`(?m)^#+ *(?:(?:User|Assistant|Query|Answer) *:|(?:User|Assistant) *$)`)
	// ownLabel is a repetition of the mark that the prompt ends with.
	ownLabel = regexp.MustCompile(`^\s*#+ *(?:(?:Assistant|Answer) *:|Assistant *(?:\n|$))`)
)

// ownTurn takes the first answer of a text that may go on with further turns.
func ownTurn(text string) string {
	text = ownLabel.ReplaceAllString(reply.Plain(text), "")
	if at := nextTurn.FindStringIndex(text); at != nil {
		text = text[:at[0]]
	}
	return strings.TrimSpace(text)
}

func urial() component.Component {
	return component.Component{
		Name: "urial", Was: []string{"URIAL"}, Category: "generation",
		Summary: "An answer by a model that was never trained to follow instructions",
		Doc: `Shows a base model a few questions with good answers, and then the column ` + "`instruction`" + `, or the whole ` + "`conversation`" + ` where the row has one.
The model goes on in the same way, and what it writes is kept in ` + "`generation`" + `. Base models do not know where to stop: what comes after the
answer, such as the next question, is cut off. Give ` + "`stop = [\"# User\"]`" + ` as well, so that it is not paid for.

A row needs the one column or the other; a conversation has to end with a message of the user. An empty answer counts as failed and is
asked for again. The request goes over the chat API, so a server of a base model needs a chat template that adds nothing.`,
		Paper: "Lin et al. 2023, The Unlocking Spell on Base LLMs: Rethinking Alignment via In-Context Learning, https://arxiv.org/abs/2312.01552",
		Example: `pipeline "answers" {}

model "base" {
  name       = "ministral-8b-latest"
  generation = { stop = ["# User"] }
}

step "rows" "questions" {
  rows = [{ instruction = "Why is 1 not a prime?" }]
}

step "urial" "answer" {
  from  = step.questions
  model = model.base
}
`,
		Shape: component.Map, Task: true,
		Params: reflect.TypeFor[URIAL](),
		In:     reflect.TypeFor[URIALIn](),
		Out:    reflect.TypeFor[URIALOut](),
		Prompt: func(any) string { return "urial" },
		Derive: func(params any, c *component.Columns) {
			if params.(URIAL).Prompt == "" && c.Inputs["instruction"].Name == "" && c.Inputs["conversation"].Name == "" {
				c.Problem("", "no instruction and no conversation", "The step answers the column instruction (string) or the column conversation "+
					"(messages), and the row has neither. Name yours: inputs = { instruction = \"...\" }.")
			}
		},
	}
}
