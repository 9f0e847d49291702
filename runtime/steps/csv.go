package steps

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/source"
)

// table reads a CSV file record by record.
type table struct {
	file   source.File
	opened *os.File
	csv    *csv.Reader
	limit  *recordLimit
	header []string
	named  bool // by the pipeline: the first line is a record
	line   int  // where the record last read begins, from 1
}

// separators are what stands between the cells of a line, by the names that the argument separator takes.
var separators = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t', "pipe": '|'}

var (
	errOpenQuote  = errors.New("a quote is opened and not closed, so that all that follows belongs to it")
	errLongRecord = fmt.Errorf("a record is longer than %d MiB: is a quote opened and not closed", maxLine>>20)
)

// openTable opens a file and reads its header, unless the columns are named.
func openTable(file source.File, separator string, names ...string) (*table, error) {
	f, err := os.Open(file.Path)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(f, 256<<10)
	if bom, err := in.Peek(3); err == nil && string(bom) == "\ufeff" {
		in.Discard(3)
	}
	t := &table{file: file, opened: f, limit: &recordLimit{r: in, max: maxLine}}
	t.csv = csv.NewReader(t.limit)
	if r, ok := separators[separator]; ok {
		t.csv.Comma = r
	}
	t.csv.ReuseRecord = true
	t.csv.FieldsPerRecord = -1
	if t.header, t.named = names, len(names) > 0; t.named {
		return t, nil
	}
	header, err := t.csv.Read()
	if err == nil {
		t.header = slices.Clone(header)
		err = t.checkHeader()
	}
	if err != nil {
		f.Close()
		return nil, t.headerError(err)
	}
	return t, nil
}

func (t *table) close() { t.opened.Close() }

func (t *table) headerError(err error) error {
	if err == io.EOF {
		return fmt.Errorf("%s is empty: its first line is to name the columns", t.file.Shown)
	}
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		err = bad.Err
	}
	return fmt.Errorf("the first line of %s, which is to name the columns, cannot be read: %w", t.file.Shown, err)
}

func (t *table) checkHeader() error {
	for i, name := range t.header {
		if slices.Contains(t.header[:i], name) && name != "" {
			return fmt.Errorf("it has the column %q twice", name)
		}
	}
	return nil
}

// next returns the fields of the next record, which are the caller's until it calls next again; io.EOF ends the file. An error
// with fatal set ends it, too; any other concerns the record alone, and comes with what could be read of it.
func (t *table) next() (fields []string, fatal bool, err error) {
	t.limit.from = t.csv.InputOffset()
	fields, err = t.csv.Read()
	bad := (*csv.ParseError)(nil)
	switch {
	case err == io.EOF:
		return nil, true, io.EOF
	case errors.As(err, &bad):
		t.line = bad.StartLine
		if atEnd := t.limit.ended && t.csv.InputOffset() == t.limit.read; atEnd && bad.Err == csv.ErrQuote && bad.Line > bad.StartLine {
			return nil, true, fmt.Errorf("line %d: %w", t.line, errOpenQuote)
		}
		return fields, false, bad.Err
	case err != nil:
		return nil, true, err
	}
	t.line, _ = t.csv.FieldPos(0)
	if len(fields) != len(t.header) {
		return fields, false, fmt.Errorf("it has %s, and %s %s", counted(len(fields), "field"), t.namer(), counted(len(t.header), "column"))
	}
	return fields, false, nil
}

// namer is what names the columns.
func (t *table) namer() string {
	if t.named {
		return "names has"
	}
	return "the first line of the file names"
}

// text writes a record as it may stand in the file.
func (t *table) text(fields []string) string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma = t.csv.Comma
	w.Write(fields)
	w.Flush()
	return strings.TrimSuffix(out.String(), "\n")
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// recordLimit ends a file in which a record is too long, so that a quote that is never closed does not fill the memory.
type recordLimit struct {
	r     io.Reader
	from  int64 // where the record under way begins
	read  int64
	max   int64
	ended bool
}

func (l *recordLimit) Read(p []byte) (int, error) {
	if l.read-l.from > l.max {
		return 0, errLongRecord
	}
	n, err := l.r.Read(p)
	l.read += int64(n)
	l.ended = l.ended || err == io.EOF
	return n, err
}
