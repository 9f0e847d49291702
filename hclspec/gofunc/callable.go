package gofunc

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
)

const (
	callForm   = `Name a function of a Go package in a folder below the pipeline, such as "./tools.GCD"`
	callShapes = "A function that calls may name takes a struct, whose fields are its parameters, and returns what JSON can say: func(In) Out, func(In) (Out, error) or func(context.Context, In) (Out, error)"
)

// LoadCallable reads a function that the calls of a model may name. Its In has the parameters.
func LoadCallable(dir, shown, spec string) (f *Func, problems []Problem, texts map[string][]byte) {
	l := &loader{shown: shown, fset: token.NewFileSet(), texts: map[string][]byte{}, form: callForm, shapes: callShapes}
	l.read = l.callable
	return l.load(dir, spec), l.problems, l.texts
}

// callable reads the parameters and results of such a function.
func (l *loader) callable(f *Func, sig *types.Signature) bool {
	wrong := func(what string, args ...any) bool {
		l.problem(f.At, fmt.Sprintf("%s cannot be called", f.Name), "%s. %s.", fmt.Sprintf(what, args...), l.shapes)
		return false
	}
	if sig.TypeParams().Len() > 0 {
		return wrong("It has type parameters")
	}
	if sig.Variadic() {
		return wrong("It is variadic")
	}
	params := slices.Collect(sig.Params().Variables())
	if len(params) > 0 && named(params[0].Type(), "context", "Context") {
		f.Context, params = true, params[1:]
	}
	results := slices.Collect(sig.Results().Variables())
	if n := len(results); n > 0 && types.Identical(results[n-1].Type(), types.Universe.Lookup("error").Type()) {
		f.Fails, results = true, results[:n-1]
	}
	switch {
	case len(params) != 1:
		return wrong("It takes %d values, and one struct has all parameters", len(params))
	case len(results) != 1:
		return wrong("It returns %d values beside the error, and one is the result", len(results))
	case f.Context && !f.Fails:
		return wrong("It takes a context, and so returns an error for when that is over")
	case !inJSON(results[0].Type(), 0):
		return wrong("Its result is %s, which has no form in JSON", types.TypeString(results[0].Type(), short))
	}
	f.In = l.structOf(params[0].Type(), f, "parameter")
	return f.In != nil
}

// inJSON reports whether JSON may have values of a type. What is in structs, and deep in other types, is left to the encoder.
func inJSON(t types.Type, depth int) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsComplex == 0 && t.Kind() != types.UnsafePointer
	case *types.Chan, *types.Signature:
		return false
	case interface{ Elem() types.Type }: // a pointer, a list or a map
		return depth > 8 || inJSON(t.Elem(), depth+1)
	}
	return true
}
