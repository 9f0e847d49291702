package runtime

import (
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
)

// SameLength is an error if two lists of a row differ in length, so that their elements cannot stand side by side.
func SameLength(column string, n int, other string, m int) error {
	if n == m {
		return nil
	}
	return &llm.RowError{Class: llm.BadRow, Message: fmt.Sprintf(
		"The lists %s and %s have %d and %d elements, so these cannot stand side by side.", column, other, n, m)}
}

// ListOrNull hands a list whose nil is null to an input that takes null.
func ListOrNull[T any](list []T) *[]T {
	if list == nil {
		return nil
	}
	return &list
}

// NullOrList is the list that an element of a list is, or nil where it is null.
func NullOrList[T any](element *[]T) []T {
	switch {
	case element == nil:
		return nil
	case *element == nil: // a list that nothing was added to
		return []T{}
	}
	return *element
}

// Convert makes a list of another type of each element. A list that is null stays so.
func Convert[A, B any](list []A, f func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// ConvertOrNull makes a value of another type of what is not null.
func ConvertOrNull[A, B any](v *A, f func(A) B) *B {
	if v == nil {
		return nil
	}
	return new(f(*v))
}

// Floats hands a list of ints to an input that takes floats. A list that is null stays so.
func Floats(list []int) []float64 {
	if list == nil {
		return nil
	}
	floats := make([]float64, len(list))
	for i, n := range list {
		floats[i] = float64(n)
	}
	return floats
}

// FloatOrNull is a whole number, or null, where a component reads a number.
func FloatOrNull(n *int) *float64 {
	if n == nil {
		return nil
	}
	return new(float64(*n))
}
