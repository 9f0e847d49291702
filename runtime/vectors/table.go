// Package vectors has the steps that compare embeddings. Those that work on all rows hold the vectors in memory as float32: 4
// bytes a number, 400 MB for 100,000 rows of 1,024.
package vectors

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/distigen/distigen/runtime/component"
)

// badVector is the class of rows whose vector cannot be compared.
const badVector = "bad_vector"

// table is the vectors of rows, one after the other.
type table struct {
	rows []int32 // numbers of the rows that have one; the others are rejected
	dims int
	all  []float32
}

func (t *table) len() int { return len(t.rows) }

func (t *table) at(i int) []float32 { return t.all[i*t.dims : (i+1)*t.dims] }

// read takes the vectors of all rows, of length one if normal is set. Rows that have none, or one of other dimensions than the
// first, are rejected. each is told of the row at each place of the table.
func read[I any](ctx context.Context, rows component.Rows[I], normal bool, vector func(I) []float64, each func(I), reject func(i int, class, message string) error) (*table, error) {
	t := &table{}
	for i := range rows.Len() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, err := rows.At(i)
		if err != nil {
			return nil, err
		}
		v := vector(row)
		if t.dims == 0 {
			t.dims = len(v)
			t.all = make([]float32, 0, t.dims*rows.Len())
		}
		length := norm(v)
		wrong := ""
		switch {
		case len(v) == 0:
			wrong = "The embedding is empty."
		case len(v) != t.dims:
			wrong = fmt.Sprintf("The embedding has %d numbers, and that of the first row has %d. Embed all rows with the same model.", len(v), t.dims)
		case length == 0 && normal:
			wrong = "The embedding is all zeros, which has no direction."
		}
		if wrong != "" {
			if err := reject(i, badVector, wrong); err != nil {
				return nil, err
			}
			continue
		}
		if !normal {
			length = 1
		}
		for _, x := range v {
			t.all = append(t.all, float32(x/length))
		}
		t.rows = append(t.rows, int32(i))
		each(row)
	}
	return t, nil
}

func norm(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum)
}

// dot is the product of two vectors, which is the cosine of their angle where both have length one.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32 // apart, so that the processor need not wait for each sum
	b = b[:len(a)]
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// angle is the distance of two vectors of length one by the angle between them: one minus the cosine, from 0 to 2.
func angle(a, b []float32) float32 { return max(0, 1-dot(a, b)) }

// manhattan is the sum of the differences.
func manhattan(a, b []float32) float32 {
	var sum float32
	b = b[:len(a)]
	for i, x := range a {
		d := x - b[i]
		if d < 0 {
			d = -d
		}
		sum += d
	}
	return sum
}

// near is a place of a table and its distance.
type near struct {
	at       int32
	distance float32
}

// before is the order by distance, and by place where that is equal.
func (n near) before(m near) bool {
	return n.distance < m.distance || n.distance == m.distance && n.at < m.at
}

// inParallel does f for the parts of 0 to n, on all processors.
func inParallel(n int, f func(from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), n/256+1)
	var all sync.WaitGroup
	for p := range parts {
		all.Go(func() { f(p*n/parts, (p+1)*n/parts) })
	}
	all.Wait()
}

// nearestAmong finds the one of some places that is nearest to a vector; ok is false where there is none.
func (t *table) nearestAmong(v []float32, places []int32, distance func(a, b []float32) float32) (best near, ok bool) {
	var mu sync.Mutex
	inParallel(len(places), func(from, to int) {
		if from == to {
			return
		}
		mine := near{places[from], distance(v, t.at(int(places[from])))}
		for _, p := range places[from+1 : to] {
			if n := (near{p, distance(v, t.at(int(p)))}); n.before(mine) {
				mine = n
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if !ok || mine.before(best) {
			best, ok = mine, true
		}
	})
	return best, ok
}
