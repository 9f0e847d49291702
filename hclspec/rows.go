package hclspec

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// rowsArg is the argument that holds the rows of a source that is written out in the pipeline, or "".
func (f *flow) rowsArg() string {
	for _, p := range f.i.args.params {
		if f.decl.Shape == component.Source && f.decl.Derive == nil && p.Type == rowsGo {
			return p.Name
		}
	}
	return ""
}

func (f *flow) isRows() bool { return f.rowsArg() != "" }

// literalRows finds the columns of the rows and their values.
func (f *flow) literalRows() {
	arg := f.rowsArg()
	attr := f.i.attrs[arg]
	if attr == nil || !f.i.args.ok(arg) {
		f.i.opaque = true
		return
	}
	v, _ := f.l.eval(attr.Expr, f.l.context(f.i))
	rows, ok := f.rowValues(arg, attr.Expr, v)
	if !ok {
		f.i.opaque = true
		return
	}
	seen := map[string]*seenType{}
	var names []string
	for n, row := range rows {
		for it := row.ElementIterator(); it.Next(); {
			k, e := it.Element()
			name := k.AsString()
			if seen[name] == nil {
				seen[name] = &seenType{}
				names = append(names, name)
			}
			if at, err := seen[name].add(e, n+1, name); err != nil {
				f.mixed(arg, attr.Expr, n, at, name, err)
			}
		}
	}
	written := keyOrder(attr.Expr)
	slices.SortStableFunc(names, written.compare)
	f.nearKeys(arg, rows, names)
	f.columnsOf(arg, rows, names, seen)
}

// rowValues checks that the argument is a list of objects and lists them.
func (f *flow) rowValues(arg string, expr hclsyntax.Expression, v cty.Value) ([]cty.Value, bool) {
	t := v.Type()
	if v.IsNull() || !(t.IsTupleType() || t.IsListType() || t.IsSetType()) {
		more := ""
		if t.IsObjectType() || t.IsMapType() {
			more = " Write it in brackets, also a single row."
		} else if t == cty.String {
			more = " Decode a file with jsondecode(file(...)) or csvdecode(file(...)), or let the component read_jsonl read it at run time."
		}
		f.l.errorAt(diag.WrongType, expr.Range(), fmt.Sprintf("wrong type for %q", arg),
			fmt.Sprintf("%s is a list of objects, one for each row, and this is %s.%s", arg, describe(v), more))
		return nil, false
	}
	if v.LengthInt() == 0 {
		if f.l.off {
			return nil, false
		}
		if call := f.l.callOf("csvdecode", expr); call != nil && len(call.Args) == 1 {
			if v, diags := call.Args[0].Value(f.l.context(f.i)); !diags.HasErrors() && isText(v) && dataPath.MatchString(v.AsString()) {
				f.l.errorAt(diag.NoRows, call.Args[0].Range(), "text without rows", fmt.Sprintf(
					"csvdecode takes the text of a file, not its name. Write csvdecode(file(%q)).", v.AsString()))
				return nil, false
			}
		}
		f.l.errorAt(diag.NoRows, expr.Range(), "source without rows", fmt.Sprintf("Step %q would make no row, and nothing would run. Put an object into the list for each row.", f.i.addr()))
		return nil, false
	}
	var rows []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		at := f.l.inside(expr, cty.Path{cty.IndexStep{Key: k}}.NewErrorf("row"))
		if e.IsNull() || !(e.Type().IsObjectType() || e.Type().IsMapType()) {
			f.l.errorAt(diag.WrongType, at, "row is not an object", fmt.Sprintf(
				"A row is an object with an attribute for each column, such as { instruction = %q }, and row %d is %s.%s", "...", len(rows)+1, describe(e), asObjects(e)))
			return nil, false
		}
		if e.LengthInt() == 0 {
			f.l.errorAt(diag.NoRows, at, "row without columns", fmt.Sprintf("Row %d is an empty object. Give it an attribute for each column, or remove it.", len(rows)+1))
			return nil, false
		}
		rows = append(rows, e)
	}
	return rows, true
}

func asObjects(e cty.Value) string {
	if e.Type() == cty.String {
		return " Of a list of strings: [for s in list : { instruction = s }]."
	}
	return ""
}

func (f *flow) mixed(arg string, expr hclsyntax.Expression, row int, path cty.Path, name string, err error) {
	f.i.opaque = true
	full := append(cty.Path{cty.IndexStep{Key: cty.NumberIntVal(int64(row))}, cty.GetAttrStep{Name: name}}, path...)
	at := f.l.inside(expr, full.NewErrorf("type"))
	var no unfit
	if errors.As(err, &no) {
		f.l.errorAt(diag.WrongType, at, fmt.Sprintf("column %q cannot hold this", name), no.Error())
		return
	}
	f.l.errorAt(diag.MixedRows, at, fmt.Sprintf("column %q has several types", name),
		sentence(err.Error()))
}

func (f *flow) columnsOf(arg string, rows []cty.Value, names []string, seen map[string]*seenType) {
	if f.i.opaque {
		return
	}
	f.i.step.Data = make([][]any, len(rows))
	for _, name := range names {
		s := seen[name]
		t := s.typ()
		if s.count+s.nulls < len(rows) {
			t.Optional = true
		}
		length := 0
		for n, row := range rows {
			v := cty.NullVal(cty.DynamicPseudoType)
			if row.Type().IsMapType() && row.HasIndex(cty.StringVal(name)).True() {
				v = row.Index(cty.StringVal(name))
			} else if row.Type().IsObjectType() && row.Type().HasAttribute(name) {
				v = row.GetAttr(name)
			}
			length = sameLength(length, n, v)
			f.i.step.Data[n] = append(f.i.step.Data[n], goValue(v, t))
		}
		f.add(component.Column{Name: name, Type: t, Len: max(length, 0)}, Add{Expr: &component.Expr{Op: component.Field_, Column: name}}, arg)
		if at, ok := columnAt(f.i.attrs[arg].Expr, name); ok {
			f.adds[len(f.adds)-1].column.origin.at = at
		}
	}
}

// columnAt finds the place where a column of the rows is first written.
func columnAt(expr hclsyntax.Expression, name string) (at hcl.Range, ok bool) {
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if object, is := n.(*hclsyntax.ObjectConsExpr); is && !ok {
			if _, key := attribute(object, name); key != nil {
				at, ok = key.Range(), true
			}
		}
		return nil
	})
	return at, ok
}

// sameLength is the length of the lists seen so far if it is one, -1 otherwise.
func sameLength(before, n int, v cty.Value) int {
	t := v.Type()
	if v.IsNull() || !(t.IsTupleType() || t.IsListType() || t.IsSetType()) {
		return -1
	}
	if length := v.LengthInt(); n == 0 || length == before {
		return length
	}
	return -1
}
