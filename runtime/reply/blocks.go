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
// Each field of long takes any number of lines, which stay as they are, each of short one; their names are in lower case. The
// result is in the order of the numbers, whatever the order in the reply. Lines that belong to no field are not read, and a block
// or a field that is missing or there twice is an error.
func Blocks(text string, n int, long, short []string) ([]map[string]string, error) {
	blocks := make([]*block, n)
	var b *block
	for _, line := range linesOf(text, long, short) {
		if m := header.FindStringSubmatch(line); m != nil {
			rest := line[len(m[0]):]
			if name, _ := cutField(rest, long, short); rest == "" || name != "" {
				i, _ := strconv.Atoi(m[1] + m[2])
				if i < 1 || i > n {
					return nil, fmt.Errorf("it has a block for text %d, and there are %d texts", i, n)
				}
				if blocks[i-1] != nil {
					return nil, fmt.Errorf("it has two blocks for text %d", i)
				}
				b, line = &block{long: long, short: short, values: map[string]string{}}, rest
				blocks[i-1] = b
			}
		}
		if b == nil {
			continue
		}
		if err := b.read(line); err != nil {
			return nil, err
		}
	}
	all := make([]map[string]string, n)
	for i, b := range blocks {
		if b == nil {
			return nil, fmt.Errorf("it has no block [%d]", i+1)
		}
		var err error
		if all[i], err = b.finish(); err != nil {
			return nil, fmt.Errorf("in block [%d] %w", i+1, err)
		}
	}
	return all, nil
}

// linesOf are the lines of a reply, or those in the fence that begins above its first field.
func linesOf(text string, long, short []string) []string {
	return Lines(text, func(line string) bool {
		name, _ := cutField(line, long, short)
		return name != "" || header.MatchString(line)
	})
}

// Lines are the lines of a reply without thoughts. Where a fence begins above the first line that opens what was asked for, they
// are the lines in it.
func Lines(text string, opens func(line string) bool) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(Spoken(text))
	lines := strings.Split(text, "\n")
	begin := -1
	for i, line := range lines {
		if opens(line) {
			break
		}
		if strings.HasPrefix(strings.TrimSpace(line), fence) {
			begin = i
			break
		}
	}
	for end := len(lines) - 1; begin >= 0 && end > begin; end-- {
		if strings.TrimSpace(lines[end]) == fence {
			return lines[begin+1 : end]
		}
	}
	return lines
}

const fence = "```"

// block is the fields of one text as they are read.
type block struct {
	long, short []string
	values      map[string]string
	open        string // the field that further lines belong to
}

func (b *block) read(line string) error {
	if name, value := cutField(line, b.long, b.short); name != "" {
		if _, twice := b.values[name]; twice {
			return fmt.Errorf("it has the field %q twice for one text", name)
		}
		b.values[name], b.open = value, name
	} else if b.open != "" && (slices.Contains(b.long, b.open) || b.values[b.open] == "") {
		if b.values[b.open] == "" { // the value begins below its name
			b.values[b.open] = strings.TrimRight(line, " \t")
		} else {
			b.values[b.open] += "\n" + strings.TrimRight(line, " \t")
		}
	}
	return nil
}

// finish checks that all fields are there.
func (b *block) finish() (map[string]string, error) {
	for _, f := range slices.Concat(b.long, b.short) {
		value := strings.Trim(b.values[f], "\n")
		if !strings.Contains(value, "\n") { // of several lines, the first may be indented like the others
			value = strings.TrimSpace(value)
		}
		if b.values[f] = value; value == "" {
			return nil, fmt.Errorf("there is no %q", f)
		}
		if err := Filled(strings.TrimSpace(value)); err != nil {
			return nil, fmt.Errorf("in %q %w", f, err)
		}
	}
	return b.values, nil
}

// cutField splits a line into one of the fields and its value; name is empty if the line is none of them.
func cutField(line string, long, short []string) (name, value string) {
	m := field.FindStringSubmatch(line)
	if m == nil {
		return "", ""
	}
	for _, f := range slices.Concat(long, short) {
		if strings.EqualFold(strings.Join(strings.Fields(m[1]), " "), f) {
			return f, strings.TrimSpace(m[2])
		}
	}
	return "", ""
}
