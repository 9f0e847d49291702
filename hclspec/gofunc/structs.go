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
	"slices"
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
const columnTypes = "A column is a string, bool, int or float64, an exported struct of its package, a slice of these, or []llm.Message; a pointer to one takes null"

// Struct is a struct of the user's whose fields are columns, or the fields of an object in one.
type Struct struct {
	Name   string
	At     hcl.Range
	Type   reflect.Type // with the fields of the user's struct, each tagged with its column
	Fields []Field
}

// Field is a field of a Struct.
type Field struct {
	Column string
	Name   string // in Go
	At     hcl.Range
	Object *Struct // of the objects in it, through lists and pointers; nil where there are none
}

// Field finds the field of a column; nil if there is none.
func (s *Struct) Field(column string) *Field {
	if n := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Column == column }); n >= 0 {
		return &s.Fields[n]
	}
	return nil
}

// structOf reads a struct whose fields are columns.
func (l *loader) structOf(t types.Type, f *Func, what string) *Struct {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != f.Rel {
		l.problem(f.At, fmt.Sprintf("the %s of %s is no struct of its package", what, f.Name), "It is %s. %s.", types.TypeString(t, short), l.shapes)
		return nil
	}
	s := &Struct{Name: n.Obj().Name(), At: l.rangeOf(n.Obj().Pos(), len(n.Obj().Name()))}
	fields, ok := n.Underlying().(*types.Struct)
	if !ok || n.TypeParams().Len() > 0 || !n.Obj().Exported() {
		l.problem(s.At, fmt.Sprintf("%s is no struct that a program can fill", s.Name), "The %s of a step is an exported struct without type parameters, whose fields are columns.", what)
		return nil
	}
	return l.fieldsOf(s, fields, &reading{f: f, what: what, within: []*types.Named{n}})
}

// reading is where the reading of structs has got to: a struct within others.
type reading struct {
	f      *Func
	what   string // the struct is
	within []*types.Named
}

// tag is the key by which the runtime knows a field of the innermost struct.
func (r *reading) tag() string {
	if len(r.within) > 1 {
		return "json"
	}
	return "col"
}

// fieldsOf fills a struct with its fields; it returns nil where one of them cannot be a column.
func (l *loader) fieldsOf(s *Struct, fields *types.Struct, r *reading) *Struct {
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
		column := component.FieldName(field.Name(), reflect.StructTag(fields.Tag(i)))
		if other := s.Field(column); other != nil {
			l.problem(at, fmt.Sprintf("column %q is there twice", column), "Another field of %s, in line %d, is the same column. Give one of them another with the tag `col:\"name\"`.", s.Name, other.At.Start.Line)
			good = false
			continue
		}
		known := len(l.problems)
		typ, object := l.columnType(field.Type(), r, at)
		if typ == nil {
			if len(l.problems) == known {
				l.problem(at, fmt.Sprintf("field %s of %s cannot be a column", field.Name(), s.Name), "It is %s. %s.", types.TypeString(field.Type(), short), columnTypes)
			}
			good = false
			continue
		}
		s.Fields = append(s.Fields, Field{column, field.Name(), at, object})
		tag := fmt.Sprintf("%s:%q doc:%q", r.tag(), column, "The field "+field.Name()+" of "+r.f.Package+"."+s.Name+".")
		made = append(made, reflect.StructField{Name: field.Name(), Type: typ, Tag: reflect.StructTag(tag)})
	}
	if len(made) == 0 && good {
		l.problem(s.At, fmt.Sprintf("%s has no columns", s.Name), "The exported fields of the %s are what it has, and there is none.", r.what)
		return nil
	}
	if !good {
		return nil
	}
	s.Type = reflect.StructOf(made)
	return s
}

func short(p *types.Package) string { return p.Name() }

// columnType is the type of a field as the runtime knows it, and the struct of the objects in it; nil where it has none.
func (l *loader) columnType(t types.Type, r *reading, at hcl.Range) (reflect.Type, *Struct) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return basicType(t), nil
	case *types.Pointer:
		if _, twice := types.Unalias(t.Elem()).(*types.Pointer); !twice {
			if elem, object := l.columnType(t.Elem(), r, at); elem != nil {
				return reflect.PointerTo(elem), object
			}
		}
	case *types.Slice:
		if elem, object := l.columnType(t.Elem(), r, at); elem != nil {
			return reflect.SliceOf(elem), object
		}
	case *types.Named:
		if named(t, llmPath, "Message") {
			return reflect.TypeFor[llm.Message](), nil
		}
		if object := l.objectOf(t, r, at); object != nil {
			return object.Type, object
		}
	}
	return nil, nil
}

// objectOf reads a struct whose fields are those of an object in a column.
func (l *loader) objectOf(n *types.Named, r *reading, at hcl.Range) *Struct {
	fields, ok := n.Underlying().(*types.Struct)
	if !ok || n.Obj().Pkg() == nil || n.Obj().Pkg().Path() != r.f.Rel {
		return nil
	}
	s := &Struct{Name: n.Obj().Name(), At: l.rangeOf(n.Obj().Pos(), len(n.Obj().Name()))}
	switch {
	case n.TypeParams().Len() > 0 || !n.Obj().Exported():
		l.problem(s.At, fmt.Sprintf("%s is no struct that a program can fill", s.Name), "An object in a column is an exported struct without type parameters, whose fields are those of the object.")
		return nil
	case slices.Contains(r.within, n):
		l.problem(at, fmt.Sprintf("%s has itself within it", s.Name), "The type of a column is known to its last part, so that no object has one of its own kind in it. Keep such a tree as a list of its parts, or as text.")
		return nil
	}
	return l.fieldsOf(s, fields, &reading{f: r.f, what: "object", within: append(slices.Clone(r.within), n)})
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
