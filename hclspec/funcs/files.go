package funcs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// FileError says that a function could not read a file.
type FileError struct {
	Path string // as the pipeline has it
	Err  error
}

// Error returns what is wrong, without a full stop.
func (e *FileError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("there is no file %q", e.Path)
	}
	return fmt.Sprintf("the file %q cannot be read: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

func read(dir, path string, seen func(path, text string)) (string, error) {
	b, err := os.ReadFile(Path(dir, path))
	if err == nil && !utf8.Valid(b) {
		err = errNotText
	}
	if err != nil {
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		return "", &FileError{path, err}
	}
	text := strings.TrimPrefix(string(b), "\ufeff") // what Windows begins texts with is no part of them
	seen(path, text)
	return text, nil
}

// Path is where a file of the pipeline is; relative paths start in dir.
func Path(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func fileFunc(dir string, seen func(path, text string)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, err := read(dir, args[0].AsString(), seen)
			if err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(text), nil
		},
	})
}

func fileExistsFunc(dir string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			info, err := os.Stat(Path(dir, args[0].AsString()))
			return cty.BoolVal(err == nil && info.Mode().IsRegular()), nil
		},
	})
}

func envFunc(env []string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			value := ""
			for _, e := range env { // the last one counts, as for a process
				if v, ok := strings.CutPrefix(e, args[0].AsString()+"="); ok {
					value = v
				}
			}
			return cty.StringVal(value), nil
		},
	})
}

// templateFileFunc reads a file as an HCL template. The template may call all the functions but templatefile itself.
func templateFileFunc(dir string, others map[string]function.Function, seen func(path, text string)) function.Function {
	inner := make(map[string]function.Function, len(others))
	for name, f := range others {
		inner[name] = f
	}
	render := func(path string, vars cty.Value) (cty.Value, error) {
		text, err := read(dir, path, seen)
		if err != nil {
			return cty.NilVal, err
		}
		expr, diags := hclsyntax.ParseTemplate([]byte(text), path, hcl.InitialPos)
		if diags.HasErrors() {
			return cty.NilVal, function.NewArgErrorf(0, "%s", inTemplate(diags[0]))
		}
		for _, t := range hclsyntax.Variables(expr) {
			if _, ok := vars.AsValueMap()[t.RootName()]; !ok {
				at := t.SourceRange()
				return cty.NilVal, function.NewArgErrorf(1, "%s:%d:%d reads %s, which is not among the variables that are given", at.Filename, at.Start.Line, at.Start.Column, t.RootName())
			}
		}
		ctx := &hcl.EvalContext{Functions: inner, Variables: vars.AsValueMap()}
		v, diags := expr.Value(ctx)
		if diags.HasErrors() {
			return cty.NilVal, function.NewArgErrorf(1, "%s", inTemplate(diags[0]))
		}
		return v, nil
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}, {Name: "vars", Type: cty.DynamicPseudoType}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if t := args[1].Type(); t != cty.DynamicPseudoType && !t.IsObjectType() && !t.IsMapType() {
				return cty.NilType, function.NewArgErrorf(1, "an object is required")
			}
			return cty.DynamicPseudoType, nil
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return render(args[0].AsString(), args[1]) },
	})
}

// inTemplate is a mistake in a template as a clause.
func inTemplate(d *hcl.Diagnostic) string {
	detail := strings.TrimRight(d.Detail, ".?! ")
	if d.Subject == nil {
		return detail
	}
	return fmt.Sprintf("%s:%d:%d: %s", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column, detail)
}
