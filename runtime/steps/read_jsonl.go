package steps

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// ReadJSONL is a source that reads a file of JSON lines.
type ReadJSONL struct {
	Path    string           `param:"path" required:"true" doc:"The file, from the pipeline's folder if the path is relative."`
	Columns component.Schema `param:"columns" fixed:"true" doc:"The columns to read, each with its type. Default: all that the file has, with the types of their values."`
	Limit   int              `param:"limit" default:"0" min:"0" doc:"Read only so many lines that are not blank; 0 reads them all."`
}

// Read opens the file and yields its lines, one at a time.
func (s ReadJSONL) Read(dir string) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		f, err := os.Open(s.file(dir))
		if err != nil {
			yield(nil, s.unreadable(err))
			return
		}
		defer f.Close()
		read := newLines(f)
		for n := 0; s.Limit == 0 || n < s.Limit; n++ {
			line, err := read.next()
			switch {
			case err == io.EOF:
				return
			case err == errLongLine:
				if !yield(nil, s.misfit(read.number, nil, err)) {
					return
				}
			case err != nil:
				yield(nil, s.unreadable(err))
				return
			default:
				if !yield(s.decoder(bytes.Clone(line), read.number), nil) {
					return
				}
			}
		}
	}
}

// Count counts the lines that Read yields.
func (s ReadJSONL) Count(dir string) (rows int64, err error) {
	for _, err := range s.Read(dir) {
		if fatal := (*llm.FatalError)(nil); errors.As(err, &fatal) {
			return 0, err
		}
		rows++
	}
	return rows, nil
}

func (s ReadJSONL) decoder(line []byte, number int) func(row any) error {
	return func(row any) error {
		if !utf8.Valid(line) {
			return s.misfit(number, line, errors.New("it is not UTF-8"))
		}
		if err := decode(line, reflect.ValueOf(row).Elem(), ""); err != nil {
			return s.misfit(number, line, err)
		}
		return nil
	}
}

func (s ReadJSONL) misfit(number int, line []byte, err error) error {
	return &llm.RowError{Class: llm.BadRow, Line: number, Text: clipped(line), Message: fmt.Sprintf("Line %d of %s does not fit: %v.", number, s.Path, err), Err: err}
}

// clipped is the beginning of a line, as much as helps to find out what is wrong with it.
func clipped(line []byte) string {
	const most = 2000
	text := string(line[:min(len(line), most)])
	if len(line) > most {
		for !utf8.ValidString(text) && len(text) > most-utf8.UTFMax {
			text = text[:len(text)-1]
		}
		text += "…"
	}
	return strings.ToValidUTF8(text, "\ufffd")
}

func (s ReadJSONL) unreadable(err error) error {
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The file %s cannot be read: %v.", s.Path, err),
		Remedy: "Correct the argument path of the step, or say with --base where relative paths start.", Err: err}
}

func (s ReadJSONL) file(dir string) string {
	if filepath.IsAbs(s.Path) {
		return s.Path
	}
	return filepath.Join(dir, s.Path)
}

func readJSONL() component.Component {
	return component.Component{
		Name: "read_jsonl", Was: []string{"LoadDataFromFileSystem"}, Category: "source",
		Summary: "Rows read from a file of JSON lines",
		Doc: `Reads a file with one JSON object to a line, and makes a row of each. The file is read as the rows are needed, and is
never held in memory as a whole. Blank lines and a byte order mark are passed over; a line may have 64 MiB.

Without ` + "`columns`" + `, all keys of the objects become columns, and the whole file is read at check to find their types (of a
file over 256 MiB the first 100,000 lines, of one with a ` + "`limit`" + ` those that it allows). Whole numbers are ints, and floats
if some line has a fraction. A column that is null or missing in some line is optional; one that is always null is
` + "`optional(string)`" + `, and a list that is always empty ` + "`list(string)`" + `. A list of objects with the texts role and content is
` + "`messages`" + `. A column of two types is an error that names both lines.

With ` + "`columns`" + ` you say which keys to read and their types: ` + "`{ question = \"string\", tags = \"optional(list(string))\" }`" + `. Other
keys are left alone, and the file need not exist until the program runs.

A line that does not fit the columns is rejected with the class ` + "`bad_row`" + `, its number and its text: it is no JSON object, lacks a
column, has null where the column is not optional, or a value of another type. A file that cannot be read stops the run.`,
		Example: `pipeline "from-a-file" {}

step "read_jsonl" "questions" {
  path = "questions.jsonl"
}
`,
		Files: map[string]string{"questions.jsonl": `{"instruction": "What is 3/4 of 20?", "level": 1}
{"instruction": "Solve x^2 = 9.", "level": 2}
`},
		Shape:  component.Source,
		Params: reflect.TypeFor[ReadJSONL](),
		Derive: func(params any, c *component.Columns) { params.(ReadJSONL).derive(c) },
	}
}

func (s ReadJSONL) derive(c *component.Columns) {
	file := s.file(c.Dir)
	if other := otherFile(file, s.Path); other != "" {
		c.Problem("path", "file has no JSON lines", other)
		return
	}
	if len(s.Columns) == 0 {
		columns, err := InferJSONL(file, s.Limit)
		if err != nil {
			c.Problem("path", "columns of the file cannot be typed", err.Error()+". Correct the file or the path, or say with columns what to read.")
		}
		for _, col := range columns {
			c.Add("path", col, component.Expr{Op: component.Field_, Column: col.Name})
		}
		return
	}
	for _, column := range s.Columns {
		name, arg := column.Column, "columns."+column.Column
		t, err := component.ParseType(column.Type)
		if err != nil {
			c.Problem(arg, "not a column type", err.Error()+".")
			continue
		}
		c.Add(arg, component.Column{Name: name, Type: t}, component.Expr{Op: component.Field_, Column: name})
	}
}
