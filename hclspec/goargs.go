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

var argsGo = reflect.TypeFor[component.Args]()

// functionArgs decodes the arguments that the pipeline gives a function of the user's: those in args, and those that --set gives
// one by one.
func (a *arguments) functionArgs(field reflect.Value, name string, ctx *hcl.EvalContext) {
	whole := a.attrs[name]
	var single []*hclsyntax.Attribute
	for _, attr := range inOrder(a.attrs) {
		if strings.HasPrefix(attr.Name, name+".") {
			single = append(single, attr)
		}
	}
	if a.code == nil || a.code.Args == nil {
		if whole != nil {
			single = append(single, whole)
		}
		if a.code != nil && len(single) > 0 {
			a.l.badFunction(single[0].NameRange, a.code.At, "the function takes no arguments", fmt.Sprintf(
				"To give it some, let %s take a struct whose name ends in Args before its row, such as %sArgs, whose fields are the arguments. Otherwise remove them.", a.code.Name, a.code.Name))
		}
		return
	}
	f := functionArguments{a, a.code.Args, reflect.New(a.code.Args.Type).Elem(), map[string]bool{}}
	component.SetDefaults(f.target)
	good := whole == nil || f.object(whole.Expr, name, ctx)
	for _, attr := range single {
		f.one(strings.TrimPrefix(attr.Name, name+"."), attr.NameRange, attr.Expr, ctx)
	}
	if good {
		f.missing(name)
	}
	if f.failed() {
		a.failed[name] = true
		return
	}
	values := component.Args{}
	for i, of := range f.args.Fields {
		values[of.Column] = f.target.Field(i).Interface()
	}
	field.Set(reflect.ValueOf(values))
}

// functionArguments are the arguments of a function under way.
type functionArguments struct {
	a      *arguments
	args   *gofunc.Args
	target reflect.Value
	given  map[string]bool // by name: whether the value is a good one
}

func (f *functionArguments) failed() bool {
	for _, good := range f.given {
		if !good {
			return true
		}
	}
	return false
}

func (f *functionArguments) names() (names []string) {
	for _, field := range f.args.Fields {
		names = append(names, field.Column)
	}
	return names
}

func (f *functionArguments) title() string { return f.a.code.Package + "." + f.a.code.Name }

// object takes the argument args. It reports whether it is known which arguments there are.
func (f *functionArguments) object(expr hclsyntax.Expression, name string, ctx *hcl.EvalContext) bool {
	v, ok := f.a.l.eval(expr, ctx)
	if !ok || !v.IsNull() && !v.IsWhollyKnown() {
		f.given[""] = false
		return false
	}
	if v.IsNull() {
		return true
	}
	if t := v.Type(); !t.IsObjectType() && !t.IsMapType() {
		f.given[""] = false
		f.a.l.errorAt(diag.WrongType, expr.Range(), fmt.Sprintf("wrong type for %q", name), fmt.Sprintf(
			"%s is an object with the arguments of %s, %s = { %s = ... }, and this is %s.", name, f.title(), name, f.example(), describe(v)), f.here("the arguments are declared here", f.args.At))
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		value, key := attribute(expr, k.AsString())
		if value == nil {
			value, key = expr, expr
		}
		if i := f.find(k.AsString(), key.Range()); i >= 0 && !e.IsNull() { // null means: not set
			d := f.decoder(i, value)
			d.decode(f.target.Field(i), e)
			f.given[k.AsString()] = !d.failed
		}
	}
	return true
}

// one takes a single argument, which --set gives.
func (f *functionArguments) one(name string, at hcl.Range, expr hclsyntax.Expression, ctx *hcl.EvalContext) {
	i := f.find(name, at)
	if i < 0 {
		return
	}
	v, ok := f.a.l.eval(expr, ctx)
	switch {
	case !ok || !v.IsNull() && !v.IsWhollyKnown():
		f.given[name] = false
	case v.IsNull():
		delete(f.given, name)
		f.target.Field(i).SetZero()
		component.SetDefaults(f.target)
	default:
		d := f.decoder(i, expr)
		d.decode(f.target.Field(i), v)
		f.given[name] = !d.failed
	}
}

// find is the number of the field of an argument; -1 where there is none, which it reports.
func (f *functionArguments) find(name string, at hcl.Range) int {
	n := slices.Index(f.names(), name)
	if n < 0 {
		f.given[name] = false
		more := diag.DidYouMean(name, f.names())
		if near := diag.Nearest(name, f.names()); near != "" {
			if _, there := f.given[near]; !there {
				f.given[near] = false // it is not missed in addition
			}
		}
		detail := fmt.Sprintf("%s has no argument of that name.%s", f.title(), more)
		if more == "" {
			detail = fmt.Sprintf("%s takes %s.", f.title(), list(f.names()))
		}
		f.a.l.errorAt(diag.UnknownArgument, at, fmt.Sprintf("unknown argument %q", name), detail, f.here("the arguments are declared here", f.args.At))
	}
	return n
}

// decoder decodes an argument. Zero and the empty text are values like others: what has a default in the tag has it already.
func (f *functionArguments) decoder(i int, expr hclsyntax.Expression) *decoder {
	p := component.ParamsOf(f.args.Type)[i]
	p.Default = ""
	return &decoder{a: f.a, p: p, expr: expr, related: []diag.Related{f.here("the argument is declared here", f.args.Fields[i].At)}}
}

// missing reports the arguments that are not given and have to be.
func (f *functionArguments) missing(name string) {
	for i, field := range f.args.Fields {
		if _, there := f.given[field.Column]; there || !f.args.Required(i) {
			continue
		}
		f.given[field.Column] = false
		p := component.ParamsOf(f.args.Type)[i]
		f.a.l.errorAt(diag.MissingArgument, f.a.rangeOf(name), fmt.Sprintf("missing argument %q", field.Column), fmt.Sprintf(
			"%s needs it: %s = { %s = ... }, which takes %s. Where it can do without, make the field a pointer, or give it a default with the tag `default:\"...\"`.",
			f.title(), name, label(field.Column), article(p.TypeName())), f.here("the argument is declared here", field.At))
	}
}

func (f *functionArguments) example() string {
	if len(f.args.Fields) == 0 {
		return ""
	}
	return label(f.args.Fields[0].Column)
}

func (f *functionArguments) here(message string, at hcl.Range) diag.Related {
	return diag.Related{Range: at, Message: message}
}
