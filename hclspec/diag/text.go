package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Width is where the text of diagnostics is wrapped.
const width = 100

// WriteText prints the diagnostics for people, each with its line of the source and the place marked.
func (r *Report) WriteText(w io.Writer, colour bool) error {
	var out strings.Builder
	p := printer{out: &out, colour: colour}
	for i, v := range r.Views() {
		if i > 0 {
			out.WriteByte('\n')
		}
		p.view(v)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

type printer struct {
	out    *strings.Builder
	colour bool
}

const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	blue   = "34"
)

func (p printer) paint(code, s string) string {
	if !p.colour {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p printer) view(v View) {
	severity := p.paint(red, v.Severity)
	if v.Severity == "warning" {
		severity = p.paint(yellow, v.Severity)
	}
	fmt.Fprintf(p.out, "%s %s: %s\n", severity, v.Code, p.paint(bold, printable(v.Summary)))
	p.place(v.Place)
	for _, l := range wrap(printable(v.Detail), width-2) {
		fmt.Fprintf(p.out, "  %s\n", l)
	}
	for _, rel := range v.Related {
		p.place(rel)
	}
}

func (p printer) place(at Place) {
	fmt.Fprintf(p.out, "  %s:%d:%d", at.File, at.Line, at.Column)
	if at.Message != "" {
		fmt.Fprintf(p.out, ": %s", printable(at.Message))
	}
	p.out.WriteByte('\n')
	if strings.TrimSpace(at.Snippet) == "" {
		return
	}
	number := fmt.Sprint(at.Line)
	before, length := marks(at)
	fmt.Fprintf(p.out, "  %s %s\n", p.paint(blue, number+" |"), snippet(at.Snippet))
	fmt.Fprintf(p.out, "  %s %s%s\n", p.paint(blue, strings.Repeat(" ", len(number))+" |"),
		strings.Repeat(" ", before), p.paint(red, strings.Repeat("^", length)))
}

// marks says how many spaces stand before the carets and how many carets there are.
func marks(at Place) (before, length int) {
	runes := []rune(at.Snippet)
	start := min(at.Column-1, len(runes))
	end := at.EndColumn - 1
	if at.EndLine != at.Line {
		end = len([]rune(strings.TrimRightFunc(at.Snippet, unicode.IsSpace)))
	}
	end = min(end, len(runes))
	return cells(runes[:start]), max(cells(runes[start:max(start, end)]), 1)
}

// snippet is a line of the source with tabs as spaces and without what would upset a terminal.
func snippet(line string) string { return printable(strings.ReplaceAll(line, "\t", "    ")) }

func cells(runes []rune) int {
	n := 0
	for _, r := range runes {
		switch {
		case r == '\t':
			n += 4
		case unicode.Is(unicode.Mn, r):
		default:
			n++
		}
	}
	return n
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return '\uFFFD'
		}
		return r
	}, s)
}

func wrap(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
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
