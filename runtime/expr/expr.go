// Package expr has what the Go of filter and derive calls beside the standard library. Only programs that have such a step link it.
//
// What has no value for a row, such as a quotient by zero, is an *llm.RowError of the class bad_value. text is the expression as
// the pipeline has it.
package expr

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
)

func noValue(text, format string, args ...any) error {
	return &llm.RowError{Class: llm.BadValue, Message: fmt.Sprintf("%s has no value: %s.", text, fmt.Sprintf(format, args...))}
}

// Or is what p points to, or other for null.
func Or[T any](p *T, other T) T {
	if p != nil {
		return *p
	}
	return other
}

// OrNull is p, or other for null.
func OrNull[T any](p, other *T) *T {
	if p != nil {
		return p
	}
	return other
}

// OrList is list, or other for null.
func OrList[T any](list, other []T) []T {
	if list != nil {
		return list
	}
	return other
}

// Equal reports whether two values that may be null are equal; null equals null.
func Equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// Same is list, with an empty one for nil, which would be null.
func Same[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Text is a number as text, without an exponent.
func Text(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// Number reads a number.
func Number(s, text string) (float64, error) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return 0, noValue(text, "%q is no number", short(s))
	}
	return Finite(f, text)
}

func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return s
}

// Substr is the part of a text from a character on, which is counted from 0, or from the end where it is negative. A negative length
// means all the rest.
func Substr(s string, offset, length int) string {
	r := []rune(s)
	if offset < 0 {
		offset += len(r)
	}
	if offset < 0 || offset >= len(r) {
		return ""
	}
	r = r[offset:]
	if length >= 0 && length < len(r) {
		r = r[:length]
	}
	return string(r)
}

// SHA256 is the hash of a text in hexadecimal.
func SHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// JSON is a value of a row as JSON.
func JSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // rows are made of plain values
	}
	return string(text)
}
