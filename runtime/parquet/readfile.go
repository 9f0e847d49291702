package parquet

import (
	"errors"
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
	opened  io.Closer
	columns []*column
}

// open opens a file and reads its footer.
func open(shown source.File) (f *file, err error) {
	opened, err := contentOf(shown)
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
	return openFrom(opened, opened.Size(), opened)
}

// contentOf opens a file where it is.
func contentOf(shown source.File) (source.Content, error) {
	if shown.Open != nil {
		return shown.Open()
	}
	f, err := os.Open(shown.Path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return onDisk{f, info.Size()}, nil
}

type onDisk struct {
	*os.File
	size int64
}

// Size is how many bytes the file has.
func (d onDisk) Size() int64 { return d.size }

func openFrom(r io.ReaderAt, size int64, opened io.Closer) (*file, error) {
	watched := &watched{ReaderAt: r}
	f, err := parquet.OpenFile(watched, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.SkipMagicBytes(true))
	if watched.err != nil {
		return nil, watched.err
	}
	if err != nil {
		return nil, fmt.Errorf("it is no Parquet file, or a damaged one: %w", err)
	}
	columns, err := columnsOf(f)
	if err != nil {
		return nil, err
	}
	return &file{f, opened, columns}, nil
}

// watched notes an error of the reading itself, which says nothing about the file.
type watched struct {
	io.ReaderAt
	err error
}

// ReadAt reads.
func (w *watched) ReadAt(p []byte, at int64) (int, error) {
	n, err := w.ReaderAt.ReadAt(p, at)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
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
