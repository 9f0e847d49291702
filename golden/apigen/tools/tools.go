// Package tools has the functions that calls may name.
package tools

import (
	"context"
	"errors"
	"math"
)

// Pair is two whole numbers.
type Pair struct {
	A, B int
}

// GCD is the greatest common divisor.
func GCD(in Pair) int {
	a, b := in.A, in.B
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// MeanArgs are some numbers, and the digits behind the point that are wanted.
type MeanArgs struct {
	Numbers []float64
	Digits  *int
}

// Mean is the mean of numbers.
func Mean(in MeanArgs) (float64, error) {
	if len(in.Numbers) == 0 {
		return 0, errors.New("there is no number")
	}
	sum := 0.0
	for _, x := range in.Numbers {
		sum += x
	}
	unit := 1.0
	if in.Digits != nil {
		unit = math.Pow(10, float64(min(*in.Digits, 15)))
	}
	return math.Round(sum/float64(len(in.Numbers))*unit) / unit, nil
}

// Days counts in a year.
type Days struct {
	Day int `json:"day_of_year"`
}

// Date is a day of a year.
type Date struct {
	Month int `json:"month"`
	Day   int `json:"day"`
}

var lengths = []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// DateOf is the date of a day, in a year of 365. It panics where there is no such day.
func DateOf(ctx context.Context, in Days) (Date, error) {
	left := in.Day
	for month := 0; ; month++ {
		if left <= lengths[month] {
			return Date{month + 1, left}, ctx.Err()
		}
		left -= lengths[month]
	}
}
