// Package gofunc reads functions of the user's that are steps of a pipeline: their shape, and the structs that they take
// and make. It type-checks declarations alone, without a Go toolchain and without what the package imports, so that a check is
// done in milliseconds; the compiler sees the bodies when the program is built.
package gofunc

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// Func is a function that does the work of a step.
type Func struct {
	Rel      string          // the package's folder relative to the pipeline's, with slashes
	Package  string          // its name
	Name     string          // of the function
	Shape    component.Shape // Map, FlatMap, Filter, Source or Global
	Context  bool            // takes a context
	Asks     bool            // takes what asks a model
	Fails    bool            // returns an error
	Sequence int             // of a source: the number of values that its iterator yields; 0 for a slice
	Args     *Args           // that the pipeline gives it; nil where there are none
	In, Out  *Struct         // nil where there is none
	At       hcl.Range       // the function's name
	Files    []File          // of the package, with its tests
}

// File is a file of the user's package.
type File struct {
	Name string
	Data []byte
}

// Problem is what is wrong with a function. At is its place in the Go source; Filename is empty where there is none.
type Problem struct {
	At              hcl.Range
	Summary, Detail string
}

// loader reads one package.
type loader struct {
	shown    string // the pipeline's folder, as the user named it
	fset     *token.FileSet
	texts    map[string][]byte // by shown name
	problems []Problem
	form     string // how such a function is named
	made     string // what makes one
	shapes   string // what it may look like
	read     func(*Func, *types.Signature) bool
}

// Load reads the function that spec names, such as ./steps.Normalize, in a pipeline's folder. texts are the Go files that problems
// point into, by their names in ranges.
func Load(dir, shown, spec string) (f *Func, problems []Problem, texts map[string][]byte) {
	l := &loader{shown: shown, fset: token.NewFileSet(), texts: map[string][]byte{}, form: form, made: "; distigen new step makes one", shapes: shapes}
	l.read = l.signature
	return l.load(dir, spec), l.problems, l.texts
}

func (l *loader) problem(at hcl.Range, summary, format string, args ...any) {
	l.problems = append(l.problems, Problem{at, summary, fmt.Sprintf(format, args...)})
}

const form = `Name a function of a Go package in a folder below the pipeline, such as func = "./steps.Normalize"`

func (l *loader) load(dir, spec string) *Func {
	dot := strings.LastIndex(spec, ".")
	if dot < 1 || dot == len(spec)-1 || strings.HasSuffix(spec[:dot], "/") || !token.IsIdentifier(spec[dot+1:]) {
		l.problem(hcl.Range{}, fmt.Sprintf("%q names no function", spec), "%s%s.", l.form, l.made)
		return nil
	}
	rel, name := filepath.ToSlash(filepath.Clean(spec[:dot])), spec[dot+1:]
	if !filepath.IsLocal(filepath.FromSlash(rel)) || rel == "." {
		l.problem(hcl.Range{}, fmt.Sprintf("%q is not below the pipeline", spec[:dot]), "%s. The program takes the package along, wherever it is built.", l.form)
		return nil
	}
	if !token.IsExported(name) {
		l.problem(hcl.Range{}, fmt.Sprintf("function %s is not exported", name), "The program calls it from another package, so its name begins with a capital letter: %s.", exported(name))
		return nil
	}
	f := &Func{Rel: rel, Name: name}
	pkg := l.check(dir, f)
	if pkg == nil {
		return nil
	}
	f.Package = pkg.Name()
	if f.Package == "main" {
		l.problem(hcl.Range{}, fmt.Sprintf("%s is a program", rel), "A package of the name main cannot be imported. Give it another name, such as package %s.", filepath.Base(rel))
		return nil
	}
	fn, ok := pkg.Scope().Lookup(name).(*types.Func)
	if !ok {
		l.noFunction(pkg, rel, name)
		return nil
	}
	f.At = l.rangeOf(fn.Pos(), len(name))
	if !l.read(f, fn.Type().(*types.Signature)) {
		return nil
	}
	return f
}

func exported(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

func (l *loader) noFunction(pkg *types.Package, rel, name string) {
	var names []string
	for _, n := range pkg.Scope().Names() {
		if _, ok := pkg.Scope().Lookup(n).(*types.Func); ok && token.IsExported(n) {
			names = append(names, n)
		}
	}
	switch {
	case pkg.Scope().Lookup(name) != nil:
		l.problem(l.rangeOf(pkg.Scope().Lookup(name).Pos(), len(name)), fmt.Sprintf("%s is no function", name), "It is declared as something else. %s.", l.form)
	case len(names) == 0:
		l.problem(hcl.Range{}, fmt.Sprintf("no function %s in %s", name, rel), "The package has no exported function. %s%s.", l.form, l.made)
	default:
		l.problem(hcl.Range{}, fmt.Sprintf("no function %s in %s", name, rel), "The package has %s.%s", strings.Join(names, ", "), diag.DidYouMean(name, names))
	}
}

// check parses the package and type-checks its declarations.
func (l *loader) check(dir string, f *Func) *types.Package {
	folder := filepath.Join(dir, filepath.FromSlash(f.Rel))
	entries, err := os.ReadDir(folder)
	if err != nil {
		l.problem(hcl.Range{}, fmt.Sprintf("no package in %s", f.Rel), "The folder cannot be read: %v. %s%s.", err, l.form, l.made)
		return nil
	}
	var files []*ast.File
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			continue
		}
		goFile := strings.HasSuffix(name, ".go")
		if match, err := build.Default.MatchFile(folder, name); goFile && (err != nil || !match) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			l.problem(hcl.Range{}, fmt.Sprintf("%s cannot be read", name), "%v.", err)
			return nil
		}
		f.Files = append(f.Files, File{name, text})
		if !goFile || strings.HasSuffix(name, "_test.go") {
			continue
		}
		shown := filepath.Join(l.shown, filepath.FromSlash(f.Rel), name)
		l.texts[shown] = text
		file, err := parser.ParseFile(l.fset, shown, text, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			l.syntax(err)
			return nil
		}
		files = append(files, file)
	}
	if len(files) == 0 {
		l.problem(hcl.Range{}, fmt.Sprintf("no package in %s", f.Rel), "The folder has no Go file. %s%s.", l.form, l.made)
		return nil
	}
	config := types.Config{IgnoreFuncBodies: true, FakeImportC: true, Importer: stubs{}, Error: func(error) {}}
	pkg, _ := config.Check(f.Rel, l.fset, files, nil) // what it does not know of other packages is no mistake of this one
	return pkg
}

// rangeOf is the place of n bytes of Go source.
func (l *loader) rangeOf(pos token.Pos, n int) hcl.Range {
	p := l.fset.Position(pos)
	begin := hcl.Pos{Line: p.Line, Column: p.Column, Byte: p.Offset}
	end := hcl.Pos{Line: p.Line, Column: p.Column + n, Byte: p.Offset + n}
	return hcl.Range{Filename: p.Filename, Start: begin, End: end}
}

// shapes is what a function may look like.
const shapes = "A function of a step takes a struct and returns one: func(In) Out, or []Out for any number of rows, or bool to choose rows. func([]In) []int sees all rows and returns the numbers of those that it keeps, and func() []Out or func() iter.Seq[Out] is a source. Before the struct it may take a context.Context, where the step has a model an llm.Asker, and a struct whose name ends in Args, which has arguments of the pipeline, in this order; last it may return an error"

// signature reads the parameters and results.
func (l *loader) signature(f *Func, sig *types.Signature) bool {
	wrong := func(what string, args ...any) bool {
		l.problem(f.At, fmt.Sprintf("%s cannot be a step", f.Name), "%s. %s.", fmt.Sprintf(what, args...), l.shapes)
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
	if len(params) > 0 && named(params[0].Type(), llmPath, "Asker") {
		f.Asks, params = true, params[1:]
	}
	if len(params) > 0 && isArgs(params[0].Type(), f) {
		if f.Args = l.argsOf(params[0].Type(), f); f.Args == nil {
			return false
		}
		params = params[1:]
	}
	results := slices.Collect(sig.Results().Variables())
	if n := len(results); n > 0 && types.Identical(results[n-1].Type(), types.Universe.Lookup("error").Type()) {
		f.Fails, results = true, results[:n-1]
	}
	switch {
	case len(params) > 1 && isArgs(params[len(params)-1].Type(), f):
		return wrong("It takes its arguments after the row, and they stand before it")
	case len(params) > 1:
		return wrong("It takes %d values beside those, and one is the row", len(params))
	case len(results) != 1:
		return wrong("It returns %d values beside the error, and one is what it makes", len(results))
	}
	out := results[0].Type()
	if len(params) == 0 {
		return l.source(f, out, wrong)
	}
	in := params[0].Type()
	if all, ok := in.(*types.Slice); ok {
		f.Shape, in = component.Global, all.Elem()
		numbers, ok := out.(*types.Slice)
		if !ok || !basic(numbers.Elem(), types.Int) {
			return wrong("It takes all rows, and so returns the numbers of those that it keeps, a []int")
		}
		f.In = l.structOf(in, f, "rows")
		return f.In != nil
	}
	if f.In = l.structOf(in, f, "row"); f.In == nil {
		return false
	}
	if basic(out, types.Bool) {
		f.Shape = component.Filter
		return true
	}
	f.Shape = component.Map
	if many, ok := out.(*types.Slice); ok {
		f.Shape, out = component.FlatMap, many.Elem()
	}
	f.Out = l.structOf(out, f, "result")
	return f.Out != nil
}

func (l *loader) source(f *Func, out types.Type, wrong func(string, ...any) bool) bool {
	f.Shape = component.Source
	if _, all := out.(*types.Slice); f.Fails && !all {
		return wrong("It returns an error beside a sequence, which yields its errors itself: iter.Seq2[Out, error]")
	}
	switch t := out.(type) {
	case *types.Slice:
		out = t.Elem()
	case *types.Named:
		switch {
		case named(t, "iter", "Seq"):
			f.Sequence, out = 1, t.TypeArgs().At(0)
		case named(t, "iter", "Seq2") && t.TypeArgs().At(1).String() == "error":
			f.Sequence, out = 2, t.TypeArgs().At(0)
		default:
			return wrong("It takes no row, and so returns all rows: a slice, an iter.Seq[Out] or an iter.Seq2[Out, error]")
		}
	default:
		return wrong("It takes no row, and so returns all rows: a slice, an iter.Seq[Out] or an iter.Seq2[Out, error]")
	}
	f.Out = l.structOf(out, f, "result")
	return f.Out != nil
}

func named(t types.Type, pkg, name string) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == pkg
}

func basic(t types.Type, kind types.BasicKind) bool {
	b, ok := types.Unalias(t).(*types.Basic)
	return ok && b.Kind() == kind
}
