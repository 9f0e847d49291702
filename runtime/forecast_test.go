package runtime

import (
	"math"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// tutorial is a graph as that of the tutorial: rows, a task, an expansion, two tasks beside each other, a join and a judge.
func tutorial() (nodes []*node) {
	n := map[string]*node{}
	add := func(name string, at node, inputs ...string) {
		at.step = name
		for _, in := range inputs {
			at.inputs = append(at.inputs, n[in])
		}
		if at.verb == "task" {
			at.task = &llm.Task{}
		}
		n[name] = &at
		nodes = append(nodes, &at)
	}
	add("load", node{verb: "source", total: func(string) (int64, error) { return 10, nil }})
	add("instruct", node{verb: "task"}, "load")
	add("expand", node{verb: "flat-map"}, "instruct")
	add("small", node{verb: "task"}, "expand")
	add("large", node{verb: "task"}, "expand")
	add("left", node{verb: "branch", hidden: true}, "small")
	add("right", node{verb: "branch", hidden: true}, "large")
	add("combine", node{verb: "join"}, "left", "right")
	add("judge", node{verb: "task"}, "combine")
	add("out", node{verb: "dataset"}, "judge")
	return nodes
}

func TestForecast(t *testing.T) {
	f := forecaster{nodes: tutorial()}
	half := map[string]StepCounts{
		"load":     {Out: 5},
		"instruct": {In: 5, Out: 5, Calls: 5, nanoUSD: 5e9},
		"expand":   {In: 5, Out: 25},
		"small":    {In: 25, Out: 20, active: 5, Calls: 20, nanoUSD: 20e9},
		"large":    {In: 25, Out: 18, Rejected: 2, active: 5, Calls: 10, Recalled: 10, nanoUSD: 20e9},
		"combine":  {In: 36, Out: 18},
		"judge":    {In: 18, Out: 9, active: 9, Calls: 9, Unpriced: 9},
	}
	counts := func() map[*node]StepCounts {
		c := map[*node]StepCounts{}
		for _, n := range f.nodes {
			c[n] = half[n.step]
		}
		return c
	}
	if _, ok := f.remaining(counts()); ok {
		t.Error("forecast without knowing how many rows there are")
	}
	f.countSources("")
	left, ok := f.remaining(counts())
	// 10 rows: 10 instruct, 50 small, 50 large, 45 judge.
	if want := 5.0 + 30 + 30 + 36; !ok || math.Abs(left.calls-want) > 1e-9 {
		t.Errorf("%v calls are left, and not %v", left.calls, want)
	}
	if want := 5.0 + 30 + 30*2; math.Abs(left.usd-want) > 1e-9 {
		t.Errorf("%v USD are left, and not %v", left.usd, want)
	}
	half["judge"] = StepCounts{In: 18, active: 18}
	if _, ok := f.remaining(counts()); ok {
		t.Error("forecast before the last step has made anything")
	}
	half["judge"] = StepCounts{In: 18, Rejected: 18, Calls: 18}
	if left, ok := f.remaining(counts()); !ok || left.calls != 5+30+30+27 {
		t.Errorf("a step that rejects everything: %v %v", left, ok)
	}
	f = forecaster{nodes: f.nodes, only: 1}
	f.countSources("")
	if rows, ok := f.total(f.nodes[0]); rows != 1 || !ok {
		t.Errorf("a dry run has %v rows", rows)
	}
}

// The time that is left follows from the speed of late.
func TestTimeLeft(t *testing.T) {
	nodes := tutorial()
	st := newStats(nodes)
	m := &monitor{stats: st, began: time.Now().Add(-10 * time.Second)}
	m.speeds.add(0, st.snapshot())
	st.named["judge"].Calls = 20
	m.speeds.add(10*time.Second, st.snapshot())
	v := view{steps: st.snapshot(), totals: totals{Calls: 20, USD: 1}}
	if f := m.forecast(v, remaining{calls: 40, usd: 2}); f == nil || f.SecondsLeft != 20 || f.Calls != 60 || f.USD != 3 {
		t.Errorf("forecast is %+v", f)
	}
	if f := (&monitor{stats: st, forecasts: forecaster{nodes: nodes}}).look(); f.forecast != nil {
		t.Errorf("forecast from nothing: %+v", f.forecast)
	}
}
