package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// failing answers like echoing, but fails on the rows whose text contains a word.
func failing(word string, err error) fakeAsks {
	asks := echoing()
	asks.ask = func(_ context.Context, call llm.Call, text string) (string, error) {
		if strings.Contains(text, word) {
			return "", err
		}
		return strings.ToUpper(text), nil
	}
	return asks
}

func TestJoinDiscardsTheSiblingsOfARejectedRow(t *testing.T) {
	tr := tryOut(t, failing("b:row 1", bad(llm.Cut)), func(p *Pipeline) {
		src := Rows(p, "src", numbered(3))
		a := Task(src, "a", echo{Prefix: "a:"}, same, second)
		b := Task(src, "b", echo{Prefix: "b:"}, same, second)
		c := Branch(Map(src, "c", func(s string) (int, error) { return len(s), nil }), func(n int) string { return fmt.Sprint(n) })
		Dataset(Join("join", concat, a, b, c), "d")
		Dataset(a, "all")
	})
	if want := []string{"A:ROW 0|B:ROW 0|5", "A:ROW 2|B:ROW 2|5"}; !slices.Equal(tr.rows["d"], want) {
		t.Errorf("rows are %q", tr.rows["d"])
	}
	if len(tr.rows["all"]) != 3 {
		t.Errorf("the branch's own dataset has %q", tr.rows["all"])
	}
	if len(tr.rejects) != 1 || tr.rejects[0].Step != "b" || tr.rejects[0].Class != llm.Cut || tr.rejects[0].Ordinal != 2 ||
		tr.rejects[0].Reply != "what it said" || string(tr.rejects[0].Row) != `"row 1"` {
		t.Errorf("rejects are %+v", tr.rejects)
	}
	want := Ledger{Source: 3, Copies: 9, Merged: 4, Written: 5, Rejected: 1, Discarded: 2}
	if tr.ledger != want {
		t.Errorf("the ledger is %+v", tr.ledger)
	}
	if s := tr.step("join"); s.In != 8 || s.Out != 2 || s.Discarded != 2 {
		t.Errorf("the join counts %+v", s)
	}
}

func TestJoinOfDifferentRowsStopsTheRun(t *testing.T) {
	words := func(s string) ([]string, error) { return strings.Fields(s), nil }
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		src := Rows(p, "src", []string{"one", "two words"})
		Dataset(Join("join", concat, src, FlatMap(src, "split", words)), "d")
	})
	if tr.err == nil || !strings.Contains(tr.err.Error(), "join join") {
		t.Errorf("the error is %v, rows are %q", tr.err, tr.rows["d"])
	}
}

func TestWiringThatCannotRunIsToldAtOnce(t *testing.T) {
	p := &Pipeline{settings: &settings{}}
	one, two := Rows(p, "one", numbered(1)), Rows(p, "two", numbered(1))
	Map(one, "one", concatOne)
	Dataset(Join("join", concat, one, two), "../d")
	p.check()
	err := errors.Join(p.problems...)
	for _, part := range []string{"two steps or datasets are called one", "different sources", `"../d"`, "nothing reads the rows of step one"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not in\n%v", part, err)
		}
	}
}

func concatOne(s string) (string, error) { return s, nil }

func TestFlatMapMakesRowsInOrderAndRejectsNone(t *testing.T) {
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		src := Rows(p, "src", []string{"a b c", "", "d"})
		words := FlatMap(src, "split", func(s string) ([]string, error) { return strings.Fields(s), nil })
		Dataset(Task(words, "ask", echo{}, same, second), "d")
	})
	if !slices.Equal(tr.rows["d"], []string{"A", "B", "C", "D"}) {
		t.Errorf("rows are %q", tr.rows["d"])
	}
	if len(tr.rejects) != 1 || tr.rejects[0].Class != llm.NoRows || tr.rejects[0].Step != "split" {
		t.Errorf("rejects are %+v", tr.rejects)
	}
	if want := (Ledger{Source: 3, Made: 2, Written: 4, Rejected: 1}); tr.ledger != want {
		t.Errorf("the ledger is %+v", tr.ledger)
	}
}

func TestSamplesAndGroups(t *testing.T) {
	asks := echoing()
	asks.ask = func(_ context.Context, call llm.Call, text string) (string, error) {
		if text == "bad" && call.Sample == 1 {
			return "", bad(llm.Empty)
		}
		return fmt.Sprint(text, call.Sample), nil
	}
	three := echo{Task: llm.Task{NumGenerations: 3}}
	tr := tryOut(t, asks, func(p *Pipeline) {
		src := Rows(p, "src", []string{"good", "bad"})
		Dataset(Samples(src, "each", three, same, second), "each")
		Dataset(GroupedSamples(src, "group", three, same, func(_ string, all []string) string { return strings.Join(all, "|") }), "group")
	})
	if !slices.Equal(tr.rows["each"], []string{"good0", "good1", "good2", "bad0", "bad2"}) {
		t.Errorf("rows are %q", tr.rows["each"])
	}
	if !slices.Equal(tr.rows["group"], []string{"good0|good1|good2"}) {
		t.Errorf("grouped rows are %q", tr.rows["group"])
	}
	if len(tr.rejects) != 2 || tr.step("each").In != 2 || tr.step("each").Out != 5 {
		t.Errorf("rejects are %+v, counts %+v", tr.rejects, tr.step("each"))
	}
}

// halves takes a reply apart into two rows.
type halves echo

func (h halves) Run(ctx context.Context, ask llm.Asker, in string) (string, error) {
	return echo(h).Run(ctx, ask, in)
}

func (h halves) Rows(text string) []string { return []string{text + "a", text + "b"} }

// Each reply to a row is taken apart, and each of the rows has an identity of its own.
func TestTaskRows(t *testing.T) {
	asks := echoing()
	asks.ask = func(_ context.Context, call llm.Call, text string) (string, error) {
		if text == "bad" && call.Sample == 1 {
			return "", bad(llm.Empty)
		}
		return fmt.Sprint(text, call.Sample), nil
	}
	tr := tryOut(t, asks, func(p *Pipeline) {
		src := Rows(p, "src", []string{"good", "bad"})
		once := TaskRows(src, "once", halves{}, same, second)
		Dataset(once, "once")
		twice := TaskRows(src, "twice", halves{Task: llm.Task{NumGenerations: 2}}, same, second)
		Dataset(twice, "twice")
	})
	if !slices.Equal(tr.rows["once"], []string{"good0a", "good0b", "bad0a", "bad0b"}) {
		t.Errorf("rows are %q", tr.rows["once"])
	}
	if !slices.Equal(tr.rows["twice"], []string{"good0a", "good0b", "good1a", "good1b", "bad0a", "bad0b"}) {
		t.Errorf("rows of two replies are %q", tr.rows["twice"])
	}
	if len(tr.rejects) != 1 || tr.step("twice").In != 2 || tr.step("twice").Out != 6 {
		t.Errorf("rejects are %+v, counts %+v", tr.rejects, tr.step("twice"))
	}
}

func TestOnErrorKeep(t *testing.T) {
	orNull := func(s string, o *string) string {
		if o == nil {
			return s + "=null"
		}
		return s + "=" + *o
	}
	tr := tryOut(t, failing("1", bad(llm.Timeout)), func(p *Pipeline) {
		Dataset(TaskOrNull(Rows(p, "src", numbered(2)), "ask", echo{}, same, orNull), "d")
	})
	if !slices.Equal(tr.rows["d"], []string{"row 0=ROW 0", "row 1=null"}) || len(tr.rejects) != 0 || tr.step("ask").Kept != 1 {
		t.Errorf("rows %q, rejects %+v, counts %+v", tr.rows["d"], tr.rejects, tr.step("ask"))
	}
	fatal := &llm.FatalError{Class: llm.Unauthorized, Message: "The key is bad.", Remedy: "Set another."}
	tr = tryOut(t, failing("1", fatal), func(p *Pipeline) {
		Dataset(TaskOrNull(Rows(p, "src", numbered(2)), "ask", echo{}, same, orNull), "d")
	})
	if !errors.Is(tr.err, fatal) {
		t.Errorf("a fatal error is kept: %v", tr.err)
	}
}

func TestOnErrorFail(t *testing.T) {
	tr := tryOut(t, failing("1", bad(llm.Timeout)), func(p *Pipeline) {
		Dataset(Task(Rows(p, "src", numbered(2)), "ask", echo{Task: llm.Task{OnError: "fail"}}, same, second), "d")
	})
	fatal := (*llm.FatalError)(nil)
	if !errors.As(tr.err, &fatal) || fatal.Class != llm.Timeout {
		t.Fatalf("the error is %v", tr.err)
	}
	for _, part := range []string{"ask", "source row 2", newRowIDs().of("row 1"), "It is bad."} {
		if !strings.Contains(tr.err.Error(), part) {
			t.Errorf("%q does not name %q", tr.err, part)
		}
	}
}

func TestFatalErrorNamesItsStepAndStopsTheRun(t *testing.T) {
	fatal := &llm.FatalError{Class: llm.UnknownModel, Message: "There is no such model.", Remedy: "Choose another."}
	tr := tryOut(t, failing("row 0", fatal), func(p *Pipeline) {
		Dataset(Task(Rows(p, "src", numbered(1000)), "ask", echo{}, same, second), "d")
	})
	if !errors.Is(tr.err, fatal) || !strings.Contains(tr.err.Error(), "ask") || tr.ledger.Unfinished == 0 || tr.ledger.Source == 1000 {
		t.Errorf("error %v, ledger %+v", tr.err, tr.ledger)
	}
}

type panicky struct{ llm.Task }

func (panicky) Run(context.Context, llm.Asker, string) (string, error) { panic("in Run") }

func TestPanicsRejectTheirRow(t *testing.T) {
	boom := func(where string) func(string) (string, error) {
		return func(s string) (string, error) {
			if s == "bad" {
				panic("in " + where)
			}
			return s, nil
		}
	}
	rows := []string{"good", "bad"}
	for name, wire := range map[string]func(in *Stream[string]) *Stream[string]{
		"map": func(in *Stream[string]) *Stream[string] { return Map(in, "map", boom("map")) },
		"join": func(in *Stream[string]) *Stream[string] {
			return Join("join", func(s []string) (string, error) { return boom("join")(s[0]) }, in, in)
		},
		"branch": func(in *Stream[string]) *Stream[string] {
			return Branch(in, func(s string) string { s, _ = boom("branch")(s); return s })
		},
		"read": func(in *Stream[string]) *Stream[string] {
			return Task(in, "read", echo{}, func(s string) string { s, _ = boom("read")(s); return s }, func(s, _ string) string { return s })
		},
		"add": func(in *Stream[string]) *Stream[string] {
			return Task(in, "add", echo{}, same, func(s, _ string) string { s, _ = boom("add")(s); return s })
		},
	} {
		t.Run(name, func(t *testing.T) {
			tr := tryOut(t, echoing(), func(p *Pipeline) { Dataset(wire(Rows(p, "src", rows)), "d") })
			if !slices.Equal(tr.rows["d"], []string{"good"}) || len(tr.rejects) != 1 {
				t.Fatalf("rows %q, rejects %+v", tr.rows["d"], tr.rejects)
			}
			r := tr.rejects[0]
			if step := tr.step(r.Step); r.Class != llm.StepFailed || !strings.Contains(r.Message, "in "+name) || step.Step == "" || name != "branch" && r.Step != name {
				t.Errorf("the reject is %+v", r)
			}
		})
	}
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		Dataset(GroupedSamples(Rows(p, "src", rows), "group", panicky{}, same, func(string, []string) string { return "" }), "d")
	})
	if len(tr.rejects) != 2 || !strings.Contains(tr.rejects[0].Message, "in Run") {
		t.Errorf("rejects are %+v", tr.rejects)
	}
}

func TestErrorsWithoutAClassRejectTheirRow(t *testing.T) {
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		Dataset(Map(Rows(p, "src", numbered(2)), "m", func(s string) (string, error) { return s, errors.New("no luck") }), "d")
	})
	if len(tr.rejects) != 2 || tr.rejects[0].Class != llm.StepFailed || tr.rejects[0].Message != "no luck" {
		t.Errorf("rejects are %+v", tr.rejects)
	}
}

func TestFilterCounts(t *testing.T) {
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		Dataset(Filter(Rows(p, "src", numbered(5)), "f", func(s string) (bool, error) { return s > "row 2", nil }), "d")
	})
	if want := (Ledger{Source: 5, Written: 2, Filtered: 3}); tr.ledger != want || tr.step("f").Filtered != 3 {
		t.Errorf("the ledger is %+v", tr.ledger)
	}
}

type upper struct{}

func (upper) Run(s string) (string, error) { return strings.ToUpper(s), nil }

func TestApply(t *testing.T) {
	tr := tryOut(t, echoing(), func(p *Pipeline) { Dataset(Apply(Rows(p, "src", numbered(1)), "up", upper{}, same, both), "d") })
	if !slices.Equal(tr.rows["d"], []string{"row 0+ROW 0"}) {
		t.Errorf("rows are %q", tr.rows["d"])
	}
}

func TestRowThatIsNoJSONIsRejected(t *testing.T) {
	tr := tryOut(t, echoing(), func(p *Pipeline) {
		Dataset(Map(Rows(p, "src", numbered(1)), "m", func(string) (any, error) { return func() {}, nil }), "d")
	})
	if len(tr.rejects) != 1 || tr.rejects[0].Step != "dataset d" || string(tr.rejects[0].Row) != "null" {
		t.Errorf("rejects are %+v", tr.rejects)
	}
}

func TestFatalErrorOfOneSampleCounts(t *testing.T) {
	fatal := &llm.FatalError{Class: llm.Unauthorized, Message: "The key is bad.", Remedy: "Set another."}
	asks := fakeAsks{ask: func(_ context.Context, call llm.Call, _ string) (string, error) {
		if call.Sample == 0 {
			return "", bad(llm.Empty)
		}
		return "", fatal
	}}
	tr := tryOut(t, asks, func(p *Pipeline) {
		Dataset(GroupedSamples(Rows(p, "src", numbered(1)), "group", echo{Task: llm.Task{NumGenerations: 2}}, same, func(s string, _ []string) string { return s }), "d")
	})
	if !errors.Is(tr.err, fatal) {
		t.Errorf("the error is %v", tr.err)
	}
}
