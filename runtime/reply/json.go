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

const (
	// maxStarts bounds how often a reply that is full of braces is tried.
	maxStarts = 64
	// maxVain bounds the letters that are read for braces that nothing closes.
	maxVain = 64 << 20
)

var errNoObject = errors.New("it holds no complete JSON object")

// thoughts are what reasoning models write before their answer. Where they have no end, no answer follows: all of it is drafts.
var thoughts = regexp.MustCompile(`(?s)^\s*<think(?:ing)?>.*?(?:</think(?:ing)?>|\z)`)

// Spoken is a reply without the thoughts of a reasoning model.
func Spoken(text string) string { return thoughts.ReplaceAllString(text, "") }

// JSON hands the JSON objects in text to use and ends with the one that use takes. It fails with what use said of the
// first, or says that there is none. If use takes several that differ, such as a draft and a final answer, nobody can say
// which one counts, and that is an error, too.
func JSON(text string, use func(object []byte) error) error {
	text = Spoken(text)
	var taken []byte
	var first error
	failed := func(err error) {
		if first == nil {
			first = err
		}
	}
	s := search{text: text}
	for range maxStarts {
		object, err := s.next()
		if object == nil && err == nil {
			break
		}
		if err == nil {
			err = use(object)
		}
		if err != nil {
			failed(err)
			continue
		}
		if taken != nil && !sameJSON(taken, object) {
			return errors.New("it holds two answers that differ, where one was asked for")
		}
		taken = object
	}
	if taken != nil {
		return use(taken) // again, since use may have seen others after it
	}
	failed(errNoObject)
	return first
}

// search goes through a text for JSON objects.
type search struct {
	text string // what is left of it
	vain int    // letters that were read for braces that nothing closes
}

// next finds the next JSON object. Both results are nil if there is no brace left. What is in braces and looks like JSON
// without being it is an error; its inner objects are no answers.
func (s *search) next() (object []byte, err error) {
	for s.vain <= maxVain {
		i := strings.IndexByte(s.text, '{')
		if i < 0 {
			break
		}
		s.text = s.text[i:]
		var raw json.RawMessage
		d := json.NewDecoder(strings.NewReader(s.text))
		if err = d.Decode(&raw); err == nil {
			s.text = s.text[d.InputOffset():]
			return raw, nil
		}
		like, end := looksLikeJSON.MatchString(s.text), closing(s.text)
		switch {
		case end == 0 && like: // cut off; what is whole inside is a part of it
			end = len(s.text)
			err = errNoObject
		case end == 0:
			s.vain += len(s.text)
			end = 1
		default:
			err = fmt.Errorf("its JSON cannot be read: %w", err)
		}
		s.text = s.text[end:]
		if like {
			return nil, err
		}
	}
	return nil, nil
}

var looksLikeJSON = regexp.MustCompile(`^\{\s*"[^"\n]*"\s*:`)

// closing is the place behind the brace that closes the first one; 0 if none does.
func closing(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

func sameJSON(a, b []byte) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
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
	if err := Filled(strings.TrimSpace(*s)); err != nil {
		return "", fmt.Errorf("in %q %w", key, err)
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
