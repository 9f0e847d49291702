package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/distigen/distigen/runtime/reply"
)

// functionCall is a call of a function as models write it: its name, and a JSON object with the arguments.
type functionCall struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
}

// readCalls reads a list of calls. The arguments may be an object, or the text of one as some APIs have it.
func readCalls(list []byte) (calls []functionCall, err error) {
	var items []json.RawMessage
	if err := json.Unmarshal(list, &items); err != nil || items == nil {
		return nil, errors.New("the calls are no JSON list")
	}
	if len(items) == 0 {
		return nil, errors.New("the list of calls is empty")
	}
	for i, item := range items {
		c, err := readCall(item)
		if err != nil {
			return nil, fmt.Errorf("in call %d %w", i+1, err)
		}
		calls = append(calls, c)
	}
	return calls, nil
}

func readCall(item []byte) (c functionCall, err error) {
	members, err := reply.Object(item)
	if err != nil {
		return c, err
	}
	if c.Name, err = reply.Text(members, "name"); err != nil {
		return c, err
	}
	arguments, ok := members["arguments"]
	if !ok {
		return c, errors.New("the key \"arguments\" is missing")
	}
	var text string
	if json.Unmarshal(arguments, &text) == nil && text != "" {
		arguments = json.RawMessage(text)
	}
	var object bytes.Buffer
	if json.Compact(&object, arguments) != nil || !bytes.HasPrefix(object.Bytes(), []byte("{")) {
		return c, errors.New("the arguments are no JSON object")
	}
	c.Arguments = object.Bytes()
	_, err = reply.Object(c.Arguments) // no argument twice
	return c, err
}

// writeCalls is a list of calls as a column has it.
func writeCalls(calls []functionCall) (string, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(calls)
	return strings.TrimSpace(out.String()), err
}

// quoted is a text as JSON has it.
func quoted(text string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(err) // a text always has a form in JSON
	}
	return strings.TrimSpace(out.String())
}

// shortened is a value that is quoted in a message.
func shortened(text string) string {
	if r := []rune(text); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return text
}
