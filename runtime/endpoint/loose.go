package endpoint

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/sashabaranov/go-openai"
)

// loose reads a response that is not quite the API's, as far as a reply needs it: some servers send a created that is no
// whole number, a usage in texts, or an id that is a number. A reply that was paid for is not to be lost over that.
func loose(body []byte) (res openai.ChatCompletionResponse, ok bool) {
	var v struct {
		Model   any
		Choices []struct {
			Message *struct {
				Content json.RawMessage
				Refusal any
			}
			FinishReason any `json:"finish_reason"`
		}
		Usage map[string]any
	}
	if json.Unmarshal(body, &v) != nil || len(v.Choices) == 0 || v.Choices[0].Message == nil {
		return res, false
	}
	c := v.Choices[0]
	text, ok := looseContent(c.Message.Content)
	if !ok {
		return res, false
	}
	choice := openai.ChatCompletionChoice{FinishReason: openai.FinishReason(looseText(c.FinishReason))}
	choice.Message.Content, choice.Message.Refusal = text, looseText(c.Message.Refusal)
	res.Model, res.Choices = looseText(v.Model), []openai.ChatCompletionChoice{choice}
	res.Usage.PromptTokens, res.Usage.CompletionTokens = looseCount(v.Usage["prompt_tokens"]), looseCount(v.Usage["completion_tokens"])
	return res, true
}

// looseContent is a text, or the texts of parts.
func looseContent(raw json.RawMessage) (text string, ok bool) {
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil { // or null
		return text, true
	}
	var parts []struct{ Text string }
	if json.Unmarshal(raw, &parts) != nil {
		return "", false
	}
	for _, p := range parts {
		text += p.Text
	}
	return text, true
}

func looseText(v any) string {
	s, _ := v.(string)
	return s
}

func looseCount(v any) int {
	switch v := v.(type) {
	case float64:
		return int(v)
	case string:
		f, _ := strconv.ParseFloat(strings.TrimSpace(v), 64)
		return int(f)
	}
	return 0
}
