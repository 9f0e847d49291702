package simulate

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/simulate/api"
	"github.com/distigen/distigen/runtime/simulate/author"
)

// readChat takes what counts out of a request that fits the schema, and checks what a schema cannot say.
func (s *sim) readChat(v map[string]any, body []byte) (*chatRequest, *answer) {
	r := &chatRequest{model: v["model"].(string), n: 1, limit: -1, format: author.Text}
	context, bad := s.contextOf(r.model, false)
	if bad != nil {
		return nil, bad
	}
	if bad = r.readMessages(v["messages"].([]any)); bad != nil {
		return nil, bad
	}
	if r.tokens > context {
		a := failure(http.StatusBadRequest, "Prompt contains %d tokens, too large for model with %d maximum context length", r.tokens, context)
		return nil, &a
	}
	r.limit = context - r.tokens
	if most, ok := v["max_tokens"].(float64); ok {
		r.limit = min(r.limit, int(min(most, 1e9)))
	}
	if n, ok := v["n"].(float64); ok {
		r.n = int(min(n, 128))
	}
	if seed, ok := v["random_seed"].(float64); ok {
		r.seed = strconv.FormatFloat(seed, 'f', -1, 64)
	}
	r.stream, _ = v["stream"].(bool)
	switch stop := v["stop"].(type) {
	case string:
		r.stop = []string{stop}
	case []any:
		for _, text := range stop {
			r.stop = append(r.stop, text.(string))
		}
	}
	if bad = greedy(v, r.n); bad != nil && !s.elsewhere(r.model) {
		return nil, bad
	}
	return r, r.readFormat(v["response_format"], body)
}

func (r *chatRequest) readMessages(all []any) *answer {
	last := ""
	for _, m := range all {
		m := m.(map[string]any)
		role, text := m["role"].(string), textOf(m["content"])
		r.tokens += 4 + tokens(text)
		r.messages = append(r.messages, author.Message{Role: role, Content: text})
		last = role
		if prefix, _ := m["prefix"].(bool); prefix && role == "assistant" {
			last, r.prefix = "prefix", text
		}
	}
	if last != "user" && last != "tool" && last != "prefix" {
		if last == "" {
			last = "no message"
		}
		a := coded("invalid_request_message_order", "3230", "Expected last role User or Tool (or Assistant with prefix True) for serving but got %s", last)
		return &a
	}
	if last != "prefix" {
		r.prefix = ""
	}
	return nil
}

// textOf is the text of a message's content, which may come in chunks.
func textOf(content any) string {
	chunks, _ := content.([]any)
	if chunks == nil {
		text, _ := content.(string)
		return text
	}
	var all []string
	for _, c := range chunks {
		if text, ok := c.(map[string]any)["text"].(string); ok {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

// greedy refuses what does not go with a temperature of zero.
func greedy(v map[string]any, n int) *answer {
	if t, ok := v["temperature"].(float64); !ok || t != 0 {
		return nil
	}
	if p, ok := v["top_p"].(float64); ok && p != 1 {
		a := failure(http.StatusBadRequest, "top_p must be 1 when using greedy sampling.")
		return &a
	}
	if n > 1 {
		a := failure(http.StatusBadRequest, "n must be 1 when using greedy sampling.")
		return &a
	}
	return nil
}

func (r *chatRequest) readFormat(format any, body []byte) *answer {
	f, _ := format.(map[string]any)
	if kind, ok := f["type"].(string); ok {
		r.format = author.Format(kind)
	}
	if r.format != author.JSONSchema {
		return nil
	}
	if f["json_schema"] == nil {
		a := invalid(api.Problem{Type: "value_error", Loc: []any{"body", "response_format"}, Input: f,
			Msg: "Value error, json_schema must be given when type is json_schema"})
		return &a
	}
	// The order of the members is lost in a decoded object, and models write them in it.
	var raw struct {
		Format struct {
			Schema struct {
				Schema json.RawMessage `json:"schema"`
			} `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &raw); err != nil {
		panic(err) // it was decoded before
	}
	r.schema = raw.Format.Schema.Schema
	return nil
}
