package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/report"
)

// Findings are what is seen in a dataset.
type Findings struct {
	Name       string             `json:"name"`
	Rows       int64              `json:"rows"`
	Histograms []report.Histogram `json:"histograms"`
	Duplicates int64              `json:"duplicates"` // rows that are the same as an earlier one
	Repeated   map[string]int64   `json:"repeated"`   // by column: rows that have the text of an earlier one
	Agreement  *Agreement         `json:"agreement,omitempty"`
	Samples    []Sample           `json:"samples"`

	nulls map[string]int64 // by column
}

// Agreement says whether ratings and choice agree.
type Agreement struct {
	Pairs    int64 `json:"pairs"` // with two ratings
	Higher   int64 `json:"chosen_higher"`
	Same     int64 `json:"same_rating"`
	Lower    int64 `json:"chosen_lower"`
	SameText int64 `json:"same_text"` // of all pairs
}

// Sample is a row to look at.
type Sample struct {
	Number int64           `json:"number"`
	Row    json.RawMessage `json:"row"`
}

// Histogram is that of a column, or nil.
func (f *Findings) Histogram(column string) *report.Histogram {
	for i := range f.Histograms {
		if f.Histograms[i].Column == column {
			return &f.Histograms[i]
		}
	}
	return nil
}

// asked are the columns by which rows are taken for the same question.
var asked = []string{"prompt", "instruction", "question"}

// Examine reads all rows. Each takes some hundred bytes of memory.
func (d *Dataset) Examine(samples int) (*Findings, error) {
	return examine(d.Name, d.Columns, d.Each, samples)
}

func examine(name string, columns []component.Column, each func() iter.Seq2[[]byte, error], samples int) (*Findings, error) {
	f := &Findings{Name: name, Repeated: map[string]int64{}, Samples: []Sample{}, nulls: map[string]int64{}}
	rows := report.NewRows(name, columns)
	rows.MeasureAll()
	seen := sets{}
	for row, err := range each() {
		if err != nil {
			return nil, err
		}
		f.Rows++
		if err := rows.Add(row); err != nil {
			return nil, err
		}
		if err := f.look(row, seen, columns); err != nil {
			return nil, fmt.Errorf("row %d of dataset %s: %w", f.Rows, name, err)
		}
	}
	f.Histograms = rows.Histograms()
	return f, f.pick(each, samples)
}

// sets are hashes of what was seen, by column.
type sets map[string]map[[8]byte]bool

// add reports whether a value is new.
func (s sets) add(column string, value []byte) bool {
	h := sha256.Sum256(value)
	k := [8]byte(h[:8])
	if s[column] == nil {
		s[column] = map[[8]byte]bool{}
	}
	if s[column][k] {
		return false
	}
	s[column][k] = true
	return true
}

func (f *Findings) look(text []byte, seen sets, columns []component.Column) error {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(text, &row); err != nil {
		return err
	}
	if !seen.add("", bytes.TrimSpace(text)) {
		f.Duplicates++
	}
	for name, v := range row {
		if string(v) == "null" {
			f.nulls[name]++
		}
	}
	for _, name := range asked {
		if v, ok := row[name]; ok && isText(columns, name) && !seen.add(name, v) {
			f.Repeated[name]++
		}
	}
	f.agree(row)
	return nil
}

func isText(columns []component.Column, name string) bool {
	for _, c := range columns {
		if c.Name == name {
			return c.Type.Kind == component.String
		}
	}
	return false
}

func (f *Findings) agree(row map[string]json.RawMessage) {
	chosen, rejected := row["chosen"], row["rejected"]
	if chosen == nil || rejected == nil {
		return
	}
	if f.Agreement == nil {
		f.Agreement = &Agreement{}
	}
	a := f.Agreement
	if bytes.Equal(chosen, rejected) {
		a.SameText++
	}
	var good, bad *float64
	if json.Unmarshal(row["chosen_rating"], &good) != nil || json.Unmarshal(row["rejected_rating"], &bad) != nil || good == nil || bad == nil {
		return
	}
	a.Pairs++
	switch {
	case *good > *bad:
		a.Higher++
	case *good == *bad:
		a.Same++
	default:
		a.Lower++
	}
}

// pick takes rows evenly.
func (f *Findings) pick(each func() iter.Seq2[[]byte, error], samples int) error {
	n := int64(samples)
	if n <= 0 || f.Rows == 0 {
		return nil
	}
	n = min(n, f.Rows)
	i := int64(0)
	for row, err := range each() {
		if err != nil {
			return err
		}
		if next := int64(len(f.Samples)); next < n && i == next*f.Rows/n {
			f.Samples = append(f.Samples, Sample{i + 1, bytes.TrimSpace(row)})
		}
		if i++; int64(len(f.Samples)) == n {
			break
		}
	}
	return nil
}
