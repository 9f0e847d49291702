package diag

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// View is a diagnostic as it is shown. Text, JSON and editors are all made of it.
type View struct {
	Severity string `json:"severity"` // error or warning
	Code     Code   `json:"code"`
	Summary  string `json:"summary"`
	Detail   string `json:"detail"`
	Place
	Related []Place `json:"related,omitempty"`
}

// Place is a range of a source file. Lines and columns count from 1, columns in characters as a reader sees them (grapheme
// clusters, as in HCL); the end is the character after the last.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Snippet   string `json:"snippet,omitempty"` // the first line of the range
	Message   string `json:"message,omitempty"` // of a related place

	from, to int // the marked part of the snippet, in bytes
}

// Views returns the diagnostics in the order of the source.
func (r *Report) Views() []View {
	r.Sort()
	views := make([]View, len(r.Diags))
	for i, d := range r.Diags {
		views[i] = View{Severity: "error", Code: CodeOf(d), Summary: d.Summary, Detail: d.Detail, Place: r.place(*d.Subject, "")}
		if d.Severity == hcl.DiagWarning {
			views[i].Severity = "warning"
		}
		for _, rel := range RelatedOf(d) {
			views[i].Related = append(views[i].Related, r.place(rel.Range, rel.Message))
		}
	}
	return views
}

func (r *Report) place(at hcl.Range, message string) Place {
	p := Place{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, EndLine: at.End.Line, EndColumn: at.End.Column, Message: message}
	text, start := line(r.Sources[at.Filename], at.Start.Line)
	valid := func(part []byte) string { return strings.ToValidUTF8(string(part), "\uFFFD") }
	p.Snippet = valid(text)
	within := func(byte int) int { return len(valid(text[:min(max(byte-start, 0), len(text))])) }
	p.from = within(at.Start.Byte)
	p.to = max(within(at.End.Byte), p.from)
	return p
}

// line returns a line of a text, from 1, without what ends it and without a byte order mark; and where it starts.
func line(text []byte, number int) (found []byte, start int) {
	for ; number > 1; number-- {
		end := bytes.IndexByte(text[start:], '\n')
		if end < 0 {
			return nil, len(text)
		}
		start += end + 1
	}
	found, _, _ = bytes.Cut(text[start:], []byte("\n"))
	if after, ok := bytes.CutPrefix(found, []byte("\ufeff")); ok && start == 0 {
		found, start = after, len(found)-len(after)
	}
	return bytes.TrimRight(found, "\r"), start
}

// JSON returns the diagnostics as a JSON array, with a newline at the end.
func (r *Report) JSON() []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r.Views()); err != nil {
		panic(err) // strings and ints always encode
	}
	return out.Bytes()
}
