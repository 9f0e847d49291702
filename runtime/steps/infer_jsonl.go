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
)

// Of a file larger than this, only the first lines are read to find the types.
const (
	inferWhole = 256 << 20
	inferLines = 100_000
)

// InferJSONL finds the columns of a file of JSON lines and their types, from its first sample lines, or from all if
// sample is 0. The columns come in the order of their first appearance.
//
// A column that is null or missing in some line is optional. One that is always null counts as optional(string), and a
// list that is always empty as list(string). It is the compiler that calls this: generated programs know their columns.
func InferJSONL(path string, sample int) ([]component.Column, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	doc := ""
	if info, err := f.Stat(); err == nil && info.Size() > inferWhole && sample == 0 {
		sample = inferLines
		doc = fmt.Sprintf("Typed from the first %d lines.", inferLines)
	}
	row := &shape{}
	read := newLines(f)
	for n := 0; sample == 0 || n < sample; n++ {
		line, err := read.next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = row.addLine(line, read.number)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", filepath.Base(path), read.number, err)
		}
	}
	if row.count == 0 {
		return nil, fmt.Errorf("%s has no lines", filepath.Base(path))
	}
	if len(row.order) == 0 {
		return nil, fmt.Errorf("%s has no columns: its objects are empty", filepath.Base(path))
	}
	var columns []component.Column
	for _, name := range row.order {
		columns = append(columns, component.Column{Name: name, Type: row.field(name), Doc: doc})
	}
	return columns, nil
}

func (s *shape) addLine(line []byte, number int) error {
	switch {
	case !utf8.Valid(line):
		return errors.New("the line is not UTF-8")
	case !json.Valid(line):
		return errors.New("the line is not valid JSON")
	case line[0] != '{':
		return errors.New("the line is not an object")
	}
	w := scan{text: line, line: number}
	return w.value(s, "")
}
