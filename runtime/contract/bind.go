package contract

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/dataset"
)

// Bind ties the contract to the type of the rows: the rows that the trainer gets are of the type written, and made by write.
func (c *Contract) Bind(row reflect.Type) (dataset.Written, error) {
	columns := make([]component.Column, row.NumField())
	for i := range columns {
		f := component.FieldOf(row.Field(i))
		columns[i] = component.Column{Name: f.Name, Type: f.Type}
	}
	form, problems := c.Choose(columns)
	if form == nil {
		return dataset.Written{}, c.refused(problems)
	}
	b := &binding{form: form, from: make([]int, len(form.Reads))}
	var fields []reflect.StructField
	for i, out := range form.Writes {
		fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: out.Is.Type, Tag: reflect.StructTag(fmt.Sprintf("json:%q", out.Name))})
	}
	read := map[int]bool{}
	for i, in := range form.Reads {
		b.from[i] = slices.IndexFunc(columns, func(col component.Column) bool { return col.Name == c.Column(in.Name) })
		read[b.from[i]] = true
	}
	var left []string
	for i, col := range columns {
		switch {
		case read[i]:
		case form.writes(col.Name): // in another shape
		case slices.Contains(c.Avoid, col.Name):
			left = append(left, col.Name)
		default:
			f := row.Field(i)
			fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", len(fields)), Type: f.Type, Tag: f.Tag})
			b.kept = append(b.kept, i)
		}
	}
	b.typ = reflect.StructOf(fields)
	return dataset.Written{Type: b.typ, Row: b.write, LeftOut: left}, nil
}

// refused is for rows that a user's own code has changed; the compiler says the same with the place.
func (c *Contract) refused(problems []Problem) error {
	var lacks []string
	for _, p := range problems {
		lacks = append(lacks, fmt.Sprintf("%s (%s)", p.Column, p.Input.Is.Type()))
	}
	return fmt.Errorf("format %s needs columns that the rows do not have: %s. Make them, or choose another format", c.Name, strings.Join(lacks, ", "))
}

// binding makes the rows that a trainer gets.
type binding struct {
	form *Form
	from []int // fields of the row, by input; -1: none
	kept []int // fields of the row that are written as they are
	typ  reflect.Type
}

func (b *binding) write(row any) (any, error) {
	in := reflect.ValueOf(row)
	e, err := b.form.read(func(i int) (reflect.Value, bool) {
		if b.from[i] < 0 {
			return reflect.Value{}, false
		}
		v := in.Field(b.from[i])
		if v.Kind() == reflect.Pointer {
			return v.Elem(), !v.IsNil()
		}
		return v, true
	})
	if err != nil {
		return nil, err
	}
	out := reflect.New(b.typ).Elem()
	for i, column := range b.form.Writes {
		value, err := column.Is.of(e)
		if err != nil {
			return nil, err
		}
		out.Field(i).Set(reflect.ValueOf(value))
	}
	for i, k := range b.kept {
		out.Field(len(b.form.Writes) + i).Set(in.Field(k))
	}
	return out.Interface(), nil
}
