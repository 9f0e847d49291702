package vectors

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

// list is rows in memory.
type list[I any] []I

func (l list[I]) Len() int            { return len(l) }
func (l list[I]) At(i int) (I, error) { return l[i], nil }

// decided is what a component makes of its rows.
type decided[O any] struct {
	kept    []int
	outs    map[int]O
	dropped map[int]string // class
	refused map[int]string
}

func run[I, O any](t testing.TB, rows []I, f func(context.Context, component.Rows[I], component.Choice[O]) error) decided[O] {
	t.Helper()
	d := decided[O]{outs: map[int]O{}, dropped: map[int]string{}, refused: map[int]string{}}
	err := f(t.Context(), list[I](rows), component.Choice[O]{
		Keep:   func(i int, out O) error { d.kept = append(d.kept, i); d.outs[i] = out; return nil },
		Drop:   func(i int, class, _ string) { d.dropped[i] = class },
		Reject: func(i int, class, _ string) error { d.refused[i] = class; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func deitaRow(complexity, quality float64, v ...float64) DeitaFilteringIn {
	return DeitaFilteringIn{&complexity, &quality, v}
}

func deita(budget int, change func(*DeitaFiltering)) DeitaFiltering {
	s := reflect.New(reflect.TypeFor[DeitaFiltering]()).Elem()
	component.SetDefaults(s)
	d := s.Interface().(DeitaFiltering)
	d.DataBudget = budget
	if change != nil {
		change(&d)
	}
	return d
}

// The best of rows that are alike stays; in the reference's way none of them does.
func TestDeita(t *testing.T) {
	rows := []DeitaFilteringIn{
		deitaRow(1, 3, 0, 0, 1),   // 3
		deitaRow(4, 5, 1, 0.1, 0), // 20, like row 2
		deitaRow(5, 5, 1, 0, 0),   // 25
		deitaRow(2, 2, 0, 1, 0),   // 4
		deitaRow(0, 5, -1, 0, 0),  // 0 is a score
		deitaRow(5, 5, 1, 0, 0),   // as row 2, which is earlier
		{nil, new(5.0), []float64{0, 1, 1}},
		{new(5.0), nil, []float64{0, 1, 1}},
		deitaRow(5, 5),
		deitaRow(5, 5, 1, 2),
		deitaRow(5, 5, 0, 0, 0),
	}
	refused := map[int]string{6: noScore, 7: noScore, 8: badVector, 9: badVector, 10: badVector}
	for name, c := range map[string]struct {
		s       DeitaFiltering
		kept    []int
		dropped map[int]string
		refused map[int]string
	}{
		"as the paper": {deita(3, nil), []int{0, 2, 3}, map[int]string{1: nearDuplicate, 5: nearDuplicate, 4: overBudget}, refused},
		"all":          {deita(9, nil), []int{0, 2, 3, 4}, map[int]string{1: nearDuplicate, 5: nearDuplicate}, refused},
		"pool":         {deita(9, func(s *DeitaFiltering) { s.Neighbour = "pool" }), []int{0, 3, 4}, map[int]string{1: nearDuplicate, 2: nearDuplicate, 5: nearDuplicate}, refused},
		"no threshold": {deita(3, func(s *DeitaFiltering) { s.DiversityThreshold = new(0.0) }), []int{1, 2, 5}, map[int]string{0: overBudget, 3: overBudget, 4: overBudget}, refused},
		"manhattan":    {deita(9, func(s *DeitaFiltering) { s.DistanceMetric, s.DiversityThreshold = "manhattan", new(1.9) }), []int{0, 2, 3, 4}, map[int]string{1: nearDuplicate, 5: nearDuplicate}, refused},
		"one score": {deita(2, func(s *DeitaFiltering) { s.Scores = []string{qualityScore} }), []int{1, 4},
			map[int]string{0: overBudget, 2: nearDuplicate, 3: overBudget, 5: overBudget, 6: overBudget}, map[int]string{7: noScore, 8: badVector, 9: badVector, 10: badVector}},
	} {
		t.Run(name, func(t *testing.T) {
			d := run(t, rows, c.s.Run)
			if !slices.Equal(d.kept, c.kept) || !reflect.DeepEqual(d.dropped, c.dropped) || !reflect.DeepEqual(d.refused, c.refused) {
				t.Errorf("kept %v\ndropped %v\nrefused %v", d.kept, d.dropped, d.refused)
			}
		})
	}
	d := run(t, rows, deita(3, nil).Run)
	if out := d.outs[2]; out.Score != 25 || out.Distance != nil || len(out.From) != 2 {
		t.Errorf("the best row has %+v", out)
	}
	if out := d.outs[3]; out.Distance == nil || *out.Distance != 1 {
		t.Errorf("the second has %+v", out)
	}
}

// The first of rows that are alike stays, and is what later ones are compared with.
func TestDedup(t *testing.T) {
	var rows []EmbeddingDedupIn
	for _, v := range [][]float64{{1, 0}, {0, 2}, {3, 0.1}, {1, 1}, {}, {0, 1}} {
		rows = append(rows, EmbeddingDedupIn{v})
	}
	d := run(t, rows, EmbeddingDedup{Threshold: 0.9}.Run)
	if !slices.Equal(d.kept, []int{0, 1, 3}) || !reflect.DeepEqual(d.dropped, map[int]string{2: nearDuplicate, 5: nearDuplicate}) || d.refused[4] != badVector {
		t.Errorf("%+v", d)
	}
	if s := d.outs[3].Similarity; s == nil || *s != 0.707107 || d.outs[0].Similarity != nil {
		t.Errorf("similarities %v, %v", d.outs[0].Similarity, s)
	}
}

func TestNeighbours(t *testing.T) {
	var rows []NearestNeighboursIn
	for _, v := range [][]float64{{1, 0}, {}, {1, 1}, {0, 1}} {
		rows = append(rows, NearestNeighboursIn{v})
	}
	d := run(t, rows, NearestNeighbours{K: 2}.Run)
	want := map[int]NearestNeighboursOut{
		0: {[]int{2, 3}, []float64{0.707107, 0}},
		2: {[]int{0, 3}, []float64{0.707107, 0.707107}},
		3: {[]int{2, 0}, []float64{0.707107, 0}},
	}
	if !reflect.DeepEqual(d.outs, want) || d.refused[1] != badVector {
		t.Errorf("%+v", d)
	}
}

// scattered is vectors in groups, as texts of some topics have them.
func scattered(n, dims int) *table { return grouped(n, dims, 50, 0.7) }

func grouped(n, dims, groups int, spread float64) *table {
	dice := rand.New(rand.NewPCG(1, 2))
	centers := make([][]float64, groups)
	for i := range centers {
		for range dims {
			centers[i] = append(centers[i], dice.NormFloat64())
		}
	}
	t := &table{dims: dims}
	for i := range n {
		v := make([]float64, dims)
		for k := range v {
			v[k] = centers[i%len(centers)][k] + spread*dice.NormFloat64()
		}
		length := norm(v)
		for _, x := range v {
			t.all = append(t.all, float32(x/length))
		}
		t.rows = append(t.rows, int32(i))
	}
	return t
}

// The index finds nearly all of the true neighbours, and the same ones each time.
func TestIndex(t *testing.T) {
	vectors := scattered(1500, 32)
	exact, err := vectors.compared(t.Context(), 10, angle)
	if err != nil {
		t.Fatal(err)
	}
	found, err := vectors.indexed(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	again, err := vectors.indexed(t.Context(), 10)
	if err != nil || !reflect.DeepEqual(found, again) {
		t.Errorf("other neighbours the second time: %v", err)
	}
	hits := 0
	for i := range exact {
		for _, n := range found[i] {
			if slices.Contains(exact[i], n) {
				hits++
			}
		}
	}
	if recall := float64(hits) / float64(10*len(exact)); recall < 0.98 {
		t.Errorf("it finds %.3f of the neighbours", recall)
	}
}

func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			t := scattered(n, 1024)
			for b.Loop() {
				if _, err := t.indexed(b.Context(), 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDeita(b *testing.B) {
	t := scattered(10_000, 1024)
	rows := make([]DeitaFilteringIn, t.len())
	for i := range rows {
		v := make([]float64, t.dims)
		for k, x := range t.at(i) {
			v[k] = float64(x)
		}
		rows[i] = deitaRow(float64(i%7), float64(i%5), v...)
	}
	for b.Loop() {
		run(b, rows, deita(1000, func(s *DeitaFiltering) { s.DiversityThreshold = new(0.01) }).Run)
	}
}
