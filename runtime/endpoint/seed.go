package endpoint

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
)

// seeds is the number of seeds that every API takes: 0 to 2^31-1.
const seeds = 1 << 31

// seedOf is the seed to send. Samples of a row differ by one. When a reply could not be used, the next attempt needs
// another seed, or the same reply would come again; it is derived, so that every run of the pipeline sends the same, and sent
// to those that take one. With seeded, so are those of the further replies to the same request where none is set.
func seedOf(set *int, takes, seeded bool, call llm.Call, round, attempt int) *int {
	switch {
	case (attempt > 1 || round > 0) && (set != nil || takes), set == nil && seeded && (call.Sample > 0 || call.Twin > 0):
		return derivedSeed(set, call, round, attempt)
	case set == nil:
		return nil
	}
	return llm.Ptr(int((uint64(*set)%seeds + uint64(call.Sample)) % seeds))
}

// derivedSeed is another seed for each row and reply, the same in every run.
func derivedSeed(set *int, call llm.Call, round, attempt int) *int {
	start := -1
	if set != nil {
		start = *set
	}
	// Without the step's name, so that a step can get another one and keep its replies.
	h := sha256.Sum256(fmt.Appendf(nil, "%d %q %d %d %d %d", start, call.Row, call.Sample, call.Twin, round, attempt))
	return llm.Ptr(int(binary.BigEndian.Uint32(h[:]) % seeds))
}
