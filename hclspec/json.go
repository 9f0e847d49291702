package hclspec

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/templates"
)

// JSON prints the plan, with a newline at the end.
func (p *Plan) JSON() []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(p); err != nil {
		panic(fmt.Sprintf("hclspec: a plan does not print: %v", err)) // it is made of plain values
	}
	return out.Bytes()
}

// MarshalJSON prints the step with its parameters by their names in HCL, and the steps it reads by theirs.
func (s *Step) MarshalJSON() ([]byte, error) {
	type plain Step
	from := []string{}
	for _, f := range s.From {
		from = append(from, f.Addr())
	}
	return marshal(struct {
		*plain
		From   []string `json:"from,omitempty"`
		Params any      `json:"params"`
		Row    []rowCol `json:"row"`
		MadeBy any      `json:"made_by,omitempty"`
	}{(*plain)(s), from, settings{s.Params}, s.rowJSON(), nil})
}

// rowCol is a column as the plan prints it.
type rowCol struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Len    int    `json:"len,omitempty"`
	MadeBy string `json:"made_by"`
}

func (s *Step) rowJSON() []rowCol {
	cols := make([]rowCol, len(s.Row))
	for i, c := range s.Row {
		cols[i] = rowCol{c.Name, c.Type.String(), c.Len, s.MadeBy[c.Name]}
	}
	return cols
}

// MarshalJSON prints the model with its settings by their names in HCL.
func (m *Model) MarshalJSON() ([]byte, error) {
	return marshal(struct {
		Name   string `json:"name"`
		Params any    `json:"params"`
	}{m.Name, settings{m.Params}})
}

// settings prints a parameter struct by the names of its parameters, without those that are not set.
type settings struct{ params any }

func (s settings) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	v := reflect.ValueOf(s.params)
	for _, p := range component.ParamsOf(v.Type()) {
		field := v.FieldByIndex(p.Index)
		if field.IsZero() {
			continue
		}
		value := field.Interface()
		switch {
		case p.Type == modelGo:
			value = field.FieldByName("Alias").Interface()
		case p.Type == schemaGo:
			value = schemaJSON(value.(component.Schema))
		case p.Type == namesGo:
			value = namesJSON(value.(component.Names))
		case p.Type.Kind() == reflect.Struct:
			value = settings{value}
		}
		b, err := marshal(value)
		if err != nil {
			return nil, err
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:%s", p.Name, b)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func namesJSON(names component.Names) any {
	var out [][]string
	for _, n := range names {
		if n.To == "" {
			out = append(out, []string{n.From})
		} else {
			out = append(out, []string{n.From, n.To})
		}
	}
	return out
}

func schemaJSON(columns component.Schema) any {
	var out [][]string
	for _, c := range columns {
		if c.Type == "" {
			out = append(out, []string{c.Column})
		} else {
			out = append(out, []string{c.Column, c.Type})
		}
	}
	return out
}

func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(out.Bytes(), "\n"), err
}

// hash is over all that the finished program follows from: the plan, and the default prompts of its tasks.
func (p *Plan) hash() string {
	h := sha256.New()
	bare := *p
	bare.Modules = nil // wherever they are
	h.Write(bare.JSON())
	for _, s := range p.Steps {
		if s.Decl.Prompt == nil {
			continue
		}
		name := "prompts/" + s.Decl.Prompt(s.Params)
		for _, file := range []string{name + ".md", name + ".reply.md"} {
			text, _ := fs.ReadFile(templates.FS, file) // not every task has a reply format
			fmt.Fprintf(h, "%s %d\n%s", file, len(text), text)
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:32]
}
