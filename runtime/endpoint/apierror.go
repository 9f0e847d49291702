package endpoint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// apiError is what a server says of a request that it does not serve. Servers say it in many forms:
//
//	{"error": {"message": "...", "type": "...", "param": "...", "code": "..."}}       OpenAI, vLLM, llama.cpp
//	{"object": "error", "message": "...", "type": "...", "param": null, "code": "1500"}   Mistral
//	{"detail": [{"loc": ["body", "temperature"], "msg": "..."}]}                          Mistral, FastAPI
//	{"message": "Unauthorized"}, {"detail": "Not Found"}, {"error": "..."}, or text
type apiError struct {
	message string
	codes   []string // its code and its type
	fields  []string // of the request's body that it is about; "" is the body as a whole
}

func readError(body []byte) apiError {
	var v any
	if json.Unmarshal(body, &v) == nil {
		return read(v)
	}
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "<") { // a page
		text = ""
	}
	return apiError{message: text}
}

func read(v any) (e apiError) {
	switch v := v.(type) {
	case string:
		e.message = v
	case []any:
		var said []string
		for _, problem := range v {
			field, msg := readProblem(problem)
			e.fields = append(e.fields, field)
			if field != "" {
				msg = field + ": " + msg
			}
			said = append(said, msg)
		}
		e.message = strings.Join(said, "; ")
	case map[string]any:
		for _, key := range []string{"error", "message", "detail"} {
			if inner := read(v[key]); e.message == "" {
				e = inner
			}
		}
		for _, key := range []string{"code", "type"} {
			if code := v[key]; code != nil {
				e.codes = append(e.codes, fmt.Sprint(code))
			}
		}
		if param, _ := v["param"].(string); param != "" {
			if end := strings.IndexAny(param, ".["); end > 0 { // messages[1].content
				param = param[:end]
			}
			e.fields = append(e.fields, param)
		}
	}
	return e
}

// readProblem reads one of the problems of a 422: the field of the body that it is about, and what it is.
func readProblem(v any) (field, msg string) {
	p, _ := v.(map[string]any)
	msg, _ = p["msg"].(string)
	loc, _ := p["loc"].([]any)
	if len(loc) > 0 && loc[0] == "body" {
		loc = loc[1:]
	}
	if len(loc) > 0 {
		field, _ = loc[0].(string)
	}
	return field, msg
}

func (e apiError) hasCode(codes ...string) bool {
	return slices.ContainsFunc(e.codes, func(c string) bool { return slices.Contains(codes, c) })
}
