package runtime

import (
	"fmt"
	"strings"
	"unicode"
)

// printable takes out of a text what could steer a terminal: models and files are not to be trusted with one.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
}

// Printable takes out of a text what could steer a terminal.
func Printable(s string) string { return printable(s) }

// fit cuts a line to so many columns of a terminal. Wide letters count as two; what joins others counts as well, so
// that the line may come out shorter but never longer.
func fit(line string, width int) string {
	used := 0
	for i, r := range line {
		if used += wide(r); used > width {
			return line[:i]
		}
	}
	return line
}

// columnsWide is how many columns of a terminal a text takes.
func columnsWide(text string) (n int) {
	for _, r := range text {
		n += wide(r)
	}
	return n
}

func wide(r rune) int {
	if r >= 0x1100 {
		return 2
	}
	return 1
}

// sentence ends a text with a full stop if nothing ends it.
func sentence(s string) string {
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".?!") {
		return s
	}
	return s + "."
}

// number prints a count so that it can be read: 1,234,567.
func number(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
