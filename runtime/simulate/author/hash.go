package author

import "math/bits"

// hash is FNV-1a over texts with their ends marked.
type hash uint64

func newHash(texts ...string) hash {
	h := hash(14695981039346656037)
	for _, t := range texts {
		h.add(t)
	}
	return h
}

func (h *hash) add(text string) {
	x := uint64(*h)
	for i := range len(text) {
		x = (x ^ uint64(text[i])) * 1099511628211
	}
	*h = hash((x ^ 0xff) * 1099511628211)
}

func (h hash) sum() uint64 {
	r := rng(h)
	return r.next()
}

// Hash is the same number for the same texts, on every machine and in every run.
func Hash(texts ...string) uint64 { return newHash(texts...).sum() }

// rng is the splitmix64 generator: a few instructions, and no state but a number.
type rng uint64

func (r *rng) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	x := uint64(*r)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// n is a number from 0 to limit-1.
func (r *rng) n(limit int) int {
	hi, _ := bits.Mul64(r.next(), uint64(limit))
	return int(hi)
}

// float is a number from 0 up to 1.
func (r *rng) float() float64 { return unit(r.next()) }

func unit(x uint64) float64 { return float64(x>>11) / (1 << 53) }

// perm is the numbers from 0 to n-1 in some order.
func (r *rng) perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		j := r.n(i + 1)
		p[i], p[j] = p[j], i
	}
	return p
}
