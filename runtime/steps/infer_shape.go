package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// shape is what has been seen of the values of one column, or of a part of them.
type shape struct {
	kind   component.Kind // empty as long as all were null
	seen   place          // where the kind was first seen
	null   bool
	count  int // values that were not null
	elem   *shape
	fields map[string]*shape
	order  []string // of the fields, as they first appeared
}

// place is a line of a file.
type place struct {
	file string
	line int
}

// from names the place to one who knows where the other is.
func (p place) from(other place) string {
	if p.file == other.file {
		return fmt.Sprintf("line %d", p.line)
	}
	return fmt.Sprintf("line %d of %s", p.line, p.file)
}

// column type of what was seen.
func (s *shape) typ() component.Type {
	t := component.Of(s.kind)
	switch s.kind {
	case "":
		return component.Of(component.String).OrNull()
	case component.List:
		t = component.ListOf(component.Of(component.String))
		if s.elem.count > 0 || s.elem.null {
			t = component.ListOf(s.elem.typ())
		}
		if t.Elem.Equal(message) {
			t = component.Of(component.Messages)
		}
	case component.Object:
		var fields []component.Field
		for _, name := range s.order {
			fields = append(fields, component.Field{Name: name, Type: s.field(name)})
		}
		t = component.ObjectOf(fields...)
	}
	t.Optional = s.null
	return t
}

var message = component.Of(component.Messages).Element()

// field returns the type of a field, which is optional if some object lacked it.
func (s *shape) field(name string) component.Type {
	t := s.fields[name].typ()
	t.Optional = t.Optional || s.fields[name].always() < s.count
	return t
}

// always is how many values there were, one for each object that has the field.
func (s *shape) always() int {
	if s.null {
		return 0 // optional anyhow
	}
	return s.count
}

// note adds a value of a kind that was found in a line.
func (s *shape) note(kind component.Kind, at place, path string) error {
	s.count++
	switch {
	case s.kind == kind, s.kind == component.Float && kind == component.Int:
	case s.kind == "":
		s.kind, s.seen = kind, at
	case s.kind == component.Int && kind == component.Float:
		s.kind = component.Float
	default:
		if list, ok := strings.CutSuffix(path, "[]"); ok {
			return fmt.Errorf("an element of column %q is of type %s here and another of type %s in %s", list, kind, s.kind, s.seen.from(at))
		}
		return fmt.Errorf("column %q is of type %s here and of type %s in %s", path, kind, s.kind, s.seen.from(at))
	}
	return nil
}

// scan walks over a line that is known to be valid JSON.
type scan struct {
	text []byte
	pos  int
	at   place
}

func (w *scan) value(s *shape, path string) error {
	switch c := w.peek(); c {
	case '{':
		return w.object(s, path)
	case '[':
		return w.list(s, path)
	case '"':
		w.quoted()
		return s.note(component.String, w.at, path)
	case 't', 'f':
		w.bare()
		return s.note(component.Bool, w.at, path)
	case 'n':
		w.bare()
		s.null = true
		return nil
	}
	number := w.bare()
	if !bytes.ContainsAny(number, ".eE") {
		if _, err := strconv.ParseInt(string(number), 10, 64); err != nil {
			return fmt.Errorf("column %q is %s, which no int can hold; write it as a string or with a decimal point", path, number)
		}
		return s.note(component.Int, w.at, path)
	}
	if _, err := strconv.ParseFloat(string(number), 64); err != nil {
		return fmt.Errorf("column %q is %s, which no float can hold", path, number)
	}
	return s.note(component.Float, w.at, path)
}

func (w *scan) object(s *shape, path string) error {
	if err := s.note(component.Object, w.at, path); err != nil {
		return err
	}
	if s.fields == nil {
		s.fields = map[string]*shape{}
	}
	w.pos++
	var here []string
	for w.peek() != '}' {
		name := w.quoted()
		if slices.Contains(here, name) {
			return fmt.Errorf("the key %q is there twice", name)
		}
		here = append(here, name)
		field := s.fields[name]
		if field == nil {
			field = &shape{}
			s.fields[name] = field
			s.order = append(s.order, name)
		}
		w.skip(':')
		inner := name
		if path != "" {
			inner = path + "." + name
		}
		if err := w.value(field, inner); err != nil {
			return err
		}
		w.skip(',')
	}
	w.pos++
	return nil
}

func (w *scan) list(s *shape, path string) error {
	if err := s.note(component.List, w.at, path); err != nil {
		return err
	}
	if s.elem == nil {
		s.elem = &shape{}
	}
	w.pos++
	for w.peek() != ']' {
		if err := w.value(s.elem, path+"[]"); err != nil {
			return err
		}
		w.skip(',')
	}
	w.pos++
	return nil
}

// peek passes over space and returns the next byte.
func (w *scan) peek() byte {
	for bytes.IndexByte([]byte(" \t\r\n"), w.text[w.pos]) >= 0 {
		w.pos++
	}
	return w.text[w.pos]
}

// skip passes over c if it comes next.
func (w *scan) skip(c byte) {
	if w.peek() == c {
		w.pos++
	}
}

// bare reads a number or a word.
func (w *scan) bare() []byte {
	start := w.pos
	for w.pos < len(w.text) && bytes.IndexByte([]byte(" \t\r\n,]}"), w.text[w.pos]) < 0 {
		w.pos++
	}
	return w.text[start:w.pos]
}

// quoted reads a string.
func (w *scan) quoted() string {
	w.peek()
	start, escaped := w.pos, false
	for w.pos++; w.text[w.pos] != '"'; w.pos++ {
		if w.text[w.pos] == '\\' {
			escaped = true
			w.pos++
		}
	}
	w.pos++
	if !escaped {
		return string(w.text[start+1 : w.pos-1])
	}
	var s string
	json.Unmarshal(w.text[start:w.pos], &s)
	return s
}
