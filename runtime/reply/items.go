package reply

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	numbered = regexp.MustCompile(`^[*_#]*\s*\(?\d{1,3}\s?(?:[.)\]:]|\*\*[.):]?)[*_]*(?:\s+|$)`)
	numTight = regexp.MustCompile(`^\(?\d{1,3}[.)]\pL`) // "1.Explain", not "3.5"
	bulleted = regexp.MustCompile(`^(?:[-–—•‣▪·+]|\*)\s+`)
	labelled = regexp.MustCompile(`(?i)^[*_]*(?:instruction|question|query|request|prompt|task)\s*#?\d{0,3}\s*[.:)][*_]*\s+`)
	preamble = regexp.MustCompile(`(?i)^(?:sure|certainly|of course|okay|ok|here (?:are|is)|below|absolutely)\b|:[*_]*$`)
)

// Items reads a list that was asked for as numbered lines: it strips numbers, bullets, quotes and bold print, drops
// blank lines and what stands before and after the list, and leaves out repetitions. want is the number of items that
// were asked for: of more, the first ones are taken. Of fewer, the caller must complain.
func Items(text string, want int) []string {
	text = thoughts.ReplaceAllString(text, "")
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	marked := split(lines, func(s string) bool { return numbered.MatchString(s) || numTight.MatchString(s) })
	if len(marked) == 0 {
		marked = split(lines, bulleted.MatchString)
	}
	if len(marked) == 0 {
		for _, l := range lines {
			if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "```") {
				marked = append(marked, l)
			}
		}
		for len(marked) > want && preamble.MatchString(marked[0]) {
			marked = marked[1:]
		}
	}
	return Unique(marked, want)
}

// split takes the lines that have a mark, each with the indented lines below it.
func split(lines []string, mark func(string) bool) []string {
	var items []string
	open := false
	for _, line := range lines {
		text := strings.TrimSpace(line)
		switch {
		case text == "":
		case mark(text):
			items = append(items, text)
			open = true
		case open && unicode.IsSpace([]rune(line)[0]):
			items[len(items)-1] += "\n" + text
		default:
			open = false
		}
	}
	return items
}

// Unique cleans the items, leaves out the empty ones and repetitions, and takes at most want.
func Unique(items []string, want int) []string {
	var out []string
	seen := map[string]bool{}
	for _, item := range items {
		item = Clean(item)
		key := strings.ToLower(strings.Join(strings.Fields(item), " "))
		if !strings.ContainsFunc(item, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) || seen[key] || len(out) == want {
			continue
		}
		seen[key] = true
		out = append(out, item)
	}
	return out
}

// Clean strips the number or bullet, the label, bold print and quotes around one item.
func Clean(item string) string {
	item = unwrap(strings.TrimSpace(item), "**", "**")
	switch {
	case numbered.MatchString(item):
		item = item[len(numbered.FindString(item)):]
	case numTight.MatchString(item):
		item = item[strings.IndexAny(item, ".)")+1:]
	case bulleted.MatchString(item):
		item = item[len(bulleted.FindString(item)):]
	}
	item = strings.TrimSpace(item[len(labelled.FindString(item)):])
	for _, q := range [...][2]string{{"**", "**"}, {`"`, `"`}, {"“", "”"}, {"'", "'"}, {"«", "»"}, {"`", "`"}} {
		item = unwrap(item, q[0], q[1])
	}
	return item
}

// unwrap removes a pair of marks around an item that has none of them inside.
func unwrap(item, open, end string) string {
	inner, ok := strings.CutPrefix(item, open)
	if !ok {
		return item
	}
	inner, ok = strings.CutSuffix(inner, end)
	if !ok || strings.Contains(inner, open) || strings.Contains(inner, end) {
		return item
	}
	return strings.TrimSpace(inner)
}
