package hclspec

import (
	"os"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/funcs"
)

// place knows where the text of a template stands: in a file of its own, or in the pipeline itself.
type place struct {
	expr  hcl.Range // the argument
	text  string    // the template
	file  string    // where the text stands
	lines []hcl.Pos // and where each of its lines begins; nil if that cannot be told
}

// exact reports whether places in the template can be shown.
func (p *place) exact() bool { return p.lines != nil }

func (l *loader) place(expr hclsyntax.Expression, text string) *place {
	p := &place{expr: expr.Range(), text: text}
	switch e := unwrap(expr).(type) {
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "file" && len(e.Args) == 1 {
			l.inFile(p, e.Args[0])
		}
	case *hclsyntax.TemplateExpr:
		l.inPipeline(p, e.SrcRange)
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
	p.file = l.templatePath(v.AsString())
	l.report.Sources[p.file] = content
	at := hcl.InitialPos
	for _, line := range strings.SplitAfter(p.text, "\n") {
		p.lines = append(p.lines, at)
		at = after(at, line)
	}
}

// inPipeline takes a template that is written out between quotes or as a heredoc. Every line of a heredoc is a line of
// the template, which may have lost its indentation. Escapes would shift what follows them, so they end it.
func (l *loader) inPipeline(p *place, at hcl.Range) {
	source := l.report.Sources[at.Filename]
	if at.End.Byte > len(source) {
		return
	}
	src := string(source[at.Start.Byte:at.End.Byte])
	pos := at.Start
	if strings.HasPrefix(src, "<<") {
		first, rest, _ := strings.Cut(src, "\n")
		pos, src = after(pos, first+"\n"), rest
	} else {
		pos, src = after(pos, `"`), strings.Trim(src, `"`)
	}
	here := strings.SplitAfter(src, "\n")
	var lines []hcl.Pos
	for n, line := range strings.SplitAfter(p.text, "\n") {
		if n >= len(here) {
			return
		}
		indent, ok := strings.CutSuffix(strings.TrimRight(here[n], "\r\n"), strings.TrimRight(line, "\r\n"))
		if !ok && line != "" {
			return
		}
		if line == "" { // after the last line break
			indent = ""
		}
		lines = append(lines, after(pos, indent))
		pos = after(pos, here[n])
	}
	p.file, p.lines = at.Filename, lines
}

// rangeOf is the range of a word of the template; line and column count from 1, the column in bytes.
func (p *place) rangeOf(line, col int, word string) hcl.Range {
	all := strings.Split(p.text, "\n")
	if !p.exact() || line < 1 || line > len(all) || line > len(p.lines) {
		return p.expr
	}
	text := all[line-1]
	from := min(max(col-1, 0), len(text))
	// A reference is reported where it begins, which may be a dot or a dollar sign.
	// One to a field of a column is reported behind the column.
	if n := strings.Index(text[from:], word); n >= 0 && n <= 2 {
		from += n
	} else if n := strings.LastIndex(text[:from], word); n >= 0 {
		from = n
	}
	length := len(word)
	if length == 0 {
		length = actionLength(text[from:])
	}
	start := after(p.lines[line-1], text[:from])
	return hcl.Range{Filename: p.file, Start: start, End: after(start, text[from:min(from+length, len(text))])}
}

// actionLength is the length of a template action, to its end or to the end of the line.
func actionLength(line string) int {
	if n := strings.Index(line, "}}"); n >= 0 {
		return n + 2
	}
	return max(len(line), 1)
}

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
