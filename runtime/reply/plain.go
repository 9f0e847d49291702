package reply

import (
	"regexp"
	"strings"
)

// tagged is a text in a tag of its own.
var tagged = regexp.MustCompile(`(?s)^<([a-zA-Z_]{3,30})>(.*)</([a-zA-Z_]{3,30})>$`)

// Plain reads a reply that was asked for as text alone: without a reasoning model's thoughts, and without the quotes or the tags
// around it.
func Plain(text string) string {
	text = strings.TrimSpace(Spoken(text))
	if m := tagged.FindStringSubmatch(text); m != nil && m[1] == m[3] && !strings.Contains(m[2], "<"+m[1]+">") {
		text = strings.TrimSpace(m[2])
	}
	return unwrap(unwrap(text, `"`, `"`), "“", "”")
}

// Fields reads a reply that was asked for as fields, each on a line of its own such as "Score: 4". See Blocks. Numbers in brackets
// are part of what it says: a judge may quote them.
func Fields(text string, long, short []string) (map[string]string, error) {
	b := block{long: long, short: short, values: map[string]string{}}
	for _, line := range linesOf(text, long, short) {
		if err := b.read(line); err != nil {
			return nil, err
		}
	}
	return b.finish()
}
