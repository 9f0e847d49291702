package parquet

import (
	"bytes"
	"encoding/json"
	"iter"
	"math"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// Described is a column as it stands in a file, whether or not a pipeline could read it.
type Described struct {
	component.Column
	Problem string // why it cannot be read; empty if it can
}

// Describe tells the columns of a file by its footer, and how many rows it has. Which have nulls is not looked at.
func Describe(file source.File) (columns []Described, rows int64, err error) {
	f, err := open(file)
	if err != nil {
		return nil, 0, err
	}
	defer f.close()
	for _, c := range f.columns {
		d := Described{Column: component.Column{Name: c.name, Doc: c.doc}, Problem: c.problem}
		if c.problem == "" {
			d.Type = c.typ(nil)
		}
		columns = append(columns, d)
	}
	return columns, f.NumRows(), nil
}

// Lines yields the rows of a file as JSON objects, with these columns, which can be read. What JSON cannot hold is null.
func Lines(file source.File, columns []string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := open(file)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.close()
		var wanted []*column
		for _, c := range f.columns {
			if c.problem == "" && slices.Contains(columns, c.name) {
				wanted = append(wanted, c)
			}
		}
		for record, err := range f.rows(wanted) {
			var line []byte
			if err == nil {
				line, err = lineOf(record, columns)
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

func lineOf(record source.Object, columns []string) ([]byte, error) {
	line := bytes.NewBufferString("{")
	for i, name := range columns {
		if i > 0 {
			line.WriteByte(',')
		}
		key, err := asJSON(name)
		if err != nil {
			return nil, err
		}
		value, err := asJSON(plain(record[name]))
		if err != nil {
			return nil, err
		}
		line.Write(append(append(key, ':'), value...))
	}
	line.WriteByte('}')
	return line.Bytes(), nil
}

// asJSON is a value as JSON, in which letters stand as they are.
func asJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(out.Bytes()), err
}

// plain is a value that JSON can hold.
func plain(v any) any {
	switch v := v.(type) {
	case error:
		return nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case source.Object:
		for name := range v {
			v[name] = plain(v[name])
		}
	}
	return v
}
