package steps

import (
	"iter"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// ReadJSONL is a source that reads a file of JSON lines.
type ReadJSONL struct {
	Path    string            `param:"path" required:"true" doc:"The file, from the pipeline's folder if the path is relative."`
	Columns map[string]string `param:"columns" fixed:"true" doc:"The columns to read, each with its type. Default: all that the file has, with the types of their values."`
	Limit   int               `param:"limit" default:"0" min:"0" doc:"Read only so many lines that are not blank; 0 reads them all."`
}

// Read opens the file and yields its lines, one at a time.
func (s ReadJSONL) Read(dir string) iter.Seq2[func(row any) error, error] {
	return nil
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
		Doc:     `Reads a file.`,
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
	if len(s.Columns) == 0 {
		columns, err := InferJSONL(s.file(c.Dir), 0)
		if err != nil {
			c.Problem("path", "cannot type the columns of the file", err.Error())
		}
		for _, col := range columns {
			c.Add("path", col, component.Expr{Op: component.Field_, Column: col.Name})
		}
		return
	}
	names := make([]string, 0, len(s.Columns))
	for name := range s.Columns {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		arg := "columns." + name
		t, err := component.ParseType(s.Columns[name])
		if err != nil {
			c.Problem(arg, "not a column type", err.Error()+".")
			continue
		}
		c.Add(arg, component.Column{Name: name, Type: t}, component.Expr{Op: component.Field_, Column: name})
	}
}
