package component

import (
	"regexp"
	"strings"
)

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// EnvName reports whether a text can be the name of an environment variable, and is not more likely the key that one should
// hold: keys have long runs of letters and digits.
func EnvName(text string) bool {
	for word := range strings.SplitSeq(text, "_") {
		if len(word) >= 20 && strings.ContainsAny(word, "0123456789abcdefghijklmnopqrstuvwxyz") {
			return false
		}
	}
	return identifier.MatchString(text)
}
