package vectors

import (
	"context"
	"math"
	"slices"
)

// neighbours finds the k nearest of each place among all others, by angle: exactly where the rows are few, and through the index
// where they are many.
func (t *table) neighbours(ctx context.Context, k int) ([][]near, error) {
	if t.len() > exactly {
		return t.indexed(ctx, k)
	}
	return t.compared(ctx, k, angle)
}

// compared compares all pairs.
func (t *table) compared(ctx context.Context, k int, distance func(a, b []float32) float32) ([][]near, error) {
	found := make([][]near, t.len())
	inParallel(t.len(), func(from, to int) {
		for i := from; i < to && ctx.Err() == nil; i++ {
			best := heap{farthest: true}
			for j := range t.len() {
				if j == i {
					continue
				}
				n := near{int32(j), distance(t.at(i), t.at(j))}
				if best.len() < k || n.before(best.top()) {
					if best.push(n); best.len() > k {
						best.pop()
					}
				}
			}
			slices.SortFunc(best.items, inOrder)
			found[i] = best.items
		}
	})
	return found, ctx.Err()
}

// indexed asks the index.
func (t *table) indexed(ctx context.Context, k int) ([][]near, error) {
	g := newGraph(t)
	for i := range t.len() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g.add(int32(i))
	}
	found := make([][]near, t.len())
	for i := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all := slices.DeleteFunc(g.nearest(t.at(i), k+1), func(n near) bool { return n.at == int32(i) })
		found[i] = all[:min(k, len(all))]
	}
	return found, nil
}

// round is a number as a column has it, without the digits that mean nothing in a float32.
func round(x float32) float64 { return math.Round(float64(x)*1e6) / 1e6 }

// similarity is the cosine of an angle.
func similarity(distance float32) float64 { return round(1 - distance) }
