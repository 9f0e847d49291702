package parquet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/llm"
	own "github.com/distigen/distigen/runtime/parquet"
	"github.com/distigen/distigen/runtime/parquet/rowjson"
)

type part struct {
	Key   string   `json:"key"`
	Size  *int     `json:"size"`
	Marks []string `json:"marks" null:"ok"`
}

// row has every type, its columns in no order of their names.
type row struct {
	Text     string        `json:"text"`
	Number   int           `json:"number"`
	Share    *float64      `json:"share"`
	Even     bool          `json:"even"`
	List     []*int        `json:"list"`
	Nested   [][][]string  `json:"nested"`
	Lacking  []*[]bool     `json:"lacking" null:"ok"`
	Messages []llm.Message `json:"a messages"`
	Object   *part         `json:"object"`
	Objects  []part        `json:"objects"`
}

func schema() dataset.Schema {
	t := reflect.TypeFor[row]()
	var columns []component.Column
	for _, f := range reflect.VisibleFields(t) {
		c := component.FieldOf(f)
		columns = append(columns, component.Column{Name: c.Name, Type: c.Type})
	}
	return dataset.Schema{Row: t, Columns: columns, Made: dataset.Made{Distigen: "v0.1.0", Pipeline: "p", Hash: "h", Simulated: true}}
}

func rows() (all []row) {
	one, half := 1, 0.5
	yes := []bool{true, false}
	for i := range 30 {
		r := row{Text: fmt.Sprintf("Zeile %d 雪\x00\n🙂", i), Number: -i, Even: i%2 == 0, List: []*int{}, Nested: [][][]string{}, Messages: []llm.Message{}, Objects: []part{}}
		if i%3 == 1 {
			r.Share, r.List, r.Lacking, r.Object = &half, []*int{&one, nil}, []*[]bool{}, &part{Key: "k", Marks: []string{}}
			r.Nested = [][][]string{{}, {{"a", "b"}, {}}, {{"c"}}}
			r.Messages = []llm.Message{{Role: "user", Content: "<q>"}, {Role: "assistant", Content: ""}}
		}
		if i%3 == 2 {
			r.Lacking = []*[]bool{nil, &yes, {}}
			r.Objects = []part{{Key: "x", Size: &one}, {Key: "y", Marks: []string{"m", ""}}}
		}
		all = append(all, r)
	}
	return all
}

func lines(t *testing.T, all []row) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, r := range all {
			text, err := json.Marshal(r)
			if err != nil {
				t.Error(err)
			}
			if !yield(text, nil) {
				return
			}
		}
	}
}

func written(t *testing.T, rows iter.Seq2[[]byte, error]) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := (own.Files{}).Write(&out, schema(), rows); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What is read back, by the file's own schema, is what was written: nulls are told from what is empty, at every depth.
func TestRoundTrip(t *testing.T) {
	file := written(t, lines(t, rows()))
	got, err := rowjson.Lines(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(got), "\n")
	if len(all) != len(rows()) {
		t.Fatalf("%d rows, and not %d", len(all), len(rows()))
	}
	for i, want := range rows() {
		var back row
		if err := json.Unmarshal([]byte(all[i]), &back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, want) {
			t.Errorf("row %d is\n%s", i, all[i])
		}
	}
	if !strings.HasPrefix(all[0], `{"text":"Zeile 0`) || !strings.Contains(all[0], `"nested":[],"lacking":null,"a messages":[],"object":null,"objects":[]}`) {
		t.Errorf("the columns are not in order: %s", all[0])
	}
}

func TestSameRowsGiveTheSameBytes(t *testing.T) {
	if !bytes.Equal(written(t, lines(t, rows())), written(t, lines(t, rows()))) {
		t.Error("the same rows give other bytes")
	}
}

// The footer has the features as the Python library writes them, and what the rows come from.
func TestFooter(t *testing.T) {
	text := written(t, lines(t, rows()))
	file, err := parquet.OpenFile(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	features, _ := file.Lookup("huggingface")
	if !json.Valid([]byte(features)) {
		t.Errorf("the features are no JSON: %s", features)
	}
	for _, want := range []string{
		`{"info": {"features": {"text": {"dtype": "string", "_type": "Value"}, "number": {"dtype": "int64", "_type": "Value"}, "share": {"dtype": "float64", "_type": "Value"}`,
		`"list": {"feature": {"dtype": "int64", "_type": "Value"}, "_type": "List"}`,
		`"a messages": {"feature": {"content": {"dtype": "string", "_type": "Value"}, "role": {"dtype": "string", "_type": "Value"}}, "_type": "List"}`,
		`"object": {"key": {"dtype": "string", "_type": "Value"}, "marks": {"feature": `,
	} {
		if !strings.Contains(features, want) {
			t.Errorf("the features lack %s:\n%s", want, features)
		}
	}
	if made, _ := file.Lookup("distigen"); made != `{"distigen":"v0.1.0","pipeline":"p","pipeline_hash":"h","simulated":true}` {
		t.Errorf("it is made by %s", made)
	}
}

// The memory is bounded: long rows make row groups, in the order of the rows.
func TestRowGroups(t *testing.T) {
	long := row{Text: strings.Repeat("long ", 1<<20)}
	text := written(t, func(yield func([]byte, error) bool) {
		for i := range 15 {
			long.Number = i
			line, _ := json.Marshal(long)
			if !yield(line, nil) {
				return
			}
		}
	})
	file, err := parquet.OpenFile(bytes.NewReader(text), int64(len(text)))
	if err != nil || len(file.RowGroups()) < 3 || file.NumRows() != 15 {
		t.Errorf("%d groups, %d rows, error %v", len(file.RowGroups()), file.NumRows(), err)
	}
}

func TestErrors(t *testing.T) {
	broken := errors.New("a broken disk")
	err := own.Files{}.Write(&bytes.Buffer{}, schema(), func(yield func([]byte, error) bool) { yield(nil, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("rows that end with an error: %v", err)
	}
	if err := (own.Files{}).Write(full{}, schema(), lines(t, rows())); err == nil {
		t.Error("a disk that is full is no error")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }
