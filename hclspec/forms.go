package hclspec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
)

var formGo = reflect.TypeFor[form.Columns]()

// formNames are the words of which types of replies are made.
var formNames = []string{"string", "bool", "int", "float", "enum", "list", "object", "optional"}

// onlyColumn is the column that a type without a name makes.
const onlyColumn = "generation"

// formReader reads the type of a reply. It is not evaluated: object({ name = string }) is no value. What enums and limits
// are given is.
type formReader struct {
	l   *loader
	ctx *hcl.EvalContext
	arg string
	bad bool
}

// form decodes an argument that is the type of a reply, or an object of types.
func (a *arguments) form(field reflect.Value, p component.Param, expr hclsyntax.Expression, ctx *hcl.EvalContext) {
	r := formReader{l: a.l, ctx: ctx, arg: p.Name}
	if r.ctx == nil {
		r.ctx = a.l.ctx
	}
	var columns form.Columns
	if object, ok := unwrap(expr).(*hclsyntax.ObjectConsExpr); ok {
		columns = r.fields(object)
	} else {
		columns = form.Columns{{Name: onlyColumn, Type: r.typ(expr)}}
	}
	if r.bad || a.l.bad[expr.Range()] {
		a.failed[p.Name] = true
		return
	}
	field.Set(reflect.ValueOf(columns))
}

func (r *formReader) fail(code diag.Code, at hcl.Range, summary, detail string) form.Type {
	r.bad = true
	r.l.errorAt(code, at, summary, detail)
	return form.Type{}
}

// fields are those of an object of types, in their order.
func (r *formReader) fields(object *hclsyntax.ObjectConsExpr) (fields []form.Field) {
	if len(object.Items) == 0 {
		r.fail(diag.Unusable, object.Range(), "object without fields", "Name what the model is to write, each with its type: { name = string }.")
	}
	for _, item := range object.Items {
		name := keyName(item.KeyExpr)
		if name == "" {
			r.fail(diag.WrongType, item.KeyExpr.Range(), "name is not written out", "The names of columns and fields are written out, each with its type: { name = string }.")
			continue
		}
		fields = append(fields, form.Field{Name: name, Type: r.typ(item.ValueExpr)})
	}
	return fields
}

func (r *formReader) typ(expr hclsyntax.Expression) form.Type {
	switch e := unwrap(expr).(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if len(e.Traversal) == 1 {
			return r.simple(e.Traversal.RootName(), e.Range())
		}
	case *hclsyntax.FunctionCallExpr:
		return r.checked(r.call(e), e.Range())
	case *hclsyntax.ObjectConsExpr:
		return r.fail(diag.WrongType, e.Range(), fmt.Sprintf("no type in %q", r.arg), "An object within is written object({ name = string }).")
	case *hclsyntax.TemplateExpr:
		if v, diags := e.Value(nil); !diags.HasErrors() && isText(v) && slices.Contains(formNames, v.AsString()) {
			return r.fail(diag.WrongType, e.Range(), fmt.Sprintf("no type in %q", r.arg), fmt.Sprintf("Types have no quotes: write %s.", v.AsString()))
		}
	}
	return r.fail(diag.WrongType, expr.Range(), fmt.Sprintf("no type in %q", r.arg), fmt.Sprintf("%s is the type of the reply, or an object of types by "+
		"the names of the columns: string, enum(\"a\", \"b\"), int({ min = 1, max = 5 }), list(string), object({ name = string }). The types are %s.", r.arg, list(formNames)))
}

// simple is a type of one word.
func (r *formReader) simple(name string, at hcl.Range) form.Type {
	switch name {
	case "string", "bool", "int", "float":
		return form.Type{Kind: component.Kind(name)}
	case "list", "optional":
		return r.fail(diag.WrongType, at, fmt.Sprintf("%s has no type", name), fmt.Sprintf("Write of what: %s(string).", name))
	case "object":
		return r.fail(diag.WrongType, at, "object has no fields", "Write which: object({ name = string }).")
	case "enum":
		return r.fail(diag.WrongType, at, "enum has no values", "Write which: enum(\"yes\", \"no\").")
	}
	return r.unknown(name, at)
}

// otherForms are types as other languages call them.
var otherForms = map[string]string{
	"text": "string", "str": "string", "number": "int or float", "integer": "int", "boolean": "bool", "double": "float", "array": "list(string)",
	"set": "list(...)", "tuple": "list(...)", "map": "object({ ... }), whose fields are known", "any": "the type that is meant", "dict": "object({ ... })", "messages": "list(object({ role = string, content = string }))",
}

func (r *formReader) unknown(name string, at hcl.Range) form.Type {
	more := diag.DidYouMean(name, formNames)
	if other := otherForms[strings.ToLower(name)]; other != "" {
		more = fmt.Sprintf(" Write %s.", other)
	}
	return r.fail(diag.WrongType, at, fmt.Sprintf("unknown type %q", name), fmt.Sprintf("The types of replies are %s.%s", list(formNames), more))
}

func (r *formReader) call(e *hclsyntax.FunctionCallExpr) form.Type {
	switch e.Name {
	case "enum":
		return r.enum(e)
	case "object":
		if len(e.Args) == 1 {
			if object, ok := unwrap(e.Args[0]).(*hclsyntax.ObjectConsExpr); ok {
				return form.Type{Kind: component.Object, Fields: r.fields(object)}
			}
		}
		return r.simple("object", e.Range())
	case "optional":
		if len(e.Args) != 1 {
			return r.simple("optional", e.Range())
		}
		t := r.typ(e.Args[0])
		t.Optional = true
		return t
	case "list":
		if len(e.Args) == 0 || len(e.Args) > 2 {
			return r.simple("list", e.Range())
		}
		elem := r.typ(e.Args[0])
		return r.limited(form.Type{Kind: component.List, Elem: &elem}, e.Args[1:])
	case "string", "bool", "int", "float":
		t := form.Type{Kind: component.Kind(e.Name)}
		if len(e.Args) != 1 {
			return r.fail(diag.WrongType, e.Range(), fmt.Sprintf("%s takes its limits as an object", e.Name), fmt.Sprintf("Write %s, or %[1]s({ min = 1, max = 5 }).", e.Name))
		}
		return r.limited(t, e.Args)
	}
	return r.unknown(e.Name, e.NameRange)
}

// enum reads enum("a", "b") and enum(var.labels...).
func (r *formReader) enum(e *hclsyntax.FunctionCallExpr) form.Type {
	t := form.Type{Kind: component.String, Enum: []string{}}
	for i, arg := range e.Args {
		v, ok := r.l.eval(arg, r.ctx)
		if !ok || !v.IsWhollyKnown() {
			r.bad = true
			return t
		}
		all := cty.TupleVal([]cty.Value{v})
		if spread := e.ExpandFinal && i == len(e.Args)-1; spread || !v.IsNull() && v.CanIterateElements() && !v.Type().IsObjectType() && !v.Type().IsMapType() {
			all = v
		}
		if all.IsNull() || !all.CanIterateElements() {
			return r.fail(diag.WrongType, arg.Range(), "wrong type in enum", fmt.Sprintf("enum takes texts, and this is %s.", describe(v)))
		}
		for it := all.ElementIterator(); it.Next(); {
			_, value := it.Element()
			text, err := convertTo(value, cty.String)
			if err != nil || text.IsNull() {
				return r.fail(diag.WrongType, arg.Range(), "wrong type in enum", fmt.Sprintf("enum takes texts, and this is %s.", describe(value)))
			}
			t.Enum = append(t.Enum, text.AsString())
		}
	}
	return t
}

// limited adds limits, { min = 1, max = 5 }, to a type.
func (r *formReader) limited(t form.Type, args []hclsyntax.Expression) form.Type {
	if len(args) == 0 {
		return t
	}
	v, ok := r.l.eval(args[0], r.ctx)
	switch {
	case !ok || !v.IsWhollyKnown():
		r.bad = true
		return t
	case v.IsNull() || !v.Type().IsObjectType() && !v.Type().IsMapType():
		return r.fail(diag.WrongType, args[0].Range(), "limits are no object", fmt.Sprintf("Limits are written { min = 1, max = 5 }, and this is %s.", describe(v)))
	}
	for it := v.ElementIterator(); it.Next(); {
		k, value := it.Element()
		name := k.AsString()
		at := args[0].Range()
		if written, key := attribute(args[0], name); written != nil {
			at = hcl.RangeBetween(key.Range(), written.Range())
		}
		if !slices.Contains(t.Limits(), name) {
			return r.fail(diag.UnknownArgument, at, fmt.Sprintf("%s has no limit %q", t.Kind, name), fmt.Sprintf("It has %s.%s",
				orNone(t.Limits()), diag.DidYouMean(name, t.Limits())))
		}
		text, err := convertTo(value, cty.String)
		if err == nil && !text.IsNull() {
			err = t.Limit(name, text.AsString())
		}
		if err != nil || text.IsNull() {
			return r.fail(diag.WrongType, at, fmt.Sprintf("wrong type for %q", name), fmt.Sprintf("min and max are numbers and pattern is a text. This is %s.", describe(value)))
		}
	}
	return t
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return list(names)
}

// checked refuses a type whose values cannot be.
func (r *formReader) checked(t form.Type, at hcl.Range) form.Type {
	if r.bad {
		return t
	}
	if err := t.Check(); err != nil {
		return r.fail(diag.Unusable, at, "no reply can have this type", sentence(err.Error()))
	}
	return t
}

// formValues lists the parts of a type that are evaluated.
func formValues(expr hclsyntax.Expression) (values []hclsyntax.Expression) {
	switch e := unwrap(expr).(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			values = append(values, formValues(item.ValueExpr)...)
		}
	case *hclsyntax.FunctionCallExpr:
		for i, arg := range e.Args {
			switch {
			case e.Name == "enum" || i > 0 || slices.Contains([]string{"string", "bool", "int", "float"}, e.Name):
				values = append(values, arg)
			default:
				values = append(values, formValues(arg)...)
			}
		}
	}
	return values
}

// isForm reports whether an argument of a step is the type of a reply.
func (s *stepBlock) isForm(arg string) bool {
	return s.decl != nil && slices.ContainsFunc(component.ParamsOf(s.decl.Params), func(p component.Param) bool { return p.Name == arg && p.Type == formGo })
}

// formOf is the form of a step's reply; nil where it has none.
func formOf(params any) form.Columns {
	if t, ok := params.(interface{ Form() form.Columns }); ok {
		return t.Form()
	}
	return nil
}

// checkForm checks what a step with a form is given beside it: whether the model can be asked for it, and the examples.
func (f *flow) checkForm() {
	columns := formOf(f.i.step.Params)
	t := f.i.task()
	if columns == nil || t == nil || f.i.opaque {
		return
	}
	if m, ok := f.l.modelOf(*t); ok && m.model.Reply == "text" {
		if err := columns.InText(); err != nil {
			f.i.opaque = true
			f.l.errorAt(diag.Contradiction, f.i.args.rangeOf("output"), "the reply cannot be asked for as text", fmt.Sprintf(
				"Model %q has reply_format = \"text\", and %s. Replies in text are a single value, a list of single values, or several columns of single values. Choose such an output, or a model "+
					"that writes JSON.", m.name, err), diag.Related{Range: m.args.rangeOf("reply_format"), Message: "the model is asked in text"})
		}
	}
	f.checkExamples()
}
