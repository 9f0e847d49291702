package diag

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// wrap breaks a text into lines, but not within code such as inputs = { its_column = "your_column" }, unless that is too
// long for a line.
func wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for words := strings.Fields(paragraph); len(words) > 0; {
			n := unit(words, width)
			word := strings.Join(words[:n], " ")
			words = words[n:]
			if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
				lines = append(lines, line)
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += word
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// unit is how many words belong together from the first one on.
func unit(words []string, width int) int {
	n := bracketed(words)
	for slices.Contains([]string{"step", "model", "dataset", "variable"}, words[0]) && n < len(words) && strings.HasPrefix(words[n], `"`) {
		n++
	}
	if n > 1 && n < len(words) && words[n] == "{" {
		n += bracketed(words[n:])
	}
	for n+1 < len(words) && slices.Contains([]string{"=", "==", "!="}, words[n]) {
		n += 1 + bracketed(words[n+1:])
	}
	if utf8.RuneCountInString(strings.Join(words[:n], " ")) > width {
		return 1
	}
	return n
}

// bracketed is how many words there are up to the bracket that closes those of the first word.
func bracketed(words []string) int {
	depth := 0
	for n, w := range words {
		depth += strings.Count(w, "{") + strings.Count(w, "[") - strings.Count(w, "}") - strings.Count(w, "]")
		if depth <= 0 {
			return n + 1
		}
	}
	return 1 // it is never closed
}
