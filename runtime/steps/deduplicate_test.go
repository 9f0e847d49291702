package steps

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// inMemory is rows for a component that waits for all.
type inMemory []DeduplicateIn

func (r inMemory) Len() int                        { return len(r) }
func (r inMemory) At(i int) (DeduplicateIn, error) { return r[i], nil }
func vars(pairs ...any) (in DeduplicateIn) {
	in.Vars = llm.Vars{}
	for i := 0; i < len(pairs); i += 2 {
		in.Vars[pairs[i].(string)] = pairs[i+1]
	}
	return in
}

func kept(t *testing.T, s Deduplicate, rows inMemory) (got []int) {
	t.Helper()
	err := s.Run(context.Background(), rows, func(i int) error { got = append(got, i); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDeduplicateExactly(t *testing.T) {
	s := Deduplicate{Columns: []string{"a", "b"}, Method: "exact"}
	rows := inMemory{vars("a", "x", "b", 1), vars("a", "x", "b", 2), vars("a", "x", "b", 1), vars("a", (*string)(nil), "b", 1),
		vars("a", "x1", "b", 1), vars("a", (*string)(nil), "b", 1), vars("a", "X", "b", 1), vars("a", "x", "b", 2)}
	if got, want := kept(t, s, rows), []int{0, 1, 3, 4, 6}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := kept(t, s, nil); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	stop := errors.New("enough")
	if err := s.Run(context.Background(), rows, func(int) error { return stop }); err != stop {
		t.Errorf("an error of keep came back as %v", err)
	}
}

func TestDeduplicateNearly(t *testing.T) {
	s := Deduplicate{Columns: []string{"text"}, Method: "minhash", Threshold: 0.6, NGram: 2}
	null := (*string)(nil)
	rows := inMemory{
		vars("text", "the quick brown fox jumps over the lazy dog by the river"),
		vars("text", "The quick, brown fox jumps over the lazy dog by the river!"),
		vars("text", "the quick brown fox jumps over the lazy dog by the lake"),
		vars("text", "something else entirely, which has nothing to do with it"),
		vars("text", null), vars("text", ""), vars("text", "..."),
		vars("text", "one"), vars("text", "One."), vars("text", llm.Ptr("one")),
	}
	if got, want := kept(t, s, rows), []int{0, 3, 4, 5, 6, 7}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Beside the comparison of all pairs: none is dropped that should stay, and hardly any stays that should not.
func TestDeduplicateFindsWhatIsSimilar(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := func(n int) []string {
		w := make([]string, n)
		for i := range w {
			w[i] = fmt.Sprint("w", random.IntN(5000))
		}
		return w
	}
	var rows inMemory
	var originals [][]string
	for range 300 {
		text := words(40 + random.IntN(40))
		originals = append(originals, text)
		rows = append(rows, vars("text", strings.Join(text, " ")))
	}
	for range 700 { // copies with some words changed
		text := append([]string(nil), originals[random.IntN(len(originals))]...)
		for range random.IntN(8) {
			text[random.IntN(len(text))] = fmt.Sprint("n", random.IntN(100000))
		}
		rows = append(rows, vars("text", strings.Join(text, " ")))
	}
	for _, threshold := range []float64{0.5, 0.8, 0.95} {
		s := Deduplicate{Columns: []string{"text"}, Method: "minhash", Threshold: threshold, NGram: 2}
		got := map[int]bool{}
		for _, i := range kept(t, s, rows) {
			got[i] = true
		}
		m := newMinhash(s, rows)
		overlooked, similar := 0, 0
		for i := range rows {
			found := false
			for j := 0; j < i && !found; j++ {
				if got[j] {
					found, _ = m.similar(j, i)
				}
			}
			switch {
			case found && got[i]:
				overlooked++
				fallthrough
			case found:
				similar++
			case !got[i]:
				t.Errorf("threshold %g: row %d was dropped, and resembles no row that stays", threshold, i)
			}
		}
		if similar < 50 || float64(overlooked) > 0.02*float64(similar) {
			t.Errorf("threshold %g: %d of %d similar rows were overlooked", threshold, overlooked, similar)
		}
	}
}

func TestBands(t *testing.T) {
	for threshold, want := range map[float64][2]int{0.1: {128, 1}, 0.5: {64, 2}, 0.8: {32, 4}, 0.9: {16, 8}, 1: {1, 128}} {
		if b, w := bandsFor(threshold); [2]int{b, w} != want {
			t.Errorf("threshold %g: %d bands of %d", threshold, b, w)
		}
	}
}
