package expr

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// What has no value rejects the row by name, and what has one is exact to the last bit.
func TestBounds(t *testing.T) {
	const most, least = math.MaxInt, math.MinInt
	for _, c := range []struct {
		name string
		f    func(text string) (any, error)
		want any // nil: no value
	}{
		{"add", func(t string) (any, error) { return Add(most-1, 1, t) }, most},
		{"add over", func(t string) (any, error) { return Add(most, 1, t) }, nil},
		{"add nothing", func(t string) (any, error) { return Add(most, 0, t) }, most},
		{"add under", func(t string) (any, error) { return Add(least, -1, t) }, nil},
		{"sub", func(t string) (any, error) { return Sub(least+1, 1, t) }, least},
		{"sub under", func(t string) (any, error) { return Sub(least, 1, t) }, nil},
		{"sub nothing", func(t string) (any, error) { return Sub(least, 0, t) }, least},
		{"sub over", func(t string) (any, error) { return Sub(0, least, t) }, nil},
		{"neg", func(t string) (any, error) { return Neg(most, t) }, -most},
		{"neg over", func(t string) (any, error) { return Neg(least, t) }, nil},
		{"abs", func(t string) (any, error) { return Abs(-3, t) }, 3},
		{"abs over", func(t string) (any, error) { return Abs(least, t) }, nil},
		{"mul", func(t string) (any, error) { return Mul(-3, 4, t) }, -12},
		{"mul least", func(t string) (any, error) { return Mul(least/2, 2, t) }, least},
		{"mul over", func(t string) (any, error) { return Mul(least, -1, t) }, nil},
		{"mul far over", func(t string) (any, error) { return Mul(most, most, t) }, nil},
		{"mul zero", func(t string) (any, error) { return Mul(0, least, t) }, 0},
		{"div", func(t string) (any, error) { return Div(1, 4, t) }, 0.25},
		{"div by zero", func(t string) (any, error) { return Div(1, 0, t) }, nil},
		{"div over", func(t string) (any, error) { return Div(1e300, 1e-300, t) }, nil},
		{"mod", func(t string) (any, error) { return Mod(-7, 2, t) }, -1},
		{"mod of least", func(t string) (any, error) { return Mod(least, -1, t) }, 0},
		{"mod by zero", func(t string) (any, error) { return Mod(7, 0, t) }, nil},
		{"float mod", func(t string) (any, error) { return FloatMod(-7.5, 2, t) }, -1.5},
		{"float mod by zero", func(t string) (any, error) { return FloatMod(7, 0, t) }, nil},
		{"pow", func(t string) (any, error) { return Pow(2, 10, t) }, 1024.0},
		{"pow over", func(t string) (any, error) { return Pow(10, 400, t) }, nil},
		{"root of a negative", func(t string) (any, error) { return Pow(-1, 0.5, t) }, nil},
		{"whole", func(t string) (any, error) { return Whole(-3, t) }, -3},
		{"whole least", func(t string) (any, error) { return Whole(math.MinInt64, t) }, least},
		{"whole over", func(t string) (any, error) { return Whole(math.MaxInt64, t) }, nil},
		{"sum", func(t string) (any, error) { return Sum([]int{most, -1, 1}, t) }, most},
		{"sum over", func(t string) (any, error) { return Sum([]int{most, 1}, t) }, nil},
		{"sum under", func(t string) (any, error) { return Sum([]int{least, -1}, t) }, nil},
		{"sum of nothing", func(t string) (any, error) { return Sum([]int(nil), t) }, 0},
		{"sum of floats", func(t string) (any, error) { return Sum([]float64{0.5, 0.25}, t) }, 0.75},
		{"sum of small floats", func(t string) (any, error) { return Sum([]float64{1e18, 1}, t) }, 1e18},
		{"sum of floats over", func(t string) (any, error) { return Sum([]float64{1e308, 1e308}, t) }, nil},
		{"mean", func(t string) (any, error) { return Mean([]int{1, 2}, t) }, 1.5},
		{"mean of nothing", func(t string) (any, error) { return Mean([]int{}, t) }, nil},
		{"min", func(t string) (any, error) { return Min([]int{2, 1}, t) }, 1},
		{"min of nothing", func(t string) (any, error) { return Min([]int{}, t) }, nil},
		{"max", func(t string) (any, error) { return Max([]float64{2, 1}, t) }, 2.0},
		{"max of nothing", func(t string) (any, error) { return Max([]float64{}, t) }, nil},
		{"at", func(t string) (any, error) { return At([]int{7}, 0, t) }, 7},
		{"at the end", func(t string) (any, error) { return At([]int{7}, 1, t) }, nil},
		{"at less", func(t string) (any, error) { return At([]int{7}, -1, t) }, nil},
		{"find", func(t string) (any, error) { return Find([]string{"a", "b"}, "b", t) }, 1},
		{"find nothing", func(t string) (any, error) { return Find([]string{"a"}, "b", t) }, nil},
		{"slice", func(t string) (any, error) { return Slice([]int{1, 2, 3}, 1, 3, t) }, []int{2, 3}},
		{"slice none", func(t string) (any, error) { return Slice([]int(nil), 0, 0, t) }, []int{}},
		{"slice over", func(t string) (any, error) { return Slice([]int{1}, 0, 2, t) }, nil},
		{"slice turned", func(t string) (any, error) { return Slice([]int{1}, 1, 0, t) }, nil},
		{"range down", func(t string) (any, error) { return Range(3, 1, t) }, []int{3, 2}},
		{"range of nothing", func(t string) (any, error) { return Range(0, 0, t) }, []int{}},
		{"range too long", func(t string) (any, error) { return Range(least, most, t) }, nil},
		{"number", func(t string) (any, error) { return Number(" 1.5 ", t) }, 1.5},
		{"no number", func(t string) (any, error) { return Number("x", t) }, nil},
		{"number over", func(t string) (any, error) { return Number("inf", t) }, nil},
	} {
		got, err := c.f("row.x")
		var rejected *llm.RowError
		switch {
		case c.want == nil && (!errors.As(err, &rejected) || rejected.Class != llm.BadValue || !strings.HasPrefix(err.Error(), "row.x has no value")):
			t.Errorf("%s: %v, %v", c.name, got, err)
		case c.want != nil && (err != nil || !reflect.DeepEqual(got, c.want)):
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

// A list that a function makes is never nil, which would be null.
func TestNoNilLists(t *testing.T) {
	for name, list := range map[string]any{
		"distinct": Distinct([]string(nil)), "sort": Sort(nil), "reverse": Reverse([]int(nil)), "flatten": Flatten[int](nil),
		"concat": Concat[int](nil, nil), "same": Same([]int(nil)), "floats": Floats(nil), "or": OrList(nil, []int{}),
	} {
		if v := reflect.ValueOf(list); v.IsNil() || v.Len() != 0 {
			t.Errorf("%s: %#v", name, list)
		}
	}
}

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		offset, length int
		want           string
	}{{0, 2, "gr"}, {2, 1, "ö"}, {-2, 2, "ße"}, {-9, 2, ""}, {5, 1, ""}, {1, -1, "röße"}, {1, 99, "röße"}, {0, 0, ""}} {
		if got := Substr("größe", c.offset, c.length); got != c.want {
			t.Errorf("substr %d, %d: %q", c.offset, c.length, got)
		}
	}
	if got := Text(1e21) + " " + Text(0.1); got != "1000000000000000000000 0.1" {
		t.Error(got)
	}
	one, other := 1, 1
	if !Equal(&one, &other) || !Equal[int](nil, nil) || Equal(&one, nil) || Or(nil, 2) != 2 || Or(&one, 2) != 1 || OrNull(nil, &one) != &one {
		t.Error("null")
	}
}
