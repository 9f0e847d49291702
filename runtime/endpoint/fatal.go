package endpoint

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/models"
)

// isGone is for an endpoint that was waited for in vain.
func (e *endpoint) isGone(f *failure, lasted time.Duration) error {
	what := "has been down"
	if f.class == llm.RateLimited {
		what = "has refused all requests"
	}
	return &llm.FatalError{Class: f.class, Message: fmt.Sprintf("%s %s for %s. %s", e.host, what, duration(lasted), f.message),
		Remedy: "The same command goes on where it was, once the endpoint works again. If it does and only these rows fail, " +
			"set max_outage = 0 in the model to have them rejected."}
}

func (e *endpoint) unauthorized(f *failure) {
	f.class = llm.Unauthorized
	switch {
	case f.status == http.StatusForbidden:
		f.remedy = fmt.Sprintf("The key in %s may not do this: take another, or let it.", e.variable)
	case e.key == "":
		f.message = fmt.Sprintf("%s wants an API key, and the environment variable %s is not set.", e.host, e.variable)
		f.remedy = "Set it, or name another in api_key_env of the model."
	default:
		f.remedy = fmt.Sprintf("It does not take the key in %s: set that to a valid one.", e.variable)
	}
}

// nowhere is for paths that the server does not know.
func (e *endpoint) nowhere(f *failure, q *question) {
	f.class = llm.InvalidParams
	if q.raw {
		f.message = fmt.Sprintf("There are no raw completions at %s. %s", Public(e.url+rawPath), f.message)
		f.remedy = "Take a server that has them, such as vLLM or llama.cpp, and set base_url of the model to the address of its API, which usually ends in /v1."
		return
	}
	f.message = fmt.Sprintf("There is no chat API at %s. %s", Public(e.url+chatPath), f.message)
	f.remedy = "Set base_url of the model to the address of the API, which usually ends in /v1."
}

func (e *endpoint) redirected(f *failure, x *exchange, q *question) {
	path := chatPath
	if q.raw {
		path = rawPath
	}
	f.class = llm.InvalidParams
	to := e.secret.printable(x.header.Get("Location"))
	if u, err := url.Parse(to); err == nil && u.IsAbs() {
		to = strings.TrimSuffix(to, path)
	}
	f.message = fmt.Sprintf("%s redirects with status %d to %q.", Public(e.url+path), f.status, to)
	f.remedy = "Set base_url of the model to the address where the API really is, up to and without " + path + "."
}

var noSuchModel = regexp.MustCompile(`(?i)\b(invalid|unknown|no such|unsupported) model\b|no endpoints found for\b|\bmodel\b.*\b(not exist|not found|not available|unknown|retired|deprecated|decommissioned)\b`)

// knowsNoModel reports whether a server says that it does not have the model. Its name has to occur where only the words
// can tell, since the words also occur in what is said of other things.
func (e apiError) knowsNoModel(status int, name string) bool {
	switch status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity:
		return e.hasCode("model_not_found", "invalid_model", "model_decommissioned") || slices.Contains(e.fields, "model") ||
			strings.Contains(e.message, name) && noSuchModel.MatchString(e.message)
	}
	return false
}

func unknownModel(f *failure, m llm.Model) {
	f.class = llm.UnknownModel
	name, list := "NAME", ""
	f.remedy = "Correct the name in the model block"
	if m.Provider != "openai" {
		list = " `distigen models` lists the models that there are."
		now := time.Now()
		if known, ok := models.Lookup(m.Name); ok && known.IsRetired(now) {
			f.message += fmt.Sprintf(" The model %s was retired on %s.", m.Name, known.Retired)
		}
		if other := models.Replacement(m.Name, now); other != "" {
			name, f.remedy = other, fmt.Sprintf("Take %s in its place: change the name in the model block", other)
		}
	}
	if m.Alias != "" {
		f.remedy += fmt.Sprintf(", or for one run with --set model.%s.name=%s", m.Alias, name)
	}
	f.remedy += "." + list
}

// parameters are the settings whose names in a request are not those in a pipeline.
var parameters = map[string]string{"max_tokens": "max_new_tokens", "max_completion_tokens": "max_new_tokens", "random_seed": "seed",
	"response_format": "reply_format"}

// tooLong is what servers say of prompts that do not fit, which concerns one row, whatever setting they name along with it.
var tooLong = regexp.MustCompile(`(?i)context.{0,3}length|context window|too long|too large for model|maximum context`)

func (e apiError) isTooLong() bool {
	return tooLong.MatchString(e.message) || e.hasCode("context_length_exceeded")
}

// setting is the setting of the request that the server does not take; empty if it is something else. A 422 names it. A
// 400 names one that was sent, as its param or, at Mistral, in its text, which is believed if the name is no common word.
func (e apiError) setting(status int, body []byte) string {
	sent := func(field string) bool { return bytes.Contains(body, []byte(`,"`+field+`":`)) }
	for _, field := range e.fields {
		if field != "" && field != "messages" && field != "prompt" && (status == http.StatusUnprocessableEntity || status == http.StatusBadRequest && sent(field)) {
			return field
		}
	}
	if status == http.StatusBadRequest && len(e.fields) == 0 {
		for _, field := range []string{"top_p", "random_seed", "response_format", "frequency_penalty", "presence_penalty"} {
			if sent(field) && strings.Contains(e.message, field) {
				return field
			}
		}
	}
	return ""
}

func invalid(f *failure, q *question, field string) {
	f.class = llm.InvalidParams
	name := field
	if own := parameters[field]; own != "" {
		name = own
	}
	f.message = fmt.Sprintf("The setting %s is refused. %s", name, f.message)
	f.remedy = fmt.Sprintf("Change %s in the step %s or in its model, or for one run with --set step.%s.%s=VALUE.", name, q.call.Step, q.call.Step, name)
	if name == "reply_format" {
		f.remedy = fmt.Sprintf("Set reply_format of the model to json_object or text; for one run with --set model.%s.reply_format=text.", nameOf(q.model))
	}
}
