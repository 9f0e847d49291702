package hclspec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/runtime/component"
)

// arguments decodes the arguments of a block into a parameter struct.
type arguments struct {
	l      *loader
	attrs  hclsyntax.Attributes
	params []component.Param
	meta   []string // arguments that the struct does not have
	owner  string   // what the block is: step "generate"
	at     hcl.Range
	hints  map[string]hint // answers to names that people expect
	inner  []string        // blocks in the block, which were meant as arguments
	code   *gofunc.Func    // of a step whose work a function of the user's does

	failed map[string]bool // arguments whose value is not known
}

// decode fills target, a parameter struct, with defaults and with the arguments.
func (a *arguments) decode(target reflect.Value, ctx *hcl.EvalContext) {
	a.failed = map[string]bool{}
	for _, name := range a.inner {
		a.failed[name], a.failed[a.hints[name].arg] = true, true
	}
	component.SetDefaults(target)
	for _, attr := range inOrder(a.attrs) {
		a.known(attr)
	}
	for _, p := range a.params {
		if p.Type == argsGo {
			a.functionArgs(target.FieldByIndex(p.Index), p.Name, ctx)
			continue
		}
		if attr := a.attrs[p.Name]; attr != nil {
			a.argument(target.FieldByIndex(p.Index), p, attr.Expr, ctx)
		} else if p.Required && !a.failed[p.Name] {
			a.missing(p)
		}
		a.nested(target, p, ctx)
	}
}

func (a *arguments) names() []string {
	names := slices.Clone(a.meta)
	for _, p := range a.params {
		names = append(names, p.Name)
	}
	return names
}

// known reports an argument that the block does not take. If it looks like one that it does take, that one is not
// missed in addition.
func (a *arguments) known(attr *hclsyntax.Attribute) {
	name, part, dotted := strings.Cut(attr.Name, ".") // --set model.NAME.generation.temperature
	if slices.Contains(a.names(), name) {
		if dotted && !a.isGroup(name) {
			a.noParts(attr, name, part)
		}
		return
	}
	near := diag.Nearest(name, a.names())
	more := diag.DidYouMean(name, a.names())
	h, ok := a.hints[name]
	if ok && (h.arg == "" || slices.Contains(a.names(), h.arg)) {
		near, more = h.arg, " "+h.text
	}
	if more == "" {
		more = fmt.Sprintf(" It takes %s.", list(a.names()))
	}
	if near != "" && (a.attrs[near] == nil || h.part) {
		a.failed[near] = true
	}
	if near == "api_key_env" {
		a.l.hide(attr.Expr)
	}
	a.l.errorAt(diag.UnknownArgument, attr.NameRange, fmt.Sprintf("unknown argument %q", attr.Name),
		fmt.Sprintf("%s has no argument of that name.%s", sentenceStart(a.owner), more))
}

// isGroup reports whether an argument is an object of settings, each of which can be set.
func (a *arguments) isGroup(name string) bool {
	return slices.ContainsFunc(a.params, func(p component.Param) bool {
		return p.Name == name && (p.Type == argsGo || p.Type.Kind() == reflect.Struct && p.Type != modelGo)
	})
}

// noParts refuses --set of a part of an argument that is set as a whole.
func (a *arguments) noParts(attr *hclsyntax.Attribute, name, part string) {
	value := "VALUE"
	switch n := slices.IndexFunc(a.params, func(p component.Param) bool { return p.Name == name }); {
	case name == "inputs" || name == "outputs" || n >= 0 && (a.params[n].Type == namesGo || a.params[n].Type.Kind() == reflect.Map):
		value = fmt.Sprintf("{ %s = ... }", label(part))
	case name == "model":
		value = "model.NAME"
	case name == "for_each" || name == "replace" || n >= 0 && a.params[n].Type.Kind() == reflect.Slice:
		value = "[...]"
	}
	source := a.l.report.Sources[attr.SrcRange.Filename]
	a.l.errorAt(diag.BadSet, attr.NameRange, fmt.Sprintf("%s is set as a whole", name), fmt.Sprintf(
		"It has no parts that can be set one by one, as generation has. Write --set '%s%s=%s'.",
		source[attr.SrcRange.Start.Byte:attr.NameRange.Start.Byte], name, value))
}

func (a *arguments) missing(p component.Param) {
	a.failed[p.Name] = true
	doc := ""
	if p.Doc != "" {
		doc = " " + p.Doc
	}
	a.l.errorAt(diag.MissingArgument, a.at, fmt.Sprintf("missing argument %q", p.Name),
		fmt.Sprintf("%s needs %s (%s).%s", sentenceStart(a.owner), p.Name, p.TypeName(), doc))
}

// argument decodes one argument.
func (a *arguments) argument(field reflect.Value, p component.Param, expr hclsyntax.Expression, ctx *hcl.EvalContext) {
	if p.Type == formGo {
		a.form(field, p, expr, ctx)
		return
	}
	if isFormula(p) {
		a.formula(field, p, expr)
		return
	}
	v, ok := a.l.eval(expr, ctx)
	if !ok || (!v.IsWhollyKnown() && !v.IsNull()) {
		a.failed[p.Name] = true
		return
	}
	if v.IsNull() {
		if p.Required {
			a.failed[p.Name] = true
			a.l.errorAt(diag.MissingArgument, expr.Range(), fmt.Sprintf("argument %q is null", p.Name),
				fmt.Sprintf("%s needs %s (%s). %s", sentenceStart(a.owner), p.Name, p.TypeName(), p.Doc))
		}
		return // null means: not set
	}
	d := decoder{a: a, p: p, expr: expr}
	if d.decode(field, v); d.failed {
		a.failed[p.Name] = true
	}
}

// nested applies the settings of parts of an object that --set gives.
func (a *arguments) nested(target reflect.Value, p component.Param, ctx *hcl.EvalContext) {
	for _, attr := range inOrder(a.attrs) {
		name, ok := strings.CutPrefix(attr.Name, p.Name+".")
		if !ok || p.Type.Kind() != reflect.Struct {
			continue
		}
		inner := component.ParamsOf(p.Type)
		i := slices.IndexFunc(inner, func(p component.Param) bool { return p.Name == name })
		if i < 0 {
			names := paramNames(inner)
			a.l.errorAt(diag.UnknownArgument, attr.NameRange, fmt.Sprintf("unknown argument %q", attr.Name),
				fmt.Sprintf("%s has %s.%s", p.Name, list(names), diag.DidYouMean(name, names)))
			continue
		}
		a.argument(target.FieldByIndex(p.Index).FieldByIndex(inner[i].Index), inner[i], attr.Expr, ctx)
	}
}

// ok reports whether the value of an argument is known, be it given or a default.
func (a *arguments) ok(name string) bool { return !a.failed[name] }

// rangeOf is the range of the argument at a path such as columns, columns.old or columns[1]; of the block's name where
// it is not written out.
func (a *arguments) rangeOf(path string) hcl.Range {
	if attr := a.attrs[path]; attr != nil {
		return attr.Expr.Range()
	}
	name, rest := splitPath(path)
	attr := a.attrs[name]
	if attr == nil {
		return a.at
	}
	if e := within(attr.Expr, rest, false); e != nil {
		return e.Range()
	}
	return attr.Expr.Range()
}

// keyRange is like rangeOf, but of the key where the path ends in one.
func (a *arguments) keyRange(path string) hcl.Range {
	name, rest := splitPath(path)
	if attr := a.attrs[name]; attr != nil {
		if e := within(attr.Expr, rest, true); e != nil {
			return e.Range()
		}
	}
	return a.rangeOf(path)
}

func splitPath(path string) (name, rest string) {
	if i := strings.IndexAny(path, ".["); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// within finds a part of an expression: .key or [index].
func within(expr hclsyntax.Expression, rest string, key bool) hclsyntax.Expression {
	if name, ok := strings.CutPrefix(rest, "."); ok {
		value, k := attribute(expr, name)
		if key && k != nil {
			return k
		}
		return value
	}
	var i int
	if _, err := fmt.Sscanf(rest, "[%d]", &i); err == nil {
		return element(expr, i)
	}
	return expr
}

func paramNames(params []component.Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}

func sentenceStart(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
