package simulate

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/simulate/schematest"
)

func TestStrict(t *testing.T) {
	s := start(t, Options{})
	long := strings.Repeat("many words ", 110000)
	for name, c := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"unknown field":     {chat("x", `,"seed":1`), 422, `{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":1}]}`},
		"two problems":      {chat("x", `,"seed":1,"n":0`), 422, `"loc":["body","n"]`},
		"no JSON":           {`{"model":`, 422, `"type":"json_invalid"`},
		"no object":         {`[]`, 422, `"type":"model_attributes_type"`},
		"unknown model":     {strings.Replace(chat("x", ""), "mistral-large-latest", "gpt-4o", 1), 400, `{"object":"error","message":"Invalid model: gpt-4o","type":"invalid_model","param":null,"code":"1500"}`},
		"retired model":     {strings.Replace(chat("x", ""), "mistral-large-latest", "open-mistral-7b", 1), 400, `"Invalid model: open-mistral-7b"`},
		"retired by date":   {strings.Replace(chat("x", ""), "mistral-large-latest", "devstral-latest", 1), 400, `"code":"1500"`},
		"embedding model":   {strings.Replace(chat("x", ""), "mistral-large-latest", "mistral-embed", 1), 400, `"code":"1500"`},
		"no message":        {`{"model":"mistral-large-latest","messages":[]}`, 400, `"code":"3230"`},
		"order of messages": {`{"model":"mistral-large-latest","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}`, 400, `but got assistant`},
		"system alone":      {`{"model":"mistral-large-latest","messages":[{"role":"system","content":"a"}]}`, 400, `but got system`},
		"no schema":         {chat("x", `,"response_format":{"type":"json_schema"}`), 422, `"type":"value_error","loc":["body","response_format"]`},
		"bad schema":        {chat("x", `,"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"properties":[]}}}`), 400, `is no JSON schema`},
		"greedy top_p":      {chat("x", `,"temperature":0,"top_p":0.5`), 400, `top_p must be 1 when using greedy sampling.`},
		"greedy n":          {chat("x", `,"temperature":0,"n":2`), 400, `n must be 1`},
		"too long":          {chat(long, ""), 400, `too large for model with 262144 maximum context length`},
	} {
		r := s.call(t, "POST", "/chat/completions", c.body)
		if r.status != c.status || !strings.Contains(string(r.body), c.want) {
			t.Errorf("%s: %d %s\nwant %d %s", name, r.status, r.body, c.status, c.want)
		}
		if r.status == http.StatusUnprocessableEntity {
			if err := schematest.Validate("HTTPValidationError", r.body); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestKeysAndRoutes(t *testing.T) {
	s := start(t, Options{Key: "right"})
	for _, c := range []struct {
		method, path, kind, auth string
		status                   int
		want                     string
	}{
		{"POST", "/chat/completions", "application/json", "", 401, `{"message":"Unauthorized","request_id":"`},
		{"POST", "/chat/completions", "application/json", "Bearer ", 401, "Unauthorized"},
		{"POST", "/chat/completions", "application/json", "Bearer wrong", 401, "Unauthorized"},
		{"POST", "/chat/completions", "application/json", "Basic right", 401, "Unauthorized"},
		{"GET", "/nowhere", "application/json", "", 401, "Unauthorized"},
		{"POST", "/chat/completions", "application/json; charset=utf-8", "Bearer right", 200, `"choices"`},
		{"POST", "/chat/completions", "text/plain", "Bearer right", 422, `"loc":["body"]`},
		{"POST", "/chat/completions", "", "Bearer right", 422, `"loc":["body"]`},
		{"GET", "/chat/completions", "application/json", "Bearer right", 405, "Method Not Allowed"},
		{"POST", "/completions", "application/json", "Bearer right", 404, "no Route"},
		{"GET", "/models/a/b", "application/json", "Bearer right", 404, "no Route"},
	} {
		body := chat("x", "")
		if c.method == "GET" {
			body = ""
		}
		r := s.call(t, c.method, c.path, body, "Authorization", c.auth, "Content-Type", c.kind)
		if r.status != c.status || !strings.Contains(string(r.body), c.want) {
			t.Errorf("%+v: %d %s", c, r.status, r.body)
		}
		if r.header.Get("x-request-id") == "" || r.header.Get("mistral-correlation-id") == "" {
			t.Errorf("%+v: no id in %v", c, r.header)
		}
	}
	if r := start(t, Options{}).call(t, "GET", "/models", "", "Authorization", "Bearer anything"); r.status != 200 {
		t.Errorf("any key: %d", r.status)
	}
}

// OpenAI's names of settings are for models that the provider does not know, and only where any model is taken.
func TestAnyModel(t *testing.T) {
	s := start(t, Options{AnyModel: true})
	local := strings.Replace(chat("x", `,"seed":1,"max_completion_tokens":3,"temperature":2,"user":"u","logprobs":false`), "mistral-large-latest", "qwen2.5-7b", 1)
	r := s.call(t, "POST", "/chat/completions", local)
	if r.status != 200 || decode[completion](t, r.body).Usage.Completion != 3 {
		t.Errorf("OpenAI's dialect: %d %s", r.status, r.body)
	}
	if r := s.call(t, "POST", "/chat/completions", strings.Replace(local, `"temperature":2`, `"temperature":0,"top_p":0.5`, 1)); r.status != 200 {
		t.Errorf("top_p at temperature 0: %d %s", r.status, r.body)
	}
	for _, body := range []string{
		chat("x", `,"seed":1`),
		chat("x", `,"temperature":0,"top_p":0.5`),
		strings.Replace(chat("x", ""), "mistral-large-latest", "open-mistral-7b", 1),
		strings.Replace(local, `"user"`, `"foo"`, 1),
	} {
		if r := s.call(t, "POST", "/chat/completions", body); r.status == 200 {
			t.Errorf("%s is taken", body)
		}
	}
	strict := start(t, Options{})
	if r := strict.call(t, "POST", "/chat/completions", strings.Replace(chat("x", ""), "mistral-large-latest", "sim-anything", 1)); r.status != 200 {
		t.Errorf("sim-anything: %d %s", r.status, r.body)
	}
}

func TestModels(t *testing.T) {
	s := start(t, Options{})
	r := s.call(t, "GET", "/models", "")
	if err := schematest.Validate("ModelList", r.body); err != nil {
		t.Error(err)
	}
	list := string(r.body)
	if !strings.Contains(list, `"id":"mistral-large-latest"`) || !strings.Contains(list, `"id":"mistral-embed"`) || strings.Contains(list, "open-mistral-7b") {
		t.Errorf("list %s", list)
	}
	r = s.call(t, "GET", "/models/mistral-medium-2508", "")
	if err := schematest.Validate("BaseModelCard", r.body); err != nil || !strings.Contains(string(r.body), `"deprecation":"2026-08-31T00:00:00Z"`) {
		t.Errorf("%v: %s", err, r.body)
	}
	for _, name := range []string{"open-mistral-7b", "gpt-4o"} {
		if r := s.call(t, "GET", "/models/"+name, ""); r.status != 404 {
			t.Errorf("%s: %d", name, r.status)
		}
	}
}

func TestStart(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "nonsense"} {
		if s, err := Start(addr, Options{}); err == nil {
			s.Close()
			t.Errorf("%s: started", addr)
		}
	}
	s, err := Start(":0", Options{Remote: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = start(t, Options{})
	if again, err := Start(strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/v1"), Options{}); err == nil {
		again.Close()
		t.Error("two simulators on one address")
	}
}

func TestRequests(t *testing.T) {
	s := start(t, Options{Record: true})
	s.ask(t, chat("one", ""))
	s.call(t, "POST", "/chat/completions", "{}")
	s.call(t, "GET", "/models", "")
	got := s.Requests()
	if got.Count != 3 || got.Status[200] != 2 || got.Status[422] != 1 || len(got.Log) != 3 {
		t.Errorf("got %+v", got)
	}
	if fmt.Sprint(got.Log[0].Method, got.Log[0].Path, string(got.Log[0].Body), got.Log[0].Status) != fmt.Sprint("POST", "/v1/chat/completions", chat("one", ""), 200) {
		t.Errorf("first: %+v", got.Log[0])
	}
	if s := start(t, Options{}); len(s.Requests().Log) != 0 {
		t.Error("recorded without being asked")
	}
}
