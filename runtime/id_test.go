package runtime

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

type sourceRow struct {
	Text string  `json:"text"`
	Note *string `json:"note"`
}

func idsOf(rows ...any) []string {
	ids := newRowIDs()
	got := make([]string, len(rows))
	for i, row := range rows {
		got[i] = ids.of(row)
	}
	return got
}

func TestRowIDs(t *testing.T) {
	a, b, c := sourceRow{Text: "a"}, sourceRow{Text: "b"}, sourceRow{Text: "c"}
	plain := idsOf(a, b, a)
	if plain[0] == plain[1] || plain[0] == plain[2] || plain[1] == plain[2] {
		t.Errorf("ids are not distinct: %q", plain)
	}
	if moved := idsOf(c, a, a, b); moved[1] != plain[0] || moved[2] != plain[2] || moved[3] != plain[1] {
		t.Errorf("ids change with the order: %q, %q", plain, moved)
	}
	type other struct {
		Extra *int   `json:"extra"`
		Text  string `json:"text"`
	}
	if again := idsOf(other{Text: "a"}); again[0] != plain[0] {
		t.Error("ids change with the order of columns, or with a column that is null")
	}
	note := "n"
	if noted := idsOf(sourceRow{"a", &note}); noted[0] == plain[0] {
		t.Error("a column does not count")
	}
}

func TestHashKeepsPartsApart(t *testing.T) {
	if hash("ab", "c") == hash("a", "bc") || childID("x", 1) == childID("x", 2) || childID("x", 1) == childID("y", 1) {
		t.Error("different parts have the same hash")
	}
}

func TestCallsHaveStableIdentities(t *testing.T) {
	calls := func(rows ...string) map[string][]string {
		seen := make(chan [2]string, 100)
		asks := fakeAsks{ask: func(_ context.Context, call llm.Call, text string) (string, error) {
			seen <- [2]string{text, call.Step + call.Row + string(rune('0'+call.Sample)) + string(rune('0'+call.Twin))}
			return text, nil
		}}
		tryOut(t, asks, func(p *Pipeline) {
			twice := FlatMap(Rows(p, "src", rows), "twice", func(s string) ([]string, error) { return []string{s + "1", s + "2"}, nil })
			samples := Samples(twice, "sample", echo{Task: llm.Task{NumGenerations: 2}}, same, second)
			Dataset(Task(samples, "ask", echo{}, same, second), "d")
			parts := TaskRows(twice, "parts", halves{Task: llm.Task{NumGenerations: 2}}, same, second)
			Dataset(Task(parts, "of parts", echo{}, same, second), "parts")
		})
		close(seen)
		byText := map[string][]string{}
		for s := range seen {
			byText[s[0]] = append(byText[s[0]], s[1])
		}
		for _, ids := range byText {
			slices.Sort(ids)
		}
		return byText
	}
	first, moved := calls("a", "b", "a"), calls("c", "a", "a", "b")
	for text, ids := range first {
		if !slices.Equal(ids, moved[text]) {
			t.Errorf("calls for %s are %q, and %q with other rows beside", text, ids, moved[text])
		}
		if len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("calls for %s are not distinct: %q", text, ids)
		}
	}
	if len(first["a1"]) != 12 || len(first["a1b"]) != 4 {
		t.Errorf("calls for a1 are %q, for a1b %q", first["a1"], first["a1b"])
	}
}

// Steps that ask the very same get replies of their own, and which is which follows from the wiring.
func TestTwins(t *testing.T) {
	var pipe *Pipeline
	tryOut(t, echoing(), func(p *Pipeline) {
		pipe = p
		src := Rows(p, "src", []string{"a"})
		small := p.Model("small", llm.Model{Name: "m", MaxInFlight: 3})
		other := p.Model("other", llm.Model{Name: "m"})
		large := p.Model("large", llm.Model{Name: "n"})
		for _, s := range []struct {
			name string
			task echo
		}{
			{"one", echo{Task: llm.Task{Model: small}}},
			{"two", echo{Task: llm.Task{Model: other, OnError: "fail", MaxAttempts: 9}}},
			{"three", echo{Task: llm.Task{Model: large}}},
			{"four", echo{Task: llm.Task{Model: small}, Prefix: "x"}},
			{"five", echo{Task: llm.Task{Model: small}}},
		} {
			Dataset(Task(src, s.name, s.task, same, second), s.name)
		}
	})
	got := map[string]int{}
	for _, n := range pipe.nodes {
		if n.task != nil {
			got[n.step] = n.twin
		}
	}
	if want := map[string]int{"one": 0, "two": 1, "three": 0, "four": 0, "five": 2}; !maps.Equal(got, want) {
		t.Errorf("twins are %v, want %v", got, want)
	}
}

func TestFilter(t *testing.T) {
	var f filter
	wrong := 0
	for n := range uint64(200_000) {
		if !f.add(n * 0x9e3779b97f4a7c15) {
			wrong++
		}
	}
	for n := range uint64(200_000) {
		if f.add(n * 0x9e3779b97f4a7c15) {
			t.Fatalf("%d is new the second time", n)
		}
	}
	if wrong > 0 {
		t.Errorf("%d numbers are taken for others", wrong)
	}
}
