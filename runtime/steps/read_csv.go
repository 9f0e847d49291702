package steps

import (
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// ReadCSV is a source that reads CSV files.
type ReadCSV struct {
	Path      string           `param:"path" required:"true" doc:"The file, or a pattern of files such as data/*.csv, which are read in the order of their names. A relative path starts in the pipeline's folder."`
	Columns   component.Schema `param:"columns" fixed:"true" doc:"The columns to read: a list of names, or a map of names to types. Default: all that the file has, with the types of their cells."`
	Names     []string         `param:"names" fixed:"true" doc:"The names of all columns, of files whose first line is a record already. Default: the first line names them."`
	Separator string           `param:"separator" default:"comma" enum:"comma,semicolon,tab,pipe" doc:"What stands between the cells of a line."`
	Limit     int              `param:"limit" default:"0" min:"0" doc:"Read only so many records; 0 reads them all."`
}

// Read yields the records of the files, one at a time.
func (s ReadCSV) Read(dir string) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		files, err := source.Files(dir, s.Path)
		if err != nil {
			yield(nil, source.Unreadable(s.Path, err))
			return
		}
		left := s.Limit
		for _, file := range files {
			for fill, err := range s.records(file) {
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

// records yields the records of a file.
func (s ReadCSV) records(file source.File) iter.Seq2[func(row any) error, error] {
	return func(yield func(func(row any) error, error) bool) {
		t, err := openTable(file, s.Separator, s.Names...)
		if err != nil {
			yield(nil, source.Unreadable(file.Shown, err))
			return
		}
		defer t.close()
		for {
			fields, fatal, err := t.next()
			switch {
			case err == io.EOF:
				return
			case fatal:
				yield(nil, source.Unreadable(file.Shown, err))
				return
			case err != nil:
				if !yield(nil, file.Misfit("The record in line", t.line, t.text(fields), err)) {
					return
				}
			default:
				if !yield(t.filler(slices.Clone(fields)), nil) {
					return
				}
			}
		}
	}
}

// filler makes a row of the fields of a record.
func (t *table) filler(fields []string) func(row any) error {
	record, line := make(source.Object, len(fields)), t.line
	for i, name := range t.header {
		record[name] = fields[i]
	}
	return func(row any) error {
		v := reflect.ValueOf(row).Elem()
		nullEmpty(record, v.Type())
		if err := source.Fill(record, v); err != nil {
			return t.file.Misfit("The record in line", line, t.text(fields), err)
		}
		return nil
	}
}

// nullEmpty makes empty cells null, but in columns of texts that may not be null: there they are empty texts.
func nullEmpty(record source.Object, row reflect.Type) {
	for i := range row.NumField() {
		f := row.Field(i)
		if name := component.FieldOf(f).Name; record[name] == "" && f.Type.Kind() != reflect.String {
			record[name] = nil
		}
	}
}

// Count counts the records that Read yields.
func (s ReadCSV) Count(dir string) (int64, error) { return source.Count(s.Read(dir)) }

// Check compares the first lines of the files with the columns of the rows.
func (s ReadCSV) Check(dir string, row reflect.Type) error {
	files, err := source.Files(dir, s.Path)
	if err != nil {
		return source.Unreadable(s.Path, err)
	}
	for _, file := range files {
		t, err := openTable(file, s.Separator, s.Names...)
		if err != nil {
			return source.Unreadable(file.Shown, err)
		}
		t.close()
		if err := source.Changed(file.Shown, row, t.columns(), len(s.Columns) == 0); err != nil {
			return err
		}
	}
	return nil
}

// columns are the names of the first line. What the cells hold is not known before they are read.
func (t *table) columns() (columns []component.Column) {
	for _, name := range t.header {
		columns = append(columns, component.Column{Name: name, Type: component.Of(component.Any)})
	}
	return columns
}

func readCSV() component.Component {
	return component.Component{
		Name: "read_csv", Category: "source",
		Summary: "Rows read from CSV files",
		Doc: `Reads files of comma-separated values, and makes a row of each record. The first line of a file names the columns; where it
is a record already, ` + "`names`" + ` does: ` + "`names = [\"question\", \"level\"]`" + `. A file is read as the rows are needed, and is never held in memory as a whole. A cell in quotes may have line breaks in it, and two
quotes for one; a byte order mark and blank lines are passed over.

Without ` + "`columns`" + `, all columns are read, and the files are read at check to find their types (of more than 256 MiB the first
100,000 records, with a ` + "`limit`" + ` those that it allows). A column of whole numbers is an int, of numbers a float, of true and
false a bool, and any other a string; numbers with zeros before them, such as 007, and those that no int can hold are texts. An empty
cell is null, and its column optional. With a list of names, only those columns are read. Of several files each must have the same
columns.

With a map in ` + "`columns`" + ` you say which columns to read and their types: ` + "`{ question = \"string\", level = \"optional(int)\" }`" + `. The
file need not exist until the program runs. An empty cell is an empty text in a column that is declared as ` + "`string`" + `, and null
elsewhere. The cells of a column that is declared as a list or an object hold JSON.

Before a run, the first lines of the files are compared with the columns: one that is missing, or is new where all are read, stops the
run before anything is asked. A record that does not fit is rejected with the class ` + "`bad_row`" + `, its file, line and text: it has more
or fewer cells than the first line, a quote in the wrong place, an empty cell where the column is not optional, or a cell of another
type. A quote that is never closed stops the run.`,
		Example: `pipeline "from-a-table" {}

step "read_csv" "questions" {
  path = "questions.csv"
}
`,
		Files: map[string]string{"questions.csv": `instruction,level
What is 3/4 of 20?,1
"Solve x^2 = 9, for all x.",2
`},
		Shape:  component.Source,
		Params: reflect.TypeFor[ReadCSV](),
		Derive: func(params any, c *component.Columns) { params.(ReadCSV).derive(c) },
	}
}

func (s ReadCSV) derive(c *component.Columns) {
	for i, name := range s.Names {
		if name == "" || slices.Contains(s.Names[:i], name) {
			c.Problem(fmt.Sprintf("names[%d]", i), fmt.Sprintf("invalid name %q", name), "Each column has a name of its own, and none is empty.")
			return
		}
	}
	files, err := source.Files(c.Dir, s.Path)
	source.Derive(c, s.Columns, "path", func() ([]component.Column, error) {
		if err != nil {
			return nil, err
		}
		columns, err := InferCSV(files, s.Separator, s.Limit, s.Names...)
		if n := slices.IndexFunc(columns, func(c component.Column) bool { return c.Name == "" }); n >= 0 && len(s.Columns) == 0 {
			return nil, fmt.Errorf("column %d of %s has no name", n+1, files[0].Shown)
		}
		return columns, err
	})
}
