package hclspec

import (
	"bytes"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/funcs"
)

// place finds out where the text of a template stands: in a file of its own, or in the pipeline itself.
type place struct {
	expr   hcl.Range   // the argument
	exact  bool        // places in the text can be told
	file   string      // of a template in a file
	text   string      // the template
	pieces []hcl.Range // of one in the pipeline: where its pieces stand
	starts []int       // and where each begins in the text
}

func (l *loader) place(expr hclsyntax.Expression, text string) *place {
	p := &place{expr: expr.Range(), text: text}
	switch e := unwrap(expr).(type) {
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "file" && len(e.Args) == 1 {
			l.inFile(p, e.Args[0])
		}
	case *hclsyntax.TemplateExpr:
		l.inPipeline(p, e)
	case *hclsyntax.ScopeTraversalExpr:
		if name, ok := attrName(e.Traversal, 1); ok && e.Traversal.RootName() == "local" && len(e.Traversal) == 2 {
			if local, ok := l.locals.get(name); ok {
				return l.place(local.expr, text)
			}
		}
	}
	return p
}

func (l *loader) inFile(p *place, arg hclsyntax.Expression) {
	v, diags := arg.Value(l.ctx)
	if diags.HasErrors() || !isText(v) {
		return
	}
	content, err := os.ReadFile(funcs.Path(l.dir, v.AsString()))
	if err != nil || string(content) != p.text {
		return
	}
	p.file, p.exact = l.templatePath(v.AsString()), true
	l.report.Sources[p.file] = content
}

// inPipeline takes a template that is written out. Its pieces are usually lines. Where escapes make a piece longer in
// the source than it is, places in it cannot be told.
func (l *loader) inPipeline(p *place, e *hclsyntax.TemplateExpr) {
	text := ""
	for _, part := range e.Parts {
		lit, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok || lit.Val.Type() != cty.String {
			return
		}
		at := lit.SrcRange
		source := l.report.Sources[at.Filename]
		s := lit.Val.AsString()
		if at.End.Byte > len(source) || !bytes.Equal(source[at.Start.Byte:at.End.Byte], []byte(s)) {
			return
		}
		p.starts = append(p.starts, len(text))
		p.pieces = append(p.pieces, at)
		text += s
	}
	p.exact = text == p.text && len(p.pieces) > 0
}

// rangeOf is the range of a word of the template; line and column count from 1, the column in bytes.
func (p *place) rangeOf(line, col int, word string) hcl.Range {
	offset, ok := offsetOf(p.text, line, col)
	if !p.exact || !ok {
		return p.expr
	}
	// A reference is reported where it begins, which may be a dot or a dollar sign.
	if n := strings.Index(p.text[offset:], word); n > 0 && n <= 2 {
		offset += n
	}
	length := len(word)
	if length == 0 {
		length = actionLength(p.text[offset:])
	}
	if p.file != "" {
		return hcl.Range{Filename: p.file, Start: posOf(p.text, offset), End: posOf(p.text, min(offset+length, len(p.text)))}
	}
	for n := len(p.starts) - 1; n >= 0; n-- {
		if p.starts[n] > offset {
			continue
		}
		at := p.pieces[n]
		piece := p.text[p.starts[n]:min(p.starts[n]+at.End.Byte-at.Start.Byte, len(p.text))]
		from, to := offset-p.starts[n], min(offset-p.starts[n]+length, len(piece))
		return hcl.Range{Filename: at.Filename, Start: after(at.Start, piece[:from]), End: after(at.Start, piece[:to])}
	}
	return p.expr
}

// actionLength is the length of a template action, to its end or to the end of the line.
func actionLength(s string) int {
	line, _, _ := strings.Cut(s, "\n")
	if n := strings.Index(line, "}}"); n >= 0 {
		return n + 2
	}
	return max(len(line), 1)
}

func offsetOf(text string, line, col int) (int, bool) {
	offset := 0
	for ; line > 1; line-- {
		n := strings.IndexByte(text[offset:], '\n')
		if n < 0 {
			return 0, false
		}
		offset += n + 1
	}
	offset += col - 1
	return offset, offset >= 0 && offset <= len(text)
}

func posOf(text string, offset int) hcl.Pos { return after(hcl.InitialPos, text[:offset]) }

// after is the position behind a text that begins at p.
func after(p hcl.Pos, text string) hcl.Pos {
	p.Byte += len(text)
	if n := strings.Count(text, "\n"); n > 0 {
		p.Line += n
		p.Column = 1
		text = text[strings.LastIndexByte(text, '\n')+1:]
	}
	p.Column += utf8.RuneCountInString(text)
	return p
}
