package endpoint

import (
	"bytes"
	"cmp"
	"encoding/json"

	"github.com/distigen/distigen/runtime/llm"
)

// chatBody is the JSON of a request. What is nil is not sent; the order of the fields is that of the JSON.
type chatBody struct {
	Model               string        `json:"model"`
	Messages            []llm.Message `json:"messages"`
	ResponseFormat      *format       `json:"response_format,omitempty"`
	Temperature         *float64      `json:"temperature,omitempty"`
	TopP                *float64      `json:"top_p,omitempty"`
	MaxTokens           *int          `json:"max_tokens,omitempty"`
	MaxCompletionTokens *int          `json:"max_completion_tokens,omitempty"` // as OpenAI now calls it
	Stop                []string      `json:"stop,omitempty"`
	FrequencyPenalty    *float64      `json:"frequency_penalty,omitempty"`
	PresencePenalty     *float64      `json:"presence_penalty,omitempty"`
	RandomSeed          *int          `json:"random_seed,omitempty"` // as Mistral calls it
	Seed                *int          `json:"seed,omitempty"`        // as all others do
}

type format struct {
	Type   string      `json:"type"`
	Schema *jsonSchema `json:"json_schema,omitempty"`
}

type jsonSchema struct {
	Name   string          `json:"name"`
	Schema json.RawMessage `json:"schema"`
	Strict bool            `json:"strict"`
}

// bodyOf is the body of a request, the same bytes for the same question.
func (e *endpoint) bodyOf(t llm.Task, what saying, call llm.Call, round, attempt int) ([]byte, error) {
	g := merge(t.Generation, t.Model.Generation)
	if what.raw != nil {
		return e.rawBody(t, g, *what.raw, rawSeed(g.Seed, e.takesSeeds(), call, round, attempt))
	}
	return e.body(t, g, what.messages, what.schema, seedOf(g.Seed, e.takesSeeds(), e.seeded(g), call, round, attempt))
}

// takesSeeds reports whether a server may get seeds that nobody has set. Mistral takes them, and the simulator, whose replies
// follow from the request, needs them. Other servers sample anew each time, and some refuse a seed.
func (e *endpoint) takesSeeds() bool { return e.provider == "mistral" || e.simulated }

// seeded reports whether several replies to the same get seeds that nobody has set.
func (e *endpoint) seeded(g llm.Generation) bool {
	return e.takesSeeds() && (g.Temperature == nil || *g.Temperature > 0)
}

func (a address) body(t llm.Task, g llm.Generation, messages []llm.Message, schema *llm.Schema, seed *int) ([]byte, error) {
	b := chatBody{Model: t.Model.Name, Messages: messages, Temperature: g.Temperature, TopP: g.TopP, Stop: g.Stop,
		FrequencyPenalty: g.FrequencyPenalty, PresencePenalty: g.PresencePenalty}
	if schema != nil {
		switch cmp.Or(t.Model.Reply, "json_schema") {
		case "json_schema":
			b.ResponseFormat = &format{"json_schema", &jsonSchema{schema.Name, schema.JSON, true}}
		case "json_object":
			b.ResponseFormat = &format{Type: "json_object"}
		}
	}
	switch {
	case a.provider == "mistral":
		b.RandomSeed, b.MaxTokens = seed, g.MaxNewTokens
	case a.own(): // OpenAI's newer models refuse max_tokens, and servers of others may know nothing else
		b.Seed, b.MaxCompletionTokens = seed, g.MaxNewTokens
	default:
		b.Seed, b.MaxTokens = seed, g.MaxNewTokens
	}
	return encode(b)
}

func encode(body any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, &llm.FatalError{Class: llm.StepFailed, Message: "The request cannot be written as JSON: " + err.Error() + ".",
			Remedy: "This is a mistake in the step: its JSON schema is no JSON.", Err: err}
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// merge takes each setting from the step, or else from the model.
func merge(step, model llm.Generation) llm.Generation {
	stop := step.Stop
	if stop == nil {
		stop = model.Stop
	}
	return llm.Generation{
		MaxNewTokens:     cmp.Or(step.MaxNewTokens, model.MaxNewTokens),
		Temperature:      cmp.Or(step.Temperature, model.Temperature),
		TopP:             cmp.Or(step.TopP, model.TopP),
		Seed:             cmp.Or(step.Seed, model.Seed),
		Stop:             stop,
		FrequencyPenalty: cmp.Or(step.FrequencyPenalty, model.FrequencyPenalty),
		PresencePenalty:  cmp.Or(step.PresencePenalty, model.PresencePenalty),
	}
}
