package codegen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/rowexpr"
	"github.com/distigen/distigen/runtime/component"
)

const exprPkg = runtimePkg + "/expr"

// defineFilter is a step that lets rows through for which a condition is true.
func (p *program) defineFilter(s *step) {
	in := s.in[0].row
	f := s.add("keep", func(name string) decl {
		g := p.formulaFor(s, jen.Lit(false))
		result := g.print(s.Where)
		g.emit(jen.Return(result, jen.Nil()))
		return decl{fmt.Sprintf("%s is %s.", name, about(s)), method(name, []jen.Code{param("row", in.name)}, []jen.Code{jen.Bool(), jen.Error()}, g.body...)}
	})
	p.addPatterns(s, s.Where)
	s.stream = func() *jen.Statement {
		return verb("Filter", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), jen.Id(f.name))
	}
}

// defineDerive is a step that computes columns of others.
func (p *program) defineDerive(s *step) {
	in := s.in[0].row
	f := s.add("make", func(name string) decl {
		g := p.formulaFor(s, jen.Id(s.row.name).Values())
		made := map[string]jen.Code{}
		for _, a := range s.Adds {
			g.hint = unexported(a.Column)
			made[a.Column] = g.whole(a.Formula)
		}
		g.emit(jen.Return(structLit(jen.Id(s.row.name), s.withDerived(s.kept("row", in), made)), jen.Nil()))
		return decl{fmt.Sprintf("%s is %s.", name, about(s)), method(name, []jen.Code{param("row", in.name)}, []jen.Code{jen.Id(s.row.name), jen.Error()}, g.body...)}
	})
	for _, a := range s.Adds {
		p.addPatterns(s, a.Formula)
	}
	s.stream = func() *jen.Statement {
		return verb("Map", jen.Id(s.in[0].variable), jen.Lit(s.Addr()), jen.Id(f.name))
	}
}

// withDerived adds the derived columns to the fields of a row, in the order of the row.
func (s *step) withDerived(kept []keyed, made map[string]jen.Code) (fields []keyed) {
	for _, f := range s.row.fields {
		if n := slices.IndexFunc(kept, func(k keyed) bool { return k.key == f.goName }); n >= 0 {
			fields = append(fields, kept[n])
		} else if code, ok := made[f.Name]; ok {
			fields = append(fields, keyed{f.goName, code})
		}
	}
	return fields
}

// isDerived reports whether the columns of a step are expressions over the row.
func isDerived(s *hclspec.Step) bool { return len(s.Adds) > 0 && s.Adds[0].Formula != nil }

// addPatterns gives a step a variable for each regular expression.
func (p *program) addPatterns(s *step, n *rowexpr.Node) {
	n.Walk(func(n *rowexpr.Node) {
		if (n.Op != rowexpr.Match && n.Op != rowexpr.Rewrite) || s.pattern(n.Name) != nil {
			return
		}
		count := 0
		for _, f := range s.funcs {
			if strings.HasPrefix(f.role, "pattern") {
				count++
			}
		}
		role := "pattern"
		if count > 0 {
			role = fmt.Sprintf("pattern%d", count+1)
		}
		f := s.add(role, func(name string) decl {
			return decl{"", jen.Var().Id(name).Op("=").Qual("regexp", "MustCompile").Call(jen.Lit(n.Name))}
		})
		f.text = n.Name
	})
}

// pattern finds the variable of a regular expression.
func (s *step) pattern(text string) *function {
	for _, f := range s.funcs {
		if strings.HasPrefix(f.role, "pattern") && f.text == text {
			return f
		}
	}
	return nil
}

// addFormulaObjects makes structs of the object types within an expression.
func (p *program) addFormulaObjects(s *step) error {
	var err error
	add := func(name string, n *rowexpr.Node) {
		n.Walk(func(n *rowexpr.Node) {
			if err == nil && n.Op != rowexpr.Null {
				err = p.addObjects(n.Type, name)
			}
		})
	}
	if s.Where != nil {
		add(s.Name, s.Where)
	}
	for _, a := range s.Adds {
		if a.Formula != nil {
			add(a.Column, a.Formula)
		}
	}
	return err
}

// formula prints expressions over the row as the body of a function. What is no expression in Go, a conditional or a loop, becomes
// statements before it.
type formula struct {
	p     *program
	s     *step
	names *scope
	vars  map[string]string // names in Go of the variables of fors
	zero  jen.Code          // what is returned beside an error
	hint  string            // a name for what is computed
	top   *rowexpr.Node     // what has that name; its parts have others
	body  []jen.Code
}

func (p *program) formulaFor(s *step, zero jen.Code) *formula {
	names := newScope(predeclared...)
	for _, name := range []string{"err", "expr", "strings", "strconv", "utf8", "math", "slices", "regexp"} {
		names.taken[name] = true
	}
	for _, name := range []string{"i", "p", "out", "rows", "model"} { // of other functions
		delete(names.taken, name)
	}
	for _, o := range p.objects {
		names.taken[o.name] = true
	}
	for _, f := range s.funcs {
		names.taken[f.name] = true
	}
	return &formula{p: p, s: s, names: names, vars: map[string]string{}, zero: zero, hint: "value"}
}

func (g *formula) emit(code jen.Code) { g.body = append(g.body, code) }

// inner prints something as a block of its own.
func (g *formula) inner(f func()) []jen.Code {
	outer := g.body
	g.body = nil
	f()
	block := g.body
	g.body = outer
	return block
}

func (g *formula) temp(hint string) string {
	if isKeyword(hint) || hint == "" {
		hint += "Value"
	}
	return g.names.pick(hint)
}

// attempt is a call that may fail: its result in a variable, and the row is rejected if there is none.
func (g *formula) attempt(n *rowexpr.Node, fn string, args ...jen.Code) *jen.Statement {
	v := g.temp(g.resultName(n, fn))
	args = append(args, jen.Lit(n.Text))
	g.emit(jen.List(jen.Id(v), jen.Id("err")).Op(":=").Qual(exprPkg, fn).Call(args...))
	g.emit(jen.If(jen.Id("err").Op("!=").Nil()).Block(jen.Return(g.zero, jen.Id("err"))))
	return jen.Id(v)
}

// resultNames are those of parts of a calculation, by the function that makes them.
var resultNames = map[string]string{
	"Add": "sum", "Sub": "difference", "Mul": "product", "Div": "quotient", "Mod": "rest", "FloatMod": "rest", "Neg": "negative",
	"Pow": "power", "Whole": "whole", "Sum": "sum", "Mean": "mean", "Min": "smallest", "Max": "largest", "Find": "place", "Number": "number",
}

// resultName is a name for the result of a call: that of the whole, if it is that, of the list for its element, or one that
// says what was done.
func (g *formula) resultName(n *rowexpr.Node, fn string) string {
	if n == g.top && !g.names.taken[g.hint] {
		return g.hint
	}
	if n.Op == rowexpr.Index && (n.Args[0].Op == rowexpr.Column || n.Args[0].Op == rowexpr.Attr) {
		return singular(unexported(n.Args[0].Name))
	}
	return cmp.Or(resultNames[fn], g.hint)
}

// whole prints what becomes a column, an element, a field or a text: a float is a finite number there.
func (g *formula) whole(n *rowexpr.Node) *jen.Statement {
	outer := g.top
	g.top = n
	defer func() { g.top = outer }()
	code := g.print(n)
	if n.Finite() {
		return code
	}
	named := *n
	named.Text = n.Source
	return g.attempt(&named, "Finite", code)
}

// declare makes a variable with the zero value of a type.
func (g *formula) declare(name string, t component.Type) {
	typ, _ := g.p.goType(t)
	g.emit(jen.Var().Id(name).Add(typ))
}
