package endpoint

import (
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func TestSeeds(t *testing.T) {
	call := func(step, row string, sample int) llm.Call { return llm.Call{Step: step, Row: row, Sample: sample} }
	if got := seedOf(nil, false, false, call("a", "r", 3), 0, 1); got != nil {
		t.Errorf("a seed that nobody set: %d", *got)
	}
	for _, c := range []struct{ set, sample, want int }{{0, 0, 0}, {7, 0, 7}, {7, 2, 9}, {seeds - 1, 0, seeds - 1}, {seeds - 1, 2, 1}, {1 << 40, 5, 5}} {
		if got := *seedOf(&c.set, true, true, call("a", "r", c.sample), 0, 1); got != c.want {
			t.Errorf("seed %d, sample %d: %d", c.set, c.sample, got)
		}
	}
	// A row that is asked for anew needs another seed from the first attempt on.
	if seedOf(nil, true, false, call("a", "r", 0), 1, 1) == nil {
		t.Error("the second round has no seed")
	}
	if seedOf(nil, false, false, call("a", "r", 0), 1, 2) != nil {
		t.Error("a server that may refuse seeds gets one that nobody set")
	}
	// A step may get another name.
	if *seedOf(nil, true, false, call("a", "r", 0), 0, 2) != *seedOf(nil, true, false, call("b", "r", 0), 0, 2) {
		t.Error("a seed depends on the name of the step")
	}
	// Derived seeds are the same in every run, for ever.
	for _, c := range []struct {
		set  *int
		want int
	}{{nil, 453057021}, {llm.Ptr(7), 1662343590}} {
		if got := *seedOf(c.set, true, true, call("a", "r", 0), 0, 2); got != c.want {
			t.Errorf("derived of %v: %d", c.set, got)
		}
	}
	// The first reply has no seed; the further ones do, where that is wanted.
	if seedOf(nil, true, true, call("a", "r", 0), 0, 1) != nil || seedOf(nil, true, true, call("a", "r", 1), 0, 1) == nil || seedOf(nil, true, true, llm.Call{Row: "r", Twin: 1}, 0, 1) == nil {
		t.Error("the seeds of samples that nobody set")
	}
	seen := map[int]bool{}
	for _, set := range []*int{nil, llm.Ptr(0), llm.Ptr(1)} {
		for twin := range 3 {
			for _, row := range []string{"r", "s", ""} {
				for sample := range 3 {
					for attempt := 2; attempt < 6; attempt++ {
						for round := range 3 {
							c := call("a", row, sample)
							c.Twin = twin
							got := *seedOf(set, true, true, c, round, attempt)
							if got < 0 || got >= seeds || seen[got] {
								t.Errorf("%d is out of range, or not new", got)
							}
							seen[got] = true
						}
					}
				}
			}
		}
	}
}

// Whether further replies get seeds depends on the server and on the temperature.
func TestWhoGetsSeeds(t *testing.T) {
	mistral, openai := address{provider: "mistral"}, address{provider: "openai", url: "http://127.0.0.1:1/v1"}
	for name, c := range map[string]struct {
		e    endpoint
		g    llm.Generation
		want bool
	}{
		"Mistral":              {endpoint{address: mistral}, llm.Generation{}, true},
		"Mistral, temperature": {endpoint{address: mistral}, llm.Generation{Temperature: llm.Ptr(0.7)}, true},
		"greedy":               {endpoint{address: mistral}, llm.Generation{Temperature: llm.Ptr(0.0)}, false},
		"other servers":        {endpoint{address: openai}, llm.Generation{}, false},
		"the simulator":        {endpoint{address: openai, simulated: true}, llm.Generation{}, true},
	} {
		if got := c.e.seeded(c.g); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
