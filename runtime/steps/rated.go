package steps

import (
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
)

// rated is several answers, their ratings, and the models that wrote them if those are known.
type rated struct {
	answers []string
	ratings []int
	models  []string
}

// pair finds the first answer with the highest rating and the first with the lowest.
func (r rated) pair(onTie string) (best, worst int, err error) {
	n := len(r.answers)
	switch {
	case len(r.ratings) != n:
		return 0, 0, noPair("The row has %d answers and %d ratings, so nobody can say which rating is whose.", n, len(r.ratings))
	case len(r.models) > 0 && len(r.models) != n:
		return 0, 0, noPair("The row has %d answers and %d generation_models, so nobody can say who wrote which.", n, len(r.models))
	case n < 2:
		return 0, 0, noPair("A preference pair takes two answers, and the row has %d.", n)
	}
	for i, rating := range r.ratings {
		if rating > r.ratings[best] {
			best = i
		}
		if rating < r.ratings[worst] {
			worst = i
		}
	}
	if best == worst {
		if onTie != "order" {
			return 0, 0, noPair("All %d answers have the rating %d, so none is better than another.", n, r.ratings[0])
		}
		worst = n - 1
	}
	if r.answers[best] == r.answers[worst] {
		return 0, 0, noPair("The best and the worst answer are the same text.")
	}
	return best, worst, nil
}

func noPair(format string, args ...any) error {
	return &llm.RowError{Class: llm.NoPair, Message: fmt.Sprintf(format, args...)}
}
