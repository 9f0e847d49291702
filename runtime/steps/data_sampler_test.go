package steps

import (
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

type drawnReply struct {
	Query []string `json:"query"`
	Level []int    `json:"level"`
}

// A draw has no row twice, keeps what belongs together, and follows from the seed and the row alone.
func TestDataSampler(t *testing.T) {
	s := DataSampler[drawnReply]{Size: 3, Seed: llm.Ptr(1),
		Examples: `{"query":"a","level":1}{"query":"b","level":2}{"query":"c","level":3}{"query":"d","level":4}{"query":"e","level":5}`}
	seen := map[string]bool{}
	for _, row := range []string{"r1", "r2", "r3", "r4", "r5", "r6"} {
		out, err := s.For(row).Run(DataSamplerIn{})
		if err != nil {
			t.Fatal(err)
		}
		again, _ := s.For(row).Run(DataSamplerIn{})
		got := out.Reply
		if !slices.Equal(got.Query, again.Reply.Query) {
			t.Errorf("%s draws %v, and then %v", row, got.Query, again.Reply.Query)
		}
		for i, q := range got.Query {
			if got.Level[i] != int(q[0]-'a')+1 || slices.Index(got.Query, q) != i {
				t.Errorf("%s: %v", row, got)
			}
		}
		seen[strings.Join(got.Query, "")] = true
	}
	if len(seen) < 4 {
		t.Errorf("six rows draw %v", seen)
	}
	s.Seed = llm.Ptr(2)
	other, _ := s.For("r1").Run(DataSamplerIn{})
	s.Seed = llm.Ptr(1)
	first, _ := s.For("r1").Run(DataSamplerIn{})
	if slices.Equal(other.Reply.Query, first.Reply.Query) {
		t.Error("another seed draws the same")
	}
}

func TestDataSamplerRows(t *testing.T) {
	for rows, want := range map[string]string{
		`{"q":"a"}{"q":"b"}`:                        "list(string)",
		`{"q":1}{"q":2.5}`:                          "list(float)",
		`{"q":[1]}{"q":[2.5,1]}`:                    "list(list(float))",
		`{"q":{"a":1,"b":"x"}}{"q":{"b":"","a":2}}`: "list(object({a=int, b=string}))",
		``:                           "none to draw from",
		`{"q":1}{"q":"a"}`:           "the q of row 2 is of another type",
		`{"q":1}{"p":1}`:             "row 2 has no q",
		`{"q":1}{"q":1,"p":1}`:       "row 2 has p",
		`{"q":1}{"q":null}`:          "the q of row 2 is null",
		`{"q":[]}{"q":[]}`:           "empty list",
		`{"q":[1,"a"]}{"q":[1]}`:     "several types",
		`{"q":{"a":1}}{"q":{"b":1}}`: "another type",
		`{"q":1}[2]`:                 "row 2 is no JSON object",
		`{"q":1}`:                    "size is at most the number of rows, 1",
	} {
		c := &component.Columns{}
		DataSampler[struct{}]{Examples: llm.Examples(rows), Size: 2}.derive(c)
		got := ""
		if len(c.Problems) > 0 {
			got = c.Problems[0].Detail
		} else {
			got = c.Adds[0].Column.Type.String()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", rows, got, want)
		}
	}
}
