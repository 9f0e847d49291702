package reference

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// width is where the text for the terminal is wrapped.
const width = 100

// WriteText prints the component for the terminal.
func (c Component) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n", c.Name, c.Summary, c.Doc)
	if len(c.Was) > 0 {
		fmt.Fprintf(&b, "\nIn distilabel: %s.\n", strings.Join(c.Was, ", "))
	}
	section(&b, "Columns that it reads", c.Reads, Column.lines)
	section(&b, "Columns that it adds", c.Adds, Column.lines)
	if c.Derives {
		b.WriteString("\nWhich columns it reads and makes follows from its arguments.\n")
	}
	section(&b, "Arguments", c.Params, Param.lines)
	section(&b, "Arguments of every task", c.Shared, Param.lines)
	if len(c.Offers) > 0 {
		fmt.Fprintf(&b, "\nA prompt of your own may read %s, and every column of the row.\n", strings.Join(c.Offers, ", "))
	}
	if c.Paper != "" {
		fmt.Fprintf(&b, "\nPaper\n\n  %s\n", c.Paper)
	}
	fmt.Fprintf(&b, "\nExample\n\n%s", indent(c.Example))
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		fmt.Fprintf(&b, "\n%s\n\n%s", name, indent(c.Files[name]))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func section[T any](b *strings.Builder, title string, items []T, lines func(T) (head, body string)) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n\n", title)
	for _, item := range items {
		head, body := lines(item)
		fmt.Fprintf(b, "  %s\n", head)
		for _, line := range wrap(body, width-6) {
			fmt.Fprintf(b, "      %s\n", line)
		}
	}
}

func (c Column) lines() (head, body string) {
	head = c.Name + "  " + c.Type
	if c.Note != "" {
		head += "  (" + c.Note + ")"
	}
	return head, c.Doc
}

func (p Param) lines() (head, body string) {
	head = p.Name + "  " + p.Type
	if limits := p.Limits(); limits != "" {
		head += "  (" + limits + ")"
	}
	body = p.Doc
	for _, element := range p.DefaultList() {
		body += "\n- " + element
	}
	return head, body
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line != "\n" {
			line = "  " + line
		}
		b.WriteString(line)
	}
	return b.String()
}

func wrap(text string, width int) (lines []string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
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
