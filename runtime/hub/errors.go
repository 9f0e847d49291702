package hub

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
)

// Error is what the Hub refused to do, or could not be asked for.
type Error struct {
	Doing   string // what it was asked to do, in the infinitive
	Status  int    // 0 if there was no reply
	Code    string // the Hub's own, such as RepoNotFound
	Message string
	Request string // the Hub's name for the request, for its support

	way     string // the way out
	signed  bool   // it was about a signed address
	stale   bool   // it was about what an earlier push had begun
	passing bool   // the same may go well another time, whatever the status
	cause   error
}

// Error says what went wrong, and the way out.
func (e *Error) Error() string {
	text := "the Hub did not " + e.Doing
	if e.Status > 0 {
		text += fmt.Sprintf(" (%d", e.Status)
		if e.Request != "" {
			text += ", request " + e.Request
		}
		text += ")"
	}
	if e.Message != "" {
		text += ": " + strings.TrimRight(e.Message, ". ")
	}
	if e.way != "" {
		text += ". " + strings.TrimRight(e.way, ".")
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// refusal reads the reply of a request that the Hub did not take.
func (c *Client) refusal(r request, reply *http.Response) *Error {
	e := &Error{Doing: r.doing, Status: reply.StatusCode, Code: reply.Header.Get("X-Error-Code"), Message: reply.Header.Get("X-Error-Message"),
		Request: plain(reply.Header.Get("X-Request-Id"))}
	text, _ := io.ReadAll(io.LimitReader(reply.Body, 64<<10))
	var said struct {
		Error   string
		Message string
		Errors  []struct{ Message string }
	}
	if json.Unmarshal(text, &said) == nil {
		var all []string
		for _, m := range said.Errors {
			all = append(all, m.Message)
		}
		for _, better := range []string{said.Message, said.Error, strings.Join(all, "; ")} {
			if better != "" {
				e.Message = better
			}
		}
	}
	e.Message = plain(c.hide(e.Message))
	if e.Message == "" {
		e.Message = http.StatusText(e.Status)
	}
	e.way, e.signed = c.way(e, r), r.signed
	e.passing = e.Status == http.StatusConflict && strings.Contains(strings.ToLower(e.Message), "conflicting operation")
	return e
}

// plain makes what a server says fit for a line of text.
func plain(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(text); len(r) > 500 {
		text = string(r[:499]) + "…"
	}
	return text
}

// way is what the user can do about a refusal.
func (c *Client) way(e *Error, r request) string {
	tokens := c.endpoint + "/settings/tokens"
	if r.signed {
		return wayOfStore(e.Status)
	}
	if way := c.wayOfReading(e, r, tokens); way != "" {
		return way
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return "If it is the card (README.md) or the name of a file that it complains of, mend that and push again"
	case http.StatusUnauthorized:
		switch {
		case c.token == "":
			return "There is no token. Make one with write access at " + tokens + " and set it: export HF_TOKEN=hf_..."
		case e.Code == "RepoNotFound" && !strings.Contains(e.Message, "Invalid credentials"):
			return "It is not there, or the token may not see it: look at its name and at the rights of the token at " + tokens
		}
		return "The token is not valid, or not any more. Make one at " + tokens + " and set it: export HF_TOKEN=hf_..."
	case http.StatusPaymentRequired:
		return "The room of the account is used up. Remove something there, get more, or push to another account"
	case http.StatusForbidden:
		if e.Code == "GatedRepo" {
			return "Its owner lets in only those who have asked: do so on its page, " + c.endpoint
		}
		return "The token may not do that. It needs write access to this namespace: see " + tokens + ", or choose a repo_id of your own"
	case http.StatusNotFound:
		switch e.Code {
		case "RevisionNotFound":
			return "There is no such revision. Name a branch, or leave revision out"
		case "EntryNotFound":
			return "There is no such file"
		}
		return "It is not there, or the token may not see it. Look at the repo_id, NAMESPACE/NAME, and at the rights of the token at " + tokens
	case http.StatusConflict:
		return "Something else is changing the repository. Wait until it is done, and push again"
	case http.StatusPreconditionFailed:
		return "Somebody else has committed meanwhile. Push again: what the Hub has is not sent again"
	case http.StatusRequestEntityTooLarge:
		return "That is too large for the Hub. Write smaller shards, take large files out of the folder, and push again"
	case http.StatusTooManyRequests:
		return "The limit of requests is reached. Wait some minutes and push again: what the Hub has is not sent again"
	}
	if e.Status >= 500 {
		return "The Hub has trouble of its own. Push again later: what it has is not sent again"
	}
	return ""
}

// wayOfReading is the way out where it differs for one who reads.
func (c *Client) wayOfReading(e *Error, r request, tokens string) string {
	switch {
	case r.method != http.MethodGet:
	case e.Status == http.StatusUnauthorized && c.token == "" && e.Code == "RepoNotFound":
		return "There is no token. Look at the name, or if it is private, make a token that may read it at " + tokens + " and set it: export HF_TOKEN=hf_..."
	case e.Status == http.StatusForbidden && e.Code != "GatedRepo":
		return "The token may not read it. See its rights at " + tokens + ", or ask the owner"
	case e.Status == http.StatusTooManyRequests:
		return "The limit of requests is reached. Wait some minutes and do it again: what has come is not asked for again"
	case e.Status >= 500:
		return "The Hub has trouble of its own. Do it again later: what has come is not asked for again"
	}
	return ""
}

// wayOfStore is the way out where the place for large files refuses one.
func wayOfStore(status int) string {
	switch status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return "The leave to upload has run out. Push again: it is given anew, and what the Hub has is not sent again"
	case http.StatusBadRequest:
		return "Did the file change meanwhile? Push again when nothing writes to it any more"
	case http.StatusRequestEntityTooLarge:
		return "The file is too large. Write smaller shards and push again"
	}
	return "Push again later: what the Hub has is not sent again"
}
