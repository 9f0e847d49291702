package parquet

import (
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/source"
)

// file is an open Parquet file, with its schema.
type file struct {
	*parquet.File
	opened  *os.File
	columns []*column
}

// open opens a file and reads its footer.
func open(shown source.File) (f *file, err error) {
	opened, err := os.Open(shown.Path)
	if err != nil {
		return nil, err
	}
	defer func() {
		if p := recover(); p != nil { // the library is not ready for every damage
			f, err = nil, fmt.Errorf("it is damaged: %v", p)
		}
		if err != nil {
			opened.Close()
		}
	}()
	info, err := opened.Stat()
	if err != nil {
		return nil, err
	}
	return openFrom(opened, info.Size(), opened)
}

func openFrom(r io.ReaderAt, size int64, opened *os.File) (*file, error) {
	f, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("it is no Parquet file, or a damaged one: %w", err)
	}
	columns, err := columnsOf(f)
	if err != nil {
		return nil, err
	}
	return &file{f, opened, columns}, nil
}

func (f *file) close() {
	if f.opened != nil {
		f.opened.Close()
	}
}

// rows yields the rows, with these columns.
func (f *file) rows(columns []*column) iter.Seq2[source.Object, error] {
	return func(yield func(source.Object, error) bool) {
		for _, group := range f.RowGroups() {
			a := newAssembler(group, columns)
			for range group.NumRows() {
				record, err := a.record(columns)
				if !yield(record, err) || err != nil {
					a.close()
					return
				}
			}
			a.close()
		}
	}
}
