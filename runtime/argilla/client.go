// Package argilla has the steps that send rows to a server of Argilla 2, and the client of its REST API that they use. It is
// apart from the other steps, so that a program carries it only where its pipeline sends there.
package argilla

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Client speaks to one server. It tries everything once; what may pass it returns as a *component.Later.
type Client struct {
	url    string
	key    string
	keyEnv string // the name of the variable that has the key
	http   *http.Client
}

// requestTime bounds a request. A server takes half a minute for a full batch of long records.
const requestTime = 2 * time.Minute

// NewClient checks the address and the key. keyEnv names the variable that the key is from.
func NewClient(address, key, keyEnv string) (*Client, error) {
	key = strings.TrimSpace(key)
	if key == "" {
		return nil, &llm.FatalError{Class: llm.Unauthorized, Message: keyEnv + " is not set, which has the key for Argilla.",
			Remedy: "Set it to your API key, which Argilla shows in its settings, or unset ARGILLA_API_URL to send nothing."}
	}
	if strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, &llm.FatalError{Class: llm.Unauthorized, Message: "What " + keyEnv + " has cannot be a key: it has blanks or other letters that no key has.",
			Remedy: "Copy the API key from the settings of Argilla again."}
	}
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(address), "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, &llm.FatalError{Class: llm.InvalidParams, Message: "The address of the Argilla server is not one.",
			Remedy: "ARGILLA_API_URL, or api_url, is such as https://argilla.example.org or http://localhost:6900, without a key or a user in it."}
	}
	return &Client{url: u.String(), key: key, keyEnv: keyEnv, http: &http.Client{
		Timeout: requestTime,
		// The key is for this server and for no other to which it may send us.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// do sends a request and decodes the reply into out, unless that is nil.
func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("X-Argilla-Api-Key", c.key)
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return c.unreachable(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		return c.refusal(response, text)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, response.Body)
	} else if err = json.NewDecoder(response.Body).Decode(out); notJSON(err) {
		return &llm.FatalError{Class: llm.BadResponse, Message: "The server at " + c.url + " does not answer as Argilla does.",
			Remedy: "Give the address of the server itself, version 2 or newer: the one at which a browser shows Argilla."}
	}
	if err != nil { // of a reply that is not whole, what was asked for may be done
		return c.unreachable(ctx, err)
	}
	return nil
}

func notJSON(err error) bool {
	syntax, kind := (*json.SyntaxError)(nil), (*json.UnmarshalTypeError)(nil)
	return errors.As(err, &syntax) || errors.As(err, &kind)
}

// unreachable is a request that came to nothing.
func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	inner := (*url.Error)(nil)
	if errors.As(err, &inner) {
		err = inner.Err
	}
	return &component.Later{Err: fmt.Errorf("the Argilla server at %s cannot be reached: %s", c.url, c.public(err.Error()))}
}

// refused is an answer that is not one of success.
type refused struct {
	status int
	said   string
	client *Client
}

// Error tells what the server said.
func (e *refused) Error() string {
	text := fmt.Sprintf("the Argilla server at %s answered %d", e.client.url, e.status)
	if e.said != "" {
		text += ": " + e.said
	}
	return text
}

// refusal classes an answer: may it pass, and if not, what is to be done.
func (c *Client) refusal(response *http.Response, body []byte) error {
	e := &refused{response.StatusCode, c.public(detail(body)), c}
	switch s := e.status; {
	case s == http.StatusUnauthorized:
		return &llm.FatalError{Class: llm.Unauthorized, Message: fmt.Sprintf("The Argilla server at %s does not know the key in %s.", c.url, c.keyEnv),
			Remedy: "Copy the API key from the settings of Argilla, and see that the key is of this server.", Err: e}
	case s == http.StatusForbidden:
		return &llm.FatalError{Class: llm.Unauthorized, Message: fmt.Sprintf("The user whose key is in %s may not do that at %s.", c.keyEnv, c.url),
			Remedy: "Datasets are made and filled by an owner, or by an admin who is a member of the workspace. Take the key of one.", Err: e}
	case s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s >= 500:
		return &component.Later{Err: e, After: retryAfter(response.Header.Get("Retry-After"))}
	case s/100 == 3:
		return &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The server at %s sends requests elsewhere (%d, %s).", c.url, s,
			c.public(response.Header.Get("Location"))), Remedy: "Give the address where Argilla is in the end.", Err: e}
	}
	return e
}

// status is the one that the server refused with; 0 if it did not.
func status(err error) int {
	if e := (*refused)(nil); errors.As(err, &e) {
		return e.status
	}
	return 0
}

func retryAfter(value string) time.Duration {
	if seconds, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && seconds > 0 {
		return min(time.Duration(seconds)*time.Second, time.Hour)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(0, time.Until(at)), time.Hour)
	}
	return 0
}

// detail is what a server says of a failure: a text, or a code with parameters.
func detail(body []byte) string {
	var told struct{ Detail json.RawMessage }
	if json.Unmarshal(body, &told) != nil {
		return ""
	}
	var text string
	if json.Unmarshal(told.Detail, &text) == nil {
		return text
	}
	var coded struct {
		Code   string
		Params struct {
			Detail any
			Errors []struct {
				Loc []any
				Msg string
			}
		}
	}
	if json.Unmarshal(told.Detail, &coded) != nil {
		return ""
	}
	for _, e := range coded.Params.Errors {
		text += fmt.Sprintf("%s (%v); ", e.Msg, e.Loc)
	}
	if text == "" && coded.Params.Detail != nil {
		text = fmt.Sprint(coded.Params.Detail)
	}
	if text == "" {
		text = coded.Code
	}
	return strings.TrimSuffix(text, "; ")
}

// public is what a server or net/http says, on one line, of bounded length and without the key.
func (c *Client) public(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, c.key, "***")), " ")
	if len(text) > 400 {
		text = strings.ToValidUTF8(text[:400], "") + "…"
	}
	return text
}
