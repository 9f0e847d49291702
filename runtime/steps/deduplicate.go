package steps

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Deduplicate lets the first of equal rows through, or of nearly equal ones.
type Deduplicate struct {
	Columns   []string `param:"columns" required:"true" fixed:"true" doc:"The columns that are compared."`
	Method    string   `param:"method" default:"exact" enum:"exact,minhash" fixed:"true" doc:"exact: rows that say the same; minhash: rows whose texts have most of their words in common."`
	Threshold float64  `param:"threshold" default:"0.8" min:"0.1" max:"1" doc:"Of minhash: the share of word groups that two texts have in common (Jaccard similarity), from which on the later one is dropped."`
	NGram     int      `param:"ngram" default:"3" min:"1" max:"10" doc:"Of minhash: how many words make a group."`
}

// DeduplicateIn is what Deduplicate reads.
type DeduplicateIn struct {
	Vars llm.Vars // the columns that are compared
}

// Run keeps the first row of each kind, in the order of the source.
func (s Deduplicate) Run(ctx context.Context, rows component.Rows[DeduplicateIn], keep func(i int) error) error {
	dropped, err := s.twins(ctx, rows)
	if err != nil {
		return err
	}
	for i := range rows.Len() {
		if dropped[i] {
			continue
		}
		if err := keep(i); err != nil {
			return err
		}
	}
	return nil
}

// twins says of each row whether an earlier one stands for it.
func (s Deduplicate) twins(ctx context.Context, rows component.Rows[DeduplicateIn]) ([]bool, error) {
	if s.Method == "minhash" {
		return newMinhash(s, rows).twins(ctx)
	}
	type hashed struct {
		hash [16]byte
		row  int
	}
	all := make([]hashed, rows.Len())
	for i := range all {
		row, err := rows.At(i)
		if err != nil {
			return nil, err
		}
		text, err := s.text(row)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(text)
		all[i] = hashed{[16]byte(sum[:]), i}
	}
	slices.SortFunc(all, func(a, b hashed) int {
		if c := slices.Compare(a.hash[:], b.hash[:]); c != 0 {
			return c
		}
		return a.row - b.row
	})
	dropped := make([]bool, len(all))
	for n := 1; n < len(all); n++ {
		dropped[all[n].row] = all[n].hash == all[n-1].hash
	}
	return dropped, nil
}

// text is what the compared columns of a row say.
func (s Deduplicate) text(row DeduplicateIn) ([]byte, error) {
	values := make([]any, len(s.Columns))
	for i, name := range s.Columns {
		values[i] = row.Vars[name]
	}
	return json.Marshal(values)
}

func deduplicate() component.Component {
	return component.Component{
		Name: "deduplicate", Was: []string{"MinHashDedup"}, Category: "columns",
		Summary: "The first of rows that are equal, or nearly so",
		Doc: `Waits for all rows, drops those that repeat an earlier one in ` + "`columns`" + `, and lets the others through in their order, with
all their columns. Dropped rows are counted as filtered. While the rows wait they are on disk and not in memory, and what
comes after begins when the last one is there.

With ` + "`method = \"exact\"`" + ` rows are equal if the columns have the same values; null equals null.

With ` + "`method = \"minhash\"`" + ` the columns are texts. They are parted into groups of ` + "`ngram`" + ` words, without regard to case and
punctuation, and a row is dropped if it shares with an earlier one that stays at least ` + "`threshold`" + ` of the groups that
either has. Candidates are found by MinHash signatures of 128 values in bands, and then compared exactly: no row is dropped
whose similarity is below the threshold, and of those above it fewer than one in a hundred is overlooked. Texts of fewer words
than ` + "`ngram`" + ` are one group. A row without any word is compared with no other.`,
		Paper: "Broder 1997, On the resemblance and containment of documents, https://doi.org/10.1109/SEQUEN.1997.666900",
		Example: `pipeline "distinct" {}

step "rows" "questions" {
  rows = [
    { instruction = "What is 3/4 of 20?" },
    { instruction = "What is 3/4 of 20?" },
    { instruction = "Why is 1 not a prime?" },
  ]
}

step "deduplicate" "distinct" {
  from    = step.questions
  columns = ["instruction"]
}
`,
		Shape:  component.Global,
		Params: reflect.TypeFor[Deduplicate](),
		In:     reflect.TypeFor[DeduplicateIn](),
		Derive: func(params any, c *component.Columns) { params.(Deduplicate).derive(c) },
	}
}

func (s Deduplicate) derive(c *component.Columns) {
	want := component.Of(component.Any)
	if s.Method == "minhash" {
		want = component.Of(component.String).OrNull()
	}
	for i, name := range s.Columns {
		arg := fmt.Sprintf("columns[%d]", i)
		if slices.Contains(s.Columns[:i], name) {
			c.Problem(arg, "column named twice", fmt.Sprintf("Column %q is already in the list. Remove one of the two.", name))
		}
		c.Read(arg, name, want)
	}
}
