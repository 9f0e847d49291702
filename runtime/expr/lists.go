package expr

// No function here returns a list that is nil, which is null in a column that may be.

import "slices"

// At is an element of a list, counted from 0.
func At[T any](list []T, i int, text string) (element T, err error) {
	if i < 0 || i >= len(list) {
		return element, noValue(text, "the index is %d, and the list has %d elements", i, len(list))
	}
	return list[i], nil
}

// Find is the place of the first element of a list that equals v.
func Find[T comparable](list []T, v T, text string) (int, error) {
	i := slices.Index(list, v)
	if i < 0 {
		return 0, noValue(text, "the list does not have it")
	}
	return i, nil
}

// Slice is the part of a list from start to before end.
func Slice[T any](list []T, start, end int, text string) ([]T, error) {
	if start < 0 || end < start || end > len(list) {
		return nil, noValue(text, "it is from %d to %d, and the list has %d elements", start, end, len(list))
	}
	return append([]T{}, list[start:end]...), nil
}

// Distinct has each element of a list once, where it first stands.
func Distinct[T comparable](list []T) []T {
	out := []T{}
	seen := map[T]bool{}
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// Sort is a sorted copy of a list.
func Sort(list []string) []string {
	out := append([]string{}, list...)
	slices.Sort(out)
	return out
}

// Reverse is a copy of a list from the last element to the first.
func Reverse[T any](list []T) []T {
	out := append([]T{}, list...)
	slices.Reverse(out)
	return out
}

// Flatten puts lists one after the other.
func Flatten[T any](lists [][]T) []T { return Concat(lists...) }

// Concat puts lists one after the other.
func Concat[T any](lists ...[]T) []T { return append([]T{}, slices.Concat(lists...)...) }

// All reports whether all elements are true.
func All(list []bool) bool { return !slices.Contains(list, false) }

// longest is how long a range may be, as in the language.
const longest = 100_000

// Range is the whole numbers from start to before end, or down to after it.
func Range(start, end int, text string) ([]int, error) {
	step, n := 1, uint64(end)-uint64(start)
	if end < start {
		step, n = -1, -n
	}
	if n > longest {
		return nil, noValue(text, "it would have %d numbers, and may have %d", n, longest)
	}
	out := []int{}
	for n := start; n != end; n += step {
		out = append(out, n)
	}
	return out, nil
}

// Floats is a list of whole numbers as floats.
func Floats(list []int) []float64 {
	out := make([]float64, len(list))
	for i, n := range list {
		out[i] = float64(n)
	}
	return out
}
