package runtime

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// chance is a number from 0 to 99 that follows from the parts alone.
func chance(parts ...any) int {
	h := fnv.New32a()
	fmt.Fprint(h, parts...)
	return int(h.Sum32() % 100)
}

// randomGraph wires steps at random, and gives every loose end a dataset.
func randomGraph(p *Pipeline, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	var streams []*Stream[string]
	rows := map[*Stream[string]]int{} // which rows a stream descends from: an expansion makes others
	for i := range 1 + r.IntN(2) {
		streams = append(streams, Rows(p, fmt.Sprint("src", i), numbered(r.IntN(40))))
		rows[streams[i]] = -1 - i
	}
	pick := func() *Stream[string] { return streams[r.IntN(len(streams))] }
	fails := func(step, s string) error {
		switch c := chance(step, s); {
		case c < 8:
			return bad(llm.StepFailed)
		case c < 10:
			panic("by chance")
		}
		return nil
	}
	for i := range r.IntN(10) {
		step, in := fmt.Sprint("s", i), pick()
		var made *Stream[string]
		descent := rows[in]
		switch r.IntN(9) {
		case 0:
			made = Map(in, step, func(s string) (string, error) { return s + "m", fails(step, s) })
		case 1:
			descent = i
			made = FlatMap(in, step, func(s string) ([]string, error) {
				return slices.Repeat([]string{s + "f"}, chance(step, s, "n")%4), fails(step, s)
			})
		case 2:
			made = Filter(in, step, func(s string) (bool, error) { return chance(step, s, "f") < 70, fails(step, s) })
		case 3:
			descent = i
			made = Samples(in, step, echo{Task: llm.Task{NumGenerations: 1 + r.IntN(3)}}, same, both)
		case 8:
			descent = i
			made = TaskRows(in, step, halves{Task: llm.Task{NumGenerations: 1 + r.IntN(3)}}, same, both)
		case 4:
			made = GroupedSamples(in, step, echo{Task: llm.Task{NumGenerations: 1 + r.IntN(3)}}, same,
				func(s string, all []string) string { return s + strings.Join(all, "") })
		case 5:
			made = TaskOrNull(in, step, echo{}, same, func(s string, o *string) string { return fmt.Sprint(s, o == nil) })
		default:
			branches := []*Stream[string]{in}
			for _, other := range streams {
				if rows[other] == rows[in] && other != in && r.IntN(2) == 0 {
					branches = append(branches, Branch(other, strings.ToUpper))
				}
			}
			made = Join(step, func(s []string) (string, error) { return s[0] + fmt.Sprint(len(s)), fails(step, s[0]) }, branches...)
		}
		streams = append(streams, made)
		rows[made] = descent
	}
	for i, s := range streams {
		if len(s.node.readers) == 0 || r.IntN(4) == 0 {
			Dataset(s, fmt.Sprint("d", i))
		}
	}
}

// chancy answers by chance, in which only the request counts and not the time.
func chancy(fatal bool) fakeAsks {
	return fakeAsks{ask: func(_ context.Context, call llm.Call, text string) (string, error) {
		switch c := chance(call.Step, call.Row, call.Sample); {
		case c < 10:
			return "", bad(llm.Unparseable)
		case c == 10 && fatal:
			return "", &llm.FatalError{Class: llm.Unauthorized, Message: "Stopped."}
		}
		return "a", nil
	}}
}

func TestLedgerBalancesAndRunsRepeat(t *testing.T) {
	stopped := 0
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			wire := func(p *Pipeline) { randomGraph(p, seed) }
			one := tryOut(t, chancy(false), wire)
			if one.err != nil || one.ledger.Unfinished > 0 {
				t.Fatalf("error %v, ledger %+v", one.err, one.ledger)
			}
			agree(t, one)
			two := tryOut(t, chancy(false), wire)
			for name, rows := range one.rows {
				if !slices.Equal(rows, two.rows[name]) {
					t.Errorf("dataset %s differs from run to run", name)
				}
			}
			if !reflect.DeepEqual(bySource(one.rejects), bySource(two.rejects)) {
				t.Error("the rejects differ from run to run")
			}
			if one.ledger != two.ledger {
				t.Errorf("the ledgers are %+v and %+v", one.ledger, two.ledger)
			}
			three := newTrial(t, chancy(true), wire)
			if seed%2 == 0 {
				three.wrote = three.engine.drain
			}
			three.drive(t)
			agree(t, three)
			if three.err != nil {
				stopped++
			}
		})
	}
	if stopped < 30 {
		t.Errorf("only %d runs were stopped by a fatal error: the test does not try what it should", stopped)
	}
}

// bySource lists the rejects of each source, in their order.
func bySource(rejects []reject) map[string][]string {
	lists := map[string][]string{}
	for _, r := range rejects {
		lists[r.Source] = append(lists[r.Source], r.Step+r.RowID+r.Message+string(r.Row))
	}
	return lists
}

// agree compares the ledger with what was really written.
func agree(t *testing.T, tr *trial) {
	t.Helper()
	written := 0
	for _, rows := range tr.rows {
		written += len(rows)
	}
	if int(tr.ledger.Written) != written || int(tr.ledger.Rejected) != len(tr.rejects) {
		t.Errorf("%d rows and %d rejects are written, but the ledger is %+v", written, len(tr.rejects), tr.ledger)
	}
}

func TestLedgerOutOfBalanceIsAnError(t *testing.T) {
	balanced := Ledger{Source: 3, Made: 4, Copies: 5, Merged: 2, Written: 4, Rejected: 1, Filtered: 2, Discarded: 2, Unfinished: 1}
	if err := balanced.check(); err != nil {
		t.Error(err)
	}
	for i := range reflect.TypeFor[Ledger]().NumField() {
		wrong := balanced
		field := reflect.ValueOf(&wrong).Elem().Field(i)
		field.SetInt(field.Int() + 1)
		if wrong.check() == nil {
			t.Errorf("%+v passes", wrong)
		}
	}
	var sum Ledger
	sum.add(balanced)
	sum.add(balanced)
	if sum.Written != 8 || sum.check() != nil || sum.Unfinished != 2 || sum.Merged != 4 {
		t.Errorf("the sum is %+v", sum)
	}
}
