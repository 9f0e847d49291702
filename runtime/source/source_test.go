package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

func TestFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "od[d]*")
	for _, name := range []string{"p/data/b.csv", "data/10.csv", "data/9.csv", "data/deep/x.csv", "data/x.txt", "data/a[1].csv"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	abs := filepath.Join(filepath.Dir(dir), "od*", "data", "9.csv")
	for _, test := range []struct{ dir, path, want string }{
		{dir, "data/*.csv", "data/10.csv data/9.csv data/a[1].csv"},
		{dir, "./data/[0-9]*.csv", "data/10.csv data/9.csv"},
		{dir, "*/*.csv", "data/10.csv data/9.csv data/a[1].csv"},
		{dir, "data/a[1].csv", "data/a[1].csv"},
		{dir, "data/9.csv", "data/9.csv"},
		{dir, "data/nothere.csv", "data/nothere.csv"},
		{filepath.Join(dir, "p"), "../data/?.csv", "../data/9.csv"},
		{dir, abs, filepath.Join(dir, "data", "9.csv")},
		{dir, "data/*.parquet", "! no file fits the pattern data/*.parquet"},
		{dir, "data/dee*", "! no file fits the pattern data/dee*"},
		{dir, "data/[", "! the pattern data/[ is not one"},
	} {
		files, err := Files(test.dir, test.path)
		var got []string
		for _, f := range files {
			got = append(got, filepath.ToSlash(f.Shown))
			if _, err := os.Stat(f.Path); err != nil && f.Shown != "data/nothere.csv" {
				t.Error(err)
			}
		}
		if err != nil {
			got = []string{"!", err.Error()}
		}
		if s := strings.Join(got, " "); s != filepath.ToSlash(test.want) && !(err != nil && strings.HasPrefix(s, test.want)) {
			t.Errorf("%s: got %s, want %s", test.path, s, test.want)
		}
	}
}

type sample struct {
	Text  string   `json:"text"`
	Count int      `json:"count"`
	Score *float64 `json:"score"`
	Tags  []string `json:"tags" null:"ok"`
	Book  *struct {
		Title string `json:"title"`
		Done  bool   `json:"done"`
	} `json:"book"`
}

func TestFill(t *testing.T) {
	good := func() Object { return Object{"text": "a", "count": int64(1)} }
	for _, test := range []struct {
		column string
		value  any
		want   string // JSON of the row, or what is wrong
	}{
		{"score", nil, `{"text":"a","count":1,"score":null,"tags":null,"book":null}`},
		{"score", int64(2), `{"text":"a","count":1,"score":2,"tags":null,"book":null}`},
		{"score", "2.5", `{"text":"a","count":1,"score":2.5,"tags":null,"book":null}`},
		{"tags", []any{}, `{"text":"a","count":1,"score":null,"tags":[],"book":null}`},
		{"tags", `["x"]`, `{"text":"a","count":1,"score":null,"tags":["x"],"book":null}`},
		{"book", Object{"title": "T", "done": true, "more": 1}, `{"text":"a","count":1,"score":null,"tags":null,"book":{"title":"T","done":true}}`},
		{"book", Object{"title": "T"}, `column "book.done" is missing`},
		{"book", Object{"title": nil, "done": true}, `column "book.title" is null, and it is not optional`},
		{"book", []any{}, `column "book" is a list where an object is wanted`},
		{"text", nil, `column "text" is null, and it is not optional`},
		{"text", int64(1), `column "text" is 1 where a string is wanted`},
		{"text", "\xff", `column "text" is not UTF-8`},
		{"count", 1.5, `column "count" is 1.5 where an int is wanted`},
		{"count", "1.0", `column "count" is "1.0" where an int is wanted`},
		{"score", math.NaN(), `column "score" is NaN, which is no number that a dataset can hold`},
		{"score", true, `column "score" is true where a float is wanted`},
		{"tags", []any{"x", nil}, `column "tags[1]" is null, and it is not optional`},
		{"tags", []any{"x", int64(1)}, `column "tags[1]" is 1 where a string is wanted`},
		{"tags", Object{}, `column "tags" is an object where a list is wanted`},
	} {
		record := good()
		record[test.column] = test.value
		var row sample
		got := ""
		if err := Fill(record, reflect.ValueOf(&row).Elem()); err != nil {
			got = err.Error()
		} else {
			text, _ := json.Marshal(row)
			got = string(text)
		}
		if got != test.want {
			t.Errorf("%s = %v: got %s, want %s", test.column, test.value, got, test.want)
		}
	}
	if err := Fill(Object{"text": "a"}, reflect.ValueOf(new(sample)).Elem()); err == nil || err.Error() != `column "count" is missing` {
		t.Error(err)
	}
}

func TestDerive(t *testing.T) {
	found := func() ([]component.Column, error) {
		return []component.Column{{Name: "a", Type: component.Of(component.Int)}, {Name: "b", Type: component.Of(component.String)}}, nil
	}
	lost := func() ([]component.Column, error) { return nil, errors.New("it is gone") }
	for _, test := range []struct {
		asked component.Schema
		found func() ([]component.Column, error)
		want  string
	}{
		{nil, found, "path a int, path b string"},
		{component.Schema{{Column: "b"}}, found, "columns[0] b string"},
		{component.Schema{{Column: "b"}, {Column: "c"}}, found, `columns[0] b string, ! columns[1] no column "c" to read: There are "a", "b".`},
		{component.Schema{{Column: "c", Type: "bool"}}, lost, "columns.c c bool"},
		{component.Schema{{Column: "c", Type: "text"}}, lost, "! columns.c not a column type"},
		{nil, lost, "! path columns cannot be typed: it is gone. Correct that"},
	} {
		var c component.Columns
		Derive(&c, test.asked, "path", test.found)
		var got []string
		for _, a := range c.Adds {
			got = append(got, fmt.Sprintf("%s %s %s", a.Arg, a.Column.Name, a.Column.Type))
		}
		for _, p := range c.Problems {
			got = append(got, fmt.Sprintf("! %s %s: %s", p.Arg, p.Summary, p.Detail))
		}
		if s := strings.Join(got, ", "); !strings.HasPrefix(s, test.want) {
			t.Errorf("%v: got %s, want %s", test.asked, s, test.want)
		}
	}
}

func TestChanged(t *testing.T) {
	now := func(types map[string]string) (columns []component.Column) {
		for name, text := range map[string]string{"text": "string", "count": "int", "score": "float", "tags": "list(string)", "book": "object({title=string, done=bool})"} {
			if other, ok := types[name]; ok {
				text = other
			}
			if text == "any" {
				columns = append(columns, component.Column{Name: name, Type: component.Of(component.Any)})
			} else if typ, err := component.ParseType(text); err == nil {
				columns = append(columns, component.Column{Name: name, Type: typ})
			}
		}
		return columns
	}
	for want, types := range map[string]map[string]string{
		"": {"count": "optional(int)", "score": "int", "tags": "list(optional(string))", "text": "any", "book": "object({title=optional(string), done=bool})"},
		`"text" is of type int, and string is wanted`:                                                       {"text": "int"},
		`"count" is of type float, and int is wanted; "tags" is of type string, and list(string) is wanted`: {"count": "float", "tags": "string"},
		`"book" is not there`: {"book": "gone"},
		`"book" is of type object({title=string}), and object({done=bool, title=string}) is wanted`: {"book": "object({title=string})"},
	} {
		err := Changed("f", reflect.TypeFor[sample](), now(types), true)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), "of f are not those that the pipeline was compiled for: "+want+".")) {
			t.Errorf("%v: %v", types, err)
		}
	}
	more := append(now(nil), component.Column{Name: "x", Type: component.Of(component.Int)})
	if err := Changed("f", reflect.TypeFor[sample](), more, false); err != nil {
		t.Error(err)
	}
	if err := Changed("f", reflect.TypeFor[sample](), more, true); err == nil || !strings.Contains(err.Error(), `"x" is new`) {
		t.Error(err)
	}
}
