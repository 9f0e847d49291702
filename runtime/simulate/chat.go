package simulate

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/simulate/author"
)

// chatRequest is a request that has passed the schema.
type chatRequest struct {
	model    string
	messages []author.Message
	prefix   string // what the reply has to begin with
	seed     string
	n        int
	limit    int // most tokens of a reply; -1: none
	stop     []string
	stream   bool
	format   author.Format
	schema   json.RawMessage
	tokens   int // of the prompt
}

type completion struct {
	ID      string   `json:"id"`
	Object  string   `json:"object"`
	Model   string   `json:"model"`
	Usage   usage    `json:"usage"`
	Created int64    `json:"created"`
	Choices []choice `json:"choices"`
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Total      int `json:"total_tokens"`
	Completion int `json:"completion_tokens"`
}

type choice struct {
	Index        int     `json:"index"`
	FinishReason string  `json:"finish_reason"`
	Message      message `json:"message"`
}

type message struct {
	Role      string  `json:"role"`
	ToolCalls []any   `json:"tool_calls"`
	Content   *string `json:"content"`
}

func (s *sim) chat(c *call) answer {
	if bad := c.notJSON(); bad != nil {
		return *bad
	}
	return s.complete(c.body, &c.fate)
}

// complete answers the body of a chat completion request.
func (s *sim) complete(body []byte, f *fate) answer {
	object, bad := check("ChatCompletionRequest", body, s.openAI)
	if bad != nil {
		return *bad
	}
	r, bad := s.readChat(object, body)
	if bad != nil {
		return *bad
	}
	out := completion{Object: "chat.completion", Model: r.model, Created: s.now().Unix(), Usage: usage{Prompt: r.tokens}, Choices: []choice{}}
	h := author.Hash(r.model, r.seed, string(body))
	out.ID = fmt.Sprintf("%016x%016x", h, author.Hash(strconv.FormatUint(h, 16)))
	for i := range r.n {
		ch, err := r.choice(i, f)
		if err != nil {
			return failure(http.StatusBadRequest, "Invalid response_format: %v", err)
		}
		if ch.Message.Content != nil {
			out.Usage.Completion += tokens(*ch.Message.Content)
		}
		out.Choices = append(out.Choices, ch)
	}
	if f.name == "nochoices" {
		out.Choices = []choice{}
	}
	out.Usage.Total = out.Usage.Prompt + out.Usage.Completion
	a := answer{tokens: out.Usage.Total}
	if r.stream {
		a.status, a.kind, a.body = http.StatusOK, "text/event-stream; charset=utf-8", out.stream()
		return a
	}
	a = toJSON(http.StatusOK, out)
	a.tokens = out.Usage.Total
	return a
}

// tokens counts a text's tokens: four bytes are one.
func tokens(text string) int { return (len(text) + 3) / 4 }

// choice writes one reply, as well as its fate lets it.
func (r *chatRequest) choice(i int, f *fate) (choice, error) {
	q := author.Request{Model: r.model, Messages: r.messages, Seed: r.seed, Format: r.format, Schema: r.schema}
	if i > 0 {
		q.Seed += "/" + strconv.Itoa(i)
	}
	slip := author.Slip(f.name)
	switch slip {
	case author.Preamble, author.OffFormat, author.OutOfScale, author.Tie:
		q.Slip = slip
	}
	text, slipped, err := author.Write(q)
	if err != nil {
		return choice{}, err
	}
	if q.Slip != "" && !slipped {
		f.name = "" // it could not be made
	}
	return r.end(i, text, f), nil
}

// end is a reply as it is sent: with a stop, a length or a fault at its end.
func (r *chatRequest) end(i int, text string, f *fate) choice {
	if f.text != nil {
		text = *f.text
	}
	text = r.prefix + text
	finish := "stop"
	for _, stop := range r.stop {
		if before, _, found := strings.Cut(text, stop); found && stop != "" {
			text = before
		}
	}
	most := r.limit
	if f.name == "truncate" {
		most = tokens(text) * 2 / 3
	}
	if most >= 0 && tokens(text) > most {
		text, finish = cut(text, 4*most), "length"
	}
	content := &text
	switch f.name {
	case "empty":
		text = ""
	case "null":
		content = nil
	case "filter":
		text, finish = "", "content_filter"
	}
	return choice{i, finish, message{Role: "assistant", Content: content}}
}

// cut takes at most so many bytes of a text, and whole characters.
func cut(text string, bytes int) string {
	bytes = min(bytes, len(text))
	for bytes > 0 && bytes < len(text) && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}
