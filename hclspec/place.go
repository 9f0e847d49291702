package hclspec

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// place knows where the text of a template stands: in a file of its own, or in the pipeline itself.
type place struct {
	expr  hcl.Range // the argument
	parts []piece   // of the text; nil if it cannot be told where they stand
}

// piece is a part of a text and where it stands, letter by letter or, where it was computed, as a whole.
type piece struct {
	text    string
	at      hcl.Range
	literal bool
}

// place finds where the text of an expression, which is its value, stands.
func (l *loader) place(expr hclsyntax.Expression, ctx *hcl.EvalContext, text string) *place {
	p := &place{expr: expr.Range()}
	s := &speller{l: l, ctx: ctx}
	if parts := s.parts(expr, false); textOf(parts) == text {
		p.parts = parts
	}
	return p
}

// rangeOf is the range of a part of the text, from byte to byte.
func (p *place) rangeOf(from, to int) hcl.Range {
	start, ok := p.position(from)
	if !ok {
		return p.expr
	}
	// The end is that of the last letter.
	if end, _ := p.position(max(to-1, from)); end.Filename == start.Filename && end.End.Byte >= start.End.Byte {
		start.End = end.End
	}
	if to <= from {
		start.End = start.Start
	}
	return start
}

// position is the range of the letter at a byte of the text, or of the computed part that it stands in.
func (p *place) position(at int) (hcl.Range, bool) {
	for n, part := range p.parts {
		if last := n == len(p.parts)-1; at < len(part.text) || last {
			if !part.literal {
				return part.at, true
			}
			at = min(at, len(part.text))
			start := after(part.at.Start, part.text[:at])
			return hcl.Range{Filename: part.at.Filename, Start: start, End: after(start, letter(part.text[at:]))}, true
		}
		at -= len(part.text)
	}
	return p.expr, false
}

// exact reports whether the letter at a byte of the text can be shown.
func (p *place) exact(at int) bool {
	for _, part := range p.parts {
		if at < len(part.text) {
			return part.literal
		}
		at -= len(part.text)
	}
	return len(p.parts) > 0
}

// letter is the first letter of a text.
func letter(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

func textOf(parts []piece) string {
	var out strings.Builder
	for _, p := range parts {
		out.WriteString(p.text)
	}
	return out.String()
}

// after is the position behind a text that begins at p.
func after(p hcl.Pos, text string) hcl.Pos {
	end := p
	end.Byte += len(text)
	// HCL counts the columns, so that all ranges have one measure; a carriage return alone ends no line there.
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", " ")
	if text == "" {
		return end
	}
	s := hcl.NewRangeScanner([]byte(text), "", func(data []byte, _ bool) (int, []byte, error) { return len(data), data, nil })
	s.Scan()
	passed := s.Range().End
	if passed.Line > 1 {
		end.Line, end.Column = end.Line+passed.Line-1, passed.Column
	} else {
		end.Column += passed.Column - 1
	}
	return end
}
