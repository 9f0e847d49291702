package vectors

// heap has the nearest on top, or the farthest.
type heap struct {
	items    []near
	farthest bool
}

func (h *heap) len() int  { return len(h.items) }
func (h *heap) top() near { return h.items[0] }

func (h *heap) above(i, j int) bool {
	if h.farthest {
		i, j = j, i
	}
	return h.items[i].before(h.items[j])
}

func (h *heap) push(n near) {
	h.items = append(h.items, n)
	for i := len(h.items) - 1; i > 0; {
		up := (i - 1) / 2
		if !h.above(i, up) {
			return
		}
		h.items[i], h.items[up] = h.items[up], h.items[i]
		i = up
	}
}

func (h *heap) pop() near {
	top, last := h.items[0], len(h.items)-1
	h.items[0] = h.items[last]
	h.items = h.items[:last]
	for i := 0; ; {
		next := 2*i + 1
		if next >= last {
			return top
		}
		if next+1 < last && h.above(next+1, next) {
			next++
		}
		if !h.above(next, i) {
			return top
		}
		h.items[i], h.items[next] = h.items[next], h.items[i]
		i = next
	}
}
