package endpoint

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate/schematest"
)

func full() llm.Generation {
	return llm.Generation{MaxNewTokens: llm.Ptr(512), Temperature: llm.Ptr(0.7), TopP: llm.Ptr(0.95), Seed: llm.Ptr(7), Stop: []string{"END", "<|im_end|>"},
		FrequencyPenalty: llm.Ptr(-0.1), PresencePenalty: llm.Ptr(1e-7)}
}

var aSchema = &llm.Schema{Name: "ratings", JSON: []byte(`{"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "string"}}, "required": ["b", "a"], "additionalProperties": false}`)}

// The bytes that are sent, which are the key of what is paid for: a change of them makes every user pay again.
func TestBodies(t *testing.T) {
	const (
		schemaSent = `"response_format":{"type":"json_schema","json_schema":{"name":"ratings","schema":{"type":"object","properties":{"b":{"type":"integer"},"a":{"type":"string"}},"required":["b","a"],"additionalProperties":false},"strict":true}}`
		start      = `{"model":"m-1","messages":[{"role":"user","content":"hi"}]`
	)
	mistral, openai, own := llm.Model{Name: "m-1"}, llm.Model{Provider: "openai", Name: "m-1"}, local()
	for name, c := range map[string]struct {
		model  llm.Model
		change func(*llm.Task)
		schema *llm.Schema
		want   string
	}{
		"nothing set":       {mistral, nil, nil, start + `}`},
		"temperature of 0":  {mistral, func(t *llm.Task) { t.Temperature = llm.Ptr(0.0) }, nil, start + `,"temperature":0}`},
		"penalties of 0":    {mistral, func(t *llm.Task) { t.FrequencyPenalty, t.PresencePenalty = llm.Ptr(0.0), llm.Ptr(0.0) }, nil, start + `,"frequency_penalty":0,"presence_penalty":0}`},
		"all, Mistral":      {mistral, func(t *llm.Task) { t.Generation = full() }, aSchema, start + `,` + schemaSent + `,"temperature":0.7,"top_p":0.95,"max_tokens":512,"stop":["END","<|im_end|>"],"frequency_penalty":-0.1,"presence_penalty":1e-7,"random_seed":7}`},
		"all, OpenAI":       {openai, func(t *llm.Task) { t.Generation = full() }, aSchema, start + `,` + schemaSent + `,"temperature":0.7,"top_p":0.95,"max_completion_tokens":512,"stop":["END","<|im_end|>"],"frequency_penalty":-0.1,"presence_penalty":1e-7,"seed":7}`},
		"all, compatible":   {own, func(t *llm.Task) { t.Generation = full() }, nil, start + `,"temperature":0.7,"top_p":0.95,"max_tokens":512,"stop":["END","<|im_end|>"],"frequency_penalty":-0.1,"presence_penalty":1e-7,"seed":7}`},
		"of the model":      {mistral, func(t *llm.Task) { t.Model.Generation.TopP = llm.Ptr(0.5) }, nil, start + `,"top_p":0.5}`},
		"step over model":   {mistral, func(t *llm.Task) { t.Model.Generation, t.TopP = llm.Generation{TopP: llm.Ptr(0.5)}, llm.Ptr(0.0) }, nil, start + `,"top_p":0}`},
		"no stop after all": {mistral, func(t *llm.Task) { t.Model.Generation.Stop, t.Stop = []string{"x"}, []string{} }, nil, start + `}`},
		"a JSON object":     {mistral, func(t *llm.Task) { t.Model.Reply = "json_object" }, aSchema, start + `,"response_format":{"type":"json_object"}}`},
		"an object unasked": {mistral, func(t *llm.Task) { t.Model.Reply = "json_object" }, nil, start + `}`},
		"text":              {mistral, func(t *llm.Task) { t.Model.Reply = "text" }, aSchema, start + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			task := llm.Task{Model: c.model}
			if c.change != nil {
				c.change(&task)
			}
			a, err := addressOf(task.Model)
			if err != nil {
				t.Fatal(err)
			}
			for range 3 {
				body, err := (&endpoint{address: a}).bodyOf(task, saying{messages: user("hi"), schema: c.schema}, anyCall, 0, 1)
				if string(body) != c.want || err != nil {
					t.Errorf("got  %s %v\nwant %s", body, err, c.want)
				}
				if a.provider == "mistral" {
					schematest.ChatRequest(t, body)
				}
			}
		})
	}
}

func TestTextIsSentAsItIs(t *testing.T) {
	text := "a <b> & \"c\" \n\u00e4 \u4e16 \\"
	a, _ := addressOf(llm.Model{Name: "m"})
	body, err := (&endpoint{address: a}).bodyOf(llm.Task{Model: llm.Model{Name: "m"}}, saying{messages: []llm.Message{{Role: "system", Content: "be <brief>"}, {Role: "user", Content: text}}}, anyCall, 0, 1)
	if want := `{"model":"m","messages":[{"role":"system","content":"be <brief>"},{"role":"user","content":"a <b> & \"c\" \n\u00e4 \u4e16 \\"}]}`; err != nil ||
		string(body) != strings.NewReplacer(`\u00e4`, "\u00e4", `\u4e16`, "\u4e16").Replace(want) {
		t.Errorf("got %s %v", body, err)
	}
	schematest.ChatRequest(t, body)
}

// Every setting that there is reaches the request, from the step as from the model.
func TestEverySettingIsSent(t *testing.T) {
	a, _ := addressOf(llm.Model{})
	settings := reflect.TypeFor[llm.Generation]()
	for i := range settings.NumField() {
		var one llm.Generation
		reflect.ValueOf(&one).Elem().Field(i).Set(reflect.ValueOf(full()).Field(i))
		for _, task := range []llm.Task{{Generation: one}, {Model: llm.Model{Generation: one}}} {
			body, err := (&endpoint{address: a}).bodyOf(task, saying{messages: user("hi")}, anyCall, 0, 1)
			var members map[string]any
			if err != nil || json.Unmarshal(body, &members) != nil || len(members) != 3 {
				t.Errorf("%s is not sent: %v in %s", settings.Field(i).Name, slices.Sorted(maps.Keys(members)), body)
			}
		}
	}
}

func TestSchemaThatIsNoJSON(t *testing.T) {
	_, err := (&endpoint{}).bodyOf(llm.Task{}, saying{messages: user("hi"), schema: &llm.Schema{Name: "x", JSON: []byte("{")}}, anyCall, 0, 1)
	if fatal := (*llm.FatalError)(nil); !errors.As(err, &fatal) {
		t.Errorf("the error is %v", err)
	}
}

// What goes over the wire is the body, with the headers that belong to it, and nothing of go-openai's own.
func TestRequestOnTheWire(t *testing.T) {
	t.Setenv("A_KEY", " sk-1234 \n")
	m := local()
	m.APIKeyEnv, m.BaseURL = "A_KEY", "http://server:1/api/v1/"
	var got *http.Request
	var body string
	s, _ := newTestSet(t, transport(func(r *http.Request, b string) (*http.Response, error) {
		got, body = r, b
		return response(200, completion("x")), nil
	}), m)
	if _, err := s.ask(t.Context(), m, "hi"); err != nil {
		t.Fatal(err)
	}
	if got.Method != "POST" || got.URL.String() != "http://server:1/api/v1/chat/completions" || got.Header.Get("Authorization") != "Bearer sk-1234" ||
		got.Header.Get("Content-Type") != "application/json" || got.ContentLength != int64(len(body)) || body != `{"model":"m-1","messages":[{"role":"user","content":"hi"}]}` {
		t.Errorf("%s %s, headers %v, body %s", got.Method, got.URL, got.Header, body)
	}
}

func TestWithoutKeyNoneIsSent(t *testing.T) {
	t.Setenv("OPENAI_API_KEY", "")
	s, _ := newTestSet(t, transport(func(r *http.Request, b string) (*http.Response, error) {
		if auth, ok := r.Header["Authorization"]; ok {
			t.Errorf("the header is %q", auth)
		}
		return response(200, completion("x")), nil
	}))
	if _, err := s.ask(t.Context(), local(), "hi"); err != nil {
		t.Fatal(err)
	}
}
