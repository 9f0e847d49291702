package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
)

// Rows starts a stream from rows in memory.
func Rows[T any](p *Pipeline, step string, rows []T) *Stream[T] {
	count := func(string) (int64, error) { return int64(len(rows)), nil }
	return &Stream[T]{p.add(&node{step: step, verb: "source", total: count, source: func(string) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
		}
	}})}
}

// Read starts a stream from a source component.
func Read[T any](p *Pipeline, step string, source Reader) *Stream[T] {
	source = configure(p, "step", step, source)
	var count func(string) (int64, error)
	if c, ok := source.(Counter); ok {
		count = c.Count
	}
	var check func(string) error
	if c, ok := source.(Checker); ok {
		check = func(dir string) error { return c.Check(dir, reflect.TypeFor[T]()) }
	}
	return &Stream[T]{p.add(&node{step: step, verb: "source", total: count, check: check, source: func(dir string) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for fill, err := range source.Read(dir) {
				var row T
				if err == nil {
					err = fill(&row)
				}
				if !yield(row, err) {
					return
				}
			}
		}
	}})}
}

// RowsOf decodes the JSON lines of an embedded file, for sources too long to be written out in Go. It panics if the
// file does not fit T, since both were generated together.
func RowsOf[T any](file []byte) []T {
	var rows []T
	d := json.NewDecoder(bytes.NewReader(file))
	d.DisallowUnknownFields()
	for {
		var row T
		err := d.Decode(&row)
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			panic(fmt.Sprintf("Row %d of an embedded file does not fit its row type: %v. Build the program again.", len(rows)+1, err))
		}
		rows = append(rows, row)
	}
}
