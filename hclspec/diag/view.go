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

// Place is a range of a source file. Lines and columns count from 1, columns in characters; the end is the character
// after the last.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Snippet   string `json:"snippet,omitempty"` // the first line of the range
	Message   string `json:"message,omitempty"` // of a related place
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
	return Place{File: at.Filename, Line: at.Start.Line, Column: at.Start.Column, EndLine: at.End.Line, EndColumn: at.End.Column,
		Snippet: line(r.Sources[at.Filename], at.Start.Line), Message: message}
}

// line returns a line of a text, from 1.
func line(text []byte, number int) string {
	for ; number > 1; number-- {
		_, after, ok := bytes.Cut(text, []byte("\n"))
		if !ok {
			return ""
		}
		text = after
	}
	text, _, _ = bytes.Cut(text, []byte("\n"))
	return strings.TrimRight(strings.ToValidUTF8(string(text), "\uFFFD"), "\r")
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
