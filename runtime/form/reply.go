package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// ColumnsOf are the columns that a reply struct declares: its fields in their order, named by their json tags, with the limits of
// their tags form. It panics where a tag is no form, which is a mistake in the program.
func ColumnsOf(reply reflect.Type) Columns {
	columns := make(Columns, 0, reply.NumField())
	for i := range reply.NumField() {
		f := reply.Field(i)
		field := component.FieldOf(f)
		t := Of(field.Type)
		if tag := f.Tag.Get("form"); tag != "" {
			var err error
			if t, err = Parse(tag); err != nil {
				panic(fmt.Sprintf("form: field %s of %s: %v", f.Name, reply, err))
			}
			if !t.Column().Equal(Of(field.Type).Column()) {
				panic(fmt.Sprintf("form: field %s of %s is %s, and its tag says %s", f.Name, reply, field.Type, t.Column()))
			}
		}
		columns = append(columns, Field{field.Name, t})
	}
	return columns
}

// ReadJSON checks the JSON object of a reply and fills the struct that to points to.
func (c Columns) ReadJSON(object []byte, to any) error {
	whole, bare := c.whole()
	value, err := whole.Read(object)
	if err != nil {
		return err
	}
	if bare {
		value = slices.Concat([]byte("{"), key(c[0].Name), value, []byte("}"))
	}
	return json.Unmarshal(value, to)
}

// WriteJSON writes a reply as a model is to write it: of the columns' values, checked.
func (c Columns) WriteJSON(values map[string]json.RawMessage) (string, error) {
	whole, bare := c.whole()
	if bare {
		value, err := whole.Read(values[c[0].Name])
		return string(value), err
	}
	var object bytes.Buffer
	object.WriteByte('{')
	for i, f := range c {
		if i > 0 {
			object.WriteByte(',')
		}
		object.Write(key(f.Name))
		if value := values[f.Name]; value != nil {
			object.Write(value)
		} else {
			object.WriteString("null")
		}
	}
	object.WriteByte('}')
	value, err := whole.Read(object.Bytes())
	return string(value), err
}

func key(name string) []byte {
	text, _ := json.Marshal(name) // a string is always JSON
	return append(text, ':')
}

// WriteText writes a reply as a model is to write it in text.
func (c Columns) WriteText(values map[string]json.RawMessage) (string, error) {
	if _, err := c.WriteJSON(values); err != nil {
		return "", err
	}
	lines := make([]string, len(c))
	for i, f := range c {
		lines[i] = f.Type.inText(values[f.Name])
		if len(c) > 1 {
			lines[i] = f.Name + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n"), nil
}

// inText is a JSON value as text.
func (t Type) inText(raw json.RawMessage) string {
	var text string
	var items []json.RawMessage
	switch {
	case json.Unmarshal(raw, &text) == nil:
		return text
	case t.Kind == component.List && json.Unmarshal(raw, &items) == nil:
		lines := make([]string, len(items))
		for i, item := range items {
			lines[i] = fmt.Sprintf("%d. %s", i+1, t.Elem.inText(item))
		}
		return strings.Join(lines, "\n")
	}
	return string(raw)
}

// TypeName is what a parameter of this type is called in the docs.
func (Columns) TypeName() string { return "type, or types by column" }
