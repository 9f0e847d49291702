package gofunc

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// syntax reports the first syntax error of a file.
func (l *loader) syntax(err error) {
	var list scanner.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		l.problem(hcl.Range{}, "the Go source cannot be read", "%v.", err)
		return
	}
	e := list[0]
	begin := hcl.Pos{Line: e.Pos.Line, Column: max(1, e.Pos.Column), Byte: e.Pos.Offset}
	l.problem(hcl.Range{Filename: e.Pos.Filename, Start: begin, End: begin}, "the Go source does not parse", "%s.", sentence(e.Msg))
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// types that a column may have, for messages.
const columnTypes = "A column is a string, bool, int or float64, a slice of these, or []llm.Message; a pointer to one takes null"

// structOf reads a struct whose fields are columns.
func (l *loader) structOf(t types.Type, f *Func, what string) *Struct {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != f.Rel {
		l.problem(f.At, fmt.Sprintf("the %s of %s is no struct of its package", what, f.Name), "It is %s. %s.", types.TypeString(t, short), l.shapes)
		return nil
	}
	s := &Struct{Name: n.Obj().Name(), At: l.rangeOf(n.Obj().Pos(), len(n.Obj().Name())), Fields: map[string]hcl.Range{}}
	fields, ok := n.Underlying().(*types.Struct)
	if !ok || n.TypeParams().Len() > 0 || !n.Obj().Exported() {
		l.problem(s.At, fmt.Sprintf("%s is no struct that a program can fill", s.Name), "The %s of a step is an exported struct without type parameters, whose fields are columns.", what)
		return nil
	}
	var made []reflect.StructField
	good := true
	for i := range fields.NumFields() {
		field := fields.Field(i)
		at := l.rangeOf(field.Pos(), len(field.Name()))
		if !field.Exported() || field.Embedded() {
			if !field.Embedded() && reflect.StructTag(fields.Tag(i)).Get("col") == "" {
				continue // its own affair
			}
			l.problem(at, fmt.Sprintf("field %s of %s cannot be a column", field.Name(), s.Name), "A column is an exported field of its own. Give it a name that begins with a capital letter.")
			good = false
			continue
		}
		typ, ok := columnType(field.Type())
		if !ok {
			l.problem(at, fmt.Sprintf("field %s of %s cannot be a column", field.Name(), s.Name), "It is %s. %s.", types.TypeString(field.Type(), short), columnTypes)
			good = false
			continue
		}
		column := component.FieldName(field.Name(), reflect.StructTag(fields.Tag(i)))
		if other, ok := s.Fields[column]; ok {
			l.problem(at, fmt.Sprintf("column %q is there twice", column), "Another field of %s, in line %d, is the same column. Give one of them another with the tag `col:\"name\"`.", s.Name, other.Start.Line)
			good = false
			continue
		}
		s.Fields[column] = at
		tag := fmt.Sprintf("col:%q doc:%q", column, "The field "+field.Name()+" of "+f.Package+s.Name+".")
		made = append(made, reflect.StructField{Name: field.Name(), Type: typ, Tag: reflect.StructTag(tag)})
	}
	if len(made) == 0 && good {
		l.problem(s.At, fmt.Sprintf("%s has no columns", s.Name), "The exported fields of the %s are columns, and it has none.", what)
		return nil
	}
	if !good {
		return nil
	}
	s.Type = reflect.StructOf(made)
	return s
}

func short(p *types.Package) string { return p.Name() }

// columnType is the type of a field as the runtime knows it.
func columnType(t types.Type) (reflect.Type, bool) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.String:
			return reflect.TypeFor[string](), true
		case types.Bool:
			return reflect.TypeFor[bool](), true
		case types.Int:
			return reflect.TypeFor[int](), true
		case types.Float64:
			return reflect.TypeFor[float64](), true
		}
	case *types.Pointer:
		if _, twice := types.Unalias(t.Elem()).(*types.Pointer); !twice {
			elem, ok := columnType(t.Elem())
			if ok {
				return reflect.PointerTo(elem), true
			}
		}
	case *types.Slice:
		if named(t.Elem(), llmPath, "Message") {
			return reflect.TypeFor[[]llm.Message](), true
		}
		if elem, ok := columnType(t.Elem()); ok {
			return reflect.SliceOf(elem), true
		}
	}
	return nil, false
}

// llmPath is the package of what asks a model.
const llmPath = "github.com/distigen/distigen/runtime/llm"

// stubs imports just enough of other packages to recognise their types in a signature.
type stubs struct{}

var stubTexts = map[string]string{
	"context": "package context\ntype Context interface{ Err() error }",
	"iter":    "package iter\ntype Seq[V any] func(yield func(V) bool)\ntype Seq2[K, V any] func(yield func(K, V) bool)",
	llmPath:   "package llm\ntype Asker interface{ Ask() }\ntype Message struct{ Role, Content string }",
}

// Import implements types.Importer.
func (stubs) Import(path string) (*types.Package, error) {
	text, ok := stubTexts[path]
	if !ok {
		name := path[strings.LastIndex(path, "/")+1:]
		pkg := types.NewPackage(path, strings.ReplaceAll(name, "-", "_"))
		pkg.MarkComplete()
		return pkg, nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, 0)
	if err != nil {
		return nil, err
	}
	return new(types.Config).Check(path, fset, []*ast.File{file}, nil)
}
