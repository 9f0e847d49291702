package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a name in an action, with what it is chained to: .book.title, $x, upper.
type word struct {
	from, to int
	name     string
}

// words lists the names in a template.
func words(text string) (found []word) {
	for _, a := range Actions(text) {
		scan(text[a[0]:a[1]], func(from, to int) {
			from, to = a[0]+from, a[0]+to
			found = append(found, word{from, to, text[from:to]})
		})
	}
	return found
}

// parsable puts underlines in the place of the hyphens of names, which text/template does not know.
func parsable(text string, words []word) string {
	out := []byte(text)
	for _, w := range words {
		if first, _ := utf8.DecodeRuneInString(w.name); !unicode.IsDigit(first) {
			copy(out[w.from:], strings.ReplaceAll(w.name, "-", "_"))
		}
	}
	return string(out)
}

// Actions tells where the actions of a template stand, with their delimiters, comments included. The last one may have no
// end.
func Actions(text string) (found [][2]int) {
	for end := 0; ; {
		n := strings.Index(text[end:], "{{")
		if n < 0 {
			return found
		}
		start := end + n
		end = start + scan(text[start:], func(int, int) {})
		found = append(found, [2]int{start, end})
	}
}

// scan goes through an action, passes over what is quoted, tells the names, and returns the length of the action.
func scan(action string, name func(from, to int)) int {
	i := len("{{")
	if strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(action[i:], "-"), " \t\r\n"), "/*") {
		if end := strings.Index(action, "*/"); end >= 0 {
			i = end
		}
	}
	for i < len(action) {
		r, n := utf8.DecodeRuneInString(action[i:])
		switch {
		case strings.HasPrefix(action[i:], "}}"):
			return i + len("}}")
		case r == '"' || r == '\'' || r == '`':
			i += quoted(action[i:], r)
		case inName(r) || r == '.' || r == '$':
			end := i + nameLength(action[i:])
			name(i, end)
			i = end
		default:
			i += n
		}
	}
	return i
}

// quoted is the length of a text in quotes.
func quoted(s string, quote rune) int {
	escaped := false
	for i, r := range s[1:] {
		switch {
		case escaped:
			escaped = false
		case r == '\\' && quote != '`':
			escaped = true
		case r == quote:
			return i + 2
		}
	}
	return len(s)
}

// nameLength is the length of a name. A hyphen belongs to it only between two letters.
func nameLength(s string) int {
	var before rune
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+n:])
		if !inName(r) && r != '.' && r != '$' && (r != '-' || !inName(before) || !inName(next)) {
			return i
		}
		before, i = r, i+n
	}
	return len(s)
}

func inName(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
