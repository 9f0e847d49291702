package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
)

// Settings say how the rows of a dataset are written, and what its card says of them.
type Settings struct {
	Files      Files              // nil is JSONL
	Splits     map[string]float64 // the share of each split; empty is all in train
	ShardRows  int                // of a file at most; 0 is any number
	ShardBytes int64              // of the rows of a file as JSON; 0 is DefaultShardBytes
	License    string             // on the card, by the Hub's name for it
	Tags       []string           // on the card
	Contract   Contract           // of the trainer that the rows are for; nil: they are written as they are
}

// DefaultShardBytes is the size of a shard, as JSON: a file of some 100 MB.
const DefaultShardBytes = 256 << 20

// DefaultSplit is where the rows are where a dataset has no splits.
const DefaultSplit = "train"

// Plain reports whether rows are written as they are.
func (s Settings) Plain() bool {
	_, jsonl := s.Files.(JSONL)
	return s.Files == nil || jsonl
}

// Extension is how the names of the files end.
func (s Settings) Extension() string {
	if s.Files == nil {
		return JSONL{}.Name()
	}
	return s.Files.Name()
}

// Full reports whether a shard takes no more rows.
func (s Settings) Full(rows, size int64) bool {
	most := s.ShardBytes
	if most == 0 {
		most = DefaultShardBytes
	}
	return size >= most || s.ShardRows > 0 && rows >= int64(s.ShardRows)
}

// SplitNames lists the splits, train first.
func (s Settings) SplitNames() []string {
	if len(s.Splits) == 0 {
		return []string{DefaultSplit}
	}
	return slices.SortedFunc(maps.Keys(s.Splits), func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == DefaultSplit || b != DefaultSplit && a < b:
			return -1
		}
		return 1
	})
}

// SplitOf is the number of the split of a row. It follows from the row's id alone, so that a row stays where it is when others
// come and go.
func (s Settings) SplitOf(id string) int {
	if len(s.Splits) < 2 {
		return 0
	}
	sum := sha256.Sum256([]byte("split " + id))
	at := float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
	names := s.SplitNames()
	for i, name := range names {
		if at -= s.Splits[name]; at < 0 {
			return i
		}
	}
	return len(names) - 1
}
