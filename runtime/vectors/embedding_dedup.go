package vectors

import (
	"context"
	"fmt"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// EmbeddingDedup lets the first of rows through that mean nearly the same.
type EmbeddingDedup struct {
	Threshold float64 `param:"threshold" default:"0.9" min:"0.01" max:"1" doc:"The cosine similarity from which on the later of two rows is dropped."`
}

// EmbeddingDedupIn is what EmbeddingDedup reads.
type EmbeddingDedupIn struct {
	Embedding []float64 `col:"embedding" doc:"The vector of the text that is compared."`
}

// EmbeddingDedupOut is what EmbeddingDedup adds.
type EmbeddingDedupOut struct {
	Similarity *float64 `col:"nearest_similarity" doc:"To the earlier row that is most like it, among those that stay; null for the first row."`
}

// Run keeps rows in the order of the source.
func (s EmbeddingDedup) Run(ctx context.Context, rows component.Rows[EmbeddingDedupIn], choice component.Choice[EmbeddingDedupOut]) error {
	t, err := read(ctx, rows, true, func(in EmbeddingDedupIn) []float64 { return in.Embedding }, func(EmbeddingDedupIn) {}, choice.Reject)
	if err != nil {
		return err
	}
	kept := newStayed(t)
	for place := range t.len() {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, out := int(t.rows[place]), EmbeddingDedupOut{}
		if n, ok := kept.nearest(int32(place)); ok {
			similarity := similarity(n.distance)
			if similarity >= s.Threshold {
				choice.Drop(row, nearDuplicate, fmt.Sprintf("Its similarity to row %d of those that came in is %.6g, and the threshold is %g.", t.rows[n.at]+1, similarity, s.Threshold))
				continue
			}
			out.Similarity = &similarity
		}
		kept.add(int32(place))
		if err := choice.Keep(row, out); err != nil {
			return err
		}
	}
	return nil
}

// stayed is the rows that stay, with an index of them where they may be many.
type stayed struct {
	*table
	places []int32
	index  *graph // nil: none is needed
}

func newStayed(t *table) *stayed {
	s := &stayed{table: t}
	if t.len() > exactly {
		s.index = newGraph(t)
	}
	return s
}

func (s *stayed) add(place int32) {
	s.places = append(s.places, place)
	if s.index != nil {
		s.index.add(place)
	}
}

func (s *stayed) nearest(place int32) (near, bool) {
	if s.index == nil || len(s.places) <= exactly {
		return s.nearestAmong(s.at(int(place)), s.places, angle)
	}
	found := s.index.nearest(s.at(int(place)), 1)
	return found[0], true
}

// Dedup declares embedding_dedup.
func Dedup() component.Component {
	return component.Component{
		Name: "embedding_dedup", Was: []string{"EmbeddingDedup"}, Category: "columns",
		Summary: "The first of rows that mean nearly the same",
		Doc: `Waits for all rows and drops those whose ` + "`embedding`" + ` has a cosine similarity of at least ` + "`threshold`" + ` with that of an earlier row
that stays. The others go on in their order. How near two texts of one meaning are depends on the model: look at
` + "`nearest_similarity`" + ` before you settle on a threshold. For texts that share their words, ` + "`deduplicate`" + ` needs no model.

Dropped rows are counted as filtered, of the class ` + "`near_duplicate`" + `. Each is in ` + "`dropped.jsonl`" + ` with the row that stands for it, and
` + "`distigen why ID`" + ` tells it. A row whose embedding is empty, all zeros or of another length is rejected.

All vectors are in memory as float32, 400 MB for 100,000 rows of 1,024 numbers. Up to 5,000 rows that stay are compared exactly, more of
them by an HNSW index, which may overlook about one pair in a hundred and takes some four minutes for 100,000.`,
		Paper: "Abbas et al. 2023, SemDeDup, https://arxiv.org/abs/2303.09540; Malkov and Yashunin 2016, Hierarchical Navigable Small World graphs, https://arxiv.org/abs/1603.09320",
		Example: `pipeline "distinct" {}

model "embed" { name = "mistral-embed" }

step "rows" "questions" {
  rows = [
    { text = "What is three quarters of twenty apples?" },
    { text = "What is three quarters of twenty red apples?" },
    { text = "Why is one not a prime number?" },
  ]
}

step "generate_embeddings" "embed" {
  from  = step.questions
  model = model.embed
}

step "embedding_dedup" "distinct" {
  from      = step.embed
  threshold = 0.85
}
`,
		Shape:  component.Global,
		Params: reflect.TypeFor[EmbeddingDedup](),
		In:     reflect.TypeFor[EmbeddingDedupIn](),
		Out:    reflect.TypeFor[EmbeddingDedupOut](),
	}
}
