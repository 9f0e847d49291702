package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/simulate/api"
	"github.com/distigen/distigen/runtime/simulate/schematest"
)

// request is a valid request with one more member, or with the member in the place of its own.
func request(extra string) string {
	members := map[string]string{"model": `"mistral-large-latest"`, "messages": `[{"role":"user","content":"hi"}]`}
	if key, value, ok := strings.Cut(extra, ":"); ok {
		members[key] = value
	}
	delete(members, strings.TrimPrefix(extra, "-"))
	var all []string
	for key, value := range members {
		all = append(all, fmt.Sprintf("%q:%s", key, value))
	}
	return "{" + strings.Join(all, ",") + "}"
}

// The problem of each bad request, and that the validator in schematest refuses it, too.
func TestCheckRefuses(t *testing.T) {
	for extra, want := range map[string]string{
		"-model":                    `missing [body model] Field required`,
		"-messages":                 `missing [body messages] Field required`,
		"seed:1":                    `extra_forbidden [body seed] Extra inputs are not permitted`,
		"temperature:1.6":           `less_than_equal [body temperature] Input should be less than or equal to 1.5`,
		"temperature:-0.1":          `greater_than_equal [body temperature] Input should be greater than or equal to 0`,
		`temperature:"1"`:           `float_type [body temperature] Input should be a valid number`,
		"top_p:1.01":                `less_than_equal [body top_p] Input should be less than or equal to 1`,
		"top_p:null":                `float_type [body top_p] Input should be a valid number`,
		"presence_penalty:3":        `less_than_equal [body presence_penalty] Input should be less than or equal to 2`,
		"frequency_penalty:-3":      `greater_than_equal [body frequency_penalty] Input should be greater than or equal to -2`,
		"max_tokens:-1":             `greater_than_equal [body max_tokens] Input should be greater than or equal to 0`,
		"max_tokens:1.5":            `int_from_float [body max_tokens] Input should be a valid integer, got a number with a fractional part`,
		"n:0":                       `greater_than_equal [body n] Input should be greater than or equal to 1`,
		"random_seed:-1":            `greater_than_equal [body random_seed] Input should be greater than or equal to 0`,
		"random_seed:true":          `int_type [body random_seed] Input should be a valid integer`,
		"stream:1":                  `bool_type [body stream] Input should be a valid boolean`,
		"stop:[1]":                  `string_type [body stop str] Input should be a valid string; string_type [body stop list[str] 0] Input should be a valid string`,
		"model:1":                   `string_type [body model] Input should be a valid string`,
		`messages:{"role":"user"}`:  `list_type [body messages] Input should be a valid list`,
		`messages:["hi"]`:           `model_attributes_type [body messages 0] Input should be a valid dictionary or object to extract fields from`,
		`messages:[{"content":""}]`: `union_tag_not_found [body messages 0] Unable to extract tag using discriminator 'role'`,
		`messages:[{"role":"boss","content":""}]`:                                         `union_tag_invalid [body messages 0] Input tag 'boss' found using 'role' does not match any of the expected tags: 'assistant', 'system', 'tool', 'user'`,
		`messages:[{"role":"user"}]`:                                                      `missing [body messages 0 user content] Field required`,
		`messages:[{"role":"user","content":"","name":""}]`:                               `extra_forbidden [body messages 0 user name] Extra inputs are not permitted`,
		`messages:[{"role":"assistant","content":"","reasoning_content":""}]`:             `extra_forbidden [body messages 0 assistant reasoning_content] Extra inputs are not permitted`,
		`messages:[{"role":"system","content":null}]`:                                     `string_type [body messages 0 system content str] Input should be a valid string; list_type [body messages 0 system content list] Input should be a valid list`,
		`response_format:"json"`:                                                          `model_attributes_type [body response_format] Input should be a valid dictionary or object to extract fields from`,
		`response_format:{"type":"json"}`:                                                 `enum [body response_format type] Input should be 'text', 'json_object' or 'json_schema'`,
		`response_format:{"type":"text","x":1}`:                                           `extra_forbidden [body response_format x] Extra inputs are not permitted`,
		`response_format:{"type":"json_schema","json_schema":{"name":"a"}}`:               `missing [body response_format json_schema schema] Field required`,
		`response_format:{"type":"json_schema","json_schema":{"schema":{}}}`:              `missing [body response_format json_schema name] Field required`,
		`response_format:{"type":"json_schema","json_schema":{"name":"a","schema":true}}`: `dict_type [body response_format json_schema schema] Input should be a valid dictionary`,
		`tools:[{"function":{"name":"f"}}]`:                                               `missing [body tools 0 function parameters] Field required`,
		`prompt_mode:"deep"`:                                                              `enum [body prompt_mode] Input should be 'reasoning'`,
		`prediction:{"type":"text"}`:                                                      `literal_error [body prediction type] Input should be 'content'`,
	} {
		body := request(extra)
		if got := problems(t, "ChatCompletionRequest", body); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
		if err := schematest.Validate("ChatCompletionRequest", []byte(body)); err == nil {
			t.Errorf("%s: schematest takes it", body)
		}
	}
}

func TestCheckTakes(t *testing.T) {
	for _, extra := range []string{
		"", "temperature:0", "temperature:1.5", "temperature:null", "top_p:0", "max_tokens:0", "max_tokens:3.0", "n:null", "n:2", "random_seed:0", "stop:\"a\"",
		`stop:["a","b"]`, "stream:true", "safe_prompt:true", `metadata:{"anything":[1]}`, `response_format:{}`, `response_format:{"type":"json_object","json_schema":null}`,
		`response_format:{"type":"json_schema","json_schema":{"name":"a","description":null,"strict":true,"schema":{"type":"object"}}}`,
		`messages:[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":"u"}]},{"role":"assistant","content":"b","prefix":true}]`,
		`messages:[{"role":"tool","content":"x","tool_call_id":"1","name":"f"}]`, `tools:[{"type":"function","function":{"name":"f","parameters":{}}}]`,
		`tool_choice:"any"`, `tool_choice:{"function":{"name":"f"}}`, `guardrails:[{"block_on_error":true,"x":1}]`,
	} {
		body := request(extra)
		if got := problems(t, "ChatCompletionRequest", body); got != "" {
			t.Errorf("%s: %s", body, got)
		}
		schematest.ChatRequest(t, []byte(body))
	}
}

func TestCheckBatch(t *testing.T) {
	for body, want := range map[string]string{
		`{"endpoint":"/v1/chat/completions","input_files":["0b1c2d3e-0000-4000-8000-000000000000"],"metadata":{"a":"b"}}`: "",
		`{"endpoint":"/v1/chat/completions","input_files":["x"]}`:                                                         `uuid_parsing [body input_files 0] Input should be a valid UUID`,
		`{"endpoint":"/v1/chat/completions","metadata":{"a":""}}`:                                                         `string_too_short [body metadata a] String should have at least 1 character(s)`,
		`{"endpoint":"/v1/chat/completions","metadata":{"` + strings.Repeat("k", 33) + `":"v"}}`:                          `string_too_long [body metadata ` + strings.Repeat("k", 33) + ` [key]] String should have at most 32 characters`,
		`{"endpoint":"/v1/none"}`: `enum [body endpoint] Input should be '/v1/chat/completions', '/v1/embeddings', '/v1/fim/completions', '/v1/moderations', '/v1/chat/moderations', '/v1/ocr', '/v1/classifications', '/v1/chat/classifications', '/v1/conversations' or '/v1/audio/transcriptions'`,
		`{"endpoint":"/v1/chat/completions","requests":[` + strings.Repeat(`{"body":{}},`, 10000) + `{"body":{}}]}`: `too_long [body requests] List should have at most 10000 items after validation, not 10001`,
	} {
		if got := problems(t, "BatchJobIn", body); got != want {
			t.Errorf("%.200s\ngot  %s\nwant %s", body, got, want)
		}
		if err := schematest.Validate("BatchJobIn", []byte(body)); (err == nil) != (want == "") {
			t.Errorf("%.200s: schematest says %v", body, err)
		}
	}
}

func problems(t *testing.T, schema, body string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	var all []string
	for _, p := range api.Check(schema, v) {
		all = append(all, fmt.Sprintf("%s %v %s", p.Type, p.Loc, p.Msg))
	}
	return strings.Join(all, "; ")
}

// FuzzCheck compares with the validator in schematest. The check may be stricter, as the API is, in that it wants the
// fields by which it tells kinds apart.
func FuzzCheck(f *testing.F) {
	for _, extra := range []string{"", "temperature:2", "stop:[\"a\"]", "seed:1", `response_format:{"type":"json_schema","json_schema":{"name":"a","schema":{}}}`} {
		f.Add(request(extra))
	}
	f.Fuzz(func(t *testing.T, body string) {
		var v any
		if json.Unmarshal([]byte(body), &v) != nil {
			return
		}
		got := problems(t, "ChatCompletionRequest", body)
		err := schematest.Validate("ChatCompletionRequest", []byte(body))
		if got == "" && err != nil {
			t.Errorf("%s is taken, and schematest says %v", body, err)
		}
		if got != "" && err == nil && !strings.Contains(got, "union_tag") {
			t.Errorf("%s is refused with %s, and schematest takes it", body, got)
		}
	})
}
