// Package schematest checks requests and replies against the provider's own JSON schemas, with a validator that is not
// the simulator's. It is for tests only.
package schematest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/distigen/distigen/runtime/simulate/api"
)

const document = "mem://mistral-api.json"

var compiler = sync.OnceValues(func() (*jsonschema.Compiler, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.Schemas))
	if err != nil {
		return nil, err
	}
	// The schema of a chat's reply requires a field data, which only embeddings have and no reply of the API brings.
	reply := doc.(map[string]any)
	for _, key := range []string{"components", "schemas", "ChatCompletionResponse"} {
		reply = reply[key].(map[string]any)
	}
	part := reply["allOf"].([]any)[1].(map[string]any)
	var required []any
	for _, name := range part["required"].([]any) {
		if name != "data" {
			required = append(required, name)
		}
	}
	part["required"] = required
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	return c, c.AddResource(document, doc)
})

var compiled struct {
	sync.Mutex
	schemas map[string]*jsonschema.Schema
}

func schema(name string) (*jsonschema.Schema, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if s := compiled.schemas[name]; s != nil {
		return s, nil
	}
	c, err := compiler()
	if err != nil {
		return nil, err
	}
	s, err := c.Compile(document + "#/components/schemas/" + name)
	if err != nil {
		return nil, err
	}
	if compiled.schemas == nil {
		compiled.schemas = map[string]*jsonschema.Schema{}
	}
	compiled.schemas[name] = s
	return s, nil
}

// Validate checks a JSON text against the schema of that name, such as ChatCompletionRequest.
func Validate(name string, body []byte) error {
	s, err := schema(name)
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	return s.Validate(v)
}

// ChatRequest fails the test if the body is no request for a chat completion that the provider would take.
func ChatRequest(t testing.TB, body []byte) {
	t.Helper()
	if err := Validate("ChatCompletionRequest", body); err != nil {
		t.Errorf("the provider would refuse this request: %v\n%s", err, body)
	}
}
