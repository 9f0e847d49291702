package expr

import (
	"math"
	"math/bits"
	"slices"
)

// Div is a quotient.
func Div(a, b float64, text string) (float64, error) {
	if b == 0 {
		return 0, noValue(text, "the divisor is 0")
	}
	return Finite(a/b, text)
}

// Mod is what is left of a division of whole numbers, with the sign of a.
func Mod(a, b int, text string) (int, error) {
	if b == 0 {
		return 0, noValue(text, "the divisor is 0")
	}
	return a % b, nil
}

// FloatMod is what is left of a division, with the sign of a.
func FloatMod(a, b float64, text string) (float64, error) {
	if b == 0 {
		return 0, noValue(text, "the divisor is 0")
	}
	return Finite(math.Mod(a, b), text)
}

// Add is a sum of whole numbers.
func Add(a, b int, text string) (int, error) {
	if c := a + b; (c > a) == (b > 0) {
		return c, nil
	}
	return 0, tooLarge(text)
}

// Sub is a difference of whole numbers.
func Sub(a, b int, text string) (int, error) {
	if c := a - b; (c < a) == (b > 0) {
		return c, nil
	}
	return 0, tooLarge(text)
}

// Mul is a product of whole numbers.
func Mul(a, b int, text string) (int, error) {
	high, low := bits.Mul64(size(a), size(b))
	negative := (a < 0) != (b < 0)
	switch {
	case high == 0 && low <= math.MaxInt64, high == 0 && negative && low == 1<<63:
		return a * b, nil
	}
	return 0, tooLarge(text)
}

// size is a number without its sign.
func size(n int) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// Neg is -n.
func Neg(n int, text string) (int, error) { return Sub(0, n, text) }

// Abs is n without its sign.
func Abs(n int, text string) (int, error) {
	if n < 0 {
		return Neg(n, text)
	}
	return n, nil
}

// Pow is a to the power of b.
func Pow(a, b float64, text string) (float64, error) { return Finite(math.Pow(a, b), text) }

// Finite is f, if it is a number that JSON can have.
func Finite(f float64, text string) (float64, error) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, noValue(text, "it is no finite number")
	}
	return f, nil
}

// Whole is f, which has no fraction, as an int.
func Whole(f float64, text string) (int, error) {
	if f < math.MinInt64 || f >= -math.MinInt64 {
		return 0, tooLarge(text)
	}
	return int(f), nil
}

func tooLarge(text string) error {
	return noValue(text, "it is out of the range of whole numbers, which have 64 bits")
}

// Sum is the sum of a list.
func Sum[T int | float64](list []T, text string) (total T, err error) {
	for _, n := range list {
		next := total + n
		if (next > total) != (n > 0) && (next < total) != (n < 0) { // of whole numbers alone
			return 0, tooLarge(text)
		}
		total = next
	}
	if _, err := Finite(float64(total), text); err != nil {
		return 0, err
	}
	return total, nil
}

// Mean is the arithmetic mean of a list.
func Mean[T int | float64](list []T, text string) (float64, error) {
	if len(list) == 0 {
		return 0, noValue(text, "the list is empty")
	}
	total := 0.0
	for _, n := range list {
		total += float64(n)
	}
	return Finite(total/float64(len(list)), text)
}

// Min is the least element of a list.
func Min[T int | float64](list []T, text string) (T, error) {
	if len(list) == 0 {
		return 0, noValue(text, "the list is empty")
	}
	return slices.Min(list), nil
}

// Max is the greatest element of a list.
func Max[T int | float64](list []T, text string) (T, error) {
	if len(list) == 0 {
		return 0, noValue(text, "the list is empty")
	}
	return slices.Max(list), nil
}
