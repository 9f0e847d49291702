package dataset

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
)

// CSV is comma-separated values with a line of names, as of RFC 4180. Its columns are texts, numbers and bools; null is an
// empty field.
type CSV struct{}

// Name is csv.
func (CSV) Name() string { return "csv" }

// Write writes a file.
func (CSV) Write(w io.Writer, of Schema, rows iter.Seq2[[]byte, error]) error {
	out := csv.NewWriter(w)
	cells := make([]string, len(of.Columns))
	for i, c := range of.Columns {
		cells[i] = c.Name
	}
	if err := out.Write(cells); err != nil {
		return err
	}
	row := reflect.New(of.Row)
	for text, err := range rows {
		if err != nil {
			return err
		}
		row.Elem().SetZero()
		if err := json.Unmarshal(text, row.Interface()); err != nil {
			return fmt.Errorf("a row cannot be read back: %w", err)
		}
		for i := range cells {
			cells[i] = cell(row.Elem().Field(i))
		}
		if len(cells) == 1 && cells[0] == "" { // readers pass over empty lines
			out.Flush()
			if _, err := io.WriteString(w, "\"\"\n"); err != nil {
				return err
			}
			continue
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func cell(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return cell(v.Elem())
	case reflect.String:
		return v.String()
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}
