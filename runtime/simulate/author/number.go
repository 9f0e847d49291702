package author

import "math"

// highest is the largest number that is allowed; 4 if none is named.
func highest(n *node) int {
	high := 0
	for _, e := range n.Enum {
		f, ok := e.(float64)
		if !ok {
			return 0
		}
		high = max(high, int(f))
	}
	if n.Enum == nil && n.Maximum != nil {
		high = int(*n.Maximum)
	} else if n.Enum == nil {
		high = 4
	}
	return high
}

// choose takes one of the values of an enum: a rating's own, otherwise any.
func (v *value) choose(values []any, at place) any {
	low, high := math.Inf(1), math.Inf(-1)
	for _, e := range values {
		f, ok := e.(float64)
		if !ok {
			return values[v.rng.n(len(values))]
		}
		low, high = min(low, f), max(high, f)
	}
	if !names(at.name, ratings...) && !names(at.name, verdicts...) {
		return values[v.rng.n(len(values))]
	}
	wanted := v.rating(at, int(low), int(high))
	if v.slip == OutOfScale && (wanted < int(low) || wanted > int(high)) {
		return wanted
	}
	best := values[0].(float64)
	for _, e := range values {
		if math.Abs(e.(float64)-float64(wanted)) < math.Abs(best-float64(wanted)) {
			best = e.(float64)
		}
	}
	return best
}

// number is a number in the schema's range.
func (v *value) number(n *node, at place, whole bool) float64 {
	low, high := 1.0, 100.0
	if names(at.name, ratings...) {
		high = 5
	}
	step := 0.01
	if whole {
		step = 1
	}
	switch min, max := bound(n.Minimum, n.Above, step), bound(n.Maximum, n.Below, -step); {
	case min != nil && max != nil:
		low, high = *min, *max
	case min != nil:
		low, high = *min, math.Max(high, *min+10)
	case max != nil:
		low, high = math.Min(low, *max-10), *max
	}
	if whole {
		low, high = math.Ceil(low), math.Floor(high)
	}
	var x float64
	switch {
	case names(at.name, ratings...) || names(at.name, verdicts...):
		return float64(v.rating(at, int(math.Ceil(low)), int(high)))
	case names(at.name, "index", "number", "position") && whole && at.i > 0 && float64(at.i) >= low && float64(at.i) <= high:
		return float64(at.i)
	case whole:
		x = low + math.Floor(v.rng.float()*(high-low+1))
	default:
		x = math.Round((low+v.rng.float()*(high-low))*100) / 100
	}
	if m := n.MultipleOf; m != nil && *m > 0 {
		if x = math.Floor(x / *m) * *m; x < low {
			x += *m
		}
	}
	if math.IsNaN(x) { // of a range as wide as the numbers
		x = low
	}
	return math.Min(math.Max(x, low), math.Max(low, high))
}

func bound(edge, beyond *float64, step float64) *float64 {
	if edge != nil || beyond == nil {
		return edge
	}
	inner := *beyond + step
	return &inner
}

// rating is the rating of a text, or the number of the best one where the name asks for it; out of its scale where that slip is
// to be made.
func (w *writer) rating(at place, low, high int) int {
	if w.slip == OutOfScale && !w.slipped {
		w.slipped = true
		return [...]int{high + 1, high * 2, low - 1, high + 5}[w.rng.n(4)]
	}
	if names(at.name, verdicts...) && len(w.texts) > 1 {
		return min(max(w.best(), low), high)
	}
	return w.rate(at.i, low, high)
}

// best is the number of the best text, from 1.
func (w *writer) best() int {
	best := 0
	for k, m := range w.merits {
		if m > w.merits[best] {
			best = k
		}
	}
	return best + 1
}
