package reply

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

var (
	numbered = regexp.MustCompile(`^[*_#]*\s*\(?\d{1,3}\s?(?:[.)\]:]|\*\*[.):]?)[*_]*(?:\s+|$)`)
	numTight = regexp.MustCompile(`^\(?\d{1,3}[.)]\pL`) // "1.Explain", not "3.5"
	bulleted = regexp.MustCompile(`^(?:[-–—•‣▪·+]|\*)\s+`)
	labelled = regexp.MustCompile(`(?i)^[*_]*(?:instruction|question|query|request|prompt|task)\s*#?\d{0,3}\s*[.:)][*_]*\s+`)
	jsonLine = regexp.MustCompile(`(?m)^\s*(?:[{\[]\s*(?:$|")|"[^"]*"\s*:)`)
	preamble = regexp.MustCompile(`(?i)^(?:sure|certainly|of course|okay|ok|here (?:are|is)|below|absolutely)\b|:[*_]*$`)
)

// Items reads a list that was asked for as numbered lines: it strips numbers, bullets, quotes and bold print, drops
// blank lines and what stands before and after the list, and leaves out repetitions. want is the number of items that
// were asked for: of more, the first ones are taken. Of fewer, the caller must complain.
func Items(text string, want int) []string {
	text = Spoken(text)
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	marked := split(lines, func(s string) bool { return numbered.MatchString(s) || numTight.MatchString(s) })
	if len(marked) == 0 {
		marked = split(lines, bulleted.MatchString)
	}
	if len(marked) == 0 && !jsonLine.MatchString(text) { // of JSON the lines are no items
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

// split takes the lines that have a mark, each with the lines up to the next. After the last one only those count that are
// indented, or that stand where every item has some: what follows a list is a farewell. A mark that is indented under an item is
// one of a list inside it.
func split(lines []string, mark func(string) bool) []string {
	var items, loose []string
	continued := 0 // items with lines of their own that are not indented
	indent := 0    // of the first item
	for _, line := range lines {
		text := strings.TrimSpace(line)
		in := len(line) - len(strings.TrimLeft(line, " \t"))
		switch {
		case text == "":
		case mark(text) && (len(items) == 0 || in < indent+2):
			if len(items) == 0 {
				indent = in
			}
			if len(items) > 0 && len(loose) > 0 {
				items[len(items)-1] += "\n" + strings.Join(loose, "\n")
				continued++
			}
			items, loose = append(items, text), nil
		case len(items) > 0 && len(loose) == 0 && unicode.IsSpace([]rune(line)[0]):
			items[len(items)-1] += "\n" + text
		case len(items) > 0:
			loose = append(loose, text)
		}
	}
	if len(loose) > 0 && continued > 0 && continued == len(items)-1 {
		items[len(items)-1] += "\n" + loose[0]
	}
	return items
}

// List cleans the items of a list that has a form of its own, such as JSON: numbers and bullets are stripped if all items
// have them, since a single one may be part of what it says.
func List(items []string, want int) []string {
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
	}
	for k, strip := range []func(n int, item string) (string, bool){stripNumber, stripBullet, stripQuotes} {
		stripped := make([]string, len(items))
		all := len(items) > 1 || k == 0 // one bullet may be a minus
		for i, item := range items {
			var ok bool
			stripped[i], ok = strip(i+1, item)
			all = all && ok
		}
		if all {
			items = stripped
		}
	}
	return distinct(items, want)
}

var leadingNumber = regexp.MustCompile(`^\D{0,3}(\d{1,3})`)

// stripNumber strips the number of an item, if it is n; a label such as "Question 3:" as well.
func stripNumber(n int, item string) (string, bool) {
	head := labelled.FindString(item)
	if head == "" {
		head = numbered.FindString(item)
	}
	if head == "" && numTight.MatchString(item) {
		head = item[:strings.IndexAny(item, ".)")+1]
	}
	m := leadingNumber.FindStringSubmatch(strings.TrimLeft(head, "*_ abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ#"))
	return strings.TrimSpace(item[len(head):]), head != "" && m != nil && m[1] == strconv.Itoa(n)
}

func stripBullet(_ int, item string) (string, bool) {
	head := bulleted.FindString(item)
	return item[len(head):], head != ""
}

func stripQuotes(_ int, item string) (string, bool) {
	inner := unwrap(item, `"`, `"`)
	return inner, inner != item
}

// Unique cleans the items, leaves out the empty ones and repetitions, and takes at most want.
func Unique(items []string, want int) []string {
	clean := make([]string, len(items))
	for i, item := range items {
		clean[i] = Clean(item)
	}
	return distinct(clean, want)
}

// distinct leaves out what says nothing or has been said, and takes at most want.
func distinct(items []string, want int) []string {
	var out []string
	seen := map[string]bool{}
	for _, item := range items {
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
