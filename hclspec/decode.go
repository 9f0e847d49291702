package hclspec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/gocty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// decoder puts the value of one argument into its field.
type decoder struct {
	a      *arguments
	p      component.Param
	expr   hclsyntax.Expression
	failed bool
	// related are places that help with each mistake.
	related []diag.Related
}

var (
	namesGo     = reflect.TypeFor[component.Names]()
	functionsGo = reflect.TypeFor[component.Functions]()
	schemaGo    = reflect.TypeFor[component.Schema]()
	modelGo     = reflect.TypeFor[llm.Model]()
	formulaGo   = reflect.TypeFor[component.Formula]()
	formulasGo  = reflect.TypeFor[component.Formulas]()
	rowsGo      = reflect.TypeFor[[]map[string]any]()
)

func (d *decoder) decode(field reflect.Value, v cty.Value) {
	switch t := field.Type(); {
	case t == modelGo:
		d.model(field, v)
	case t == namesGo:
		d.names(field, v)
	case t == functionsGo:
		d.functions(field, v)
	case t == examplesGo:
		d.examples(field, v)
	case t == schemaGo:
		d.schema(field, v)
	case t == rowsGo:
		// The rows of a source have no Go type before their columns are known: see rows.go.
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		if d.decode(p.Elem(), v); !d.failed {
			field.Set(p)
		}
	case t.Kind() == reflect.Struct:
		d.object(field, v)
	default:
		d.plain(field, v)
	}
}

// plain decodes what cty converts: texts, numbers, bools, lists and maps of them.
func (d *decoder) plain(field reflect.Value, v cty.Value) {
	want := ctyType(field.Type())
	if v.Type() == modelType || v.Type() == stepType {
		d.wrong(v, "")
		return
	}
	converted, err := convertTo(v, want)
	if err != nil {
		d.conversion(v, want, err)
		return
	}
	switch {
	case d.hasNull(converted):
		return
	case field.Kind() == reflect.Int && !converted.AsBigFloat().IsInt():
		d.wrong(v, "")
		return
	case d.outOfRange(converted):
		return
	}
	if err := gocty.FromCtyValue(converted, field.Addr().Interface()); err != nil {
		d.wrong(v, "")
		return
	}
	d.check(field, converted)
}

// hasNull refuses null elements of lists and maps.
func (d *decoder) hasNull(v cty.Value) bool {
	if !v.CanIterateElements() {
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if k, e := it.Element(); e.IsNull() {
			at := cty.Path{cty.IndexStep{Key: k}}
			d.fail(diag.WrongType, fmt.Sprintf("null in %q", d.p.Name), at.NewErrorf("null"),
				fmt.Sprintf("%s takes %s without null. Remove that element.", d.p.Name, article(d.p.TypeName())))
			return true
		}
	}
	return false
}

func (d *decoder) check(field reflect.Value, v cty.Value) {
	switch {
	case len(d.p.Enum) > 0 && !slices.Contains(d.p.Enum, field.String()):
		more := diag.DidYouMean(field.String(), d.p.Enum)
		if h := valueHints[d.p.Name][strings.ToLower(field.String())]; h != "" {
			more = " " + h
		}
		d.fail(diag.NotAllowed, fmt.Sprintf("%q is not allowed for %s", field.String(), d.p.Name), nil,
			fmt.Sprintf("%s is %s.%s", d.p.Name, either(quoted(d.p.Enum)), more))
	case d.p.Default != "" && v.Type() == cty.String && v.AsString() == "":
		d.fail(diag.Unusable, fmt.Sprintf("%q is empty", d.p.Name), nil, fmt.Sprintf("Leave it out to take the default, %q, or write a text.", d.p.Default))
	case d.p.Required && v.CanIterateElements() && v.LengthInt() == 0:
		d.fail(diag.Unusable, fmt.Sprintf("%q is empty", d.p.Name), nil, fmt.Sprintf("%s needs an element at least. %s", d.p.Name, d.p.Doc))
	}
}

// outOfRange refuses a number that is too small or too large, also one that its Go type could not hold.
func (d *decoder) outOfRange(v cty.Value) bool {
	if v.Type() != cty.Number {
		return false
	}
	f, _ := v.AsBigFloat().Float64()
	if (d.p.Min == nil || f >= *d.p.Min) && (d.p.Max == nil || f <= *d.p.Max) {
		return false
	}
	d.fail(diag.OutOfRange, fmt.Sprintf("%s out of range", d.p.Name), nil,
		fmt.Sprintf("%s is %s, and this is %s.", d.p.Name, bounds(d.p), number(v.AsBigFloat())))
	return true
}

func bounds(p component.Param) string {
	decimal := func(f *float64) string { return strconv.FormatFloat(*f, 'f', -1, 64) }
	switch {
	case p.Min == nil:
		return "at most " + decimal(p.Max)
	case p.Max == nil:
		return "at least " + decimal(p.Min)
	}
	return fmt.Sprintf("from %s to %s", decimal(p.Min), decimal(p.Max))
}

// fail reports a mistake in the argument, at the part of it that err is about.
func (d *decoder) fail(code diag.Code, summary string, err error, detail string) {
	d.failed = true
	at := d.expr.Range()
	if err != nil {
		at = d.a.l.inside(d.expr, err)
	}
	d.a.l.errorAt(code, at, summary, detail, d.related...)
}

func (d *decoder) wrong(v cty.Value, more string) {
	d.fail(diag.WrongType, fmt.Sprintf("wrong type for %q", d.p.Name), nil,
		fmt.Sprintf("%s is %s, and this is %s.%s", d.p.Name, article(d.typeName()), describe(v), more))
}

// article is a type as a sentence has it.
func article(typeName string) string {
	if strings.ContainsAny(typeName[:1], "aeiou") {
		return "an " + typeName
	}
	return "a " + typeName
}

func (d *decoder) typeName() string {
	if t := d.p.Type; t.Kind() == reflect.Int || (t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Int) {
		return "whole number"
	}
	switch {
	case d.p.Type == modelGo:
		return "model block"
	case d.p.Type.Kind() == reflect.Struct:
		return "object"
	case d.p.Type.Kind() == reflect.String:
		return "string"
	}
	return d.p.TypeName()
}

// conversion reports a value that does not convert to what is wanted.
func (d *decoder) conversion(v cty.Value, want cty.Type, err error) {
	more := ""
	switch {
	case want.IsListType() && v.Type().IsPrimitiveType():
		more = " Write a list, in brackets, also of a single element."
	case want.IsListType() && (v.Type().IsObjectType() || v.Type().IsMapType()):
		more = " Write a list, in brackets."
	case !want.IsPrimitiveType() && !v.Type().IsPrimitiveType():
		d.fail(diag.WrongType, fmt.Sprintf("wrong type for %q", d.p.Name), err,
			fmt.Sprintf("%s is %s: %s.", d.p.Name, article(d.typeName()), cause(err)))
		return
	}
	d.wrong(v, more)
}

// ctyType is the cty type that a Go type of a parameter decodes from.
func ctyType(t reflect.Type) cty.Type {
	switch t.Kind() {
	case reflect.String:
		return cty.String
	case reflect.Bool:
		return cty.Bool
	case reflect.Int, reflect.Int64, reflect.Float64:
		return cty.Number
	case reflect.Slice:
		return cty.List(ctyType(t.Elem()))
	case reflect.Map:
		return cty.Map(ctyType(t.Elem()))
	}
	panic(fmt.Sprintf("hclspec: a parameter of type %s cannot be read from HCL", t))
}

// fieldOf is the value of a parameter.
func fieldOf(params any, p component.Param) any {
	return reflect.ValueOf(params).FieldByIndex(p.Index).Interface()
}
