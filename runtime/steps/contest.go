package steps

import (
	"slices"
)

// contest compares texts two at a time, each two in both orders.
type contest struct {
	texts         []string
	strict        bool // a judge who contradicts itself spoils the row
	judge         func(first, second string) (better int, err error)
	points        []int
	known         map[[2]string]int // what has been judged, since equal texts are judged once
	disagreements int
}

func newContest(texts []string, strict bool, judge func(first, second string) (int, error)) *contest {
	return &contest{texts: texts, strict: strict, judge: judge, points: make([]int, len(texts)), known: map[[2]string]int{}}
}

// roundRobin compares each with each: 2 points for a win, 1 for a tie.
func (c *contest) roundRobin() error {
	for i := range c.texts {
		for k := i + 1; k < len(c.texts); k++ {
			lead, err := c.compare(i, k)
			if err != nil {
				return err
			}
			c.points[i] += 1 + lead
			c.points[k] += 1 - lead
		}
	}
	return nil
}

// knockout has the winners of one round meet in the next: a point for each round that a text gets through.
func (c *contest) knockout() error {
	left := make([]int, len(c.texts))
	for i := range left {
		left[i] = i
	}
	for len(left) > 1 {
		var through []int
		for pair := range slices.Chunk(left, 2) {
			winner := pair[0] // without a partner it goes on
			if len(pair) == 2 {
				lead, err := c.compare(pair[0], pair[1])
				if err != nil {
					return err
				}
				if lead < 0 {
					winner = pair[1]
				}
				if lead == 0 && len(left) == 2 {
					c.points[pair[1]]++
				}
			}
			c.points[winner]++
			through = append(through, winner)
		}
		left = through
	}
	return nil
}

// compare is 1 where text i is better than text k, -1 where it is worse, and 0 for a tie.
func (c *contest) compare(i, k int) (int, error) {
	if c.texts[i] == c.texts[k] {
		return 0, nil
	}
	there, err := c.ask(c.texts[i], c.texts[k])
	if err != nil {
		return 0, err
	}
	back, err := c.ask(c.texts[k], c.texts[i])
	if err != nil {
		return 0, err
	}
	lead := there - back
	if there != -back {
		c.disagreements++
		if c.strict && lead == 0 {
			return 0, noPair("The judge calls answer %d better than answer %d, and worse when it sees them the other way round.", i+1, k+1)
		}
	}
	return min(max(lead, -1), 1), nil
}

// ask is 1 where the judge prefers the first text, -1 where it prefers the second, and 0 where it prefers neither.
func (c *contest) ask(first, second string) (int, error) {
	key := [2]string{first, second}
	lead, ok := c.known[key]
	if ok {
		return lead, nil
	}
	better, err := c.judge(first, second)
	if err != nil {
		return 0, err
	}
	switch better {
	case 1:
		lead = 1
	case 2:
		lead = -1
	}
	c.known[key] = lead
	return lead, nil
}

// ranking gives each text its rank by its points, 1 the most, and the texts in that order. Equals share a rank.
func ranking(points []int, texts []string) (ranks []int, ranked []string) {
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return points[b] - points[a] })
	ranks = make([]int, len(points))
	for place, i := range order {
		ranks[i] = place + 1
		if place > 0 && points[order[place-1]] == points[i] {
			ranks[i] = ranks[order[place-1]]
		}
		ranked = append(ranked, texts[i])
	}
	return ranks, ranked
}
