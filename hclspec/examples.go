package hclspec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/form"
	"github.com/distigen/distigen/runtime/llm"
)

var examplesGo = reflect.TypeFor[llm.Examples]()

// examples decodes a list of objects, or JSON lines, into JSON lines.
func (d *decoder) examples(field reflect.Value, v cty.Value) {
	if isText(v) {
		field.SetString(v.AsString())
		return
	}
	t := v.Type()
	if !t.IsTupleType() && !t.IsListType() {
		d.wrong(v, " Write [{ column = \"...\" }, ...], or file(\"examples.jsonl\").")
		return
	}
	var lines strings.Builder
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if e.IsNull() || !e.Type().IsObjectType() && !e.Type().IsMapType() {
			d.fail(diag.WrongType, fmt.Sprintf("wrong type in %q", d.p.Name), cty.Path{cty.IndexStep{Key: k}}.NewErrorf("object required"),
				fmt.Sprintf("An example is an object with a value for each column, and this is %s.", describe(e)))
			return
		}
		line, err := ctyjson.Marshal(e, e.Type())
		if err != nil {
			d.wrong(e, " It cannot be written as JSON.")
			return
		}
		var plain bytes.Buffer // without the escapes of <, > and &
		if err := unescaped(&plain, line); err != nil {
			d.wrong(e, " It cannot be written as JSON.")
			return
		}
		lines.Write(plain.Bytes())
	}
	field.SetString(lines.String())
}

func unescaped(out *bytes.Buffer, line []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil {
		return err
	}
	values := map[string]any{}
	for name, raw := range members {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return err
		}
		values[name] = v
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	return e.Encode(values)
}

// checkExamples checks the examples of a prompt: each has what the prompt reads and what the model is to reply, and no more.
func (f *flow) checkExamples() {
	n := slices.IndexFunc(f.i.args.params, func(p component.Param) bool { return p.Type == examplesGo })
	if n < 0 || f.prompt == nil || f.prompt.tmpl == nil {
		return
	}
	p := f.i.args.params[n]
	text, columns := string(fieldOf(f.i.step.Params, p).(llm.Examples)), formOf(f.i.step.Params)
	number := 0
	unread := map[string]bool{}
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		e := exampleCheck{f: f, arg: fmt.Sprintf("%s[%d]", p.Name, number), number: number + 1, unread: unread}
		number++
		if !e.check(line, columns) {
			f.i.opaque = true
			return
		}
	}
	if number == 0 && text != "" {
		f.i.opaque = true
		f.l.errorAt(diag.Unusable, f.i.args.rangeOf(p.Name), "examples are empty", "Write an example, or leave examples out.")
	}
}

// exampleCheck is the check of one example.
type exampleCheck struct {
	f      *flow
	arg    string
	number int
	unread map[string]bool // fields that were told already
}

func (e *exampleCheck) at(name string) hcl.Range {
	at := e.f.i.args.rangeOf(e.arg)
	if a := e.f.i.attrs[argName(e.arg)]; a != nil && name != "" {
		if value, key := attribute(within(a.Expr, e.arg[len(argName(e.arg)):], false), name); value != nil {
			return hcl.RangeBetween(key.Range(), value.Range())
		}
	}
	return at
}

func (e *exampleCheck) wrong(code diag.Code, name, summary, detail string) bool {
	e.f.l.errorAt(code, e.at(name), summary, detail)
	return false
}

func (e *exampleCheck) check(line string, columns form.Columns) bool {
	var values map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &values); err != nil {
		return e.wrong(diag.WrongType, "", fmt.Sprintf("example %d is no object", e.number), fmt.Sprintf("Examples are JSON lines, an object each: %s.", strings.TrimSuffix(err.Error(), ".")))
	}
	used := map[string]bool{}
	for _, name := range e.f.prompt.tmpl.Uses() {
		used[name] = true
		c := find(e.f.in, name)
		if c == nil {
			continue // reported where the prompt reads it
		}
		if ok := e.value(name, values, form.Of(c.Type), "The prompt reads it."); !ok {
			return false
		}
	}
	for _, column := range columns {
		if used[column.Name] {
			return e.wrong(diag.Contradiction, column.Name, fmt.Sprintf("%q is read and made", column.Name), "An example says with the name of a column both what the prompt reads and what "+
				"the model is to reply. Give the column that the step makes another name in output.")
		}
		used[column.Name] = true
		if ok := e.value(column.Name, values, column.Type, "The model is to reply it."); !ok {
			return false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if used[name] || e.unread[name] {
			continue
		}
		e.unread[name] = true
		e.f.l.warnAt(diag.GivenUnread, e.at(name), fmt.Sprintf("%q of the examples is not read", name), fmt.Sprintf(
			"The prompt does not read it, and the step makes no column of that name. Remove it from the examples, or write {{ .%s }} into the prompt.", name))
	}
	return true
}

func (e *exampleCheck) value(name string, values map[string]json.RawMessage, t form.Type, why string) bool {
	raw, ok := values[name]
	if !ok && !t.Optional {
		return e.wrong(diag.MissingArgument, "", fmt.Sprintf("example %d has no %q", e.number, name), fmt.Sprintf("%s Each example has %s (%s).", why, name, t))
	}
	if !ok || t.Kind == component.String && len(t.Enum) == 0 && t.Min == nil && string(raw) == `""` {
		return true
	}
	if _, err := t.Read(raw); err != nil {
		return e.wrong(diag.WrongType, name, fmt.Sprintf("wrong value for %q in example %d", name, e.number), fmt.Sprintf("%s %s is %s: %s.", why, name, t, err))
	}
	return true
}
