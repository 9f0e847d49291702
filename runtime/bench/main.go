// Command bench measures emitted programs beside a client in plain Go that does the same work, on the same simulator and
// in one run. The figures are ratios; docs/benchmarks.md has them with what they mean.
//
//	go run ./runtime/bench             all but the long one
//	go run ./runtime/bench throughput  one of them
//	go run ./runtime/bench memory      a million rows; takes some minutes
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// scenario is one measurement.
type scenario struct {
	name string
	what string
	run  func(*lab) error
	long bool
}

var scenarios = []scenario{
	{"throughput", "no latency, 20,000 rows of one step, journal on, beside the plain client", throughput, false},
	{"latency", "200 ms latency, 64 in flight, 2,000 rows of one step", latency, false},
	{"tutorial", "the tutorial over 1,000 topics, 200 ms latency, 64 in flight", tutorial, false},
	{"limited", "a limit of 100 requests a second and 5% of 500s, 2,000 rows", limited, false},
	{"startup", "from process start to the first request; from HCL to written Go", startup, false},
	{"memory", "peak memory at 20,000 and at 1,000,000 rows, no latency", memory, true},
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "reference" {
		exit(reference(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		exit(serve(os.Args[2:]))
	}
	exit(measure(os.Args[1:]))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func measure(names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(scenarios, func(s scenario) bool { return s.name == name }) {
			var all []string
			for _, s := range scenarios {
				all = append(all, s.name)
			}
			return fmt.Errorf("there is no scenario %s; there are %s", name, strings.Join(all, ", "))
		}
	}
	l, err := newLab()
	if err != nil {
		return err
	}
	defer l.close()
	for _, s := range scenarios {
		if len(names) == 0 && s.long || len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		fmt.Printf("\n%s: %s\n", s.name, s.what)
		if err := s.run(l); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}
