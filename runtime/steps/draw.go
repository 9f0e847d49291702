package steps

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
)

// lot is a number that follows from the seed, the row and what it is drawn for alone, so that every run draws the same,
// whatever came first.
func lot(t llm.Task, call llm.Call, what string) uint64 {
	seed := 0
	if s := cmp.Or(t.Seed, t.Model.Generation.Seed); s != nil {
		seed = *s
	}
	h := sha256.Sum256(fmt.Appendf(nil, "%d %q %d %s", seed, call.Row, call.Sample, what))
	return binary.BigEndian.Uint64(h[:])
}

// drawn is the value of a parameter that is drawn for each row unless the user has chosen.
const drawn = "drawn"

// draws draws such parameters for one request.
type draws struct {
	task llm.Task
	call llm.Call
}

// text is what was chosen for a parameter, or else one of the choices.
func (d draws) text(name, chosen string, choices []string) string {
	if chosen != "" && chosen != drawn {
		return chosen
	}
	return pick(d, name, choices)
}

// number is text for numbers; nil means that none was chosen.
func (d draws) number(name string, chosen *float64, choices []float64) float64 {
	if chosen != nil {
		return *chosen
	}
	return pick(d, name, choices)
}

func pick[T any](d draws, name string, choices []T) T {
	return choices[lot(d.task, d.call, name)%uint64(len(choices))]
}
