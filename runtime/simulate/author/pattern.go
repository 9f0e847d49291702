package author

import (
	"regexp/syntax"
	"strings"
	"unicode"
)

// matching writes a text that a regular expression takes; ok is false for one that is none, or that asks for too much.
func matching(pattern string, r *rng) (text string, ok bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	ok = match(&b, re.Simplify(), r)
	return b.String(), ok && b.Len() <= most
}

// few is how often what may be repeated without end is there at most.
const few = 4

func match(b *strings.Builder, re *syntax.Regexp, r *rng) bool {
	if b.Len() > most {
		return false
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) == 0 {
			return false
		}
		b.WriteRune(oneOf(re.Rune, r))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte(byte('a' + r.n(26)))
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			if !match(b, sub, r) {
				return false
			}
		}
	case syntax.OpAlternate:
		return match(b, re.Sub[r.n(len(re.Sub))], r)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest:
		times := map[syntax.Op][2]int{syntax.OpStar: {0, few}, syntax.OpPlus: {1, few}, syntax.OpQuest: {0, 1}}[re.Op]
		for range times[0] + r.n(times[1]-times[0]+1) {
			if !match(b, re.Sub[0], r) {
				return false
			}
		}
	case syntax.OpNoMatch:
		return false
	}
	return true // what is left asserts a place and writes nothing
}

// oneOf is a rune of a class, which is a list of ranges: one that can be printed, if there is.
func oneOf(ranges []rune, r *rng) rune {
	for range 50 {
		i := r.n(len(ranges)/2) * 2
		width := int(ranges[i+1]-ranges[i]) + 1
		if c := ranges[i] + rune(r.n(min(width, 128))); unicode.IsPrint(c) {
			return c
		}
	}
	return ranges[0]
}
