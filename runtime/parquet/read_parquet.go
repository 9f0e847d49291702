package parquet

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// Source is a source that reads Parquet files.
type Source struct {
	Path    string           `param:"path" required:"true" doc:"The file, or a pattern of files such as data/*.parquet, which are read in the order of their names. A relative path starts in the pipeline's folder."`
	Columns component.Schema `param:"columns" fixed:"true" doc:"The columns to read: a list of names, or a map of names to types. Default: all that the file has, with the types of its schema."`
	Limit   int              `param:"limit" default:"0" min:"0" doc:"Read only so many rows; 0 reads them all."`
}

// Read yields the rows of the files, one at a time.
func (s Source) Read(dir string) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		files, err := source.Files(dir, s.Path)
		if err != nil {
			yield(nil, source.Unreadable(s.Path, err))
			return
		}
		for record, err := range s.ReadFiles(given(files)) {
			if !yield(record, err) {
				return
			}
		}
	}
}

// given yields files that are there.
func given(files []source.File) iter.Seq2[source.File, error] {
	return func(yield func(source.File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// ReadFiles yields the rows of files that are given in the place of a path. A file is asked for when it is needed.
func (s Source) ReadFiles(files iter.Seq2[source.File, error]) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		left := s.Limit
		for file, err := range files {
			if err != nil {
				yield(nil, err)
				return
			}
			number := 0
			for record, err := range s.records(file) {
				number++
				if err != nil {
					yield(nil, source.Unreadable(file.Shown, err))
					return
				}
				if !yield(filler(file, number, record), nil) {
					return
				}
				if left--; left == 0 {
					return
				}
			}
		}
	}
}

// records yields the rows of a file, of which only the pages of the columns that are asked for are read.
func (s Source) records(shown source.File) iter.Seq2[source.Object, error] {
	return func(yield func(source.Object, error) bool) {
		f, err := open(shown)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.close()
		for record, err := range f.rows(s.wanted(f.columns)) {
			if !yield(record, err) {
				return
			}
		}
	}
}

// InferFiles finds the columns of files that are given in the place of a path.
func (s Source) InferFiles(files []source.File) ([]component.Column, error) { return s.infer(files) }

// RowsIn is how many rows a file says it has.
func RowsIn(file source.File) (int64, error) {
	f, err := open(file)
	if err != nil {
		return 0, err
	}
	defer f.close()
	return f.NumRows(), nil
}

// Needs is how many bytes of a file are read for so many of its rows, as far as its footer tells; less than 1 row are all.
func (s Source) Needs(file source.File, rows int64) (bytes int64, err error) {
	f, err := open(file)
	if err != nil {
		return 0, err
	}
	defer f.close()
	left := f.NumRows()
	if rows > 0 {
		left = min(left, rows)
	}
	for _, group := range f.Metadata().RowGroups {
		if left <= 0 {
			break
		}
		part := min(1, float64(left)/float64(max(1, group.NumRows)))
		for _, c := range s.wanted(f.columns) {
			for i := c.from; i < c.until; i++ {
				bytes += int64(part * float64(group.Columns[i].MetaData.TotalCompressedSize))
			}
		}
		left -= group.NumRows
	}
	return bytes, nil
}

// wanted are the columns that are asked for, which are all where no names are given.
func (s Source) wanted(all []*column) (wanted []*column) {
	for _, c := range all {
		if len(s.Columns) == 0 || slices.ContainsFunc(s.Columns, func(t component.Typed) bool { return t.Column == c.name }) {
			wanted = append(wanted, c)
		}
	}
	return wanted
}

func filler(file source.File, number int, record source.Object) func(row any) error {
	return func(row any) error {
		if err := source.Fill(record, reflect.ValueOf(row).Elem()); err != nil {
			return file.Misfit("Row", number, "", err)
		}
		return nil
	}
}

// Count adds up the rows that the files say they have.
func (s Source) Count(dir string) (rows int64, err error) {
	files, err := source.Files(dir, s.Path)
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		f, err := open(file)
		if err != nil {
			return 0, err
		}
		rows += f.NumRows()
		f.close()
	}
	if s.Limit > 0 {
		rows = min(rows, int64(s.Limit))
	}
	return rows, nil
}

// Check compares the schemas of the files with the columns of the rows.
func (s Source) Check(dir string, row reflect.Type) error {
	files, err := source.Files(dir, s.Path)
	if err != nil {
		return source.Unreadable(s.Path, err)
	}
	return s.CheckFiles(files, row)
}

// CheckFiles is Check for files that are given in the place of a path.
func (s Source) CheckFiles(files []source.File, row reflect.Type) error {
	for _, file := range files {
		f, err := open(file)
		if err != nil {
			return source.Unreadable(file.Shown, err)
		}
		f.close()
		var now []component.Column
		for _, c := range f.columns {
			if t := c.typ(nil); c.problem != "" || s.textual(c) { // of no type of its own: the rows will tell
				now = append(now, component.Column{Name: c.name, Type: component.Of(component.Any)})
			} else {
				now = append(now, component.Column{Name: c.name, Type: t})
			}
		}
		if err := source.Changed(file.Shown, row, now, len(s.Columns) == 0); err != nil {
			return err
		}
	}
	return nil
}

// textual reports whether a column of texts is declared as another type, which the texts may have as JSON.
func (s Source) textual(c *column) bool {
	return c.kind == component.String && slices.ContainsFunc(s.Columns, func(t component.Typed) bool {
		declared, err := component.ParseType(t.Type)
		return t.Column == c.name && err == nil && declared.Kind != component.String
	})
}

// Component declares read_parquet.
func Component() component.Component {
	return component.Component{
		Name: "read_parquet", Was: []string{"LoadDataFromDisk"}, Category: "source",
		Summary: "Rows read from Parquet files",
		Doc: `Reads Parquet files, and makes a row of each of theirs. Of a file only the pages of the columns that are asked for are read, as
the rows are needed, and no more once ` + "`limit`" + ` is reached. All codecs are understood: snappy, gzip, zstd, brotli and lz4.

The types are those of the schema: lists, structs and maps too, a map as a list of objects with key and value. Decimals,
dates, times and timestamps are texts: ` + "`12.50`" + `, ` + "`2026-08-21`" + `, ` + "`2026-08-21T09:30:00Z`" + `, the last without the Z where the file does not
say that it is UTC. Features of the Python library datasets are read from the footer: the names of class labels stand in the docs of
the column, and images and audio are refused. So is binary data, unless the column is declared as a ` + "`string`" + ` and holds UTF-8.

Most writers let every column be null. What counts here is whether there are nulls: a column is optional if some row has none, which the
statistics in the file tell, or else its levels (of files over 256 MiB in all those of the first 100,000 rows of each, with a ` + "`limit`" + ` of
those that it allows).

With a list of names in ` + "`columns`" + `, only those are read. With a map you say their types, and the file need not exist until the program
runs: ` + "`{ question = \"string\", score = \"optional(float)\" }`" + `. A column of texts may be declared as a list or an object if the texts are JSON.

Before a run, the schemas of the files are compared with the columns: one that is missing, of another type, or new where all are read,
stops the run before anything is asked. A row that does not fit is rejected with the class ` + "`bad_row`" + `, its file and its number: it has null
where the column is not optional, or a number that none of ours can hold.`,
		Example: `pipeline "from-parquet" {}

step "read_parquet" "questions" {
  path    = "questions.parquet"
  columns = { instruction = "string", level = "int" }
  limit   = 100
}
`,
		Files:  map[string]string{"questions.parquet": exampleFile},
		Shape:  component.Source,
		Params: reflect.TypeFor[Source](),
		Derive: func(params any, c *component.Columns) { params.(Source).derive(c) },
	}
}

func (s Source) derive(c *component.Columns) {
	files, err := source.Files(c.Dir, s.Path)
	source.Derive(c, s.Columns, "path", func() ([]component.Column, error) {
		if err != nil {
			return nil, err
		}
		return s.infer(files)
	})
}

var errNoColumns = errors.New("it has no columns")

// mistake says of a column that it cannot be read.
func (c *column) mistake(file source.File) error {
	return fmt.Errorf("column %q of %s %s. Name the other columns in columns", c.name, file.Shown, c.problem)
}
