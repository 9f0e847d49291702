package author

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemas are the forms of replies that the author has to keep to, whatever the seed.
var schemas = map[string]string{
	"judge":       `{"type":"object","properties":{"text_1":{"$ref":"#/$defs/v"},"text_2":{"$ref":"#/$defs/v"}},"required":["text_1","text_2"],"additionalProperties":false,"$defs":{"v":{"type":"object","properties":{"rationale":{"type":"string"},"rating":{"type":"integer","minimum":1,"maximum":10}},"required":["rationale","rating"],"additionalProperties":false}}}`,
	"enum":        `{"type":"object","properties":{"rating":{"enum":[2,4,8]},"verdict":{"enum":["good","bad",null]},"kind":{"const":"judge"}},"required":["rating","verdict","kind"]}`,
	"numbers":     `{"type":"object","properties":{"a":{"type":"integer","minimum":5,"maximum":5},"b":{"type":"number","minimum":0,"maximum":1},"c":{"type":"integer","exclusiveMinimum":3,"exclusiveMaximum":6},"d":{"type":"integer","multipleOf":5,"minimum":11},"score":{"type":"number","minimum":0.5,"maximum":1.5},"e":{"type":"integer","maximum":-3},"index":{"type":"integer","maximum":1}},"required":["a","b","c","d","score","e","index"]}`,
	"texts":       `{"type":"object","properties":{"long":{"type":"string","minLength":300},"short":{"type":"string","maxLength":5},"day":{"type":"string","format":"date"},"at":{"type":"string","format":"date-time"},"mail":{"type":"string","format":"email"},"site":{"type":"string","format":"uri"},"key":{"type":"string","format":"uuid"}},"required":["long","short","day","at","mail","site","key"]}`,
	"lists":       `{"type":"object","properties":{"none":{"type":"array","maxItems":0},"seven":{"type":"array","items":{"type":"string"},"minItems":7,"maxItems":7},"types":{"type":"array","items":{"type":"integer","enum":[1,2,3,4]},"minItems":1,"maxItems":4},"set":{"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true,"minItems":3,"maxItems":3},"pair":{"type":"array","prefixItems":[{"type":"string"},{"type":"boolean"}],"minItems":2}},"required":["none","seven","types","set","pair"]}`,
	"kinds":       `{"type":"object","properties":{"a":{"anyOf":[{"type":"null"},{"type":"integer"},{"type":"boolean"}]},"b":{"oneOf":[{"type":"object","properties":{"x":{"type":"string"}},"required":["x"]},{"type":"array","items":{"type":"null"}}]},"c":{"type":["null","string"]},"d":{"allOf":[{"type":"object","properties":{"p":{"type":"string"}},"required":["p"]},{"properties":{"q":{"type":"integer"}},"required":["q"]}]},"e":true},"required":["a","b","c","d","e"]}`,
	"tree":        `{"$ref":"#/definitions/node","definitions":{"node":{"type":"object","properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#/definitions/node"}},"next":{"anyOf":[{"$ref":"#/definitions/node"},{"type":"null"}]}},"required":["name","children"]}}}`,
	"patterns":    `{"type":"object","properties":{"plate":{"type":"string","pattern":"^(?:[A-Z]{2}-\\d{3,5})$"},"word":{"type":"string","pattern":"^(a|b+)?c\\w$","maxLength":4},"age":{"type":["integer","null"],"minimum":18,"maximum":99}},"required":["plate","word","age"]}`,
	"of itself":   `{"type":"object","properties":{"child":{"$ref":"#"}}}`,
	"bare string": `{"type":"string"}`,
	"anything":    `{}`,
	"quotes":      `{"type":"object","properties":{"a \"b\"\n\\":{"type":"string"}},"required":["a \"b\"\n\\"]}`,
}

func TestSchemas(t *testing.T) {
	for name, text := range schemas {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource("mem://s.json", doc); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile("mem://s.json")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		seen := map[string]bool{}
		for seed := range 200 {
			reply, _, err := Write(Request{Model: "m", Seed: fmt.Sprint(seed), Format: JSONSchema, Schema: json.RawMessage(text),
				Messages: []Message{{"user", "Tell me \"a\\b\"\n\x01 of 3 things: ü, 😀."}}})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(reply)))
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, reply)
			}
			if err := s.Validate(v); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, reply)
			}
			seen[reply] = true
		}
		if name != "of itself" && len(seen) < 5 {
			t.Errorf("%s: %d different replies", name, len(seen))
		}
	}
}

// Models write the members of an object in the schema's order.
func TestOrder(t *testing.T) {
	reply, _, err := Write(Request{Format: JSONSchema, Schema: json.RawMessage(`{"properties":{"z":{"type":"null"},"b":{"type":"null"},"a":{"type":"null"}}}`)})
	if err != nil || reply != `{"z": null, "b": null, "a": null}` {
		t.Errorf("%s, %v", reply, err)
	}
}

func TestNoSchema(t *testing.T) {
	for _, text := range []string{`[]`, `1`, `{"type":7}`, `{"properties":{"a":[]}}`, `{"items":"string"}`} {
		if reply, _, err := Write(Request{Format: JSONSchema, Schema: json.RawMessage(text)}); err == nil {
			t.Errorf("%s: %s", text, reply)
		}
	}
}

func FuzzWrite(f *testing.F) {
	for _, text := range schemas {
		f.Add("Text 1:\n<text>\na\n</text>\nReply with JSON:\n{\"a\": <1-5>}", text)
	}
	f.Add("Reply with exactly 3 numbered lines.\n\n1. <instruction>", "")
	f.Add("Write 4 questions. Respond with\n\n[1]\nTypes: <numbers>\nRating: <1-5>", "{}")
	f.Fuzz(func(t *testing.T, prompt, schema string) {
		for _, format := range []Format{Text, JSONObject, JSONSchema} {
			for _, slip := range []Slip{"", Preamble, OffFormat, OutOfScale, Tie} {
				if !json.Valid([]byte(schema)) && format == JSONSchema || len(schema) > 2000 {
					continue
				}
				r := Request{Messages: []Message{{"user", prompt}}, Format: format, Schema: json.RawMessage(schema), Slip: slip}
				reply, _, err := Write(r)
				if again, _, _ := Write(r); again != reply {
					t.Errorf("%q, and then %q", reply, again)
				}
				if err == nil && format != Text && slip == "" && !json.Valid([]byte(reply)) {
					t.Errorf("%s: no JSON: %q", format, reply)
				}
			}
		}
	})
}
