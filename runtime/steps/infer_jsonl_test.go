package steps

import (
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/source"
)

func written(t *testing.T, text string) []source.File {
	path := write(t, text)
	return []source.File{{Path: path, Shown: path}}
}

func TestInferJSONL(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"in order of appearance", `{"b": "x", "a": 1}` + "\n" + `{"c": true, "a": 2, "b": "y"}`, "b string, a int, c optional(bool)"},
		{"ints and floats", `{"a": 1}` + "\n" + `{"a": 2.5}` + "\n" + `{"a": 3}`, "a float"},
		{"written as a float", `{"a": 1.0}`, "a float"},
		{"null", `{"a": 1}` + "\n" + `{"a": null}`, "a optional(int)"},
		{"null first", `{"a": null}` + "\n" + `{"a": "x"}`, "a optional(string)"},
		{"always null", `{"a": null, "b": 1}`, "a optional(string), b int"},
		{"lists", `{"a": [], "b": [1, 2.5], "c": [["x"], []]}` + "\n" + `{"a": [], "b": [], "c": []}`, "a list(string), b list(float), c list(list(string))"},
		{"null in a list", `{"a": ["x", null]}`, "a list(optional(string))"},
		{"objects", `{"a": {"x": 1, "y": "s"}}` + "\n" + `{"a": {"x": 2.5}}`, "a object({x=float, y=optional(string)})"},
		{"list of objects", `{"a": [{"x": 1}, {"x": 2, "y": null}]}`, "a list(object({x=int, y=optional(string)}))"},
		{"messages", `{"a": [{"role": "user", "content": "hi"}], "b": [{"content": "x", "role": "y", "n": 1}]}`, "a messages, b list(object({content=string, n=int, role=string}))"},
		{"escapes and space", "\ufeff  { \"a\\u0062\" : \"\\\"},{\" , \"c\":[ 1 , 2 ] }\r\n", "ab string, c list(int)"},
	} {
		columns, err := InferJSONL(written(t, c.file), 0)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, col := range columns {
			got = append(got, col.Name+" "+col.Type.String())
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: got %s, want %s", c.name, s, c.want)
		}
	}
}

func TestInferJSONLMistakes(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"", "there are no lines"},
		{"\n\n", "there are no lines"},
		{`{"a": 1}` + "\n\n" + `{"a": "x"}`, `data.jsonl:3: column "a" is of type string here and of type int in line 1`},
		{`{"a": {"b": [1, "x"]}}`, `data.jsonl:1: an element of column "a.b" is of type string here and another of type int in line 1`},
		{`{"a": 1}` + "\n" + `{"a": [1]}`, `column "a" is of type list here and of type int in line 1`},
		{`{"a": 1}` + "\n" + `{"a": `, "data.jsonl:2: the line is not valid JSON"},
		{"{}\n{}", "there are no columns"},
		{`[1]`, "data.jsonl:1: the line is not an object"},
		{"{\"a\": \"\xff\"}", "not UTF-8"},
		{`{"a": 1, "a": 2}`, `the key "a" is there twice`},
		{`{"a": 9223372036854775808}`, "no int can hold"},
		{`{"a": 1e999}`, "no float can hold"},
	} {
		columns, err := InferJSONL(written(t, c.file), 0)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, %v, want %q", c.file, columns, err, c.want)
		}
	}
}

// What a file is that has no JSON lines is told, with the way to read it.
func TestOtherFiles(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{`{"a": 1}` + "\n" + `{"a": 2}`, ""}, {"", ""}, {"{\"a\": 1}", ""}, {"nonsense\n", ""}, {"{\"a\": 1,}\n{\"a\": 2}\n", ""}, {"[1]\n[2]\n", ""},
		{`[{"a": 1}]`, `a JSON list. Read it with a step of the component rows: rows = jsondecode(file("x"))`},
		{"\ufeff[\n  {\"a\": 1},\n  {\"a\": 2}\n]\n", "a JSON list"},
		{"{\n  \"a\": 1\n}\n{\n  \"a\": 2\n}\n", "JSON over several lines"},
		{"{\n  \"a\": [" + strings.Repeat("1,\n", 40_000) + "1]}", "JSON over several lines"},
		{"a,b\n1,2\n", "component read_csv"}, {"a;b\n", "CSV"}, {"a\tb\n", "CSV"},
		{"\x1f\x8b\x08", "gzip"}, {"PK\x03\x04", "zip"}, {"PAR1\x15", "Parquet"}, {"\xff\xfe{\x00", "UTF-16"}, {"a\x00b", "no text"},
	} {
		if got := otherFile(source.File{Path: write(t, c.file), Shown: "x"}); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%.30q: %s", c.file, got)
		}
	}
	if got := otherFile(source.File{Path: "nothere", Shown: "x"}); got != "" {
		t.Errorf("a file that is not there: %s", got)
	}
}

func TestInferJSONLSample(t *testing.T) {
	columns, err := InferJSONL(written(t, `{"a": 1}`+"\n\n"+`{"a": 2}`+"\n"+`{"a": "x"}`), 2)
	if err != nil || columns[0].Type.String() != "int" {
		t.Errorf("got %v, %v", columns, err)
	}
}

// Whatever the bytes are, inference ends, and what it accepts has types that can be written down.
func FuzzInferJSONL(f *testing.F) {
	f.Add(`{"a": [1, {"b": null}], "c": "\"}"}`)
	f.Add("{\"a\": 1.5}\n{\"a\":2}")
	f.Fuzz(func(t *testing.T, text string) {
		row := &shape{}
		read := newLines(strings.NewReader(text))
		for {
			line, err := read.next()
			if err != nil || row.addLine(line, place{"f", read.number}) != nil {
				break
			}
		}
		for _, name := range row.order {
			if row.field(name).String() == "invalid" {
				t.Errorf("%q: %s has no type", text, name)
			}
		}
	})
}
