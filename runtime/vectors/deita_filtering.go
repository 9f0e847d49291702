package vectors

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// DeitaFiltering chooses good rows that differ from each other.
type DeitaFiltering struct {
	DataBudget          int      `param:"data_budget" required:"true" min:"1" doc:"How many rows are kept at most."`
	Scores              []string `param:"scores" fixed:"true" default:"[\"evol_instruction_score\",\"evol_response_score\"]" doc:"The inputs whose product is the score: both, or one of them."`
	DiversityThreshold  *float64 `param:"diversity_threshold" default:"0.1" min:"0" doc:"The least distance of a row to its nearest neighbour. By cosine, 0 is the same direction, 1 a right angle."`
	DistanceMetric      string   `param:"distance_metric" default:"cosine" enum:"cosine,manhattan" doc:"How the distance of two embeddings is measured."`
	NormalizeEmbeddings *bool    `param:"normalize_embeddings" default:"true" doc:"Bring embeddings to length one first, which makes a difference to manhattan alone."`
	Neighbour           string   `param:"neighbour" default:"chosen" enum:"chosen,pool" doc:"Where the nearest neighbour is sought: among the rows chosen before, as in the paper, or in the whole pool, as distilabel does."`
}

// DeitaFilteringIn is what DeitaFiltering reads.
type DeitaFilteringIn struct {
	Complexity *float64  `col:"evol_instruction_score" doc:"How complex the instruction is. A row in which it is null is rejected."`
	Quality    *float64  `col:"evol_response_score" doc:"How good the response is. A row in which it is null is rejected."`
	Embedding  []float64 `col:"embedding" doc:"The vector of the row's text."`
}

// DeitaFilteringOut is what DeitaFiltering adds.
type DeitaFilteringOut struct {
	Score    float64  `col:"deita_score" doc:"Complexity times quality, or the one that there is."`
	From     []string `col:"deita_score_computed_with" doc:"The scores that it was computed with."`
	Distance *float64 `col:"nearest_neighbor_distance" doc:"To the nearest of the rows chosen before; null for the first of them."`
}

const (
	complexityScore = "evol_instruction_score"
	qualityScore    = "evol_response_score"

	// The classes of rows that are not chosen.
	nearDuplicate = "near_duplicate"
	overBudget    = "over_budget"
	noScore       = "no_score"
)

// Run chooses rows, the best first, and passes them on in the order of the source.
func (s DeitaFiltering) Run(ctx context.Context, rows component.Rows[DeitaFilteringIn], choice component.Choice[DeitaFilteringOut]) error {
	p := pool{DeitaFiltering: s, choice: choice}
	if err := p.read(ctx, rows); err != nil {
		return err
	}
	chosen, err := p.choose(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(chosen, inOrderOfPlace)
	for _, n := range chosen {
		out := DeitaFilteringOut{Score: p.scores[n.at], From: p.Scores}
		if !math.IsInf(float64(n.distance), 1) {
			d := round(n.distance)
			out.Distance = &d
		}
		if err := choice.Keep(int(p.rows[n.at]), out); err != nil {
			return err
		}
	}
	return nil
}

func inOrderOfPlace(a, b near) int { return cmp.Compare(a.at, b.at) }

// pool is the rows to choose from.
type pool struct {
	DeitaFiltering
	*table
	choice component.Choice[DeitaFilteringOut]
	scores []float64 // by place
}

// read takes the rows that have a score and a vector.
func (p *pool) read(ctx context.Context, rows component.Rows[DeitaFilteringIn]) (err error) {
	normal := p.NormalizeEmbeddings == nil || *p.NormalizeEmbeddings
	scored := &scored{Rows: rows, from: p.Scores, missing: map[int]string{}}
	p.table, err = read(ctx, scored, normal || p.DistanceMetric == "cosine", func(in DeitaFilteringIn) []float64 { return in.Embedding },
		func(in DeitaFilteringIn) { p.scores = append(p.scores, p.product(in)) }, func(i int, class, message string) error {
			if why := scored.missing[i]; why != "" {
				class, message = noScore, why
			}
			return p.choice.Reject(i, class, message)
		})
	return err
}

// scored takes the vectors of rows without a score away, so that they are rejected.
type scored struct {
	component.Rows[DeitaFilteringIn]
	from    []string
	missing map[int]string
}

// At reads a row.
func (s *scored) At(i int) (DeitaFilteringIn, error) {
	in, err := s.Rows.At(i)
	for _, name := range s.from {
		if in.score(name) == nil {
			s.missing[i] = fmt.Sprintf("The row has no %s, so that it cannot be compared with the others.", name)
			in.Embedding = nil
		}
	}
	return in, err
}

func (in DeitaFilteringIn) score(name string) *float64 {
	if name == complexityScore {
		return in.Complexity
	}
	return in.Quality
}

// product is the score of a row that has all of its parts.
func (s DeitaFiltering) product(in DeitaFilteringIn) float64 {
	score := 1.0
	for _, name := range s.Scores {
		if x := in.score(name); x != nil {
			score *= *x
		}
	}
	return score
}

func (p *pool) distance() func(a, b []float32) float32 {
	if p.DistanceMetric == "manhattan" {
		return manhattan
	}
	return angle
}

// choose goes through the rows, the best first; of equal ones the earlier.
func (p *pool) choose(ctx context.Context) (chosen []near, err error) {
	order := make([]int32, p.len())
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(p.scores[b], p.scores[a]) })
	neighbour := p.amongChosen
	if p.Neighbour == "pool" {
		if neighbour, err = p.amongAll(ctx); err != nil {
			return nil, err
		}
	}
	threshold := float32(*p.DiversityThreshold)
	var places []int32
	for _, place := range order {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := int(p.rows[place])
		if len(places) == p.DataBudget {
			p.choice.Drop(row, overBudget, fmt.Sprintf("The budget of %d rows was used up by better ones; this one has the score %g.", p.DataBudget, p.scores[place]))
			continue
		}
		n, ok := neighbour(place, places)
		if ok && n.distance < threshold {
			p.choice.Drop(row, nearDuplicate, fmt.Sprintf("Its distance to row %d of those that came in is %g, and at least %g is wanted.", p.rows[n.at]+1, round(n.distance), *p.DiversityThreshold))
			continue
		}
		if !ok {
			n.distance = float32(math.Inf(1))
		}
		places = append(places, place)
		chosen = append(chosen, near{place, n.distance})
	}
	return chosen, nil
}

// amongChosen seeks the neighbour as the paper has it.
func (p *pool) amongChosen(place int32, chosen []int32) (near, bool) {
	return p.nearestAmong(p.at(int(place)), chosen, p.distance())
}

// amongAll seeks it as distilabel does, where of two good rows that are alike neither is kept.
func (p *pool) amongAll(ctx context.Context) (func(place int32, _ []int32) (near, bool), error) {
	var all [][]near
	var err error
	if p.DistanceMetric == "manhattan" {
		all, err = p.compared(ctx, 1, manhattan)
	} else {
		all, err = p.neighbours(ctx, 1)
	}
	return func(place int32, _ []int32) (near, bool) {
		if len(all[place]) == 0 {
			return near{}, false
		}
		return all[place][0], true
	}, err
}

// Deita declares deita_filtering.
func Deita() component.Component {
	return component.Component{
		Name: "deita_filtering", Was: []string{"DeitaFiltering"}, Category: "columns",
		Summary: "Good rows that differ from each other, up to a number",
		Doc: `Waits for all rows and goes through them, the best first: those with the highest product of ` + "`evol_instruction_score`" + ` and
` + "`evol_response_score`" + `. A row is kept if its ` + "`embedding`" + ` is at least ` + "`diversity_threshold`" + ` away from the nearest one kept before,
until ` + "`data_budget`" + ` rows are. What is kept goes on in the order of the source. Of equal scores the earlier row comes first.

Rows that are not kept are counted as filtered, by class: ` + "`near_duplicate` or `over_budget`" + `. Each is in ` + "`dropped.jsonl`" + ` with the
reason, and ` + "`distigen why ID`" + ` tells it. A row without a score is rejected with the class ` + "`no_score`" + `, and not taken for a bad one. With
` + "`scores`" + ` naming one of the two columns, that one is the score. A score of 0 is a score.

The threshold is a distance. The 0.1 of cosine is the paper's similarity of 0.9. With ` + "`neighbour = \"pool\"`" + ` the neighbour is sought
among all rows, as distilabel does, whose default is 0.9: of two rows that are alike, both are dropped then, however good they are.
Among more than 5,000 rows it is sought by an index, which may overlook one in a hundred; among those chosen it never is.

All vectors are in memory as float32, 4 bytes a number. The time grows with the rows times the budget. Measured with 100,000 rows of 384
numbers and a budget of 1,000 that all rows are compared with, the worst case: 34 seconds of a processor, and 450 MB at the peak, of which
154 MB are the vectors.`,
		Paper: "Liu et al. 2023, What Makes Good Data for Alignment?, https://arxiv.org/abs/2312.15685",
		Example: `pipeline "best" {}

model "embed" { name = "mistral-embed" }

step "rows" "answers" {
  rows = [
    { text = "What is 3/4 of 20? It is 15.", complexity = 2, quality = 4 },
    { text = "What is 3/4 of 20? It is 15!", complexity = 2, quality = 3 },
    { text = "Why is 1 not a prime? It has one divisor.", complexity = 3, quality = 5 },
  ]
}

step "generate_embeddings" "embed" {
  from  = step.answers
  model = model.embed
}

step "deita_filtering" "best" {
  from        = step.embed
  inputs      = { evol_instruction_score = "complexity", evol_response_score = "quality" }
  data_budget = 2
}
`,
		Shape:  component.Global,
		Params: reflect.TypeFor[DeitaFiltering](),
		In:     reflect.TypeFor[DeitaFilteringIn](),
		Out:    reflect.TypeFor[DeitaFilteringOut](),
		Inputs: func(params any) []string { return append([]string{"embedding"}, params.(DeitaFiltering).Scores...) },
		Derive: func(params any, c *component.Columns) {
			for i, name := range params.(DeitaFiltering).Scores {
				if name != complexityScore && name != qualityScore {
					c.Problem(fmt.Sprintf("scores[%d]", i), fmt.Sprintf("%q is no score", name),
						"The scores are evol_instruction_score and evol_response_score. For a column of another name, write inputs = { evol_response_score = \"your_column\" }.")
				}
			}
			if len(params.(DeitaFiltering).Scores) == 0 {
				c.Problem("scores", "no score to choose by", "Name evol_instruction_score, evol_response_score, or both.")
			}
		},
	}
}
