package steps

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"reflect"
	"unicode/utf8"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// ReadJSONL is a source that reads files of JSON lines.
type ReadJSONL struct {
	Path    string           `param:"path" required:"true" doc:"The file, or a pattern of files such as data/*.jsonl, which are read in the order of their names. A relative path starts in the pipeline's folder."`
	Columns component.Schema `param:"columns" fixed:"true" doc:"The columns to read: a list of names, or a map of names to types. Default: all that the file has, with the types of their values."`
	Limit   int              `param:"limit" default:"0" min:"0" doc:"Read only so many lines that are not blank; 0 reads them all."`
}

// Read yields the lines of the files, one at a time.
func (s ReadJSONL) Read(dir string) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		files, err := source.Files(dir, s.Path)
		if err != nil {
			yield(nil, source.Unreadable(s.Path, err))
			return
		}
		left := s.Limit
		for _, file := range files {
			for fill, err := range readLines(file) {
				if !yield(fill, err) {
					return
				}
				if left--; left == 0 {
					return
				}
			}
		}
	}
}

// readLines yields the lines of a file.
func readLines(file source.File) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		f, err := os.Open(file.Path)
		if err != nil {
			yield(nil, source.Unreadable(file.Shown, err))
			return
		}
		defer f.Close()
		read := newLines(f)
		for {
			line, err := read.next()
			switch {
			case err == io.EOF:
				return
			case err == errLongLine:
				if !yield(nil, file.Misfit("Line", read.number, "", err)) {
					return
				}
			case err != nil:
				yield(nil, source.Unreadable(file.Shown, err))
				return
			default:
				if !yield(decoder(file, bytes.Clone(line), read.number), nil) {
					return
				}
			}
		}
	}
}

// Count counts the lines that Read yields.
func (s ReadJSONL) Count(dir string) (rows int64, err error) { return source.Count(s.Read(dir)) }

func decoder(file source.File, line []byte, number int) func(row any) error {
	return func(row any) error {
		if !utf8.Valid(line) {
			return file.Misfit("Line", number, string(line), errors.New("it is not UTF-8"))
		}
		if err := source.Decode(line, reflect.ValueOf(row).Elem()); err != nil {
			return file.Misfit("Line", number, string(line), err)
		}
		return nil
	}
}

func readJSONL() component.Component {
	return component.Component{
		Name: "read_jsonl", Was: []string{"LoadDataFromFileSystem"}, Category: "source",
		Summary: "Rows read from files of JSON lines",
		Doc: `Reads files with one JSON object to a line, and makes a row of each. A file is read as the rows are needed, and is never
held in memory as a whole. Blank lines and a byte order mark are passed over; a line may have 64 MiB.

Without ` + "`columns`" + `, all keys of the objects become columns, and the files are read at check to find their types (of more
than 256 MiB the first 100,000 lines, with a ` + "`limit`" + ` those that it allows). Whole numbers are ints, and floats
if some line has a fraction. A column that is null or missing in some line is optional; one that is always null is
` + "`optional(string)`" + `, and a list that is always empty ` + "`list(string)`" + `. A list of objects with the texts role and content is
` + "`messages`" + `. A column of two types is an error that names both lines. With a list of names, only those columns are read.

With a map in ` + "`columns`" + ` you say which keys to read and their types: ` + "`{ question = \"string\", tags = \"optional(list(string))\" }`" + `. Other
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
	files, err := source.Files(c.Dir, s.Path)
	for _, file := range files {
		if other := otherFile(file); other != "" {
			c.Problem("path", "file has no JSON lines", other)
			return
		}
	}
	source.Derive(c, s.Columns, "path", func() ([]component.Column, error) {
		if err != nil {
			return nil, err
		}
		return InferJSONL(files, s.Limit)
	})
}
