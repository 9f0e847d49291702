package dataset

import (
	"io"
	"iter"
)

// JSONL is JSON lines: an object for each row.
type JSONL struct{}

// Name is jsonl.
func (JSONL) Name() string { return "jsonl" }

// Write writes each row on a line.
func (JSONL) Write(w io.Writer, _ Schema, rows iter.Seq2[[]byte, error]) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		if _, err := w.Write(append(row, '\n')); err != nil {
			return err
		}
	}
	return nil
}
