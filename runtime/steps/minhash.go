package steps

import (
	"cmp"
	"context"
	"hash/fnv"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/component"
)

const (
	signature = 128 // values of a MinHash signature
	// overlooked is the share of similar pairs that may not become candidates.
	overlooked = 0.01
	// mostCompared bounds how many earlier rows of a band a row is compared with, so that a thousand copies of one text do not
	// make a million pairs. The earliest come first: one of them stays.
	mostCompared = 32
	bandsAtOnce  = 8
)

// minhash finds texts that are nearly equal. Of each row it holds some 80 bytes in memory: the hashes of a few bands at a
// time, for which the rows are read again.
type minhash struct {
	Deduplicate
	rows  component.Rows[DeduplicateIn]
	bands int
	width int // values in a band
	seeds [signature]uint64
	last  map[int][]uint64 // groups of the rows compared last
}

func newMinhash(s Deduplicate, rows component.Rows[DeduplicateIn]) *minhash {
	m := &minhash{Deduplicate: s, rows: rows, last: map[int][]uint64{}}
	m.bands, m.width = bandsFor(s.Threshold)
	state := uint64(0x9e3779b97f4a7c15)
	for i := range m.seeds {
		state = mix(state + 0x9e3779b97f4a7c15)
		m.seeds[i] = state
	}
	return m
}

// bandsFor parts the signature into the widest bands, which give the fewest candidates, that overlook few enough pairs of
// the threshold's similarity.
func bandsFor(threshold float64) (bands, width int) {
	for width = signature; width > 1; width /= 2 {
		bands = signature / width
		if math.Pow(1-math.Pow(threshold, float64(width)), float64(bands)) <= overlooked {
			return bands, width
		}
	}
	return signature, 1
}

// mix spreads the bits of a number (the finalizer of MurmurHash3).
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// twins says of each row whether an earlier one stands for it.
func (m *minhash) twins(ctx context.Context) ([]bool, error) {
	var candidates []uint64
	for from := 0; from < m.bands; from += bandsAtOnce {
		hashes, err := m.bandHashes(ctx, from, min(m.bands, from+bandsAtOnce))
		if err != nil {
			return nil, err
		}
		candidates = m.candidates(candidates, hashes)
	}
	var err error
	dropped := make([]bool, m.rows.Len())
	for len(candidates) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := int(candidates[0] >> 32)
		end := slices.IndexFunc(candidates, func(c uint64) bool { return int(c>>32) != row })
		if end < 0 {
			end = len(candidates)
		}
		for _, c := range candidates[:end] {
			earlier := int(uint32(c))
			if dropped[earlier] {
				continue
			}
			if dropped[row], err = m.similar(earlier, row); err != nil {
				return nil, err
			}
			if dropped[row] {
				break
			}
		}
		candidates = candidates[end:]
	}
	return dropped, nil
}

// bandHashes has, for some of the bands, the hash of each row; 0 where the row has no words.
func (m *minhash) bandHashes(ctx context.Context, from, to int) ([][]uint64, error) {
	hashes := make([][]uint64, to-from)
	for b := range hashes {
		hashes[b] = make([]uint64, m.rows.Len())
	}
	for i := range m.rows.Len() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		groups, err := m.groups(i)
		if err != nil {
			return nil, err
		}
		for b := range hashes {
			if len(groups) > 0 {
				hashes[b][i] = m.bandHash(groups, from+b)
			}
		}
	}
	return hashes, nil
}

// bandHash is over the values of the signature that are in a band: the least hash of all groups, for each of its seeds.
func (m *minhash) bandHash(groups []uint64, band int) uint64 {
	h := uint64(band)
	for _, seed := range m.seeds[band*m.width : (band+1)*m.width] {
		least := uint64(math.MaxUint64)
		for _, g := range groups {
			least = min(least, mix(g^seed))
		}
		h = mix(bits.RotateLeft64(h, 5) ^ least)
	}
	return max(h, 1)
}

// candidates adds the pairs of a row and an earlier one that share one of the bands, and brings all into order.
func (m *minhash) candidates(pairs []uint64, hashes [][]uint64) []uint64 {
	order := make([]int, m.rows.Len())
	for _, band := range hashes {
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(band[a], band[b]), a-b) })
		first := 0
		for n, row := range order {
			if band[row] != band[order[first]] {
				first = n
			}
			if band[row] == 0 {
				continue
			}
			for _, earlier := range order[first:min(n, first+mostCompared)] {
				pairs = append(pairs, uint64(row)<<32|uint64(earlier))
			}
		}
		slices.Sort(pairs)
		pairs = slices.Compact(pairs)
	}
	return pairs
}

// similar compares two rows exactly: the groups that both have, of those that either has.
func (m *minhash) similar(a, b int) (bool, error) {
	x, err := m.known(a)
	if err != nil {
		return false, err
	}
	y, err := m.known(b)
	if err != nil {
		return false, err
	}
	common := 0
	for i, j := 0, 0; i < len(x) && j < len(y); {
		switch {
		case x[i] < y[j]:
			i++
		case x[i] > y[j]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	return float64(common) >= m.Threshold*float64(len(x)+len(y)-common), nil
}

// known remembers the groups of a few rows, since those compared next are often the same.
func (m *minhash) known(row int) ([]uint64, error) {
	if g, ok := m.last[row]; ok {
		return g, nil
	}
	g, err := m.groups(row)
	if len(m.last) >= 1024 {
		clear(m.last)
	}
	m.last[row] = g
	return g, err
}

// groups are the hashes of the groups of words of a row, in order, each once.
func (m *minhash) groups(row int) ([]uint64, error) {
	in, err := m.rows.At(row)
	if err != nil {
		return nil, err
	}
	var groups []uint64
	for c, name := range m.Columns {
		text := ""
		switch v := in.Vars[name].(type) {
		case string:
			text = v
		case *string:
			if v != nil {
				text = *v
			}
		}
		words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		size := min(m.NGram, len(words))
		for i := 0; size > 0 && i+size <= len(words); i++ {
			h := fnv.New64a()
			h.Write([]byte{byte(c)})
			for _, w := range words[i : i+size] {
				h.Write([]byte(w))
				h.Write([]byte{0})
			}
			groups = append(groups, h.Sum64())
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups), nil
}
