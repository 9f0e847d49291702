package rowexpr

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// function is one that expressions over rows may call.
type function struct {
	// takes has a letter for each argument: s text, n number, i whole number, f any number as a float, b bool, S list of texts,
	// N list of numbers, B list of bools, L list, e an element of the list, v scalar value, * anything. The last one may be
	// followed by a + for more of it.
	takes string
	// call is the Go function, with the place of its arguments where it is another: strings.Split(1,0).
	call string
	// gives is the type of the result, or nil where build says it.
	gives func(args []*Node) component.Type
	fails bool
	build func(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node
}

func always(t component.Type) func([]*Node) component.Type {
	return func([]*Node) component.Type { return t }
}

var (
	text    = always(textType)
	truth   = always(boolType)
	whole   = always(intType)
	decimal = always(floatType)
	texts   = always(component.ListOf(textType))
	same    = func(args []*Node) component.Type { return args[0].Type }
	elem    = func(args []*Node) component.Type { return args[0].Type.Element() }
)

const exprPkg = "expr."

// functions is the table of them. It is a function since what builds nodes looks into it.
func functions() map[string]function {
	return map[string]function{
		"lower":       {takes: "s", call: "strings.ToLower", gives: text},
		"upper":       {takes: "s", call: "strings.ToUpper", gives: text},
		"trimspace":   {takes: "s", call: "strings.TrimSpace", gives: text},
		"trim":        {takes: "ss", call: "strings.Trim", gives: text},
		"trimprefix":  {takes: "ss", call: "strings.TrimPrefix", gives: text},
		"trimsuffix":  {takes: "ss", call: "strings.TrimSuffix", gives: text},
		"replace":     {takes: "sss", call: "strings.ReplaceAll", gives: text},
		"substr":      {takes: "sii", call: exprPkg + "Substr", gives: text},
		"startswith":  {takes: "ss", call: "strings.HasPrefix", gives: truth},
		"endswith":    {takes: "ss", call: "strings.HasSuffix", gives: truth},
		"strcontains": {takes: "ss", call: "strings.Contains", gives: truth},
		"strlen":      {takes: "s", call: "utf8.RuneCountInString", gives: whole},
		"words":       {takes: "s", call: "strings.Fields", gives: texts},
		"split":       {takes: "ss", call: "strings.Split(1,0)", gives: texts},
		"join":        {takes: "sS", call: "strings.Join(1,0)", gives: text},
		"sha256":      {takes: "s", call: exprPkg + "SHA256", gives: text},
		"matches":     {takes: "ss", build: buildMatch},
		"regexreplace": {takes: "sss", build: func(c *compiler, e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
			return c.pattern(e, args[1], e.Args[1], &Node{Op: Rewrite, Type: textType, Args: []*Node{args[0], args[2]}})
		}},

		"abs":      {takes: "n", build: buildAbs},
		"min":      {takes: "n+", build: extreme("min")},
		"max":      {takes: "n+", build: extreme("max")},
		"floor":    {takes: "n", build: rounding("math.Floor")},
		"ceil":     {takes: "n", build: rounding("math.Ceil")},
		"round":    {takes: "n", build: rounding("math.Round")},
		"pow":      {takes: "ff", call: exprPkg + "Pow", gives: decimal, fails: true},
		"sum":      {takes: "N", call: exprPkg + "Sum", gives: elem, fails: true},
		"mean":     {takes: "N", call: exprPkg + "Mean", gives: decimal, fails: true},
		"tonumber": {takes: "s", call: exprPkg + "Number", gives: decimal, fails: true},

		"length":   {takes: "*", build: buildLength},
		"contains": {takes: "Le", call: "slices.Contains", gives: truth},
		"index":    {takes: "Le", call: exprPkg + "Find", gives: whole, fails: true},
		"distinct": {takes: "L", build: buildDistinct},
		"sort":     {takes: "S", call: exprPkg + "Sort", gives: texts},
		"reverse":  {takes: "L", call: exprPkg + "Reverse", gives: same},
		"slice":    {takes: "Lii", call: exprPkg + "Slice", gives: same, fails: true},
		"concat":   {takes: "L+", build: buildConcat},
		"flatten":  {takes: "L", build: buildFlatten},
		"alltrue":  {takes: "B", call: exprPkg + "All", gives: truth},
		"anytrue":  {takes: "B", call: "slices.Contains", build: buildAny},
		"range":    {takes: "i+", build: buildRange},

		"coalesce":   {takes: "*+", build: buildCoalesce},
		"tostring":   {takes: "v", build: func(_ *compiler, _ *hclsyntax.FunctionCallExpr, args []*Node) *Node { return toText(args[0]) }},
		"jsonencode": {takes: "*", call: exprPkg + "JSON", gives: text},
	}
}

// Functions lists the functions that expressions over rows may call.
func Functions() []string { return slices.Sorted(maps.Keys(functions())) }

func (c *compiler) call(e *hclsyntax.FunctionCallExpr) *Node {
	f, ok := functions()[e.Name]
	if !ok {
		c.Report(diag.BadRowExpr, e.NameRange, fmt.Sprintf("function %q over a row", e.Name), fmt.Sprintf("It works on values of the pipeline alone. Over columns there are %s.", strings.Join(Functions(), ", ")))
		return nil
	}
	var args []*Node
	for _, a := range e.Args {
		args = append(args, c.compile(a))
	}
	if slices.Contains(args, nil) {
		return nil
	}
	if e.ExpandFinal {
		return c.spread(e, args)
	}
	letters, more := strings.CutSuffix(f.takes, "+")
	if len(args) < len(letters) || len(args) > len(letters) && !more {
		c.Report(diag.BadRowExpr, e.Range(), "wrong number of arguments", fmt.Sprintf("%s takes %d, and this has %d.", e.Name, len(letters), len(args)))
		return nil
	}
	for i := range args {
		if args[i] = c.argument(e, i, letters[min(i, len(letters)-1)], args); args[i] == nil {
			return nil
		}
	}
	if f.build != nil {
		return f.build(c, e, args)
	}
	n := called(f.call, f.gives(args), args...)
	n.bits = 63
	if n.Type.Kind == component.Int && !f.fails {
		n.bits = 40
	}
	if f.fails {
		n.Text = c.text(e)
	}
	return n
}

// called is a call of a Go function.
func called(name string, t component.Type, args ...*Node) *Node {
	if short, ok := strings.CutSuffix(name, "(1,0)"); ok {
		return &Node{Op: Call, Name: short, Type: t, Args: []*Node{args[1], args[0]}}
	}
	return &Node{Op: Call, Name: name, Type: t, Args: args}
}

var letterNames = map[byte]string{'s': "a text", 'n': "a number", 'i': "a whole number", 'f': "a number", 'b': "a bool", 'S': "a list of texts",
	'N': "a list of numbers", 'B': "a list of bools", 'L': "a list", 'e': "an element of the list", 'v': "a text, a number or a bool", '*': "no null"}

// argument checks and converts an argument.
func (c *compiler) argument(e *hclsyntax.FunctionCallExpr, i int, letter byte, args []*Node) *Node {
	n, at := args[i], e.Args[i]
	if e.Name != "coalesce" && e.Name != "jsonencode" && c.nullable(n, at.Range(), fmt.Sprintf("%s takes %s", e.Name, letterNames[letter])) {
		return nil
	}
	if out := fitting(n, letter, args); out != nil {
		return out
	}
	more := ""
	if e.Name == "contains" && i == 0 && n.Type.Kind == component.String {
		more = " Whether a text has another in it is told by strcontains(text, part)."
	}
	if (letter == 'n' || letter == 'f') && isList(n.Type) && (e.Name == "min" || e.Name == "max") {
		more = fmt.Sprintf(" Of the elements of a list: %s(%s...).", e.Name, c.Source(at.Range()))
	}
	c.wrong(at, "wrong argument", fmt.Sprintf("%s takes %s here, and this is %s.%s", e.Name, letterNames[letter], n.Type, more))
	return nil
}

// fitting is an argument as a letter wants it; nil if it is of another kind.
func fitting(n *Node, letter byte, args []*Node) *Node {
	list := func(t component.Type) *Node { return coerce(n, component.ListOf(t)) }
	switch letter {
	case 's':
		return toText(n)
	case 'n':
		if n.Type.Kind == component.Int || n.Type.Kind == component.Float {
			return n
		}
	case 'i':
		return coerce(n, intType)
	case 'f':
		return coerce(n, floatType)
	case 'S':
		return list(textType)
	case 'B':
		return list(boolType)
	case 'N':
		if ints := list(intType); ints != nil {
			return ints
		}
		return list(floatType)
	case 'L':
		if isList(n.Type) {
			n, _ = Settled(n)
			return n
		}
	case 'e':
		if t := args[0].Type.Element(); scalar(t) && !t.Optional {
			return coerce(n, t)
		}
	case 'v':
		if scalar(n.Type) {
			return n
		}
	case '*':
		return n
	}
	return nil
}

// spread is f(list...), which takes the elements of a list as arguments.
func (c *compiler) spread(e *hclsyntax.FunctionCallExpr, args []*Node) *Node {
	if (e.Name != "min" && e.Name != "max") || len(args) != 1 {
		c.wrong(e, "not possible over a row", "The elements of a list stand for arguments in min(list...) and max(list...) alone.")
		return nil
	}
	list := c.argument(e, 0, 'N', args)
	if list == nil {
		return nil
	}
	n := called(exprPkg+map[string]string{"min": "Min", "max": "Max"}[e.Name], list.Type.Element(), list)
	n.bits = 63
	if list.size == 0 {
		n.Text = c.text(e)
		return n
	}
	n.Name = "slices." + strings.TrimPrefix(n.Name, exprPkg)
	return n
}

// pattern compiles a regular expression, which is written out in the pipeline.
func (c *compiler) pattern(e *hclsyntax.FunctionCallExpr, p *Node, at hclsyntax.Expression, n *Node) *Node {
	text, ok := p.Value.(string)
	if !ok {
		c.wrong(at, "pattern of a row", fmt.Sprintf("The pattern of %s is compiled with the program, so it cannot come from a column.", e.Name))
		return nil
	}
	if _, err := regexp.Compile(text); err != nil {
		c.wrong(at, "wrong pattern", fmt.Sprintf("The regular expression cannot be read: %v.", err))
		return nil
	}
	n.Name = text
	return n
}
