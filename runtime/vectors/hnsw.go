package vectors

import (
	"math"
	"math/bits"
	"slices"
)

// graph is an HNSW index (hierarchical navigable small world) of vectors of length one. It is of our own making since those to be
// had as libraries are not kept any more; it takes no random numbers, so that the same rows give the same graph.
type graph struct {
	*table
	links   [][][]int32 // of each place: of each of its layers
	entry   int32
	visited []uint32 // in which search a place was seen last
	search  uint32
}

const (
	linked   = 16  // neighbours of a place in a layer; twice as many in the lowest
	spare    = 16  // more than that before some are let go, so that this is seldom done
	building = 128 // candidates that are looked at for a new place
	// exactly is the number of rows up to which all pairs are compared: it takes seconds.
	exactly = 5_000
)

func newGraph(t *table) *graph {
	return &graph{table: t, links: make([][][]int32, t.len()), entry: -1, visited: make([]uint32, t.len())}
}

// layersOf is how many layers a place has: one in 16 has a second, one of these in 16 a third.
func layersOf(place int32) int {
	x := uint64(place) + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return 1 + min(bits.TrailingZeros64(x^x>>31)/4, 12)
}

// add enters a place.
func (g *graph) add(place int32) {
	v, layers := g.at(int(place)), layersOf(place)
	g.links[place] = make([][]int32, layers)
	if g.entry < 0 {
		g.entry = place
		return
	}
	top := len(g.links[g.entry])
	start := []near{{g.entry, angle(v, g.at(int(g.entry)))}}
	for layer := top - 1; layer >= 0; layer-- {
		if layer >= layers {
			start = g.look(v, start, 1, layer)
			continue
		}
		start = g.look(v, start, building, layer)
		chosen := g.spread(start, linked)
		for _, n := range chosen {
			g.links[place][layer] = append(g.links[place][layer], n.at)
			g.link(n.at, near{place, n.distance}, layer)
		}
	}
	if layers > top {
		g.entry = place
	}
}

// link ties a place to another, and lets go of the least useful ties once there are too many.
func (g *graph) link(from int32, to near, layer int) {
	most := linked
	if layer == 0 {
		most = 2 * linked
	}
	ties := append(g.links[from][layer], to.at)
	if len(ties) > most+spare {
		all := make([]near, len(ties))
		v := g.at(int(from))
		for i, p := range ties {
			all[i] = near{p, angle(v, g.at(int(p)))}
		}
		slices.SortFunc(all, inOrder)
		ties = ties[:0]
		for _, n := range g.spread(all, most) {
			ties = append(ties, n.at)
		}
	}
	g.links[from][layer] = ties
}

// spread chooses neighbours that lie in different directions: none that is nearer to one chosen than to the place itself. Where
// there is room, the nearest of the others are taken as well.
func (g *graph) spread(sorted []near, most int) []near {
	if len(sorted) <= most {
		return sorted
	}
	var chosen, rest []near
	for _, n := range sorted {
		if len(chosen) == most {
			return chosen
		}
		if slices.ContainsFunc(chosen, func(c near) bool { return angle(g.at(int(n.at)), g.at(int(c.at))) < n.distance }) {
			rest = append(rest, n)
		} else {
			chosen = append(chosen, n)
		}
	}
	return append(chosen, rest[:min(len(rest), most-len(chosen))]...)
}

// nearest finds the k places nearest to a vector, or nearly so, the nearest first.
func (g *graph) nearest(v []float32, k int) []near {
	if g.entry < 0 {
		return nil
	}
	start := []near{{g.entry, angle(v, g.at(int(g.entry)))}}
	for layer := len(g.links[g.entry]) - 1; layer > 0; layer-- {
		start = g.look(v, start, 1, layer)
	}
	found := g.look(v, start, max(building, 2*k), 0)
	return found[:min(k, len(found))]
}

// look goes from place to place, always on from the nearest one, and returns the best that it comes by, sorted.
func (g *graph) look(v []float32, start []near, breadth, layer int) []near {
	g.search++
	if g.search == math.MaxUint32 {
		clear(g.visited)
		g.search = 1
	}
	var todo, best heap
	best.farthest = true
	for _, n := range start {
		g.visited[n.at] = g.search
		todo.push(n)
		best.push(n)
	}
	for best.len() > breadth {
		best.pop()
	}
	for todo.len() > 0 {
		n := todo.pop()
		if best.len() >= breadth && best.top().before(n) {
			break
		}
		for _, p := range g.links[n.at][layer] {
			if g.visited[p] == g.search {
				continue
			}
			g.visited[p] = g.search
			next := near{p, angle(v, g.at(int(p)))}
			if best.len() < breadth || next.before(best.top()) {
				todo.push(next)
				if best.push(next); best.len() > breadth {
					best.pop()
				}
			}
		}
	}
	slices.SortFunc(best.items, inOrder)
	return best.items
}

func inOrder(a, b near) int {
	switch {
	case a.before(b):
		return -1
	case b.before(a):
		return 1
	}
	return 0
}
