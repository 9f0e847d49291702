package card

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// What anybody may have written goes into a card by one of these.

// quote is a text as YAML has it, whatever is in it: JSON is YAML.
func quote(s string) string {
	text, _ := json.Marshal(s) // a string
	return visible(string(text))
}

// fence puts a text between fences that it cannot close.
func fence(kind, s string) string {
	s = visible(s)
	longest, run := 2, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	marks := strings.Repeat("`", longest+1)
	return marks + kind + "\n" + strings.TrimRight(s, "\n") + "\n" + marks
}

// link is the address of a file beside the card.
func link(path string) string { return (&url.URL{Path: path}).EscapedPath() }

// label is a text in a picture of Mermaid: it cannot end it, and is read neither as HTML nor as a directive.
func label(s string) string {
	return strings.NewReplacer("#", "#35;", "&", "#amp;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "`", "#96;", "%", "#37;", "\\", "#92;", "\n", " ").Replace(visible(s))
}

// cell is a text on one line, which Markdown shows as it is.
func cell(s string) string {
	return strings.NewReplacer("\\", "\\\\", "&", "&amp;", "<", "&lt;", ">", "&gt;", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "~", "\\~", "$", "\\$",
		"[", "\\[", "]", "\\]", "\n", " ").Replace(visible(s))
}

var (
	blankLines = regexp.MustCompile(`\n\s*\n`)
	beginnings = regexp.MustCompile(`^(\d*)([-+#=.)])`) // of lists, headings and rulers
)

// paragraphs is a text of several lines, which Markdown shows as it is.
func paragraphs(s string) string {
	var all []string
	for _, p := range blankLines.Split(strings.ReplaceAll(s, "\r", ""), -1) {
		if p = strings.TrimSpace(p); p != "" {
			all = append(all, beginnings.ReplaceAllString(cell(p), `$1\$2`))
		}
	}
	return strings.Join(all, "\n\n")
}

// visible shows what would not be seen, or would turn round what stands beside it. In JSON it stands for the same.
func visible(s string) string {
	var out strings.Builder
	for _, r := range strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n") {
		switch {
		case r == '\n' || r == '\t' || !unicode.IsControl(r) && !turns(r):
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// turns reports whether a letter breaks lines, or changes the direction of those behind it.
func turns(r rune) bool {
	return r == '\u2028' || r == '\u2029' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufeff'
}

// rows tells how many there are.
func rows(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return number(n) + " rows"
}

func number(n int64) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
