package author

import (
	"strings"
	"sync"
)

// tells are the beginnings of the sentences by which good and bad answers are known.
var tells = sync.OnceValues(func() (strong, weak []string) {
	cut := func(sentences []string) (starts []string) {
		for _, s := range sentences {
			start, _, _ := strings.Cut(s, "{")
			if len(start) > 12 {
				starts = append(starts, start)
			}
		}
		return starts
	}
	return cut(phrases()["strong"]), cut(phrases()["weak"])
})

// merit is how good a text is, from 0 to 1: by what the author of such texts put into it, otherwise by its hash.
func merit(text string) float64 {
	strong, weak := tells()
	good, bad := 0, 0
	for _, s := range strong {
		good += min(1, strings.Count(text, s))
	}
	for _, s := range weak {
		bad += min(1, strings.Count(text, s))
	}
	noise := unit(Hash(text))
	if good+bad == 0 {
		return noise
	}
	m := 0.25 + 0.11*float64(good) - 0.14*float64(bad) + 0.3*noise
	return 0.9*min(max(m, 0), 1) + 0.099*noise // no two texts alike
}

// rate is the rating of text i, counted from 1, on a scale. Where there are several texts that differ they do not all
// get the same one, because a comparison that finds no difference is rare; the slip Tie makes it.
func (w *writer) rate(i, low, high int) int {
	if w.slip == Tie && len(w.texts) > 1 {
		w.slipped = true
		i = 1
	}
	if i == 0 && len(w.texts) == 1 {
		i = 1
	}
	on := func(m float64) int { return min(low+int(m*float64(high-low+1)), high) }
	if i < 1 || i > len(w.merits) {
		r := rng(w.mood + uint64(i))
		return on(r.float())
	}
	own := on(w.merits[i-1])
	best, worst := 0, 0
	for k, m := range w.merits {
		if on(m) != own || w.slip == Tie {
			return own
		}
		if m > w.merits[best] {
			best = k
		}
		if m < w.merits[worst] {
			worst = k
		}
	}
	switch {
	case best == worst:
	case i-1 == best && own < high:
		return own + 1
	case i-1 == worst && own == high && own > low:
		return own - 1
	}
	return own
}

// reason is why text i got its rating.
func (w *writer) reason(i int) string {
	about := w.subjectOfText(i)
	kind := "reason " + string(rune('0'+w.rate(i, 1, 5)))
	text := fill(phrase(kind, &w.rng), &w.rng, words(about, &w.rng), max(i, 1))
	if w.rng.n(3) == 0 {
		text += " " + fill(phrase("sentence", &w.rng), &w.rng, words(about, &w.rng), i)
	}
	return text
}

func (w *writer) subjectOfText(i int) string {
	if i >= 1 && i <= len(w.texts) {
		return w.texts[i-1]
	}
	if len(w.texts) == 1 {
		return w.texts[0]
	}
	return lastParagraph(w.last)
}

// types are the numbers of the kinds, from 1 to high, that apply to text i. The last one says that none of the others
// does, which is good where the kinds are errors and bad where they are merits.
func (w *writer) types(i, high int) []int {
	good := w.rate(i, 1, 5) >= 4
	if good == w.errors() {
		return []int{high}
	}
	some := []int{1 + w.rng.n(high-1)}
	if other := 1 + w.rng.n(high-1); other > some[0] {
		some = append(some, other)
	}
	return some
}

func (w *writer) errors() bool { return strings.Contains(w.asked, "error") }

func (w *writer) typeReason(i int) string {
	kind := "types low"
	if (w.rate(i, 1, 5) >= 4) == w.errors() {
		kind = "types high"
	}
	return fill(phrase(kind, &w.rng), &w.rng, words(w.subjectOfText(i), &w.rng), i)
}
