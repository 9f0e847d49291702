package hclspec

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/runtime/component"
)

// seenType is what is known of the type of a column, or of a part of one, from the values seen so far.
type seenType struct {
	kind   component.Kind // "" as long as all were null
	row    int            // where the kind was first seen
	nulls  int
	count  int // values that are not null
	elem   *seenType
	fields map[string]*seenType
}

// unfit says that a value can stand in no column.
type unfit string

func (u unfit) Error() string { return string(u) }

// add notes a value of a row, counted from 1. If the value is of another type than before, it returns the path to it and
// why.
func (s *seenType) add(v cty.Value, row int, path string) (cty.Path, error) {
	if v.IsNull() {
		s.nulls++
		return nil, nil
	}
	s.count++
	t := v.Type()
	var kind component.Kind
	switch {
	case t == cty.String:
		kind = component.String
	case t == cty.Bool:
		kind = component.Bool
	case t == cty.Number:
		if f, _ := v.AsBigFloat().Float64(); math.IsInf(f, 0) {
			return nil, unfit(fmt.Sprintf("Column %q is a number in row %d that is too large.", path, row))
		}
		kind = component.Float
		if _, acc := v.AsBigFloat().Int64(); acc == big.Exact {
			kind = component.Int
		}
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		kind = component.List
	case t.IsObjectType() || t.IsMapType():
		kind = component.Object
	default:
		return nil, unfit(fmt.Sprintf("Column %q has %s in row %d. The values of columns are texts, numbers, bools, lists and objects.", path, describe(v), row))
	}
	switch {
	case s.kind == "":
		s.kind, s.row = kind, row
	case s.kind == component.Int && kind == component.Float:
		s.kind = component.Float
	case s.kind == component.Float && kind == component.Int:
	case s.kind != kind:
		if list, ok := strings.CutSuffix(path, "[]"); ok {
			return nil, fmt.Errorf("an element of column %q is %s in row %d and another %s in row %d. The elements of a list have one type, or are null", list, s.kind, s.row, kind, row)
		}
		return nil, fmt.Errorf("column %q is %s in row %d and %s in row %d. Every row has the same type there, or null", path, s.kind, s.row, kind, row)
	}
	return s.parts(v, row, path)
}

func (s *seenType) parts(v cty.Value, row int, path string) (cty.Path, error) {
	if s.kind != component.List && s.kind != component.Object {
		return nil, nil
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		part, name, step := &s.elem, path+"[]", cty.PathStep(cty.IndexStep{Key: k})
		if s.kind == component.Object {
			if s.fields == nil {
				s.fields = map[string]*seenType{}
			}
			field := s.fields[k.AsString()]
			part, name, step = &field, path+"."+k.AsString(), cty.GetAttrStep{Name: k.AsString()}
		}
		if *part == nil {
			*part = &seenType{}
		}
		if s.kind == component.Object {
			s.fields[k.AsString()] = *part
		}
		if at, err := (*part).add(e, row, name); err != nil {
			return append(cty.Path{step}, at...), err
		}
	}
	return nil, nil
}

var messageType = component.Of(component.Messages).Element()

// typ is the column type: as read_jsonl infers it.
func (s *seenType) typ() component.Type {
	t := component.Of(s.kind)
	switch s.kind {
	case "":
		return component.Of(component.String).OrNull()
	case component.List:
		t = component.ListOf(component.Of(component.String))
		if s.elem != nil {
			t = component.ListOf(s.elem.typ())
		}
		if t.Elem.Equal(messageType) {
			t = component.Of(component.Messages)
		}
	case component.Object:
		var fields []component.Field
		for name, field := range s.fields {
			ft := field.typ()
			ft.Optional = ft.Optional || field.count+field.nulls < s.count
			fields = append(fields, component.Field{Name: name, Type: ft})
		}
		t = component.ObjectOf(fields...)
	}
	t.Optional = s.nulls > 0
	return t
}

// goValue is a value as the plan has it: string, bool, int, float64, []any, map[string]any or nil.
func goValue(v cty.Value, t component.Type) any {
	if v.IsNull() {
		return nil
	}
	switch t.Kind {
	case component.String:
		return v.AsString()
	case component.Bool:
		return v.True()
	case component.Int:
		n, _ := v.AsBigFloat().Int64()
		return int(n)
	case component.Float:
		f, _ := v.AsBigFloat().Float64()
		return f
	case component.List, component.Messages:
		out := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out = append(out, goValue(e, t.Element()))
		}
		return out
	}
	out := map[string]any{}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		n := slices.IndexFunc(t.Fields, func(f component.Field) bool { return f.Name == k.AsString() })
		out[k.AsString()] = goValue(e, t.Fields[n].Type)
	}
	return out
}
