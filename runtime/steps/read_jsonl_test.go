package steps

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

type record struct {
	Question string        `json:"question"`
	Level    int           `json:"level"`
	Score    *float64      `json:"score"`
	Tags     []string      `json:"tags" null:"ok"`
	Counts   []*int        `json:"counts" null:"ok"`
	Chat     []llm.Message `json:"chat" null:"ok"`
	Book     *struct {
		Title string `json:"title"`
		Done  bool   `json:"done"`
	} `json:"book"`
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read reads a file into rows and the messages of what was rejected.
func read(t *testing.T, s ReadJSONL) (rows []record, rejects []string) {
	t.Helper()
	for decode, err := range s.Read("nowhere") {
		var row record
		if err == nil {
			err = decode(&row)
		}
		var bad *llm.RowError
		switch {
		case err == nil:
			rows = append(rows, row)
		case errors.As(err, &bad) && bad.Class == llm.BadRow:
			rejects = append(rejects, bad.Message)
		default:
			t.Fatal(err)
		}
	}
	return rows, rejects
}

// A line that does not fit is kept with its reject, so that it can be found and mended; of a long one the beginning.
func TestLinesThatDoNotFitAreKept(t *testing.T) {
	long := `{"question": 1, "other": "` + strings.Repeat("é", 3000) + `"}`
	path := write(t, "  {\"question\": 1}\n"+long+"\n\xff\n")
	var texts []string
	for decode, err := range (ReadJSONL{Path: path}).Read("nowhere") {
		var bad *llm.RowError
		if err == nil {
			err = decode(&record{})
		}
		if !errors.As(err, &bad) {
			t.Fatal(err)
		}
		texts = append(texts, bad.Text)
	}
	if len(texts) != 3 || texts[0] != `{"question": 1}` || texts[2] != "\ufffd" {
		t.Errorf("%.40q", texts)
	}
	if cut := texts[1]; !strings.HasPrefix(long, strings.TrimSuffix(cut, "…")) || len(cut) < 1990 || len(cut) > 2010 {
		t.Errorf("%d bytes are kept: %.40q", len(cut), cut)
	}
}

func TestReadJSONL(t *testing.T) {
	path := write(t, "\ufeff"+`{"question": "a", "level": 1}`+"\r\n\r\n   \n"+
		`{"level": 2.0, "question": "b\u00e9", "score": 3, "tags": ["x"], "counts": [1, null], "other": {}, "book": {"title": "T", "done": true}}`+"\n"+
		`{"question": "c", "level": -3, "score": null, "tags": null, "chat": [{"role": "user", "content": "hi"}]}`)
	rows, rejects := read(t, ReadJSONL{Path: path})
	if len(rows) != 3 || len(rejects) != 0 {
		t.Fatalf("rows %+v, rejects %v", rows, rejects)
	}
	if a := rows[0]; a.Question != "a" || a.Level != 1 || a.Score != nil || a.Tags != nil {
		t.Errorf("first row %+v", a)
	}
	if b := rows[1]; b.Question != "bé" || b.Level != 2 || *b.Score != 3 || b.Tags[0] != "x" || *b.Counts[0] != 1 || b.Counts[1] != nil || b.Book.Title != "T" || !b.Book.Done {
		t.Errorf("second row %+v", b)
	}
	if c := rows[2]; c.Level != -3 || c.Chat[0].Content != "hi" {
		t.Errorf("third row %+v", c)
	}
}

func TestReadJSONLRejects(t *testing.T) {
	for line, want := range map[string]string{
		`not json`:                        `it is no JSON object`,
		`{"question": "a", "level": 1`:    `not valid JSON`,
		`[1]`:                             `it is no JSON object`,
		`{"level": 1}`:                    `column "question" is missing`,
		`{"question": null, "level": 1}`:  `column "question" is null`,
		`{"question": 3, "level": 1}`:     `column "question" is 3 where a string is wanted`,
		`{"question": "a", "level": "1"}`: `column "level" is "1" where an int is wanted`,
		`{"question": "a", "level": 1.5}`: `column "level" is 1.5 where an int is wanted`,
		`{"question": "a", "level": 9223372036854775808}`:                  `column "level" is 9223372036854775808`,
		`{"question": "a", "level": true}`:                                 `column "level" is true`,
		`{"question": "a", "level": 1, "score": "x"}`:                      `column "score" is "x" where a float is wanted`,
		`{"question": "a", "level": 1, "score": 1e999}`:                    `column "score" is 1e999`,
		`{"question": "a", "level": 1, "tags": "x"}`:                       `column "tags" is "x" where a list is wanted`,
		`{"question": "a", "level": 1, "tags": ["x", null]}`:               `column "tags[1]" is null`,
		`{"question": "a", "level": 1, "chat": [{}]}`:                      `column "chat[0].role" is missing`,
		`{"question": "a", "level": 1, "book": []}`:                        `column "book" is [] where an object is wanted`,
		`{"question": "a", "level": 1, "book": {"title": "T", "done": 0}}`: `column "book.done" is 0 where a bool is wanted`,
		"{\"question\": \"\xff\", \"level\": 1}":                           `not UTF-8`,
	} {
		path := write(t, "\n"+line+"\n"+`{"question": "good", "level": 1}`)
		rows, rejects := read(t, ReadJSONL{Path: path})
		if len(rows) != 1 || rows[0].Question != "good" || len(rejects) != 1 {
			t.Errorf("%s: rows %+v, rejects %v", line, rows, rejects)
			continue
		}
		if !strings.Contains(rejects[0], want) || !strings.HasPrefix(rejects[0], "Line 2 of ") {
			t.Errorf("%s: %s", line, rejects[0])
		}
	}
}

func TestReadJSONLLimit(t *testing.T) {
	path := write(t, strings.Repeat(`{"question": "a", "level": 1}`+"\n\n", 9))
	if rows, _ := read(t, ReadJSONL{Path: path, Limit: 4}); len(rows) != 4 {
		t.Errorf("%d rows, want 4", len(rows))
	}
	n := 0
	for range (ReadJSONL{Path: path}).Read("") {
		if n++; n == 2 {
			break
		}
	}
}

func TestReadJSONLMissing(t *testing.T) {
	for _, err := range (ReadJSONL{Path: "absent.jsonl"}).Read(t.TempDir()) {
		var fatal *llm.FatalError
		if !errors.As(err, &fatal) || !strings.Contains(fatal.Message, "absent.jsonl") || fatal.Remedy == "" {
			t.Errorf("got %v", err)
		}
	}
}

func TestLongLines(t *testing.T) {
	l := newLines(strings.NewReader(strings.Repeat("x", 900_000) + "\nshort\n" + strings.Repeat("y", 600_000) + "\nlast"))
	l.max = 700_000
	var got []string
	for {
		line, err := l.next()
		if err == errLongLine {
			got = append(got, "long")
			continue
		}
		if err != nil {
			break
		}
		got = append(got, string(line[:min(5, len(line))]))
	}
	if want := []string{"long", "short", "yyyyy", "last"}; !reflect.DeepEqual(got, want) || l.number != 5 {
		t.Errorf("got %v after %d lines, want %v", got, l.number, want)
	}
}

func TestReadJSONLColumns(t *testing.T) {
	path := write(t, `{"a": 1}`)
	for name, c := range map[string]struct {
		s    ReadJSONL
		want string
	}{
		"inferred":  {ReadJSONL{Path: filepath.Base(path)}, "+a:int=field(a)"},
		"declared":  {ReadJSONL{Path: "absent", Columns: component.Schema{{Column: "b", Type: "optional(list(string))"}, {Column: "a", Type: "int"}}}, "+b:optional(list(string))=field(b) +a:int=field(a)"},
		"bad type":  {ReadJSONL{Path: "absent", Columns: component.Schema{{Column: "a", Type: "integer"}}}, "!columns.a not a column type"},
		"no file":   {ReadJSONL{Path: "absent"}, "!path columns cannot be typed"},
		"no folder": {ReadJSONL{Path: path}, "+a:int=field(a)"},
	} {
		cols := component.Columns{Dir: filepath.Dir(path)}
		readJSONL().Derive(c.s, &cols)
		if got := derived(cols); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
