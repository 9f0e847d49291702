package promptcheck

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/distigen/distigen/runtime/prompt"
)

// Reference is how a template reads a column.
func Reference(column string) string {
	for i, part := range strings.Split(column, "-") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) ||
			i == 0 && unicode.IsDigit([]rune(part)[0]) {
			return fmt.Sprintf("index $ %q", column)
		}
	}
	return "." + column
}

// Locate finds where a template that does not parse is wrong, from byte to byte, and says what is wrong there.
// text/template knows the line at best, and of what is not closed the line where it has lost patience.
func Locate(text string, err error) (from, to int, message string) {
	var bad *prompt.Error
	if !errors.As(err, &bad) {
		return 0, len(text), err.Error()
	}
	if m := started.FindStringSubmatch(bad.Message); m != nil {
		line, _ := strconv.Atoi(m[1])
		from = lineStart(text, line)
		end, _, _ := strings.Cut(text[from:], "\n")
		from += max(strings.LastIndex(end, "{{"), 0)
		return from, lineEnd(text, from), "it is not closed, }} is missing"
	}
	if missing, ok := map[string]string{"unclosed comment": "*/", "unclosed action": "}}"}[bad.Message]; ok {
		from = strings.LastIndex(text, "{{")
		return from, lineEnd(text, from), fmt.Sprintf("it is not closed, %s is missing", missing)
	}
	if strings.Contains(bad.Message, "unexpected EOF") {
		if from, to, ok := unclosed(text); ok {
			return from, to, "it is not closed, {{ end }} is missing"
		}
	}
	at := lineStart(text, bad.Line)
	if bad.Exact {
		from = min(at+bad.Col-1, len(text))
		return from, from + nameLength(text[from:]), bad.Message
	}
	for _, a := range prompt.Actions(text) {
		// The parser goes from left to right: it fails the same way as soon as it has read the culprit.
		var early *prompt.Error
		if _, err := prompt.Parse(text[:a[1]], nil); errors.As(err, &early) && early.Message == bad.Message {
			switch {
			case strings.Contains(text[a[0]+2:a[1]], "{{") && strings.Contains(bad.Message, "unexpected \"{\""):
				return a[0], lineEnd(text, a[0]), "it is not closed, }} is missing"
			case !strings.HasSuffix(text[:a[1]], "}}"):
				return a[0], lineEnd(text, a[0]), bad.Message
			}
			return a[0], a[1], bad.Message
		}
	}
	return at, at, bad.Message
}

// nameLength is the length of what stands at the start of a text, up to a space or the end of the action.
func nameLength(text string) int {
	if n := strings.IndexAny(text, " \t\r\n|(){}"); n >= 0 {
		return n
	}
	return len(text)
}

var started = regexp.MustCompile(`^unclosed action started at prompt:(\d+)$`)

// lineEnd is where the line ends that a place is in, without spaces.
func lineEnd(text string, from int) int {
	line, _, _ := strings.Cut(text[from:], "\n")
	return from + len(strings.TrimRight(line, " \t\r"))
}

// lineStart is where a line begins, counted from 1.
func lineStart(text string, line int) int {
	at := 0
	for ; line > 1; line-- {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			return at
		}
		at += n + 1
	}
	return at
}

var block = regexp.MustCompile(`^\{\{-?\s*(if|range|with|end)\b`)

// unclosed finds the action of a template that has no end.
func unclosed(text string) (from, to int, ok bool) {
	var open [][2]int
	for _, a := range prompt.Actions(text) {
		m := block.FindStringSubmatch(text[a[0]:a[1]])
		switch {
		case m == nil:
		case m[1] != "end":
			open = append(open, a)
		case len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return 0, 0, false
	}
	last := open[len(open)-1]
	return last[0], last[1], true
}
