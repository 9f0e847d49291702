package hclspec

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/text/unicode/norm"

	"github.com/distigen/distigen/hclspec/funcs"
)

// speller finds where the letters of a text stand that an expression makes.
type speller struct {
	l   *loader
	ctx *hcl.EvalContext
}

// parts are those of the value of expr. escapes says whether backslashes have a meaning in its literals.
func (s *speller) parts(expr hclsyntax.Expression, escapes bool) []piece {
	switch e := unwrap(expr).(type) {
	case *hclsyntax.LiteralValueExpr:
		return s.literal(e, escapes)
	case *hclsyntax.TemplateExpr:
		if text := s.source(e.SrcRange); len(text) > 0 && (text[0] == '"' || text[0] == '<') {
			escapes = text[0] == '"'
		}
		return s.all(e.Parts, escapes)
	case *hclsyntax.TemplateWrapExpr:
		return s.parts(e.Wrapped, escapes)
	case *hclsyntax.ConditionalExpr:
		if v, ok := s.value(e.Condition); ok && v.Type() == cty.Bool && v.True() {
			return s.parts(e.TrueResult, escapes)
		} else if ok {
			return s.parts(e.FalseResult, escapes)
		}
	case *hclsyntax.FunctionCallExpr:
		if all := s.call(e); all != nil {
			return all
		}
	case *hclsyntax.ScopeTraversalExpr:
		if name, ok := attrName(e.Traversal, 1); ok && len(e.Traversal) == 2 && e.Traversal.RootName() == "local" {
			if local, ok := s.l.locals.get(name); ok {
				return (&speller{s.l, s.l.ctx}).parts(local.expr, false)
			}
		}
	}
	return s.computed(expr)
}

func (s *speller) all(exprs []hclsyntax.Expression, escapes bool) (all []piece) {
	for _, e := range exprs {
		all = append(all, s.parts(e, escapes)...)
	}
	return all
}

func (s *speller) value(expr hclsyntax.Expression) (cty.Value, bool) {
	v, diags := expr.Value(s.ctx)
	v, _ = v.UnmarkDeep()
	return v, !diags.HasErrors() && v.IsWhollyKnown() && !v.IsNull()
}

// computed is a value of which no more can be told than the expression.
func (s *speller) computed(expr hclsyntax.Expression) []piece {
	v, ok := s.value(expr)
	if !ok {
		return nil
	}
	text, err := convertTo(v, cty.String)
	if err != nil {
		return nil
	}
	return []piece{{text: text.AsString(), at: expr.Range()}}
}

// call looks into the functions that leave a text as it is, or cut something off.
func (s *speller) call(e *hclsyntax.FunctionCallExpr) []piece {
	if len(e.Args) == 0 || e.ExpandFinal {
		return nil
	}
	switch e.Name {
	case "file":
		return s.file(e.Args[0])
	case "templatefile":
		if len(e.Args) == 2 {
			return s.templateFile(e.Args[0], e.Args[1])
		}
	case "join":
		if len(e.Args) == 2 {
			return s.join(e.Args[0], e.Args[1])
		}
	case "chomp", "trim", "trimspace", "trimprefix", "trimsuffix":
		if v, ok := s.value(e); ok && isText(v) {
			return cut(s.parts(e.Args[0], false), v.AsString())
		}
	}
	return nil
}

// cut leaves of a text the part that is what is wanted.
func cut(pieces []piece, want string) []piece {
	from := strings.Index(textOf(pieces), want)
	if from < 0 {
		return nil
	}
	return between(pieces, from, from+len(want))
}

// between is a text from byte to byte.
func between(pieces []piece, from, to int) (kept []piece) {
	for _, p := range pieces {
		a, b := min(max(from, 0), len(p.text)), min(max(to, 0), len(p.text))
		from, to = from-len(p.text), to-len(p.text)
		if a < b {
			if p.literal {
				p.at.Start = after(p.at.Start, p.text[:a])
				p.at.End = after(p.at.Start, p.text[a:b])
			}
			p.text = p.text[a:b]
			kept = append(kept, p)
		}
	}
	return kept
}

// outdent is cut for a heredoc whose lines have lost their indentation.
func outdent(pieces []piece, want string) (kept []piece) {
	here, lines := strings.SplitAfter(textOf(pieces), "\n"), strings.SplitAfter(want, "\n")
	if len(here) != len(lines) {
		return nil
	}
	end := 0
	for n, line := range lines {
		end += len(here[n])
		indent, ok := strings.CutSuffix(here[n], line)
		if !ok || strings.TrimSpace(indent) != "" {
			return nil
		}
		kept = append(kept, between(pieces, end-len(line), end)...)
	}
	return kept
}

func (s *speller) file(path hclsyntax.Expression) []piece {
	name, start, text, ok := s.read(path)
	if !ok {
		return nil
	}
	return normal(piece{text, hcl.Range{Filename: name, Start: start, End: after(start, text)}, true})
}

// normal has the letters as values have them, in which accents stand with their letters.
func normal(p piece) (all []piece) {
	if norm.NFC.IsNormalString(p.text) {
		return []piece{p}
	}
	var it norm.Iter
	it.InitString(norm.NFC, p.text)
	pos := p.at.Start
	for !it.Done() {
		from := it.Pos()
		text := string(it.Next())
		source := p.text[from:it.Pos()]
		end := after(pos, source)
		all = append(all, piece{text, hcl.Range{Filename: p.at.Filename, Start: pos, End: end}, text == source})
		pos = end
	}
	return all
}

// read reads a file that the pipeline names, and makes it a source of diagnostics.
func (s *speller) read(path hclsyntax.Expression) (name string, start hcl.Pos, text string, ok bool) {
	v, ok := s.value(path)
	if !ok || !isText(v) {
		return "", hcl.Pos{}, "", false
	}
	content, err := os.ReadFile(funcs.Path(s.l.dir, v.AsString()))
	if err != nil {
		return "", hcl.Pos{}, "", false
	}
	name, start = s.l.templatePath(v.AsString()), hcl.InitialPos
	s.l.report.Sources[name] = content
	after := bytes.TrimPrefix(content, []byte("\ufeff"))
	start.Byte = len(content) - len(after)
	return name, start, string(after), true
}

func (s *speller) templateFile(path, vars hclsyntax.Expression) []piece {
	name, start, text, ok := s.read(path)
	values, known := s.value(vars)
	if !ok || !known || !values.CanIterateElements() {
		return nil
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(text), name, start)
	if diags.HasErrors() {
		return nil
	}
	inner := &speller{s.l, &hcl.EvalContext{Functions: s.l.ctx.Functions, Variables: values.AsValueMap()}}
	if e, ok := expr.(*hclsyntax.TemplateExpr); ok {
		return inner.all(e.Parts, false)
	}
	return inner.parts(expr, false)
}

func (s *speller) join(separator, list hclsyntax.Expression) (all []piece) {
	tuple, ok := unwrap(list).(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil
	}
	for i, e := range tuple.Exprs {
		if i > 0 {
			all = append(all, s.parts(separator, false)...)
		}
		all = append(all, s.parts(e, false)...)
	}
	return all
}

// source is the text of a range.
func (s *speller) source(at hcl.Range) string {
	text := s.l.report.Sources[at.Filename]
	if at.Start.Byte > at.End.Byte || at.End.Byte > len(text) {
		return ""
	}
	return string(text[at.Start.Byte:at.End.Byte])
}

// literal compares a literal with its source, of which the indentation of heredocs and the like are left out.
func (s *speller) literal(e *hclsyntax.LiteralValueExpr, escapes bool) []piece {
	if !isText(e.Val) {
		return s.computed(e)
	}
	var all []piece
	pos := e.SrcRange.Start
	for src := s.source(e.SrcRange); src != ""; {
		n, text := unescape(src, escapes)
		end := after(pos, src[:n])
		at := hcl.Range{Filename: e.SrcRange.Filename, Start: pos, End: end}
		if last := len(all) - 1; text == src[:n] && last >= 0 && all[last].literal {
			all[last].text, all[last].at.End = all[last].text+text, end
		} else {
			all = append(all, piece{text, at, text == src[:n]})
		}
		pos, src = end, src[n:]
	}
	for n := len(all) - 1; n >= 0; n-- {
		all = slices.Replace(all, n, n+1, normal(all[n])...)
	}
	want := e.Val.AsString()
	if kept := cut(all, want); kept != nil || want == "" {
		return kept
	}
	if kept := outdent(all, want); kept != nil {
		return kept
	}
	return s.computed(e)
}

// unescape reads up to the next escape, or one: how long it is in the source, and what it stands for.
func unescape(src string, escapes bool) (length int, text string) {
	switch {
	case strings.HasPrefix(src, "$${"), strings.HasPrefix(src, "%%{"):
		return 3, src[1:3]
	case escapes && src[0] == '\\' && len(src) > 1:
		length = map[byte]int{'u': 6, 'U': 10}[src[1]]
		if length == 0 {
			length = 2
		}
		length = min(length, len(src))
		text, err := strconv.Unquote(`"` + src[:length] + `"`)
		if err != nil {
			text = src[:length]
		}
		return length, text
	}
	next := []int{len(src)}
	for _, mark := range []string{`\`, "$${", "%%{"} {
		if n := strings.Index(src[1:], mark); n >= 0 && (mark != `\` || escapes) {
			next = append(next, n+1)
		}
	}
	return slices.Min(next), src[:slices.Min(next)]
}
