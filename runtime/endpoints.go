package runtime

import (
	"errors"

	"github.com/distigen/distigen/runtime/llm"
)

func endpoints(models []llm.Model, simulated bool, st *stats) (asks, error) {
	return nil, errors.New("not yet")
}

func simulator(faults string) (string, func(), error) { return "", nil, errors.New("not yet") }

func setParam(ptr any, name, text string) error { return errors.New("not yet") }
func checkParams(ptr any) []error               { return nil }
