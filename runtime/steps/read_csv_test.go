package steps

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/source"
)

type csvRow struct {
	Text  string   `json:"text"`
	Level *int     `json:"level"`
	Tags  []string `json:"tags" null:"ok"`
}

// readAll shows the rows of a source, and what is said of those that do not fit.
func readAll(t *testing.T, s ReadCSV, dir string) (out []string) {
	t.Helper()
	for fill, err := range s.Read(dir) {
		var row csvRow
		if err == nil {
			err = fill(&row)
		}
		var bad *llm.RowError
		switch {
		case err == nil && row.Level == nil:
			out = append(out, fmt.Sprintf("%q - %v", row.Text, row.Tags))
		case err == nil:
			out = append(out, fmt.Sprintf("%q %d %v", row.Text, *row.Level, row.Tags))
		case errors.As(err, &bad):
			out = append(out, fmt.Sprintf("%s:%d %s", bad.File, bad.Line, bad.Message))
		default:
			out = append(out, "fatal "+err.Error())
		}
	}
	return out
}

func files(t *testing.T, texts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadCSV(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		s    ReadCSV
		want []string
	}{
		"quotes and line breaks": {"\ufefflevel,text,tags\r\n1,\"a \"\"b\"\"\nc\",\r\n\r\n,,\"[\"\"x\"\"]\"\r\n", ReadCSV{}, []string{`"a \"b\"\nc" 1 []`, `"" - [x]`}},
		"semicolons":             {"text;level;tags\na,b;2;\n", ReadCSV{Separator: "semicolon"}, []string{`"a,b" 2 []`}},
		"limit":                  {"text,level,tags\na,1,\nb,2,\n", ReadCSV{Limit: 1}, []string{`"a" 1 []`}},
		"no records":             {"text,level,tags\n", ReadCSV{}, nil},
		"other columns":          {"x,text,level,tags\n7,a,1,\n", ReadCSV{}, []string{`"a" 1 []`}},
		"rejects": {"text,level,tags\na,x,\nb,1\nc,2,,\nd\"e,3,\n\"f\" g,1,\nh,1.5,\ni,1,no\nj,1,\"[1]\"\n\xff,1,\nz,9,\n", ReadCSV{}, []string{
			`f.csv:2 The record in line 2 of f.csv does not fit: column "level" is "x" where an int is wanted.`,
			`f.csv:3 The record in line 3 of f.csv does not fit: it has 2 fields, and the first line of the file names 3 columns.`,
			`f.csv:4 The record in line 4 of f.csv does not fit: it has 4 fields, and the first line of the file names 3 columns.`,
			`f.csv:5 The record in line 5 of f.csv does not fit: bare " in non-quoted-field.`,
			`f.csv:6 The record in line 6 of f.csv does not fit: extraneous or missing " in quoted-field.`,
			`f.csv:7 The record in line 7 of f.csv does not fit: column "level" is "1.5" where an int is wanted.`,
			`f.csv:8 The record in line 8 of f.csv does not fit: column "tags" is "no" where a list is wanted.`,
			`f.csv:9 The record in line 9 of f.csv does not fit: column "tags[0]" is 1 where a string is wanted.`,
			`f.csv:10 The record in line 10 of f.csv does not fit: column "text" is not UTF-8.`,
			`"z" 9 []`}},
		"quote not closed": {"text,level,tags\na,1,\n\"b,2,\nc,3,\n", ReadCSV{}, []string{`"a" 1 []`,
			"fatal The file f.csv cannot be read: line 3: a quote is opened and not closed, so that all that follows belongs to it. Correct the argument path of the step, or say with --base where relative paths start."}},
		"quote not closed in the last line": {"text,level,tags\na,1,\n\"b,2,", ReadCSV{}, []string{`"a" 1 []`,
			`f.csv:3 The record in line 3 of f.csv does not fit: extraneous or missing " in quoted-field.`}},
	} {
		test.s.Path = "f.csv"
		if got := readAll(t, test.s, files(t, map[string]string{"f.csv": test.text})); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

func TestReadCSVPattern(t *testing.T) {
	dir := files(t, map[string]string{"d/b.csv": "text,level,tags\nb,2,\nx,x,\n", "d/a.csv": "level,text,tags\n1,a,\n", "d/c.txt": "", "d/e.csv/f": ""})
	s := ReadCSV{Path: "d/*.csv"}
	want := []string{`"a" 1 []`, `"b" 2 []`, `d/b.csv:3 The record in line 3 of d/b.csv does not fit: column "level" is "x" where an int is wanted.`}
	if got := readAll(t, s, dir); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if n, err := s.Count(dir); n != 3 || err != nil {
		t.Errorf("counted %d, %v", n, err)
	}
	s.Limit = 2
	if got := readAll(t, s, dir); !reflect.DeepEqual(got, want[:2]) {
		t.Errorf("with a limit: %q", got)
	}
	if got := readAll(t, ReadCSV{Path: "d/*.tsv"}, dir); len(got) != 1 || !strings.Contains(got[0], "no file fits the pattern d/*.tsv") {
		t.Errorf("got %q", got)
	}
}

// A record that is too long ends the file, whatever it is.
func TestLongRecord(t *testing.T) {
	dir := files(t, map[string]string{"f.csv": "text,level,tags\na,1,\n\"" + strings.Repeat("b\n", 600_000)})
	table, err := openTable(source.File{Path: filepath.Join(dir, "f.csv"), Shown: "f.csv"}, "comma")
	if err != nil {
		t.Fatal(err)
	}
	defer table.close()
	table.limit.max = 500_000
	if _, _, err := table.next(); err != nil {
		t.Fatal(err)
	}
	if _, fatal, err := table.next(); !fatal || !errors.Is(err, errLongRecord) {
		t.Errorf("got %v, %v", fatal, err)
	}
}

func TestInferCSV(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"types":       {"a,b,c,d,e\n1,1.5,true,x,\n-2,3,False,1,\n", "a int, b float, c bool, d string, e optional(string)"},
		"empty cells": {"a,b\n1,x\n,\n", "a optional(int), b optional(string)"},
		"codes":       {"zip,phone,zero,id,n\n01234,+49,0,12345678901234567890,1e3\n", "zip string, phone string, zero int, id string, n float"},
		"no numbers":  {"a,b,c,d\nNaN,0x10,1_000, 1\n", "a string, b string, c string, d string"},
		"mixed":       {"a,b\n1,true\ntrue,maybe\n", "a string, b string"},
		"fractions":   {"a,b\n0.5,-0\n00.5,1\n", "a string, b int"},
		"unnamed":     {",a\n0,1\n", "! column 1 of f.csv has no name"},
		"ragged":      {"a,b\n1,2\n\n1\n", `! f.csv:4: it has 1 field, and the first line of the file names 2 columns`},
		"twice":       {"a,a\n1,2\n", `! the first line of f.csv, which is to name the columns, cannot be read: it has the column "a" twice`},
		"empty":       {"", "! f.csv is empty: its first line is to name the columns"},
		"header":      {"a,b\n", "! f.csv has no records after its first line, which names the columns"},
		"separator":   {"a;b\n1;2\n", `! f.csv has the single column "a;b". Say separator = "semicolon"`},
		"not UTF-8":   {"a\n\xff\n", `! f.csv:2: column "a" is not UTF-8`},
	} {
		cols := component.Columns{Dir: files(t, map[string]string{"f.csv": test.text})}
		ReadCSV{Path: "f.csv"}.derive(&cols)
		var got []string
		for _, a := range cols.Adds {
			got = append(got, a.Column.Name+" "+a.Column.Type.String())
		}
		for _, p := range cols.Problems {
			got = append(got, "! "+strings.TrimSuffix(p.Detail, ". Correct that, or say with columns what to read: columns = { name = \"type\" }."))
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s: got %s, want %s", name, s, test.want)
		}
	}
}

func TestInferCSVOfSeveral(t *testing.T) {
	infer := func(b string) string {
		dir := files(t, map[string]string{"a.csv": "x,y\n1,a\n", "b.csv": b})
		columns, err := InferCSV([]source.File{{Path: dir + "/a.csv", Shown: "a.csv"}, {Path: dir + "/b.csv", Shown: "b.csv"}}, "comma", 0)
		if err != nil {
			return err.Error()
		}
		return columns[0].Type.String() + " " + columns[1].Type.String()
	}
	for b, want := range map[string]string{
		"y,x\nb,2.5\n": "float string",
		"x,y\n":        "int string",
		"x\n1\n":       `b.csv has no column "y", which a.csv has`,
		"x,y,z\n1,,\n": `b.csv has the column "z", which a.csv has not`,
	} {
		if got := infer(b); got != want {
			t.Errorf("%q: %s, want %s", b, got, want)
		}
	}
}

func TestCheckCSV(t *testing.T) {
	row := reflect.TypeFor[csvRow]()
	named := component.Schema{{Column: "text"}, {Column: "level"}, {Column: "tags"}}
	for header, want := range map[string]string{
		"tags,level,text":   "",
		"text,level":        `"tags" is not there`,
		"text,level,tags,x": `"x" is new`,
		"Text,level,tags":   `"text" is not there; "Text" is new`,
	} {
		dir := files(t, map[string]string{"f.csv": header + "\n"})
		err := ReadCSV{Path: "f.csv"}.Check(dir, row)
		var fatal *llm.FatalError
		if want == "" && err != nil || want != "" && (!errors.As(err, &fatal) || fatal.Class != llm.SchemaChanged || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", header, err)
		}
		if err := (ReadCSV{Path: "f.csv", Columns: named}).Check(dir, row); strings.Contains(want, "not there") != (err != nil) {
			t.Errorf("%s, with names: %v", header, err)
		}
	}
	if err := (ReadCSV{Path: "nothere.csv"}).Check(t.TempDir(), row); err == nil {
		t.Error("a file that is not there")
	}
}

// Whatever a file holds, each record that was seen fits the types that were found.
func FuzzInferCSV(f *testing.F) {
	f.Add("a,b\n1,x\n,\"y\nz\"\n")
	f.Add("a\n1e5\n007\n")
	f.Add("a;b\ntrue;-0.5\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "f.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		columns, err := InferCSV([]source.File{{Path: path, Shown: "f.csv"}}, "comma", 0)
		if err != nil {
			return
		}
		var fields []reflect.StructField
		for i, c := range columns {
			if !component.UsableName(c.Name) {
				return
			}
			fields = append(fields, reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: goType(c.Type), Tag: reflect.StructTag(fmt.Sprintf("json:%q", c.Name))})
			if strings.ContainsAny(c.Name, "\\") {
				return
			}
		}
		row := reflect.StructOf(fields)
		for fill, err := range (ReadCSV{Path: path}).Read("") {
			if err == nil {
				err = fill(reflect.New(row).Interface())
			}
			if err != nil {
				t.Errorf("%q: %v do not take %v", text, columns, err)
			}
		}
	})
}

func goType(t component.Type) reflect.Type {
	var g reflect.Type
	switch t.Kind {
	case component.Int:
		g = reflect.TypeFor[int]()
	case component.Float:
		g = reflect.TypeFor[float64]()
	case component.Bool:
		g = reflect.TypeFor[bool]()
	default:
		g = reflect.TypeFor[string]()
	}
	if t.Optional {
		return reflect.PointerTo(g)
	}
	return g
}

// The first line is a record where the pipeline names the columns.
func TestNamedCSV(t *testing.T) {
	dir := files(t, map[string]string{"f.csv": "a,1,\nb,2,\nc,3\n", "named.csv": "text,level,tags\na,1,\n"})
	names := []string{"text", "level", "tags"}
	s := ReadCSV{Path: "f.csv", Names: names}
	got := readAll(t, s, dir)
	if len(got) != 3 || !strings.Contains(got[0], "a") || !strings.Contains(got[2], "it has 2 fields, and names has 3 columns") {
		t.Errorf("got %q", got)
	}
	if n, err := s.Count(dir); err != nil || n != 3 {
		t.Errorf("counted %d, %v", n, err)
	}
	for name, c := range map[string]struct{ path, want string }{
		"header":   {"named.csv", "the first line of named.csv names the columns. Leave out names"},
		"too many": {"f.csv", "f.csv:3: it has 2 fields, and names has 3 columns"},
	} {
		_, err := InferCSV([]source.File{{Path: filepath.Join(dir, c.path), Shown: c.path}}, "comma", 0, names...)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	columns := &component.Columns{Dir: dir}
	if (ReadCSV{Path: "f.csv", Names: []string{"a", "b", "a"}}).derive(columns); len(columns.Problems) != 1 || columns.Problems[0].Arg != "names[2]" {
		t.Errorf("%+v", columns.Problems)
	}
}
