package reply

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	// header opens the block of a text: "[2]", "Text 2:", "### Text 2".
	header = regexp.MustCompile(`(?i)^[\s#*_>-]*(?:\[\s*(?:text\s*)?(\d{1,4})\s*\]|text\s*#?\[?(\d{1,4})\]?)[\s:.*_)-]*`)
	// field is a line such as "Rating: 4" or "**Rationale:** because".
	field = regexp.MustCompile(`(?i)^[\s#*_>-]*([a-z][a-z ]{2,30}?)[\s*_]*:[\s*_]*(.*)$`)
)

// Blocks reads a reply that was asked for as n blocks, each with a number from 1 to n in brackets above its fields.
// Each field of long takes any number of lines, each of short one; their names are in lower case. The result is in the
// order of the numbers, whatever the order in the reply. Lines that belong to no field are not read, and a block or a
// field that is missing or there twice is an error.
func Blocks(text string, n int, long, short []string) ([]map[string]string, error) {
	fields := slices.Concat(long, short)
	blocks := make([]map[string]string, n)
	var block map[string]string
	var open string // the field that further lines belong to
	for _, line := range strings.Split(strings.ReplaceAll(thoughts.ReplaceAllString(text, ""), "\r", "\n"), "\n") {
		if m := header.FindStringSubmatch(line); m != nil {
			rest := line[len(m[0]):]
			if name, _ := cutField(rest, fields); rest == "" || name != "" {
				i, _ := strconv.Atoi(m[1] + m[2])
				if i < 1 || i > n {
					return nil, fmt.Errorf("it has a block for text %d, and there are %d texts", i, n)
				}
				if blocks[i-1] != nil {
					return nil, fmt.Errorf("it has two blocks for text %d", i)
				}
				block, open, line = map[string]string{}, "", rest
				blocks[i-1] = block
			}
		}
		if block == nil {
			continue
		}
		if name, value := cutField(line, fields); name != "" {
			if _, twice := block[name]; twice {
				return nil, fmt.Errorf("it has the field %q twice for one text", name)
			}
			block[name], open = value, name
		} else if s := strings.TrimSpace(line); s != "" && more(block, open, long) && !strings.HasPrefix(s, "```") {
			block[open] = strings.TrimSpace(block[open] + "\n" + s)
		}
	}
	for i, b := range blocks {
		if b == nil {
			return nil, fmt.Errorf("it has no block [%d]", i+1)
		}
		for _, f := range fields {
			if b[f] == "" {
				return nil, fmt.Errorf("block [%d] has no %q", i+1, f)
			}
		}
	}
	return blocks, nil
}

// more reports whether the open field takes a further line.
func more(block map[string]string, open string, long []string) bool {
	return open != "" && (block[open] == "" || slices.Contains(long, open))
}

// cutField splits a line into one of the fields and its value; name is empty if the line is none of them.
func cutField(line string, fields []string) (name, value string) {
	m := field.FindStringSubmatch(line)
	if m == nil {
		return "", ""
	}
	for _, f := range fields {
		if strings.EqualFold(strings.Join(strings.Fields(m[1]), " "), f) {
			return f, strings.TrimSpace(m[2])
		}
	}
	return "", ""
}
