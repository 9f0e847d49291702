package runtime

import (
	"errors"
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

func endpoints(models []llm.Model, simulated bool, st *stats) (asks, error) {
	return nil, errors.New("not yet")
}

// simulator starts the simulator inside this program.
func simulator(models []llm.Model, faults string) (url string, stop func(), err error) {
	f, err := simulate.ParseFaults(faults)
	if err != nil {
		return "", nil, fmt.Errorf("--simulate-faults: %w", err)
	}
	o := simulate.Options{Faults: f}
	for _, m := range models {
		o.AnyModel = o.AnyModel || m.Provider != "mistral" || m.BaseURL != "" // not the names of Mistral's own API
	}
	s, err := simulate.Start("127.0.0.1:0", o)
	if err != nil {
		return "", nil, fmt.Errorf("the simulator does not start: %w", err)
	}
	return s.URL, func() { s.Close() }, nil
}

func setParam(ptr any, name, text string) error { return errors.New("not yet") }
func checkParams(ptr any) []error               { return nil }
