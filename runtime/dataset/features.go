package dataset

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/distigen/distigen/runtime/component"
)

// Features are the columns as the Python library datasets describes them, in its JSON.
func Features(columns []component.Column) json.RawMessage {
	fields := make([]component.Field, len(columns))
	for i, c := range columns {
		fields[i] = component.Field{Name: c.Name, Type: c.Type}
	}
	var out bytes.Buffer
	writeStruct(&out, fields)
	return out.Bytes()
}

func writeStruct(out *bytes.Buffer, fields []component.Field) {
	out.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			out.WriteString(", ")
		}
		name, _ := json.Marshal(f.Name) // a string
		fmt.Fprintf(out, "%s: ", name)
		writeFeature(out, f.Type)
	}
	out.WriteByte('}')
}

func writeFeature(out *bytes.Buffer, t component.Type) {
	switch t.Kind {
	case component.List, component.Messages:
		out.WriteString(`{"feature": `)
		writeFeature(out, t.Element())
		out.WriteString(`, "_type": "List"}`)
	case component.Object:
		writeStruct(out, t.Fields)
	default:
		fmt.Fprintf(out, `{"dtype": %q, "_type": "Value"}`, Dtype(t))
	}
}

// Dtype is what datasets calls a type without parts.
func Dtype(t component.Type) string {
	switch t.Kind {
	case component.Bool:
		return "bool"
	case component.Int:
		return "int64"
	case component.Float:
		return "float64"
	}
	return "string"
}
