package codegen

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
)

// defineSink is a step that sends its rows out of the program.
func (p *program) defineSink(s *step) error {
	settings := p.addSettings(s)
	read := p.addRead(s)
	s.stream = func() *jen.Statement {
		out := verb("Sink", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), settings(), jen.Id(read.name))
		if s.When != nil {
			out = out.Dot("When").Call(condition(s.When.Cond, ""), quoted(s.When.Text))
		}
		return out
	}
	return nil
}

// quoted prints a text that has quotes in it without more of them where it can.
func quoted(text string) *jen.Statement {
	if strings.Contains(text, "`") {
		return jen.Lit(text)
	}
	return jen.Id("`" + text + "`")
}

// condition prints what is asked of the environment, in brackets where it is a part of another that would take it apart.
func condition(c *hclspec.Condition, in hclspec.Op) *jen.Statement {
	switch c.Op {
	case hclspec.OpEnv:
		return jen.Qual(runtimePkg, "Env").Call(jen.Lit(c.Value))
	case hclspec.OpText:
		return jen.Lit(c.Value)
	case hclspec.OpTrue:
		return jen.True()
	case hclspec.OpFalse:
		return jen.False()
	case hclspec.OpNot:
		return jen.Op("!").Add(condition(c.Args[0], c.Op))
	}
	out := condition(c.Args[0], c.Op).Op(string(c.Op)).Add(condition(c.Args[1], c.Op))
	if in == hclspec.OpNot || in != "" && in != c.Op && (c.Op == hclspec.OpAnd || c.Op == hclspec.OpOr) {
		return jen.Parens(out)
	}
	return out
}
