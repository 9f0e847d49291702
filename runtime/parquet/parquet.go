// Package parquet writes datasets as Parquet, the way the Python library datasets does: every column may be null, lists are
// told from null, and the features stand in the footer. It also reads Parquet, as a source. A program links it only if it does
// either.
package parquet

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/dataset"
)

// Files writes Parquet.
type Files struct{}

// Name is parquet.
func (Files) Name() string { return "parquet" }

// A row group ends when its rows have so many bytes as JSON, which bounds the memory that it takes, or when they are so many.
const (
	groupBytes = 32 << 20
	groupRows  = 100_000
)

// Write writes a file.
func (Files) Write(w io.Writer, of dataset.Schema, rows iter.Seq2[[]byte, error]) error {
	options, err := options(of)
	if err != nil {
		return err
	}
	out := parquet.NewWriter(w, options...)
	shred := newShredder(of.Columns, of.Row)
	value := reflect.New(of.Row)
	size, count := 0, 0
	for text, err := range rows {
		if err != nil {
			return err
		}
		value.Elem().SetZero()
		if err := json.Unmarshal(text, value.Interface()); err != nil {
			return fmt.Errorf("a row cannot be read back: %w", err)
		}
		if _, err := out.WriteRows([]parquet.Row{shred.shred(value.Elem())}); err != nil {
			return err
		}
		if size, count = size+len(text), count+1; size >= groupBytes || count >= groupRows {
			if err := out.Flush(); err != nil {
				return err
			}
			size, count = 0, 0
		}
	}
	return out.Close()
}

func options(of dataset.Schema) ([]parquet.WriterOption, error) {
	made, err := json.Marshal(of.Made)
	if err != nil {
		return nil, err
	}
	return []parquet.WriterOption{
		parquet.NewSchema("schema", ordered(of.Columns)),
		parquet.Compression(&parquet.Snappy),
		parquet.DataPageVersion(1), // which every reader knows
		parquet.CreatedBy("distigen", strings.TrimPrefix(of.Made.Distigen, "v"), of.Made.Hash),
		parquet.KeyValueMetadata("huggingface", fmt.Sprintf(`{"info": {"features": %s}}`, dataset.Features(of.Columns))),
		parquet.KeyValueMetadata("distigen", string(made)),
	}, nil
}
