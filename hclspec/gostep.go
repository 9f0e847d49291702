package hclspec

import (
	"crypto/sha256"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/steps"
)

// readFunctions gives the steps whose work a function of the user's does the shape and the columns of that function. One
// that is wrong has no declaration any more, so that nothing further is said of its step.
func (l *loader) readFunctions() {
	for s := range l.steps.all {
		if s.decl != nil && s.decl.Code {
			s.code, s.decl = l.function(s)
		}
	}
}

func (l *loader) function(s *stepBlock) (*gofunc.Func, *component.Component) {
	attr := s.attrs["func"]
	if attr == nil {
		l.errorAt(diag.MissingArgument, s.at, "missing argument \"func\"", fmt.Sprintf("Step %q needs the function that does its work: func = \"./steps.Normalize\".", s.name))
		return nil, nil
	}
	if !l.checkRefs(attr.Expr, scope{where: "the argument func"}) {
		return nil, nil
	}
	v, ok := l.eval(attr.Expr, nil)
	if !ok {
		return nil, nil
	}
	at := attr.Expr.Range()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		l.errorAt(diag.WrongType, at, "wrong type for \"func\"", fmt.Sprintf("func is a string such as \"./steps.Normalize\", and this is %s.", describe(v)))
		return nil, nil
	}
	spec, ok := l.fromRoot(v.AsString(), at)
	if !ok {
		return nil, nil
	}
	f, problems, texts := gofunc.Load(l.root().dir, l.root().shown, spec)
	for name, text := range texts {
		l.report.Sources[name] = text
	}
	for _, p := range problems {
		l.badFunction(at, p.At, p.Summary, p.Detail)
	}
	if f == nil || !l.functionFits(s, f, at) {
		return nil, nil
	}
	decl := *s.decl
	decl.Shape, decl.Task = f.Shape, f.Asks
	if f.Asks {
		decl.Params = reflect.TypeFor[steps.GoTask]()
	}
	if f.In != nil {
		decl.In = f.In.Type
	}
	if f.Out != nil {
		decl.Out = f.Out.Type
	}
	return f, &decl
}

// fromRoot is what names a function, as seen from the folder of the pipeline. The package of a module goes into the program under the
// same path as it has there.
func (l *loader) fromRoot(spec string, at hcl.Range) (string, bool) {
	if l.use == nil {
		return spec, true
	}
	if rel, ok := strings.CutPrefix(spec, "./"); !ok || !filepath.IsLocal(filepath.FromSlash(rel)) {
		return spec, true // which is reported
	}
	up, err := filepath.Rel(l.root().dir, l.dir)
	if err != nil || !filepath.IsLocal(up) {
		l.badFunction(at, hcl.Range{}, "Go in a module outside of the pipeline's folder", "The program takes the package along under the path that it has below the pipeline. "+
			"Put the module into the pipeline's folder, such as source = \"./modules/score\", or do the step outside of the module.")
		return "", false
	}
	return "./" + path.Join(filepath.ToSlash(up), spec), true
}

// badFunction reports what is wrong in the Go source, or with the function as a whole where goAt is nowhere.
func (l *loader) badFunction(at, goAt hcl.Range, summary, detail string) {
	if goAt.Filename == "" {
		l.errorAt(diag.BadFunction, at, summary, detail)
		return
	}
	l.errorAt(diag.BadFunction, at, summary, detail, diag.Related{Range: goAt, Message: "it stands here"})
}

// functionFits refuses arguments that a step with this function has no use for.
func (l *loader) functionFits(s *stepBlock, f *gofunc.Func, at hcl.Range) bool {
	model := s.attrs["model"]
	switch {
	case f.Asks && (f.Shape == component.Source || f.Shape == component.Global):
		l.badFunction(at, f.At, fmt.Sprintf("%s cannot ask a model", f.Name),
			"A model is asked about a row, so that each reply has a place in the journal, and this function does not take one. Ask in a step before or after it.")
		return false
	case f.Asks && model == nil:
		l.badFunction(s.at, f.At, "missing argument \"model\"", fmt.Sprintf("%s takes an llm.Asker, so step %q needs the model that it asks: model = model.NAME.", f.Name, s.name))
		return false
	case !f.Asks && model != nil:
		l.badFunction(model.NameRange, f.At, "the function asks no model",
			fmt.Sprintf("To ask one, %s takes an llm.Asker before its row: func(ctx context.Context, ask llm.Asker, in In) (Out, error). Otherwise remove the argument.", f.Name))
		return false
	}
	for _, name := range []string{"prompt", "system_prompt"} {
		if attr := s.attrs[name]; attr != nil {
			l.badFunction(attr.NameRange, f.At, fmt.Sprintf("the function has no %s", name), fmt.Sprintf("%s writes the messages that it sends itself. Remove the argument.", f.Name))
			return false
		}
	}
	if t := s.attrs["num_generations"]; t != nil && f.Asks && f.Shape != component.Map {
		l.badFunction(t.NameRange, f.At, "num_generations of a function that makes or chooses rows", "Several replies to a row are for functions that return one struct. Ask several times in the function.")
		return false
	}
	if t := s.attrs["on_error"]; t != nil && f.Asks && f.Shape != component.Map {
		if v, ok := l.eval(t.Expr, nil); ok && v.Type() == cty.String && v.IsKnown() && !v.IsNull() && v.AsString() == "keep" {
			l.badFunction(t.Expr.Range(), f.At, "on_error = \"keep\" of a function that makes or chooses rows", "A row is kept without columns where the function returns one struct. Choose \"reject\" or \"fail\".")
			return false
		}
	}
	return true
}

// goField is the Go field that reads a column, for messages; nil where no function of the user's reads it.
func (i *instance) goField(input string) []diag.Related {
	if i.block.code == nil || i.block.code.In == nil {
		return nil
	}
	field := i.block.code.In.Field(input)
	if field == nil {
		return nil
	}
	return []diag.Related{{Range: field.At, Message: "the field that reads it is here"}}
}

// Functions are those of the user's that the step calls.
func (s *Step) Functions() []*gofunc.Func {
	if s.Func != nil {
		return []*gofunc.Func{s.Func}
	}
	return s.Calls
}

// codeHash tells one version of the packages of functions from another.
func codeHash(functions []*gofunc.Func) string {
	if len(functions) == 0 {
		return ""
	}
	h := sha256.New()
	for _, f := range functions {
		for _, file := range f.Files {
			if !strings.HasSuffix(file.Name, "_test.go") {
				fmt.Fprintf(h, "%s %d\n%s", file.Name, len(file.Data), file.Data)
			}
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:32]
}

// Code lists the packages of the user's that the plan calls, each once, by their folders.
func (p *Plan) Code() (packages []*gofunc.Func) {
	for _, s := range p.Steps {
		for _, f := range s.Functions() {
			if !slices.ContainsFunc(packages, func(o *gofunc.Func) bool { return o.Rel == f.Rel }) {
				packages = append(packages, f)
			}
		}
	}
	return packages
}
