package gofunc

import (
	"encoding/json"
	"fmt"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/runtime/component"
)

// Args is a struct of the user's whose fields are arguments that the pipeline gives a function.
type Args struct {
	Name   string
	At     hcl.Range
	Type   reflect.Type // a parameter struct, with the fields of the user's
	Fields []Field
}

// Required reports whether the pipeline has to give an argument: it has no default, and no nil to tell that it is not there.
func (a *Args) Required(i int) bool {
	f := a.Type.Field(i)
	_, has := f.Tag.Lookup("default")
	return !has && f.Type.Kind() != reflect.Pointer
}

// isArgs reports whether a parameter takes arguments of the pipeline, and not a row: it is a struct whose name ends so.
func isArgs(t types.Type, f *Func) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != f.Rel || !strings.HasSuffix(n.Obj().Name(), "Args") {
		return false
	}
	_, ok = n.Underlying().(*types.Struct)
	return ok
}

const argTypes = "An argument is a string, bool, int or float64, a slice or a map[string] of these, or a pointer to one, which is nil where the pipeline leaves the argument out"

// argsOf reads the struct of the arguments; it returns nil where something is wrong.
func (l *loader) argsOf(t types.Type, f *Func) *Args {
	n := types.Unalias(t).(*types.Named)
	a := &Args{Name: n.Obj().Name(), At: l.rangeOf(n.Obj().Pos(), len(n.Obj().Name()))}
	if n.TypeParams().Len() > 0 || !n.Obj().Exported() {
		l.problem(a.At, fmt.Sprintf("%s is no struct that a program can fill", a.Name), "The arguments of a step are the fields of an exported struct without type parameters.")
		return nil
	}
	fields, good := n.Underlying().(*types.Struct), true
	var made []reflect.StructField
	for i := range fields.NumFields() {
		field, tag := fields.Field(i), reflect.StructTag(fields.Tag(i))
		at := l.rangeOf(field.Pos(), len(field.Name()))
		name, typ := component.FieldName(field.Name(), tag), argType(field.Type())
		wrong := func(summary, detail string) { l.problem(at, summary, "%s", detail); good = false }
		switch {
		case !field.Exported() || field.Embedded():
			wrong(fmt.Sprintf("field %s of %s cannot be an argument", field.Name(), a.Name),
				"The program fills all of the struct, so each field is an exported one of its own. Give it a name that begins with a capital letter.")
		case typ == nil:
			wrong(fmt.Sprintf("field %s of %s cannot be an argument", field.Name(), a.Name), fmt.Sprintf("It is %s. %s.", types.TypeString(field.Type(), short), argTypes))
		case slices.ContainsFunc(a.Fields, func(f Field) bool { return f.Column == name }):
			wrong(fmt.Sprintf("argument %q is there twice", name), fmt.Sprintf("Another field of %s is the same argument. Give one of them another with the tag `json:\"name\"`.", a.Name))
		default:
			if what := wrongTag(typ, tag); what != "" {
				wrong(fmt.Sprintf("the tag of field %s of %s is wrong", field.Name(), a.Name), what)
				continue
			}
			a.Fields = append(a.Fields, Field{Column: name, Name: field.Name(), At: at})
			made = append(made, reflect.StructField{Name: field.Name(), Type: typ, Tag: argTag(name, tag)})
		}
	}
	if !good {
		return nil
	}
	a.Type = reflect.StructOf(made)
	return a
}

// argTag is the tag of an argument in a parameter struct: what the user's own has of it.
func argTag(name string, tag reflect.StructTag) reflect.StructTag {
	out := fmt.Sprintf("param:%q", name)
	for _, key := range []string{"default", "min", "max", "enum", "doc"} {
		if v, ok := tag.Lookup(key); ok {
			out += fmt.Sprintf(" %s:%q", key, v)
		}
	}
	return reflect.StructTag(out)
}

// argType is the type of an argument; nil where it cannot be one.
func argType(t types.Type) reflect.Type {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		if _, twice := types.Unalias(t.Elem()).(*types.Pointer); !twice {
			if elem := argType(t.Elem()); elem != nil {
				return reflect.PointerTo(elem)
			}
		}
	case *types.Slice:
		if elem := basicType(t.Elem()); elem != nil {
			return reflect.SliceOf(elem)
		}
	case *types.Map:
		if elem := basicType(t.Elem()); elem != nil && basic(t.Key(), types.String) {
			return reflect.MapOf(reflect.TypeFor[string](), elem)
		}
	default:
		return basicType(t)
	}
	return nil
}

// basicType is the type of a text, a number or a bool as the runtime knows it; nil for other types.
func basicType(t types.Type) reflect.Type {
	for kind, typ := range map[types.BasicKind]reflect.Type{types.String: reflect.TypeFor[string](), types.Bool: reflect.TypeFor[bool](),
		types.Int: reflect.TypeFor[int](), types.Float64: reflect.TypeFor[float64]()} {
		if basic(t, kind) {
			return typ
		}
	}
	return nil
}

// wrongTag says what is wrong with the default or the bounds of an argument; empty means nothing.
func wrongTag(t reflect.Type, tag reflect.StructTag) string {
	bare := t
	if t.Kind() == reflect.Pointer {
		bare = t.Elem()
	}
	number := bare.Kind() == reflect.Int || bare.Kind() == reflect.Float64
	bounds := map[string]float64{}
	for _, key := range []string{"min", "max"} {
		text, ok := tag.Lookup(key)
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || !number {
			return fmt.Sprintf("%s:%q bounds a number, and it is a number itself.", key, text)
		}
		bounds[key] = f
	}
	enum, has := tag.Lookup("enum")
	if has && bare.Kind() != reflect.String {
		return fmt.Sprintf("enum:%q lists the texts that a string may be.", enum)
	}
	text, ok := tag.Lookup("default")
	if !ok {
		return ""
	}
	v := reflect.New(t)
	switch {
	case t.Kind() == reflect.Pointer:
		return "A pointer is nil where the argument is left out. Take the tag default away, or the pointer."
	case t.Kind() == reflect.String:
		if has && !slices.Contains(strings.Split(enum, ","), text) {
			return fmt.Sprintf("The default is %q, which enum does not list.", text)
		}
	case json.Unmarshal([]byte(text), v.Interface()) != nil:
		return fmt.Sprintf("default:%q is no %s. A list or a map is written in JSON, such as default:\"[1, 2]\".", text, t)
	case number:
		f := v.Elem().Convert(reflect.TypeFor[float64]()).Float()
		least, low := bounds["min"]
		most, high := bounds["max"]
		if low && f < least || high && f > most {
			return fmt.Sprintf("The default is %s, out of the bounds that stand beside it.", text)
		}
	}
	return ""
}
