package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/distigen/distigen/runtime/simulate/api"
)

// errorBody is the API's error, where it is no validation error.
type errorBody struct {
	Object  string  `json:"object"`
	Message string  `json:"message"`
	Type    string  `json:"type"`
	Param   *string `json:"param"`
	Code    *string `json:"code"`
}

// codes are the types and codes of the statuses that the API explains.
var codes = map[int][2]string{
	http.StatusTooManyRequests:     {"rate_limited", "1300"},
	http.StatusInternalServerError: {"internal_server_error", "1000"},
	http.StatusBadGateway:          {"unreachable_backend", "1100"},
	http.StatusServiceUnavailable:  {"unreachable_backend", "1100"},
	http.StatusGatewayTimeout:      {"unreachable_backend", "1100"},
}

// apiError is the error for a status.
func apiError(status int, message string) answer {
	e := errorBody{Object: "error", Message: message, Type: "invalid_request_error"}
	if c, ok := codes[status]; ok {
		e.Type, e.Code = c[0], &c[1]
	}
	return toJSON(status, e)
}

// failure is the error for a request that cannot be served.
func failure(status int, format string, args ...any) answer {
	return apiError(status, fmt.Sprintf(format, args...))
}

func coded(kind, code, format string, args ...any) answer {
	return toJSON(http.StatusBadRequest, errorBody{Object: "error", Message: fmt.Sprintf(format, args...), Type: kind, Code: &code})
}

func invalid(problems ...api.Problem) answer {
	return toJSON(http.StatusUnprocessableEntity, map[string]any{"detail": problems})
}

func toJSON(status int, v any) answer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // all that is sent is plain data
	}
	return answer{status: status, body: body}
}

// notJSON refuses a body that is not declared as JSON.
func (c *call) notJSON() *answer {
	kind, _, _ := strings.Cut(c.Header.Get("Content-Type"), ";")
	if strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return nil
	}
	a := invalid(api.Problem{Type: "model_attributes_type", Loc: []any{"body"}, Input: clip(string(c.body)),
		Msg: "Input should be a valid dictionary or object to extract fields from"})
	return &a
}

// check reads a request's JSON and checks it against the API's schema of that name; amend may change the decoded
// object first.
func check(schema string, body []byte, amend func(map[string]any)) (map[string]any, *answer) {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		at := 0
		if syntax, ok := err.(*json.SyntaxError); ok {
			at = int(syntax.Offset)
		}
		a := invalid(api.Problem{Type: "json_invalid", Loc: []any{"body", at}, Msg: "JSON decode error", Input: map[string]any{},
			Ctx: map[string]any{"error": err.Error()}})
		return nil, &a
	}
	object, ok := v.(map[string]any)
	if ok && amend != nil {
		amend(object)
	}
	if problems := api.Check(schema, v); len(problems) > 0 {
		a := invalid(problems...)
		return nil, &a
	}
	return object, nil
}

func clip(text string) string {
	if len(text) > 200 {
		text = text[:200]
	}
	return strings.ToValidUTF8(text, "")
}
