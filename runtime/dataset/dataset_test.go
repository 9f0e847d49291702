package dataset

import (
	"fmt"
	"iter"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

// A row stays in its split, whatever other rows there are, and the splits have their shares.
func TestSplits(t *testing.T) {
	s := Settings{Splits: map[string]float64{"validation": 0.1, "train": 0.7, "test": 0.2}}
	if names := s.SplitNames(); !slices.Equal(names, []string{"train", "test", "validation"}) {
		t.Errorf("splits are %q", names)
	}
	counts := make([]float64, 3)
	const rows = 20_000
	for i := range rows {
		counts[s.SplitOf(fmt.Sprint("row ", i))]++
	}
	for i, share := range []float64{0.7, 0.2, 0.1} {
		if got := counts[i] / rows; math.Abs(got-share) > 0.01 {
			t.Errorf("split %d has the share %v, and not %v", i, got, share)
		}
	}
	// These ids are for ever where they are.
	for id, want := range map[string]int{"a": 0, "b": 2, "c": 1, "e": 0, "m": 0} {
		if got := s.SplitOf(id); got != want {
			t.Errorf("%s is in split %d, and not %d", id, got, want)
		}
	}
	// A larger test split has what was in the smaller one.
	more := Settings{Splits: map[string]float64{"train": 0.6, "test": 0.4}}
	less := Settings{Splits: map[string]float64{"train": 0.8, "test": 0.2}}
	for i := range 1000 {
		if id := fmt.Sprint(i); less.SplitOf(id) == 1 && more.SplitOf(id) == 0 {
			t.Errorf("%s is no longer in test", id)
		}
	}
	if (Settings{}).SplitOf("x") != 0 || !slices.Equal(Settings{}.SplitNames(), []string{"train"}) {
		t.Error("without splits, all rows are in train")
	}
}

func TestFull(t *testing.T) {
	for _, c := range []struct {
		s          Settings
		rows, size int64
		want       bool
	}{
		{Settings{}, 1 << 40, 1000, false},
		{Settings{}, 1, DefaultShardBytes, true},
		{Settings{ShardRows: 10}, 9, 1000, false},
		{Settings{ShardRows: 10}, 10, 1000, true},
		{Settings{ShardBytes: 1000}, 10, 999, false},
		{Settings{ShardBytes: 1000}, 1, 1000, true},
	} {
		if got := c.s.Full(c.rows, c.size); got != c.want {
			t.Errorf("%+v with %d rows of %d bytes: %v", c.s, c.rows, c.size, got)
		}
	}
}

type flatRow struct {
	Name  string   `json:"name"`
	Share *float64 `json:"share"`
	Even  bool     `json:"even"`
}

type noteRow struct {
	Note *string `json:"note"`
}

func texts(lines ...string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, l := range lines {
			if !yield([]byte(l), nil) {
				return
			}
		}
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct {
		row     reflect.Type
		columns []string
		lines   []string
		want    string
	}{
		{reflect.TypeFor[flatRow](), []string{"name", "share", "even"},
			[]string{`{"name":"a, \"b\"\nc","share":0.1,"even":true}`, `{"name":"","share":null,"even":false}`, `{"name":"d","share":1e300,"even":false}`},
			"name,share,even\n\"a, \"\"b\"\"\nc\",0.1,true\n,,false\nd,1e+300,false\n"},
		{reflect.TypeFor[noteRow](), []string{"note"}, []string{`{"note":null}`, `{"note":"x"}`}, "note\n\"\"\nx\n"},
	} {
		s := Schema{Row: c.row}
		for _, name := range c.columns {
			s.Columns = append(s.Columns, component.Column{Name: name})
		}
		var out strings.Builder
		if err := (CSV{}).Write(&out, s, texts(c.lines...)); err != nil || out.String() != c.want {
			t.Errorf("error %v, file\n%s", err, out.String())
		}
	}
}

func TestJSONL(t *testing.T) {
	var out strings.Builder
	if err := (JSONL{}).Write(&out, Schema{}, texts(`{"a":1}`, `{"a":2}`)); err != nil || out.String() != "{\"a\":1}\n{\"a\":2}\n" {
		t.Errorf("error %v, file\n%s", err, out.String())
	}
}
