package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/sashabaranov/go-openai"

	"github.com/distigen/distigen/runtime/llm"
)

// rawTokens is how many tokens a raw completion may have where nobody has set that. Servers end it after 16 otherwise.
const rawTokens = 1024

// rawBody is the JSON of a request to go on with a text. What is nil is not sent.
type rawBody struct {
	Model            string   `json:"model"`
	Prompt           string   `json:"prompt"`
	Temperature      *float64 `json:"temperature,omitempty"`
	TopP             *float64 `json:"top_p,omitempty"`
	MaxTokens        int      `json:"max_tokens"`
	Stop             []string `json:"stop,omitempty"`
	FrequencyPenalty *float64 `json:"frequency_penalty,omitempty"`
	PresencePenalty  *float64 `json:"presence_penalty,omitempty"`
	Seed             *int     `json:"seed,omitempty"`
}

func (a address) rawBody(t llm.Task, g llm.Generation, raw llm.Raw, seed *int) ([]byte, error) {
	if a.provider == "mistral" {
		return nil, &llm.FatalError{Class: llm.InvalidParams,
			Message: fmt.Sprintf("The model %s is asked to go on with a text as it stands, and the API of Mistral has chats alone.", nameOf(t.Model)),
			Remedy:  "Take a server with raw completions, such as vLLM or llama.cpp: provider = \"openai\" and its base_url."}
	}
	b := rawBody{Model: t.Model.Name, Prompt: raw.Text, Temperature: g.Temperature, TopP: g.TopP, MaxTokens: rawTokens, Stop: slices.Clone(g.Stop),
		FrequencyPenalty: g.FrequencyPenalty, PresencePenalty: g.PresencePenalty, Seed: seed}
	if g.MaxNewTokens != nil {
		b.MaxTokens = *g.MaxNewTokens
	}
	for _, stop := range raw.Stop {
		if !slices.Contains(b.Stop, stop) {
			b.Stop = append(b.Stop, stop)
		}
	}
	return encode(b)
}

// rawSeed is the seed of a raw completion. The text to go on with may be the same for all rows, so that each gets a seed of its own
// where there is one at all: with one for all of them, all would get the same reply.
func rawSeed(set *int, takes bool, call llm.Call, round, attempt int) *int {
	if set == nil && !takes {
		return nil
	}
	return derivedSeed(set, call, round, attempt)
}

// sendRaw sends the body of a raw completion once. The response is told as one of a chat, of which it is a simpler kind.
func (e *endpoint) sendRaw(ctx context.Context, body []byte, timeout time.Duration) (*exchange, openai.ChatCompletionResponse, error) {
	return exchanged(ctx, body, timeout, func(ctx context.Context) (openai.ChatCompletionResponse, error) {
		res, err := e.client.CreateCompletion(ctx, openai.CompletionRequest{Prompt: ""})
		return asChat(res), err
	}, looseRaw)
}

func asChat(res openai.CompletionResponse) openai.ChatCompletionResponse {
	chat := openai.ChatCompletionResponse{Model: res.Model}
	if res.Usage != nil {
		chat.Usage = *res.Usage
	}
	for _, c := range res.Choices {
		choice := openai.ChatCompletionChoice{FinishReason: openai.FinishReason(c.FinishReason)}
		choice.Message.Content = c.Text
		chat.Choices = append(chat.Choices, choice)
	}
	return chat
}

// looseRaw reads a response that is not quite the API's, as far as a reply needs it.
func looseRaw(body []byte) (res openai.ChatCompletionResponse, ok bool) {
	var v struct {
		Model   any
		Choices []struct {
			Text         *string
			FinishReason any `json:"finish_reason"`
		}
		Usage map[string]any
	}
	if json.Unmarshal(body, &v) != nil || len(v.Choices) == 0 || v.Choices[0].Text == nil {
		return res, false
	}
	choice := openai.ChatCompletionChoice{FinishReason: openai.FinishReason(looseText(v.Choices[0].FinishReason))}
	choice.Message.Content = *v.Choices[0].Text
	res.Model, res.Choices = looseText(v.Model), []openai.ChatCompletionChoice{choice}
	res.Usage.PromptTokens, res.Usage.CompletionTokens = looseCount(v.Usage["prompt_tokens"]), looseCount(v.Usage["completion_tokens"])
	return res, true
}
