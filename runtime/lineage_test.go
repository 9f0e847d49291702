package runtime

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// What is told of a row's birth leads to the very ids under which its replies are stored, through expansions, samples, joins
// and steps that wait for all rows.
func TestLineageLeadsToTheIDs(t *testing.T) {
	s := newStage(t)
	asked := map[string]bool{}
	var mu sync.Mutex
	s.asks.ask = func(_ context.Context, call llm.Call, text string) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[call.Row] = true
		if text == "c-2" {
			return "", bad(llm.Cut)
		}
		return strings.ToUpper(text), nil
	}
	s.program.Wire = func(p *Pipeline) {
		src := Rows(p, "src", []queried{{"a"}, {"b"}, {"c"}})
		each := FlatMap(src, "each", func(q queried) ([]queried, error) { return []queried{{q.Text + "-1"}, {q.Text + "-2"}}, nil })
		all := Global(each, "all", pick{func(rows []string) []int { return []int{5, 4, 3, 2, 1, 0} }}, func(q queried) string { return q.Text })
		again := FlatMap(all, "again", func(q queried) ([]queried, error) { return []queried{{q.Text}}, nil })
		Dataset(Task(again, "ask", echo{}, func(q queried) string { return q.Text }, func(q queried, reply string) queried { return queried{reply} }), "d")
	}
	if code, _, stderr := s.command(); code != exitRejects {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var got []string
	check := func(_ int64, l Lineage) error {
		ids := l.Ancestors()
		if len(ids) != 3 || ids[0] != newRowIDs().of(queried{string(rune('a' + l.Row - 1))}) || ids[2] != l.ID || !asked[l.ID] {
			t.Errorf("%+v has the ancestors %v", l, ids)
		}
		got = append(got, l.Source+string(rune('a'+l.Row-1))+"-"+string(rune('1'+l.Path[0])))
		return nil
	}
	for _, name := range []string{"d", ""} {
		if err := EachLineage(s.out, name, check); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"srcc-1", "srcb-2", "srcb-1", "srca-2", "srca-1", "srcc-2"}; !slices.Equal(got, want) {
		t.Errorf("lineage of %v, want %v", got, want)
	}
}
