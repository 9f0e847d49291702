package runtime

import "math/bits"

// filter remembers which numbers it has seen, in a few bytes for each. It takes one for seen that is not about once in
// two thousand million times.
type filter struct {
	layers []layer
}

// layer is a Bloom filter for a certain number of entries. The next one has twice the room.
type layer struct {
	bits []uint64
	room int
}

const (
	firstRoom    = 1 << 14
	bitsPerEntry = 48
	probes       = 20
)

// add remembers a number, and reports whether it is new.
func (f *filter) add(n uint64) bool {
	for _, l := range f.layers {
		if l.has(n) {
			return false
		}
	}
	last := len(f.layers) - 1
	if last < 0 || f.layers[last].room == 0 {
		room := firstRoom << len(f.layers)
		f.layers = append(f.layers, layer{make([]uint64, room*bitsPerEntry/64), room})
		last++
	}
	f.layers[last].set(n)
	f.layers[last].room--
	return true
}

func (l layer) has(n uint64) bool {
	for i := range probes {
		word, bit := l.at(n, i)
		if l.bits[word]&bit == 0 {
			return false
		}
	}
	return true
}

func (l layer) set(n uint64) {
	for i := range probes {
		word, bit := l.at(n, i)
		l.bits[word] |= bit
	}
}

// at is the place of the i-th probe.
func (l layer) at(n uint64, i int) (word int, bit uint64) {
	h := n + uint64(i)*(bits.RotateLeft64(n*0x9e3779b97f4a7c15, 32)|1)
	high, _ := bits.Mul64(h, uint64(64*len(l.bits)))
	return int(high / 64), 1 << (high % 64)
}
