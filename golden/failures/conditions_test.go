package failures

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// huge is the size of a reply that is very long.
const huge = 10 << 20

// body is an answer with that status and text.
func body(status int, text string, headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		w.Write([]byte(text))
	})
}

// onDate is a refusal with a Retry-After that is a date.
func onDate(after time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now().UTC()
		body(429, "{}", "Date", now.Format(http.TimeFormat), "Retry-After", now.Add(after).Format(http.TimeFormat)).ServeHTTP(w, r)
	})
}

// completion is the API's form of a reply.
func completion(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return `{"id":"1","object":"chat.completion","created":1,"model":"mistral-large-latest","choices":[{"index":0,"finish_reason":"stop",` +
		`"message":{"role":"assistant","content":` + string(quoted) + `}}],"usage":{"prompt_tokens":3,"completion_tokens":3,"total_tokens":6}}`
}

// says is a reply with that content.
func says(text string) http.Handler { return body(200, completion(text)) }

// statuses are the answers of a server that does not serve a request.
func statuses(t *testing.T) map[string]condition {
	const invalidModel = `{"object":"error","message":"Invalid model: mistral-medium-latest","type":"invalid_model","code":"1500"}`
	const tooWarm = `{"detail":[{"loc":["body","temperature"],"msg":"Input should be less than or equal to 1.5"}]}`
	const outOfTokens = `{"object":"error","message":"Prompt contains 40000 tokens, too large for model with 32768 maximum context length","code":"3051"}`
	all := map[string]condition{
		"400":                                  {answer: body(400, `{"message":"Bad request"}`), requests: 1, class: "refused_request"},
		"400, too long a prompt":               {answer: body(400, outOfTokens), requests: 1, class: "refused_request"},
		"401":                                  {answer: body(401, `{"message":"Unauthorized"}`), requests: 1, stops: []string{"Unauthorized", "does not take the key in MISTRAL_API_KEY", "set that to a valid one"}},
		"401 at the end":                       {answer: body(401, `{"message":"Unauthorized"}`), late: true, requests: 1, stops: []string{"set that to a valid one"}},
		"403 where others served":              {answer: body(403, `{"message":"Forbidden"}`), late: true, requests: 1, class: "refused_request"},
		"404 on the model where others served": {answer: body(404, invalidModel), late: true, requests: 1, class: "refused_request"},
		"408 once":                             {answer: body(408, "{}"), times: 1, requests: 2},
		"408":                                  {answer: body(408, "{}"), requests: 2, class: "timeout"},
		"422":                                  {answer: body(422, `{"detail":"The prompt is odd"}`), requests: 1, class: "refused_request"},
		"422 on a setting where others served": {answer: body(422, tooWarm), late: true, requests: 1, class: "refused_request"},
		"429 once":                             {answer: simulated(t, `{"do": "429"}`, ""), times: 1, requests: 2},
		"429 once with seconds":                {answer: simulated(t, `{"do": "429", "retry_after": "1s"}`, ""), times: 1, requests: 2, wait: time.Second},
		"429 once with a date":                 {answer: onDate(time.Second), times: 1, requests: 2, wait: time.Second},
		"429 for ever": {answer: body(429, "{}"), late: true, args: []string{"--set", "model.answerer.max_outage=1"},
			stops: []string{"has refused all requests for", "The same command goes on where it was", "max_outage = 0"}},
		"503 once with seconds": {answer: simulated(t, `{"do": "503", "retry_after": "1s"}`, ""), times: 1, requests: 2, wait: time.Second},
	}
	for _, status := range []int{500, 502, 503, 504} {
		fault := simulated(t, fmt.Sprintf(`{"do": "%d"}`, status), "")
		all[fmt.Sprint(status)] = condition{answer: fault, requests: 2, class: "server_error"}
		all[fmt.Sprint(status, " once")] = condition{answer: fault, times: 1, requests: 2}
	}
	return at("answer", all)
}

// at has the conditions hit a step.
func at(step string, all map[string]condition) map[string]condition {
	for name, c := range all {
		c.step = step
		all[name] = c
	}
	return all
}

// connections are those that break or do not end, and what is no answer of the API.
func connections(t *testing.T) map[string]condition {
	patient := []string{"--set", "model.answerer.timeout=1"}
	reset, broken, hang := simulated(t, `{"do": "reset"}`, ""), simulated(t, `{"do": "broken"}`, ""), simulated(t, `{"do": "hang"}`, "")
	badJSON, html := simulated(t, `{"do": "badjson"}`, ""), simulated(t, `{"do": "html"}`, "")
	return at("answer", map[string]condition{
		"reset once":                 {answer: reset, times: 1, requests: 2},
		"reset":                      {answer: reset, requests: 2, class: "connection"},
		"reset in the reply once":    {answer: broken, times: 1, requests: 2},
		"reset in the reply":         {answer: broken, requests: 2, class: "connection"},
		"hang once":                  {answer: hang, times: 1, args: patient, requests: 2},
		"hang":                       {answer: hang, args: patient, requests: 2, class: "timeout"},
		"slow bytes":                 {answer: simulated(t, `{"do": "slow"}`, "pace=20ms,"), requests: 1},
		"bytes too slow":             {answer: simulated(t, `{"do": "slow"}`, "pace=200ms,"), args: patient, requests: 2, class: "timeout"},
		"bad JSON once":              {answer: badJSON, times: 1, requests: 2},
		"bad JSON":                   {answer: badJSON, requests: 2, class: "bad_response"},
		"a page once":                {answer: html, times: 1, requests: 2},
		"a page":                     {answer: html, requests: 2, class: "bad_response"},
		"JSON that is declared text": {answer: body(200, completion("x"), "Content-Type", "text/plain"), requests: 2, class: "bad_response"},
		"33 MiB":                     {answer: says(strings.Repeat("x", 33<<20)), requests: 2, class: "bad_response"},
	})
}

// replies are such as no step can use, and such as any can.
func replies(t *testing.T) map[string]condition {
	all := map[string]condition{
		"10 MiB of text": {answer: says(strings.Repeat("x", huge)), requests: 1, other: true},
	}
	for do, class := range map[string]string{"nochoices": "empty", "null": "empty", "empty": "empty", "truncate": "cut", "filter": "content_filter"} {
		fault := simulated(t, `{"do": "`+do+`"}`, "")
		all[do] = condition{answer: fault, requests: 3, class: class}
		all[do+" once"] = condition{answer: fault, times: 1, requests: 2}
	}
	return at("answer", all)
}

// instructions are replies to self_instruct. Where the row goes on, they say what it has in an undisturbed run.
func instructions(t *testing.T, c *calm) map[string]condition {
	a, b := c.record.Instructions[0], c.record.Instructions[1]
	list := func(items ...string) string {
		text, err := json.Marshal(map[string]any{"instructions": items})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return at("ask", map[string]condition{
		"preamble":                {answer: simulated(t, `{"do": "preamble"}`, ""), requests: 1},
		"off format once":         {answer: simulated(t, `{"do": "offformat"}`, ""), times: 1, requests: 2},
		"off format":              {answer: simulated(t, `{"do": "offformat"}`, ""), requests: 3, class: "unparseable"},
		"numbers":                 {answer: says(list("1. "+a, "2. "+b)), requests: 1},
		"bullets":                 {answer: says(list("- "+a, "- "+b)), requests: 1},
		"one too many":            {answer: says(list(a, b, "And this one?")), requests: 1},
		"one too few":             {answer: says(list(a)), requests: 3, class: "unparseable"},
		"twice the same":          {answer: says(list(a, a)), requests: 3, class: "unparseable"},
		"10 MiB before the reply": {answer: says(strings.Repeat("Well, then. ", huge/12) + list(a, b)), requests: 1},
		"10 MiB of open braces":   {answer: says(strings.Repeat("{", huge)), requests: 3, class: "unparseable"},
	})
}

// plainText has self_instruct ask for lines.
var plainText = []string{"--set", "model.writer.reply_format=text"}

// lines are replies to self_instruct where lines were asked for.
func lines(t *testing.T, c *calm) map[string]condition {
	a, b := c.record.Instructions[0], c.record.Instructions[1]
	all := map[string]condition{
		"numbers":         {answer: says("Sure!\n\n1. " + a + "\n2. " + b + "\n\nEnjoy!"), requests: 1},
		"bullets":         {answer: says("Here are two:\n* **" + a + "**\n* **" + b + "**"), requests: 1},
		"one too few":     {answer: says("1. " + a), requests: 3, class: "unparseable"},
		"10 MiB of lines": {answer: says(strings.Repeat("1. "+a+"\n", huge/(len(a)+4))), requests: 3, class: "unparseable"},
	}
	for name, k := range all {
		k.args = plainText
		all[name] = k
	}
	return at("ask", all)
}

// ratings are replies to ultra_feedback. Where the row goes on, they say what it has in an undisturbed run.
func ratings(t *testing.T, c *calm) map[string]condition {
	one := func(i int, rating any) string {
		text, err := json.Marshal(map[string]any{"rationale": c.record.Rationales[i], "rating": rating})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	x, y := c.record.Ratings[0], c.record.Ratings[1]
	both := func(x, y any) string { return `{"text_1": ` + one(0, x) + `, "text_2": ` + one(1, y) + `}` }
	return at("judge", map[string]condition{
		"preamble":           {answer: simulated(t, `{"do": "preamble"}`, ""), requests: 1},
		"missing once":       {answer: says(`{"text_1": ` + one(0, x) + `}`), times: 1, requests: 2},
		"missing":            {answer: says(`{"text_1": ` + one(0, x) + `}`), requests: 3, class: "unparseable"},
		"extra":              {answer: says(`{"text_1": ` + one(0, x) + `, "text_2": ` + one(1, y) + `, "text_3": ` + one(1, y) + `}`), requests: 3, class: "unparseable"},
		"twice":              {answer: says(`{"text_1": ` + one(0, x) + `, "text_1": ` + one(1, y) + `, "text_2": ` + one(1, y) + `}`), requests: 3, class: "unparseable"},
		"reordered":          {answer: says(`{"text_2": ` + one(1, y) + `, "text_1": ` + one(0, x) + `}`), requests: 1},
		"out of scale once":  {answer: says(both(x, 6)), times: 1, requests: 2},
		"out of scale":       {answer: says(both(0, y)), requests: 3, class: "out_of_scale"},
		"of another scale":   {answer: says(both("8/10", y)), requests: 3, class: "out_of_scale"},
		"fractional":         {answer: says(both(3.5, y)), requests: 3, class: "out_of_scale"},
		"whole as a decimal": {answer: says(both(json.Number(fmt.Sprint(x, ".0")), y)), requests: 1},
		"in words":           {answer: says(both("four", y)), requests: 3, class: "unparseable"},
		"N/A":                {answer: says(both(x, "N/A")), requests: 3, class: "unparseable"},
		"null":               {answer: says(both(x, nil)), requests: 3, class: "unparseable"},
		"with a remark":      {answer: says(both(fmt.Sprint(x, " (fair)"), fmt.Sprint(y, "/5"))), requests: 1},
		"10 MiB of rubbish":  {answer: says(strings.Repeat("Rating: ? ", huge/10)), requests: 3, class: "unparseable"},
	})
}
