package simulate

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/simulate/author"
)

// rawFields are the settings of a raw completion that servers with OpenAI's API take.
var rawFields = map[string]func(any) bool{
	"model": isText, "prompt": isText, "max_tokens": isWhole, "temperature": isNumber, "top_p": isNumber, "frequency_penalty": isNumber,
	"presence_penalty": isNumber, "seed": isWhole, "stop": isStop,
}

func isText(v any) bool   { _, ok := v.(string); return ok }
func isNumber(v any) bool { _, ok := v.(float64); return ok }
func isWhole(v any) bool  { f, ok := v.(float64); return ok && f == math.Trunc(f) && f >= 0 }

func isStop(v any) bool {
	all, ok := v.([]any)
	for _, s := range all {
		ok = ok && isText(s)
	}
	return ok || isText(v)
}

// raw goes on with a text as it stands, which the API that is simulated has nothing like: for models of others alone, as their
// servers do.
func (s *sim) raw(c *call) answer {
	if !s.o.AnyModel {
		return c.noRoute()
	}
	if bad := c.notJSON(); bad != nil {
		return *bad
	}
	return s.goOn(c.body, &c.fate, c.noRoute)
}

// goOn answers the body of a request for a raw completion.
func (s *sim) goOn(body []byte, f *fate, noRoute func() answer) answer {
	v := map[string]any{}
	if err := json.Unmarshal(body, &v); err != nil {
		return failure(http.StatusBadRequest, "The body is no JSON object: %v", err)
	}
	for name, value := range v {
		if is := rawFields[name]; is == nil || !is(value) {
			return failure(http.StatusBadRequest, "The argument %q is not known or of a wrong type.", name)
		}
	}
	model, _ := v["model"].(string)
	prompt, ok := v["prompt"].(string)
	switch {
	case model == "" || !ok:
		return failure(http.StatusBadRequest, "model and prompt are required.")
	case !s.elsewhere(model):
		return noRoute()
	}
	r := &chatRequest{model: model, limit: 16, tokens: tokens(prompt)}
	if most, ok := v["max_tokens"].(float64); ok {
		r.limit = int(min(most, 1e9))
	}
	if seed, ok := v["seed"].(float64); ok {
		r.seed = strconv.FormatFloat(seed, 'f', -1, 64)
	}
	switch stop := v["stop"].(type) {
	case string:
		r.stop = []string{stop}
	case []any:
		for _, text := range stop {
			r.stop = append(r.stop, text.(string))
		}
	}
	ch := r.end(0, r.next(prompt), f)
	h := author.Hash(model, string(body))
	out := rawCompletion{ID: fmt.Sprintf("cmpl-%016x", h), Object: "text_completion", Created: s.now().Unix(), Model: model, Choices: []rawChoice{}, Usage: usage{Prompt: r.tokens}}
	if f.name != "nochoices" {
		out.Choices = append(out.Choices, rawChoice{Text: ch.Message.Content, FinishReason: ch.FinishReason})
	}
	if ch.Message.Content != nil {
		out.Usage.Completion = tokens(*ch.Message.Content)
	}
	out.Usage.Total = out.Usage.Prompt + out.Usage.Completion
	a := toJSON(http.StatusOK, out)
	a.tokens = out.Usage.Total
	return a
}

type rawCompletion struct {
	ID      string      `json:"id"`
	Object  string      `json:"object"`
	Created int64       `json:"created"`
	Model   string      `json:"model"`
	Choices []rawChoice `json:"choices"`
	Usage   usage       `json:"usage"`
}

type rawChoice struct {
	Index        int     `json:"index"`
	Text         *string `json:"text"`
	FinishReason string  `json:"finish_reason"`
}

// next is how a text goes on: with the turn of whoever's turn has begun at its end.
func (r *chatRequest) next(prompt string) string {
	said, role := turnsOf(prompt)
	q := author.Request{Model: r.model, Messages: said, Seed: r.seed, Format: author.Text}
	if role != "assistant" {
		return author.Pose(q)
	}
	text, _, err := author.Write(q)
	if err != nil {
		panic(err) // there is no schema that could be wrong
	}
	return text
}

var (
	// turnMarks are what the templates of chats put around turns.
	turnMarks = regexp.MustCompile(`<\|[^|<>\n]*\|>|</?s>|<(?:start|end)_of_turn>|\[/?INST\]|\[/?SYSTEM_PROMPT\]`)
	// turnRole is the role that some of them write after a mark.
	turnRole = regexp.MustCompile(`^(system|user|assistant|model)\s*(?:\n|$)`)
	rolesOf  = map[string]string{"<|user|>": "user", "<|assistant|>": "assistant", "<|system|>": "system", "[INST]": "user", "[/INST]": "assistant",
		"[SYSTEM_PROMPT]": "system", "[/SYSTEM_PROMPT]": ""}
)

// turnsOf parts a text at the marks of a template into what was said and the role of the turn that has begun.
func turnsOf(prompt string) (said []author.Message, role string) {
	marks := append(turnMarks.FindAllStringIndex(prompt, -1), []int{len(prompt), len(prompt)})
	at := 0
	for _, m := range marks {
		text := strings.TrimSpace(prompt[at:m[0]])
		if name := turnRole.FindStringSubmatch(text); name != nil {
			role, text = name[1], strings.TrimSpace(text[len(name[0]):])
		}
		if role == "model" {
			role = "assistant"
		}
		if text != "" {
			said = append(said, author.Message{Role: role, Content: text})
		}
		if named, ok := rolesOf[prompt[m[0]:m[1]]]; ok {
			role = named
		}
		at = m[1]
	}
	return said, role
}
