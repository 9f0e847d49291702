package form

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/reply"
)

// InText reports whether a reply can be asked for as text: as a single value, as a list of lines, or as a line for each value. The
// error says what cannot.
func (c Columns) InText() error {
	for _, f := range c {
		switch t := f.Type; {
		case t.Optional:
			return fmt.Errorf("%s may be null", f.Name)
		case t.Kind == component.Object:
			return fmt.Errorf("%s is an object", f.Name)
		case t.Kind == component.List && len(c) > 1:
			return fmt.Errorf("%s is a list beside others", f.Name)
		case t.Kind == component.List && (t.Elem.Kind == component.List || t.Elem.Kind == component.Object || t.Elem.Optional):
			return fmt.Errorf("%s is a list of more than single values", f.Name)
		}
	}
	return nil
}

// TextSketch shows a model the text that it is to write.
func (c Columns) TextSketch() string {
	if len(c) != 1 {
		lines := make([]string, len(c))
		for i, f := range c {
			lines[i] = fmt.Sprintf("%s: <%s>", f.Name, f.Type.hint())
		}
		return strings.Join(lines, "\n")
	}
	t := c[0].Type
	if t.Kind != component.List {
		return fmt.Sprintf("<%s>", t.hint())
	}
	return fmt.Sprintf("1. <%s>\n2. <%[1]s>\n...", t.Elem.hint())
}

func (t Type) hint() string {
	if r := t.remark(); r != "" {
		return t.noun() + ", " + r
	}
	return t.noun()
}

// Lines says how many lines a reply is to have; empty where nothing is said, or there is no list.
func (c Columns) Lines() string {
	if len(c) != 1 || c[0].Type.Kind != component.List || c[0].Type.Min == nil && c[0].Type.Max == nil {
		return ""
	}
	return c[0].Type.amount("", "")
}

// ReadText checks a reply in text and fills the struct that to points to.
func (c Columns) ReadText(text string, to any) error {
	values, err := c.values(text)
	if err != nil {
		return err
	}
	object := map[string]json.RawMessage{}
	for i, f := range c {
		if object[f.Name], err = f.Type.value(values[i]); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	whole, _ := c.whole()
	raw, err := json.Marshal(object)
	if err != nil {
		return err
	}
	if raw, err = whole.Read(raw); err != nil {
		return err
	}
	return json.Unmarshal(raw, to)
}

// value is a text as the JSON that it stands for.
func (t Type) value(text string) ([]byte, error) {
	switch t.Kind {
	case component.List:
		var items []json.RawMessage
		said, err := t.items(text)
		if err != nil {
			return nil, err
		}
		if len(said) == 0 {
			return nil, errors.New("it has no numbered line")
		}
		for _, item := range said {
			raw, err := t.Elem.value(item)
			if err != nil {
				return nil, err
			}
			items = append(items, raw)
		}
		return json.Marshal(items)
	case component.String:
		if len(t.Enum) > 0 {
			text = bare(text)
		}
		return json.Marshal(text)
	case component.Bool:
		if word := fold(bare(text)); word == "true" || word == "yes" {
			return []byte("true"), nil
		} else if word == "false" || word == "no" {
			return []byte("false"), nil
		}
		return nil, fmt.Errorf("%q is not true or false", clip(text))
	}
	return t.number(bare(text))
}

// numbered is a line of a list, without what stands before its text.
var numbered = regexp.MustCompile(`^[ \t]*(?:[*_]*\[?(\d{1,4})[.):\]][*_]*|[-*•])[ \t]+(.+)$`)

// numbers are those of lines that are not indented.
var numbers = regexp.MustCompile(`(?m)^[*_]*(\d{1,4})[.):][*_]*[ \t]`)

// items are the elements of a list in lines. They count by their numbers, since they may be of one thing each that the prompt
// shows. Texts that are there twice teach nothing; other values may be.
func (t Type) items(text string) (items []string, err error) {
	if t.Elem.Kind == component.String && len(t.Elem.Enum) == 0 {
		most := maxItems
		if t.Max != nil { // one more, so that too many are told
			most = min(most, int(*t.Max)+1)
		}
		items = reply.Items(text, most)
		last := 0
		for _, m := range numbers.FindAllStringSubmatch(text, -1) {
			if last++; m[1] != strconv.Itoa(last) {
				return nil, fmt.Errorf("number %s stands where number %d is to be", m[1], last)
			}
		}
		if len(items) < min(last, most) {
			return nil, fmt.Errorf("it has %d numbered lines, and %d different texts", last, len(items))
		}
		return items, nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		m := numbered.FindStringSubmatch(line)
		switch {
		case m == nil: // what stands before and after the list
			continue
		case m[1] != "" && m[1] != strconv.Itoa(len(items)+1):
			return nil, fmt.Errorf("number %s stands where number %d is to be", m[1], len(items)+1)
		}
		items = append(items, m[2])
	}
	return items, nil
}

// maxItems bounds the lines of a list without a limit of its own.
const maxItems = 1000

// bare is a single value without what models put around it: quotes, bold print, a full stop.
func bare(text string) string {
	return strings.TrimSuffix(strings.Trim(strings.TrimSpace(text), "*_`\"'<> "), ".")
}

func (t Type) number(text string) ([]byte, error) {
	if t.Kind == component.Int && t.Min != nil && t.Max != nil {
		n, err := reply.Scale{Min: int(*t.Min), Max: int(*t.Max)}.Read(text)
		return strconv.AppendInt(nil, int64(n), 10), err
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil || !json.Valid([]byte(text)) {
		return nil, fmt.Errorf("%q is not %s", clip(text), t.noun())
	}
	return []byte(text), nil
}

// label begins a line with the name of a value.
var label = regexp.MustCompile(`^[\s#*_>-]*([^:]{1,80}?)[\s*_]*:[\s*_]*(.*)$`)

// values parts a reply at the names of the columns. A text takes any number of lines, other values one.
func (c Columns) values(text string) ([]string, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("it is empty")
	}
	if !c.Plain() {
		text = reply.Spoken(text)
	}
	if len(c) == 1 {
		if i, rest := c.labelled(text); i == 0 && c[0].Type.Kind != component.List && !strings.Contains(strings.TrimSpace(text), "\n") {
			text = rest
		}
		return []string{text}, nil
	}
	values, seen := make([]string, len(c)), make([]bool, len(c))
	open := -1
	for _, line := range reply.Lines(text, func(line string) bool { i, _ := c.labelled(line); return i >= 0 }) {
		if i, rest := c.labelled(line); i >= 0 {
			if seen[i] {
				return nil, fmt.Errorf("it has %q twice", c[i].Name)
			}
			values[i], seen[i], open = rest, true, i
		} else if open >= 0 && (values[open] == "" || c[open].Type.Kind == component.String && len(c[open].Type.Enum) == 0) {
			values[open] = strings.TrimSpace(values[open] + "\n" + line)
		}
	}
	if i := slices.Index(seen, false); i >= 0 {
		return nil, fmt.Errorf("it has no line that begins with %q", c[i].Name+":")
	}
	return values, nil
}

// labelled finds the column whose name a line begins with, and what follows; -1 if there is none.
func (c Columns) labelled(line string) (i int, rest string) {
	m := label.FindStringSubmatch(line)
	if m == nil {
		return -1, ""
	}
	same := func(s string) string { return fold(strings.ReplaceAll(s, "_", " ")) }
	i = slices.IndexFunc(c, func(f Field) bool { return same(f.Name) == same(m[1]) })
	return i, strings.TrimSpace(m[2])
}
