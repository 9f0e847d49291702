package parquet

import (
	"reflect"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
)

// shredder takes rows apart into the values of their columns. Each value has two levels: how many of the optional and
// repeated things around it are there, and at which of the lists around it the value begins a new element.
type shredder struct {
	fields []*field
	leaves [][]parquet.Value // of the row at hand
	row    parquet.Row
}

// field is a value within a row, and where it is in the Go struct.
type field struct {
	kind  component.Kind
	index int      // in its struct
	from  int      // its first leaf
	until int      // its last leaf, and one
	inner []*field // of an object; of a list, the element
	depth int      // of a list: how many lists deep its elements are
}

func newShredder(columns []component.Column, row reflect.Type) *shredder {
	s := &shredder{}
	for i, c := range columns {
		f := s.field(c.Type, row.Field(i).Type, 0)
		f.index = i
		s.fields = append(s.fields, f)
	}
	return s
}

func (s *shredder) field(t component.Type, in reflect.Type, depth int) *field {
	if in.Kind() == reflect.Pointer {
		in = in.Elem()
	}
	f := &field{kind: t.Kind, from: len(s.leaves)}
	switch t.Kind {
	case component.List, component.Messages:
		f.kind, f.depth = component.List, depth+1
		f.inner = []*field{s.field(t.Element(), in.Elem(), depth+1)}
	case component.Object:
		index := map[string]int{}
		for i := range in.NumField() {
			index[component.FieldOf(in.Field(i)).Name] = i
		}
		for _, part := range t.Fields {
			inner := s.field(part.Type, in.Field(index[part.Name]).Type, depth)
			inner.index = index[part.Name]
			f.inner = append(f.inner, inner)
		}
	default:
		s.leaves = append(s.leaves, nil)
	}
	f.until = len(s.leaves)
	return f
}

// shred returns the values of a row, leaf by leaf. They are good until the next row.
func (s *shredder) shred(row reflect.Value) parquet.Row {
	for i := range s.leaves {
		s.leaves[i] = s.leaves[i][:0]
	}
	for _, f := range s.fields {
		s.put(f, row.Field(f.index), 0, 0)
	}
	s.row = s.row[:0]
	for _, values := range s.leaves {
		s.row = append(s.row, values...)
	}
	return s.row
}

// put takes a value, which may be null.
func (s *shredder) put(f *field, v reflect.Value, repetition, definition int) {
	if k := v.Kind(); k == reflect.Pointer || k == reflect.Slice {
		if v.IsNil() {
			s.null(f, repetition, definition)
			return
		}
		if k == reflect.Pointer {
			v = v.Elem()
		}
	}
	definition++
	switch f.kind {
	case component.List:
		if v.Len() == 0 {
			s.null(f, repetition, definition)
		}
		for i := range v.Len() {
			s.put(f.inner[0], v.Index(i), repetition, definition+1)
			repetition = f.depth
		}
	case component.Object:
		for _, inner := range f.inner {
			s.put(inner, v.Field(inner.index), repetition, definition)
		}
	default:
		s.leaf(f.from, leafValue(v), repetition, definition)
	}
}

// null says of all leaves of a value that there is nothing.
func (s *shredder) null(f *field, repetition, definition int) {
	for i := f.from; i < f.until; i++ {
		s.leaf(i, parquet.NullValue(), repetition, definition)
	}
}

func (s *shredder) leaf(i int, v parquet.Value, repetition, definition int) {
	s.leaves[i] = append(s.leaves[i], v.Level(repetition, definition, i))
}

func leafValue(v reflect.Value) parquet.Value {
	switch v.Kind() {
	case reflect.Bool:
		return parquet.BooleanValue(v.Bool())
	case reflect.Int, reflect.Int64:
		return parquet.Int64Value(v.Int())
	case reflect.Float64:
		return parquet.DoubleValue(v.Float())
	}
	return parquet.ByteArrayValue([]byte(v.String()))
}
