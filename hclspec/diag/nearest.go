package diag

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Nearest returns the name that a misspelt one was probably meant to be, or "" if none is near.
func Nearest(name string, names []string) string {
	best, limit := "", min(max((utf8.RuneCountInString(name)+1)/3, 1), 4)
	for _, n := range names {
		d := distance(fold(name), fold(n))
		if n != name && d <= limit && d < max(utf8.RuneCountInString(name), utf8.RuneCountInString(n)) {
			best, limit = n, d-1
		}
	}
	return best
}

// DidYouMean returns a sentence that offers the nearest name, with a space in front, or "".
func DidYouMean(name string, names []string) string {
	if n := Nearest(name, names); n != "" {
		return fmt.Sprintf(" Did you mean %q?", n)
	}
	return ""
}

// fold makes equal what people mix up: case, hyphens and underscores.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// distance counts the letters to insert, delete, replace or swap with their neighbour to make b of a.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
