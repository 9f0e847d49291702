// Package rowjson reads the rows of Parquet files as JSON, by the files' own schema.
package rowjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Each yields the rows of a file as JSON objects, with the columns in the order of the file.
func Each(r io.ReaderAt, size int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		file, err := parquet.OpenFile(r, size)
		if err != nil {
			yield(nil, err)
			return
		}
		fields := file.Schema().Fields()
		for _, group := range file.RowGroups() {
			for row, err := range rowsOf(group) {
				var out bytes.Buffer
				if err == nil {
					w := &writer{out: &out, values: byColumn(row)}
					w.object(fields, 0, 0)
				}
				if !yield(out.Bytes(), err) || err != nil {
					return
				}
			}
		}
	}
}

func rowsOf(group parquet.RowGroup) iter.Seq2[parquet.Row, error] {
	return func(yield func(parquet.Row, error) bool) {
		rows := group.Rows()
		defer rows.Close()
		for buffer := make([]parquet.Row, 64); ; {
			n, err := rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				if !yield(row, nil) {
					return
				}
			}
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
		}
	}
}

// Lines returns the rows of a file as JSON lines.
func Lines(r io.ReaderAt, size int64) (string, error) {
	var out strings.Builder
	for row, err := range Each(r, size) {
		if err != nil {
			return "", err
		}
		out.Write(row)
		out.WriteByte('\n')
	}
	return out.String(), nil
}

func byColumn(row parquet.Row) map[int][]parquet.Value {
	values := map[int][]parquet.Value{}
	for _, v := range row {
		values[v.Column()] = append(values[v.Column()], v)
	}
	return values
}

// writer puts a row together again from its leaves.
type writer struct {
	out    *bytes.Buffer
	values map[int][]parquet.Value
	leaf   int // that comes next
}

func (w *writer) object(fields []parquet.Field, repetition, definition int) {
	w.out.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			w.out.WriteByte(',')
		}
		name, _ := json.Marshal(f.Name()) // a string
		fmt.Fprintf(w.out, "%s:", name)
		w.value(f, repetition, definition)
	}
	w.out.WriteByte('}')
}

// value writes the next value of a node that is within so many lists, and takes its leaves off.
func (w *writer) value(n parquet.Node, repetition, definition int) {
	first := w.values[w.leaf][0]
	if n.Optional() {
		if first.DefinitionLevel() <= definition {
			w.out.WriteString("null")
			w.skip(n)
			return
		}
		definition++
	}
	switch {
	case n.Leaf():
		w.scalar(first)
		w.skip(n)
	case len(n.Fields()) == 1 && n.Fields()[0].Repeated():
		w.list(n, first, repetition+1, definition)
	default:
		w.object(n.Fields(), repetition, definition)
	}
}

func (w *writer) list(n parquet.Node, first parquet.Value, repetition, definition int) {
	if first.DefinitionLevel() == definition {
		w.out.WriteString("[]")
		w.skip(n)
		return
	}
	element := n.Fields()[0].Fields()[0]
	w.out.WriteByte('[')
	from := w.leaf
	for i := 0; ; i++ {
		if i > 0 {
			w.out.WriteByte(',')
		}
		w.leaf = from
		w.value(element, repetition, definition+1)
		if rest := w.values[from]; len(rest) == 0 || rest[0].RepetitionLevel() < repetition {
			break
		}
	}
	w.out.WriteByte(']')
}

func (w *writer) scalar(v parquet.Value) {
	var text []byte
	switch v.Kind() {
	case parquet.Boolean:
		text, _ = json.Marshal(v.Boolean())
	case parquet.Int64:
		text, _ = json.Marshal(v.Int64())
	case parquet.Double:
		text, _ = json.Marshal(v.Double())
	default:
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		_ = e.Encode(string(v.ByteArray())) // a string
		text = bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	}
	w.out.Write(text)
}

// skip takes off the next value of each leaf of a node.
func (w *writer) skip(n parquet.Node) {
	if n.Leaf() {
		w.values[w.leaf] = w.values[w.leaf][1:]
		w.leaf++
		return
	}
	for _, f := range n.Fields() {
		w.skip(f)
	}
}
