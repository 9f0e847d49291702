package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// textWidth is where the text of diagnostics is wrapped, and longest how much of a line of the source is shown at most.
const (
	textWidth = 100
	longest   = 156
)

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
	fmt.Fprintf(p.out, "%s %s: %s\n", severity, v.Code, p.paint(bold, inLine(v.Summary)))
	p.place(v.Place)
	for _, l := range wrap(printable(v.Detail), textWidth-2) {
		fmt.Fprintf(p.out, "  %s\n", l)
	}
	for _, rel := range v.Related {
		p.place(rel)
	}
}

func (p printer) place(at Place) {
	fmt.Fprintf(p.out, "  %s:%d:%d", inLine(at.File), at.Line, at.Column)
	if at.Message != "" {
		fmt.Fprintf(p.out, ": %s", inLine(at.Message))
	}
	p.out.WriteByte('\n')
	if strings.TrimSpace(at.Snippet) == "" {
		return
	}
	number := fmt.Sprint(at.Line)
	text, before, length := snippet(at, longest-len(number))
	fmt.Fprintf(p.out, "  %s %s\n", p.paint(blue, number+" |"), text)
	fmt.Fprintf(p.out, "  %s %s%s\n", p.paint(blue, strings.Repeat(" ", len(number))+" |"),
		strings.Repeat(" ", before), p.paint(red, strings.Repeat("^", length)))
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return '\uFFFD'
		}
		return r
	}, s)
}

// inLine is a text without line breaks as well.
func inLine(s string) string { return strings.ReplaceAll(printable(s), "\n", "\uFFFD") }
