package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// Of a file larger than this, only the first lines are read to find the types.
const (
	inferWhole = 256 << 20
	inferLines = 100_000
)

// InferJSONL finds the columns of files of JSON lines and their types, from their first sample lines, or from all if
// sample is 0. The columns come in the order of their first appearance.
//
// A column that is null or missing in some line is optional. One that is always null counts as optional(string), and a
// list that is always empty as list(string). It is the compiler that calls this: generated programs know their columns.
func InferJSONL(files []source.File, sample int) ([]component.Column, error) {
	doc := ""
	if sample == 0 && sizeOf(files) > inferWhole {
		sample = inferLines
		doc = fmt.Sprintf("Typed from the first %d lines.", inferLines)
	}
	row := &shape{}
	left := sample
	for _, file := range files {
		read, err := row.addFile(file, left)
		if err != nil {
			return nil, err
		}
		if left -= read; sample > 0 && left <= 0 {
			break
		}
	}
	name := filepath.Base(files[0].Shown)
	if len(files) > 1 {
		name = fmt.Sprintf("%s and the others", name)
	}
	if row.count == 0 {
		return nil, fmt.Errorf("%s: there are no lines", name)
	}
	if len(row.order) == 0 {
		return nil, fmt.Errorf("%s: there are no columns, since the objects are empty", name)
	}
	var columns []component.Column
	for _, name := range row.order {
		columns = append(columns, component.Column{Name: name, Type: row.field(name), Doc: doc})
	}
	return columns, nil
}

func sizeOf(files []source.File) (size int64) {
	for _, f := range files {
		if info, err := os.Stat(f.Path); err == nil {
			size += info.Size()
		}
	}
	return size
}

// addFile adds the first sample lines of a file, or all if sample is 0, and says how many they were.
func (s *shape) addFile(file source.File, sample int) (count int, err error) {
	f, err := os.Open(file.Path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	name := filepath.Base(file.Shown)
	read := newLines(f)
	for ; sample == 0 || count < sample; count++ {
		line, err := read.next()
		if err == io.EOF {
			return count, nil
		}
		if err == nil {
			err = s.addLine(line, place{name, read.number})
		}
		if err != nil {
			return count, fmt.Errorf("%s:%d: %w", name, read.number, err)
		}
	}
	return count, nil
}

func (s *shape) addLine(line []byte, at place) error {
	switch {
	case !utf8.Valid(line):
		return errors.New("the line is not UTF-8")
	case !json.Valid(line):
		return errors.New("the line is not valid JSON")
	case line[0] != '{':
		return errors.New("the line is not an object")
	}
	w := scan{text: line, at: at}
	return w.value(s, "")
}
