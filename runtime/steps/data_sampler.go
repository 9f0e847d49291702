package steps

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
	"github.com/distigen/distigen/runtime/llm"
)

// DataSampler draws some of a few examples for each row. R is the struct that a draw fills.
type DataSampler[R any] struct {
	Examples llm.Examples `param:"rows" required:"true" fixed:"true" typed:"true" doc:"What is drawn from: a list of objects that have the same attributes, or JSON lines."`
	Size     int          `param:"size" default:"2" min:"1" doc:"How many are drawn for each row, none of them twice."`
	Seed     *int         `param:"seed" default:"42" doc:"Another seed draws others."`

	row string
}

// DataSamplerIn is what DataSampler reads: nothing.
type DataSamplerIn struct{}

// Drawn is what DataSampler makes.
type Drawn[R any] struct{ Reply R }

// For is the step for a row, on whose id it depends what is drawn.
func (s DataSampler[R]) For(row string) DataSampler[R] {
	s.row = row
	return s
}

// Run draws.
func (s DataSampler[R]) Run(DataSamplerIn) (out Drawn[R], err error) {
	pool, err := s.pool()
	if err != nil {
		return out, err
	}
	if s.Size > len(pool) {
		return out, fmt.Errorf("%d cannot be drawn of %d", s.Size, len(pool))
	}
	h := fnv.New64a()
	h.Write([]byte(s.row))
	draw := rand.New(rand.NewPCG(uint64(*s.Seed), h.Sum64()))
	lists := map[string][]json.RawMessage{}
	for _, at := range draw.Perm(len(pool))[:s.Size] {
		for name, value := range pool[at] {
			lists[name] = append(lists[name], value)
		}
	}
	text, err := json.Marshal(lists)
	if err == nil {
		err = json.Unmarshal(text, &out.Reply)
	}
	return out, err
}

func (s DataSampler[R]) pool() (pool []map[string]json.RawMessage, err error) {
	d := json.NewDecoder(strings.NewReader(string(s.Examples)))
	for {
		var row map[string]json.RawMessage
		err := d.Decode(&row)
		switch {
		case errors.Is(err, io.EOF):
			return pool, nil
		case err != nil:
			return nil, fmt.Errorf("row %d is no JSON object: %w", len(pool)+1, err)
		}
		pool = append(pool, row)
	}
}

// Form is the columns of the draws: a list of each attribute. It is nil where the rows do not fit together.
func (s DataSampler[R]) Form() form.Columns {
	columns, _ := s.columns()
	return columns
}

func (s DataSampler[R]) columns() (columns form.Columns, err error) {
	pool, err := s.pool()
	if err != nil {
		return nil, err
	}
	if len(pool) == 0 {
		return nil, errors.New("there is none to draw from")
	}
	names, err := keysOf(s.Examples)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		var all form.Type
		for i, row := range pool {
			raw, ok := row[name]
			if !ok {
				return nil, fmt.Errorf("row %d has no %s, and the first has one", i+1, name)
			}
			t, err := typeOf(raw)
			if err != nil {
				return nil, fmt.Errorf("the %s of row %d %w", name, i+1, err)
			}
			if i > 0 {
				if t, ok = both(all, t); !ok {
					return nil, fmt.Errorf("the %s of row %d is of another type than those before it", name, i+1)
				}
			}
			all = t
		}
		columns = append(columns, form.Field{Name: name, Type: form.Type{Kind: component.List, Elem: &all}})
	}
	for i, row := range pool {
		for name := range row {
			if _, ok := pool[0][name]; !ok {
				return nil, fmt.Errorf("row %d has %s, and the first has none", i+1, name)
			}
		}
	}
	return columns, nil
}

// keysOf are the attributes of the first object, in its order.
func keysOf(rows llm.Examples) (names []string, err error) {
	d := json.NewDecoder(strings.NewReader(string(rows)))
	if _, err = d.Token(); err != nil { // {
		return nil, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err = d.Decode(&value); err != nil {
			return nil, err
		}
		names = append(names, name.(string))
	}
	return names, nil
}

// typeOf is the type of a JSON value.
func typeOf(raw json.RawMessage) (t form.Type, err error) {
	switch raw = bytes.TrimSpace(raw); raw[0] {
	case '"':
		return form.Type{Kind: component.String}, nil
	case 't', 'f':
		return form.Type{Kind: component.Bool}, nil
	case 'n':
		return t, errors.New("is null, and what is drawn has values")
	case '[':
		var items []json.RawMessage
		if err = json.Unmarshal(raw, &items); err != nil {
			return t, err
		}
		if len(items) == 0 {
			return t, errors.New("is an empty list, which does not tell of what")
		}
		var elem form.Type
		for i, item := range items {
			each, err := typeOf(item)
			if err != nil {
				return t, err
			}
			if i > 0 {
				var ok bool
				if each, ok = both(elem, each); !ok {
					return t, errors.New("is a list of values of several types")
				}
			}
			elem = each
		}
		return form.Type{Kind: component.List, Elem: &elem}, nil
	case '{':
		names, err := keysOf(llm.Examples(raw))
		if err != nil {
			return t, err
		}
		var members map[string]json.RawMessage
		if err = json.Unmarshal(raw, &members); err != nil {
			return t, err
		}
		t.Kind = component.Object
		for _, name := range names {
			member, err := typeOf(members[name])
			if err != nil {
				return t, err
			}
			t.Fields = append(t.Fields, form.Field{Name: name, Type: member})
		}
		return t, nil
	}
	if bytes.ContainsAny(raw, ".eE") {
		return form.Type{Kind: component.Float}, nil
	}
	return form.Type{Kind: component.Int}, nil
}

// both is the type that has the values of two.
func both(a, b form.Type) (form.Type, bool) {
	switch {
	case a.Equal(b):
		return a, true
	case a.Kind == component.Int && b.Kind == component.Float || a.Kind == component.Float && b.Kind == component.Int:
		return form.Type{Kind: component.Float}, true
	case a.Kind == component.List && b.Kind == component.List:
		elem, ok := both(*a.Elem, *b.Elem)
		return form.Type{Kind: component.List, Elem: &elem}, ok
	case a.Kind == component.Object && b.Kind == component.Object && len(a.Fields) == len(b.Fields):
		t := form.Type{Kind: component.Object}
		for _, f := range a.Fields {
			at := slices.IndexFunc(b.Fields, func(o form.Field) bool { return o.Name == f.Name })
			if at < 0 {
				return a, false
			}
			each, ok := both(f.Type, b.Fields[at].Type)
			if !ok {
				return a, false
			}
			t.Fields = append(t.Fields, form.Field{Name: f.Name, Type: each})
		}
		return t, true
	}
	return a, false
}

func dataSampler() component.Component {
	type declared = DataSampler[struct{}]
	return component.Component{
		Name: "data_sampler", Was: []string{"DataSampler"}, Category: "columns",
		Summary: "A few examples for each row, drawn from a list",
		Doc: `Draws ` + "`size`" + ` of the objects in ` + "`rows`" + ` for each row that comes in, and adds a list column for each of their attributes, so that the few-shot
examples of a prompt differ from row to row. Elements of the same place in the lists were drawn together. Which are drawn follows from the seed and the row's id: a
run that goes on draws the same. Whether there are enough is known when the pipeline is checked.

[prepare_examples](prepare_examples.md) makes a text of the lists; a prompt may also go over them with ` + "`{{ range }}`" + `. In distilabel it is a source whose rows
are joined with others by their place; here the draw belongs to a row, and ` + "`samples`" + ` is the number of rows that come in.`,
		Example: `pipeline "few_shot" {}

step "rows" "topics" {
  rows = [{ topic = "Fractions" }, { topic = "Limits" }]
}

step "data_sampler" "examples" {
  from = step.topics
  size = 2
  rows = [
    { query = "What is half of 10?", level = 1 },
    { query = "What is a third of 12?", level = 1 },
    { query = "What is the slope of y = 3x + 1?", level = 2 },
  ]
}
`,
		Shape:  component.Map,
		Params: reflect.TypeFor[declared](),
		In:     reflect.TypeFor[DataSamplerIn](),
		Out:    reflect.TypeFor[Drawn[struct{}]](),
		Derive: func(params any, c *component.Columns) { params.(declared).derive(c) },
	}
}

func (s DataSampler[R]) derive(c *component.Columns) {
	columns, err := s.columns()
	if err != nil {
		c.Problem("rows", "the rows do not fit together", fmt.Sprintf("What is drawn has the same attributes in each row, with values of the same types; %v.", err))
		return
	}
	pool, _ := s.pool() // columns has read it
	if s.Size > len(pool) {
		c.Problem("size", fmt.Sprintf("%d of %d", s.Size, len(pool)), fmt.Sprintf("None is drawn twice for a row, so size is at most the number of rows, %d.", len(pool)))
		return
	}
	for _, f := range columns {
		c.Add("rows", component.Column{Name: f.Name, Type: f.Type.Column(), Len: s.Size}, component.Expr{Op: component.Reply, Column: f.Name})
	}
}
