package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
)

const (
	measured   = 2_000 // rows whose values are kept for the distributions, at most; at least half as many of a large dataset
	shown      = 30    // sample rows
	longText   = 4_000 // characters of a text that are shown
	longList   = 20    // elements of a list that are shown
	largestRow = 1 << 20
)

// Rows takes an even sample of a dataset's rows, whose number need not be known before: when it has become large, every
// other row is let go, and only every other one is taken from then on.
type Rows struct {
	name     string
	columns  []component.Column
	seen     int64
	measures thinning[[]measure]
	samples  thinning[Row]
	values   []map[string]bool // of each column, as long as there are few; nil: there are many
}

// NewRows begins a sample of the dataset of a name.
func NewRows(name string, columns []component.Column) *Rows {
	r := &Rows{name: name, columns: columns}
	r.measures.most, r.samples.most = measured, 2*shown
	for range columns {
		r.values = append(r.values, map[string]bool{})
	}
	return r
}

// MeasureAll takes all rows for the distributions, which takes memory for each. It is called before the first row.
func (r *Rows) MeasureAll() { r.measures.most = math.MaxInt }

// thinning is an even sample of items.
type thinning[T any] struct {
	most   int
	stride int64 // 0 is 1
	items  []T
}

func (t *thinning[T]) wants(i int64) bool { return i%max(t.stride, 1) == 0 }

func (t *thinning[T]) add(item T) {
	if t.items = append(t.items, item); len(t.items) < t.most {
		return
	}
	for i := range len(t.items) / 2 {
		t.items[i] = t.items[2*i]
	}
	t.items = t.items[:len(t.items)/2]
	t.stride = 2 * max(t.stride, 1)
}

// Row is a sample row.
type Row struct {
	Number int64 // from 1
	Cells  []Cell
}

// Cell is the value of a column.
type Cell struct {
	Column   string
	Text     string    // of what is neither a list nor messages
	List     []string  // of a list
	Messages []Message // of messages
	Short    bool      // it fits on a line
	Null     bool
}

// Empty reports whether the cell is a text without letters.
func (c Cell) Empty() bool {
	return !c.Null && c.Text == "" && len(c.List) == 0 && len(c.Messages) == 0
}

// Message is one of a conversation.
type Message struct{ Role, Content string }

// measure is what is measured of one value: itself, or its length in characters; of a list, of each element.
type measure struct {
	numbers []float64
	texts   []string // themselves, where a column has few
}

func one(number float64) measure { return measure{numbers: []float64{number}} }

// Add takes a row as JSON.
func (r *Rows) Add(text []byte) error {
	i := r.seen
	r.seen++
	counts, shows := r.measures.wants(i), r.samples.wants(i)
	if !counts && !shows || len(text) > largestRow {
		return nil
	}
	var row map[string]json.RawMessage
	if err := json.Unmarshal(text, &row); err != nil {
		return fmt.Errorf("row %d of dataset %s: %w", i+1, r.name, err)
	}
	cells := make([]Cell, len(r.columns))
	values := make([]measure, len(r.columns))
	for k, c := range r.columns {
		v, err := valueOf(row[c.Name])
		if err != nil {
			return fmt.Errorf("row %d of dataset %s: %w", i+1, r.name, err)
		}
		values[k], cells[k] = measureOf(v, c.Type), cellOf(v, c)
		r.distinct(k, &values[k])
	}
	if counts {
		r.measures.add(values)
	}
	if shows {
		r.samples.add(Row{i + 1, cells})
	}
	return nil
}

const (
	fewValues  = 8
	valueBytes = 60
)

// distinct keeps the texts of a column as long as they are few and short.
func (r *Rows) distinct(column int, m *measure) {
	for _, text := range m.texts {
		if r.values[column] == nil {
			break
		}
		if r.values[column][text] = true; len(r.values[column]) > fewValues || len(text) > valueBytes {
			r.values[column] = nil
		}
	}
	if r.values[column] == nil {
		m.texts = nil
	}
}

func valueOf(text json.RawMessage) (v any, err error) {
	if len(text) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func measureOf(v any, t component.Type) measure {
	switch v := v.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return one(f)
		}
	case bool:
		return measure{texts: []string{fmt.Sprint(v)}}
	case string:
		m := one(float64(utf8.RuneCountInString(v)))
		m.texts = []string{v}
		return m
	case []any:
		if t.Kind == component.Messages {
			return lastOf(v)
		}
		var all measure
		for _, e := range v {
			if _, deeper := e.([]any); !deeper {
				m := measureOf(e, component.Of(component.Any))
				all.numbers, all.texts = append(all.numbers, m.numbers...), append(all.texts, m.texts...)
			}
		}
		return all
	}
	return measure{}
}

func lastOf(messages []any) measure {
	if len(messages) == 0 {
		return measure{}
	}
	last, _ := messages[len(messages)-1].(map[string]any)
	m := measureOf(last["content"], component.Of(component.String))
	m.texts = nil
	return m
}

func cellOf(v any, column component.Column) Cell {
	c := Cell{Column: column.Name}
	switch v := v.(type) {
	case nil:
		c.Null, c.Short = true, true
	case []any:
		if column.Type.Kind == component.Messages {
			c.Messages = messagesOf(v)
			return c
		}
		c.Short = true
		for i, e := range v {
			if i == longList {
				c.List = append(c.List, fmt.Sprintf("… and %d more", len(v)-longList))
				break
			}
			text := textOf(e)
			c.List, c.Short = append(c.List, text), c.Short && isShort(text)
		}
		if len(v) == 0 {
			c.Text = "no elements"
		}
	default:
		c.Text = textOf(v)
		c.Short = isShort(c.Text)
	}
	return c
}

func messagesOf(v []any) (all []Message) {
	for _, e := range v {
		m, _ := e.(map[string]any)
		all = append(all, Message{textOf(m["role"]), textOf(m["content"])})
	}
	return all
}

func isShort(text string) bool { return len(text) <= 60 && !strings.Contains(text, "\n") }

// textOf is a value as it is shown.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return clip(v)
	case json.Number:
		return v.String()
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return clip(string(text))
}

// clip cuts what is long, and takes out what cannot be seen: characters that control or turn a text.
func clip(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	n := 0
	for i := range text {
		if n == longText {
			return fmt.Sprintf("%s … and %d more characters", text[:i], utf8.RuneCountInString(text[i:]))
		}
		n++
	}
	return text
}

// picked are the sample rows: no more than are shown, evenly from those that are kept.
func (r *Rows) picked() []Row {
	all := r.samples.items
	if len(all) <= shown {
		return all
	}
	rows := make([]Row, shown)
	for i := range rows {
		rows[i] = all[i*len(all)/shown]
	}
	return rows
}
