// Package reply reads what models answer. It is tolerant about what stands around an answer (preambles, code fences,
// numbering, bold print) and strict about the answer itself.
package reply

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// maxStarts bounds how often a reply that is full of braces is tried.
const maxStarts = 64

var errNoObject = errors.New("it holds no complete JSON object")

// thoughts are what reasoning models write before their answer.
var thoughts = regexp.MustCompile(`(?s)^\s*<think>.*?</think>`)

// JSON hands the JSON objects in text to use, one after the other, until use takes one. It fails with what use said of
// the first, or says that there is none.
func JSON(text string, use func(object []byte) error) error {
	text = thoughts.ReplaceAllString(text, "")
	var first error
	for range maxStarts {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			break
		}
		text = text[i:]
		var raw json.RawMessage
		d := json.NewDecoder(strings.NewReader(text))
		if d.Decode(&raw) != nil {
			text = text[1:]
			continue
		}
		err := use(raw)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
		text = text[d.InputOffset():]
	}
	if first == nil {
		first = errNoObject
	}
	return first
}

// Object splits a JSON object into its members. A key that occurs twice is an error: nobody can say which was meant.
func Object(raw []byte) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("%s is not an object", clip(string(raw)))
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		name := key.(string)
		if _, twice := members[name]; twice {
			return nil, fmt.Errorf("it has the key %q twice", name)
		}
		members[name] = value
	}
	return members, nil
}

// Text reads a member that must be a string with something in it.
func Text(members map[string]json.RawMessage, key string) (string, error) {
	raw, ok := members[key]
	if !ok {
		return "", fmt.Errorf("the key %q is missing", key)
	}
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", fmt.Errorf("%q is %s and not a text", key, clip(string(raw)))
	}
	if strings.TrimSpace(*s) == "" {
		return "", fmt.Errorf("%q is empty", key)
	}
	return strings.TrimSpace(*s), nil
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	r := []rune(s)
	if len(r) <= 60 {
		return s
	}
	return string(r[:59]) + "…"
}
