package endpoint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/sashabaranov/go-openai"

	"github.com/distigen/distigen/runtime/llm"
)

const (
	// keptReply bounds the reply that is kept with a failure.
	keptReply = 64 << 10
	// toldReply bounds the reply that a model is shown again.
	toldReply = 8 << 10
)

// refusal is the finish reason of a model that refused, which OpenAI tells in a field of its own.
const refusal = "refusal"

// read takes the reply out of a response.
func (e *endpoint) read(x *exchange, res openai.ChatCompletionResponse, q *question) (llm.Reply, *failure) {
	reply := llm.Reply{Model: res.Model, PromptTokens: max(0, res.Usage.PromptTokens), CompletionTokens: max(0, res.Usage.CompletionTokens)}
	if reply.Model == "" {
		reply.Model = q.model.Name
	}
	if len(res.Choices) == 0 {
		if said := readError(x.got); said.message != "" { // some servers send errors as 200
			return reply, &failure{class: llm.BadResponse, status: x.status, again: true,
				message: fmt.Sprintf("%s answered with an error in the place of a reply: %s.", e.host, e.secret.printable(said.message))}
		}
		return reply, nil
	}
	c := res.Choices[0]
	reply.FinishReason, reply.Text = string(c.FinishReason), c.Message.Content
	for _, part := range c.Message.MultiContent {
		reply.Text += part.Text // parts of other kinds, such as thoughts, have none
	}
	if reply.Text == "" && c.Message.Refusal != "" {
		reply.FinishReason, reply.Text = refusal, c.Message.Refusal
	}
	reply.Text, reply.Model = e.secret.hideInReply(reply.Text), e.secret.hideInReply(reply.Model)
	if reply.FinishReason == "error" {
		return reply, &failure{class: llm.ServerError, status: x.status, again: true,
			message: fmt.Sprintf("%s broke a reply off with an error of its own.", e.host)}
	}
	return reply, nil
}

// judge says what is wrong with a reply. One that was cut is not shown to accept, which might take it for whole.
func judge(r llm.Reply, accept func(string) error) error {
	switch r.FinishReason {
	case "length", "max_tokens":
		return &llm.RowError{Class: llm.Cut, Message: fmt.Sprintf("The reply was cut off after %d tokens. Raise max_new_tokens, or ask for less.", r.CompletionTokens)}
	case "model_length":
		return &llm.RowError{Class: llm.Cut, Message: "The reply was cut off since the model's context was full. Ask for less, or take a model with a longer one."}
	case "content_filter":
		return &llm.RowError{Class: llm.Filtered, Message: "The provider withheld the reply (content_filter)."}
	case refusal:
		return &llm.RowError{Class: llm.Filtered, Message: "The model refused to answer."}
	}
	if strings.TrimFunc(r.Text, isNothing) == "" {
		return &llm.RowError{Class: llm.Empty, Message: "The reply is empty."}
	}
	return accept(r.Text)
}

// isNothing reports whether a letter is not to be seen.
func isNothing(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// unusable is the failure of a row that an error of judge means; nil if it is none of a row.
func unusable(err error, r llm.Reply) *llm.RowError {
	if fatal := (*llm.FatalError)(nil); errors.As(err, &fatal) {
		return nil
	}
	row := llm.RowError{Class: llm.Unparseable, Err: err}
	if classed := (*llm.RowError)(nil); errors.As(err, &classed) {
		row = *classed
	} else {
		row.Message = sentence(fmt.Sprintf("The reply cannot be used: %v", err))
	}
	row.Reply = clip(r.Text, keptReply)
	return &row
}

// told is the conversation for the next attempt: with the bad reply and what is wrong with it, where the model can do
// something about it. Earlier bad replies are left out, or it would imitate them.
func told(messages []llm.Message, r llm.Reply, why *llm.RowError) []llm.Message {
	if why.Class != llm.Unparseable && why.Class != llm.OutOfScale && why.Class != llm.SameTexts {
		return messages
	}
	return append(slices.Clip(slices.Clone(messages)),
		llm.Message{Role: "assistant", Content: clip(r.Text, toldReply)},
		llm.Message{Role: "user", Content: sentence(clip(why.Message, 1000)) + " Answer again, in the form that was asked for."})
}
