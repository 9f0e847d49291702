package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/reply"
)

// Read checks a value that a model has written in JSON, and returns it as JSON that decodes into the Go type: texts without white
// space around them, values of enums as they are declared, null for what is optional and left out. The error says where and why
// it cannot be used, so that the model can be told; a number out of its range is a *reply.ScaleError.
func (t Type) Read(raw []byte) ([]byte, error) {
	if !json.Valid(raw) {
		return nil, fmt.Errorf("its JSON cannot be read")
	}
	var out bytes.Buffer
	if err := t.read(&out, "", raw); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (t Type) read(out *bytes.Buffer, path string, raw []byte) error {
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" {
		if !t.Optional {
			return fmt.Errorf("%s is null", named(path))
		}
		out.WriteString("null")
		return nil
	}
	switch t.Kind {
	case component.Object:
		return t.readObject(out, path, raw)
	case component.List:
		return t.readList(out, path, raw)
	}
	var value any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return err
	}
	switch v := value.(type) {
	case bool:
		if t.Kind == component.Bool {
			out.Write(raw)
			return nil
		}
	case json.Number:
		if t.Kind == component.Int || t.Kind == component.Float {
			return t.readNumber(out, path, string(v))
		}
	case string:
		if t.Kind == component.String {
			text, err := t.text(path, v)
			writeString(out, text)
			return err
		}
	}
	return fmt.Errorf("%s is %s and not %s", named(path), clip(string(raw)), t.noun())
}

func (t Type) readObject(out *bytes.Buffer, path string, raw []byte) error {
	if raw[0] != '{' {
		return fmt.Errorf("%s is %s and not %s", named(path), clip(string(raw)), t.noun())
	}
	members, err := reply.Object(raw)
	if err != nil {
		return err
	}
	out.WriteByte('{')
	for i, f := range t.Fields {
		value, ok := members[f.Name]
		delete(members, f.Name)
		switch {
		case !ok && !f.Type.Optional:
			return fmt.Errorf("the key %q is missing", join(path, f.Name))
		case !ok:
			value = json.RawMessage("null")
		}
		if i > 0 {
			out.WriteByte(',')
		}
		writeString(out, f.Name)
		out.WriteByte(':')
		if err := f.Type.read(out, join(path, f.Name), value); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return unasked(path, members)
}

// unasked reports a key that is not in the form: the first one, so that the error is always the same.
func unasked(path string, members map[string]json.RawMessage) error {
	first, found := "", false
	for name := range members {
		if !found || name < first {
			first, found = name, true
		}
	}
	if !found {
		return nil
	}
	return fmt.Errorf("it has the key %q, which was not asked for", clip(join(path, first)))
}

func (t Type) readList(out *bytes.Buffer, path string, raw []byte) error {
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		return fmt.Errorf("%s is %s and not %s", named(path), clip(string(raw)), t.noun())
	}
	if n := float64(len(items)); t.Min != nil && n < *t.Min || t.Max != nil && n > *t.Max {
		return fmt.Errorf("%s has %d elements, where %s asked for", named(path), len(items), t.amount("is", "are"))
	}
	out.WriteByte('[')
	for i, item := range items {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := t.Elem.read(out, fmt.Sprintf("%s[%d]", path, i), item); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	return nil
}

func (t Type) readNumber(out *bytes.Buffer, path, text string) error {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return fmt.Errorf("%s is %s, which is too large", named(path), clip(text))
	}
	if t.Min != nil && f < *t.Min || t.Max != nil && f > *t.Max {
		return &reply.ScaleError{Message: fmt.Sprintf("%s is %s and not %s", named(path), clip(text), t.noun())}
	}
	if t.Kind == component.Float {
		out.WriteString(text)
		return nil
	}
	whole, err := strconv.ParseInt(text, 10, 64)
	if err != nil && f == math.Trunc(f) && math.Abs(f) <= 1<<53 { // 4.0, 1e2
		whole, err = int64(f), nil
	}
	if err != nil && t.Min != nil && t.Max != nil {
		return &reply.ScaleError{Message: fmt.Sprintf("%s is %s and not %s", named(path), clip(text), t.noun())}
	}
	if err != nil {
		return fmt.Errorf("%s is %s and not %s", named(path), clip(text), t.noun())
	}
	out.WriteString(strconv.FormatInt(whole, 10))
	return nil
}

// text checks a text and returns it as it is kept.
func (t Type) text(path, s string) (string, error) {
	s = strings.TrimSpace(s)
	if len(t.Enum) > 0 {
		for _, e := range t.Enum {
			if fold(e) == fold(s) {
				return e, nil
			}
		}
		return "", fmt.Errorf("%s is %q and not %s", named(path), clip(s), t.noun())
	}
	n := float64(utf8.RuneCountInString(s))
	switch {
	case s == "" && (t.Min == nil || *t.Min > 0):
		return "", fmt.Errorf("%s is empty", named(path))
	case s == "<"+t.hint()+">":
		return "", fmt.Errorf("%s is %s, which only stands for what is wanted", named(path), s)
	case t.Min != nil && n < *t.Min || t.Max != nil && n > *t.Max:
		return "", fmt.Errorf("%s has %d letters, where %s asked for", named(path), int(n), t.amount("is", "are"))
	case t.Pattern != "" && !t.pattern().MatchString(s):
		return "", fmt.Errorf("%s is %q, which does not match the pattern %s", named(path), clip(s), t.Pattern)
	}
	return s, nil
}

var patterns sync.Map // the text of a pattern to *regexp.Regexp, for all of a text

func (t Type) pattern() *regexp.Regexp {
	if p, ok := patterns.Load(t.Pattern); ok {
		return p.(*regexp.Regexp)
	}
	p, _ := patterns.LoadOrStore(t.Pattern, regexp.MustCompile(`^(?:`+t.Pattern+`)$`))
	return p.(*regexp.Regexp)
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// named is a part of a reply in a sentence.
func named(path string) string {
	if path == "" {
		return "it"
	}
	return strconv.Quote(path)
}

func writeString(out *bytes.Buffer, s string) {
	text, _ := json.Marshal(s) // a string is always JSON
	out.Write(text)
}

// clip shortens what is quoted in a message.
func clip(s string) string {
	r := []rune(s)
	if len(r) <= 60 {
		return s
	}
	return string(r[:59]) + "…"
}
