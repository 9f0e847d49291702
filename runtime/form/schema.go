package form

import (
	"bytes"
	"strconv"

	"github.com/distigen/distigen/runtime/component"
)

// Schema is the JSON schema of a reply. It keeps to what OpenAI's strict mode asks for: every key is required, no other is allowed,
// and what is optional is null. lengths says whether the endpoint knows the lengths of texts, which that mode does not.
func (c Columns) Schema(lengths bool) []byte {
	var out bytes.Buffer
	t, _ := c.whole()
	t.schema(&out, lengths)
	return out.Bytes()
}

func (t Type) schema(out *bytes.Buffer, lengths bool) {
	out.WriteString(`{"type":`)
	if name := jsonTypes[t.Kind]; t.Optional {
		out.WriteString(`["` + name + `","null"]`)
	} else {
		out.WriteString(`"` + name + `"`)
	}
	switch t.Kind {
	case component.Object:
		t.properties(out, lengths)
	case component.List:
		out.WriteString(`,"items":`)
		t.Elem.schema(out, lengths)
		bounds(out, "minItems", t.Min, "maxItems", t.Max)
	case component.Int, component.Float:
		bounds(out, "minimum", t.Min, "maximum", t.Max)
	case component.String:
		t.texts(out, lengths)
	}
	out.WriteByte('}')
}

var jsonTypes = map[component.Kind]string{component.String: "string", component.Bool: "boolean", component.Int: "integer",
	component.Float: "number", component.List: "array", component.Object: "object"}

func (t Type) properties(out *bytes.Buffer, lengths bool) {
	out.WriteString(`,"properties":{`)
	for i, f := range t.Fields {
		if i > 0 {
			out.WriteByte(',')
		}
		writeString(out, f.Name)
		out.WriteByte(':')
		f.Type.schema(out, lengths)
	}
	out.WriteString(`},"required":[`)
	for i, f := range t.Fields {
		if i > 0 {
			out.WriteByte(',')
		}
		writeString(out, f.Name)
	}
	out.WriteString(`],"additionalProperties":false`)
}

func (t Type) texts(out *bytes.Buffer, lengths bool) {
	if len(t.Enum) > 0 {
		out.WriteString(`,"enum":[`)
		for i, e := range t.Enum {
			if i > 0 {
				out.WriteByte(',')
			}
			writeString(out, e)
		}
		if t.Optional {
			out.WriteString(",null")
		}
		out.WriteByte(']')
	}
	if t.Pattern != "" {
		out.WriteString(`,"pattern":`)
		writeString(out, "^(?:"+t.Pattern+")$")
	}
	if lengths {
		bounds(out, "minLength", t.Min, "maxLength", t.Max)
	} else if t.Min != nil || t.Max != nil {
		out.WriteString(`,"description":` + strconv.Quote(t.amount("", "")+" letters"))
	}
}

func bounds(out *bytes.Buffer, minName string, least *float64, maxName string, most *float64) {
	if least != nil {
		out.WriteString(`,"` + minName + `":` + decimal(*least))
	}
	if most != nil {
		out.WriteString(`,"` + maxName + `":` + decimal(*most))
	}
}
