// Package dataset says what the files of a dataset look like: their formats, splits and features. A generated program links it
// in any case, so that it imports the standard library alone; formats that take more have packages of their own.
package dataset

import (
	"io"
	"iter"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// Files is a format of files.
type Files interface {
	// Name is what the format is called in HCL, and how its files end.
	Name() string
	// Write writes a file. The rows come as JSON objects, the way the runtime encodes a value of the row type; an error that
	// they end with is returned. The same rows give the same bytes.
	Write(w io.Writer, of Schema, rows iter.Seq2[[]byte, error]) error
}

// Schema is what all files of a dataset have in common.
type Schema struct {
	Row     reflect.Type // a struct
	Columns []component.Column
	Made    Made
}

// Made says what a dataset comes from. It stands in each file whose format has a place for it.
type Made struct {
	Distigen  string `json:"distigen"`
	Pipeline  string `json:"pipeline"`
	Hash      string `json:"pipeline_hash"`
	Simulated bool   `json:"simulated"`
}
