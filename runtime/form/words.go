package form

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// noun says what a value is to be, in a sentence: a whole number from 1 to 5.
func (t Type) noun() string {
	switch {
	case len(t.Enum) > 0:
		return "one of " + t.options()
	case t.Kind == component.Int:
		return "a whole number" + t.span()
	case t.Kind == component.Float:
		return "a number" + t.span()
	case t.Kind == component.Bool:
		return "true or false"
	case t.Kind == component.List:
		return "a list"
	case t.Kind == component.Object:
		return "an object"
	}
	return "a text"
}

func (t Type) options() string {
	quoted := make([]string, len(t.Enum))
	for i, e := range t.Enum {
		quoted[i] = strconv.Quote(e)
	}
	return strings.Join(quoted, ", ")
}

func (t Type) span() string {
	switch {
	case t.Min != nil && t.Max != nil:
		return " from " + decimal(*t.Min) + " to " + decimal(*t.Max)
	case t.Min != nil:
		return " of at least " + decimal(*t.Min)
	case t.Max != nil:
		return " of at most " + decimal(*t.Max)
	}
	return ""
}

// amount says how many elements or letters there are to be, with a verb where one is given.
func (t Type) amount(one, many string) string {
	verb, n := many, ""
	switch {
	case t.Min != nil && t.Max != nil && *t.Min == *t.Max:
		n = decimal(*t.Min)
		if *t.Min == 1 {
			verb = one
		}
	case t.Min != nil && t.Max != nil:
		n = decimal(*t.Min) + " to " + decimal(*t.Max)
	case t.Min != nil:
		n = "at least " + decimal(*t.Min)
	default:
		n = "at most " + decimal(*t.Max)
	}
	return strings.TrimSpace(n + " " + verb)
}

// Remark says what a schema or a sketch does not show of a type; empty if there is nothing.
func (t Type) remark() string {
	var parts []string
	if t.Kind == component.String && (t.Min != nil || t.Max != nil) {
		parts = append(parts, t.amount("", "")+" letters")
	}
	if t.Pattern != "" {
		parts = append(parts, "matches the pattern "+t.Pattern)
	}
	return strings.Join(parts, ", ")
}

// Sketch shows a model the JSON that it is to write.
func (c Columns) Sketch() string {
	t, _ := c.whole()
	var out strings.Builder
	t.sketch(&out, "")
	return out.String()
}

func (t Type) sketch(out *strings.Builder, indent string) {
	switch t.Kind {
	case component.Object:
		out.WriteString("{\n")
		for i, f := range t.Fields {
			fmt.Fprintf(out, "%s  %s: ", indent, strconv.Quote(f.Name))
			f.Type.sketch(out, indent+"  ")
			if i < len(t.Fields)-1 {
				out.WriteByte(',')
			}
			out.WriteByte('\n')
		}
		out.WriteString(indent + "}")
	case component.List:
		out.WriteByte('[')
		t.Elem.sketch(out, indent)
		out.WriteString(", ...]")
		if t.Min != nil || t.Max != nil {
			fmt.Fprintf(out, " (%s)", t.amount("element", "elements"))
		}
	default:
		hint := t.noun()
		if r := t.remark(); r != "" {
			hint += ", " + r
		}
		fmt.Fprintf(out, "<%s>", hint)
	}
	if t.Optional {
		out.WriteString(" or null")
	}
}
