package card

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a card shows of a row: enough to see what it is like, and nothing that a page is slow with.
const (
	longestText = 2000 // letters
	longestList = 20   // elements
)

// shown is a row as a card shows it.
type shown struct {
	JSON string
	Cut  bool // long texts and lists are not whole
}

// sample writes a row, which is a JSON object, over several lines.
func sample(row []byte) shown {
	s := sampler{}
	if err := s.value(row, "\n"); err != nil { // no JSON; the runtime has written it as such
		return shown{JSON: string(row)}
	}
	return shown{s.out.String(), s.cut}
}

type sampler struct {
	out strings.Builder
	cut bool
}

// value writes a value. newline begins a line that is as deep as the value.
func (s *sampler) value(raw json.RawMessage, newline string) error {
	if len(raw) == 0 {
		return fmt.Errorf("a value is missing")
	}
	switch raw[0] {
	case '{':
		return s.object(raw, newline)
	case '[':
		return s.list(raw, newline)
	case '"':
		return s.text(raw)
	}
	s.out.Write(raw)
	return nil
}

func (s *sampler) object(raw json.RawMessage, newline string) error {
	in := json.NewDecoder(bytes.NewReader(raw))
	if _, err := in.Token(); err != nil {
		return err
	}
	s.out.WriteString("{")
	n := 0
	for ; in.More(); n++ {
		name, err := in.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return err
		}
		if n > 0 {
			s.out.WriteString(",")
		}
		s.out.WriteString(newline + "  " + jsonText(fmt.Sprint(name)) + ": ")
		if err := s.value(value, newline+"  "); err != nil {
			return err
		}
	}
	if n > 0 {
		s.out.WriteString(newline)
	}
	s.out.WriteString("}")
	return nil
}

// list writes a list. Numbers stand side by side, anything else on lines of its own.
func (s *sampler) list(raw json.RawMessage, newline string) error {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return err
	}
	left := len(items) - longestList
	if left > 0 {
		items, s.cut = items[:longestList], true
	}
	apart, between, end := newline+"  ", ","+newline+"  ", newline
	if flat(items) {
		apart, between, end = "", ", ", ""
	}
	s.out.WriteString("[")
	for i, item := range items {
		if i > 0 {
			s.out.WriteString(between)
		} else {
			s.out.WriteString(apart)
		}
		if err := s.value(item, newline+"  "); err != nil {
			return err
		}
	}
	if left > 0 {
		s.out.WriteString(between + jsonText(fmt.Sprintf("… and %d more", left)))
	}
	s.out.WriteString(end + "]")
	return nil
}

// flat reports whether a list has numbers, bools and nulls only.
func flat(items []json.RawMessage) bool {
	for _, item := range items {
		if strings.ContainsRune(`{["`, rune(item[0])) {
			return false
		}
	}
	return true
}

func (s *sampler) text(raw json.RawMessage) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(text); n > longestText {
		text, s.cut = fmt.Sprintf("%s… and %d more letters", string([]rune(text)[:longestText]), n-longestText), true
	}
	s.out.WriteString(jsonText(text))
	return nil
}

// jsonText is a text as JSON.
func jsonText(text string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string
	return strings.TrimSuffix(out.String(), "\n")
}
