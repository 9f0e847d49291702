package distilabel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// Rows stand in the pipeline itself if they are few and small, and beside it otherwise.
const (
	fewRows   = 20
	smallRows = 4000
	mostRows  = 100_000 // that range makes
)

// sourceOf fills in what a source holds, which follows from what the others read where the file does not have it.
func (c *converter) sourceOf(s *ourStep) {
	if s.decl == nil || s.decl.Shape != component.Source {
		return
	}
	needed := c.needed(s)
	if s.decl.Name != "rows" {
		if s.param("columns") != nil {
			s.draft = append(s.draft, arg{"columns", typesOf(needed)})
		}
		return
	}
	if data := items(at(s.body, "data")); s.class == "LoadDataFromDicts" && len(data) > 0 {
		c.data(s, data)
		return
	}
	if s.class == "LoadDataFromDicts" {
		c.remark(s, diag.ToFinish, s.classed, "the rows are to be filled in",
			"Since 1.4, distilabel does not save the data of LoadDataFromDicts. The columns of the row that stands here are those that the next steps read.")
	}
	if len(needed) == 0 && s.body == nil { // nothing is read of the rows
		s.set("rows", fmt.Sprintf("[for n in range(1, %d) : { number = n }]", min(max(s.rows, 1), mostRows)+1))
		return
	}
	var row strings.Builder
	for _, col := range needed {
		fmt.Fprintf(&row, "%s = %s\n", key(col.Name), placeholder(col.Name, col.Type, col.Len))
	}
	if len(needed) == 0 {
		row.WriteString("instruction = \"TODO: instruction\"\n")
	}
	if s.rows > 1 {
		s.set("rows", fmt.Sprintf("[for n in range(1, %d) : {\n# TODO: your rows\nnumber = n\n%s}]", min(s.rows, mostRows)+1, row.String()))
		return
	}
	s.set("rows", "[\n# TODO: your rows\n{\n"+row.String()+"},\n]")
}

// samples reports whether a step draws examples from a list of its own, which are the columns that it makes.
func (s *ourStep) samples() bool { return s.decl != nil && s.decl.Name == "data_sampler" }

// sampled fills in what examples are drawn from: the reference does not save it.
func (c *converter) sampled(s *ourStep) {
	if !s.samples() {
		return
	}
	size := max(number(at(s.body, "size")), 2)
	var row strings.Builder
	seen := names{}
	for _, t := range c.steps {
		for _, col := range c.needed(t) {
			if slices.Contains(t.from, s) && col.Type.Kind == component.List && !seen[col.Name] {
				seen[col.Name] = true
				fmt.Fprintf(&row, "%s = %s\n", key(col.Name), placeholder(col.Name, *col.Type.Elem, 0))
			}
		}
	}
	if len(seen) == 0 {
		row.WriteString("example = \"TODO: example\"\n")
	}
	s.set("rows", fmt.Sprintf("[for n in range(1, %d) : {\n# TODO: your examples\n%s}]", min(size, mostRows)+1, row.String()))
	c.remark(s, diag.ToFinish, s.classed, "the examples are to be filled in", "distilabel does not save the data of DataSampler. What stands here has the columns that the next steps read.")
}

// number is the whole number that a node holds, or 0.
func number(n *yaml.Node) int {
	v, _ := strconv.Atoi(str(n))
	return v
}

// data carries over rows, with their columns renamed.
func (c *converter) data(s *ourStep, data []*yaml.Node) {
	renamed := map[string]string{}
	for k, v := range entries(at(s.body, "output_mappings")) {
		renamed[k.Value] = str(v)
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, row := range data {
		out := &yaml.Node{Kind: row.Kind, Tag: row.Tag, Value: row.Value}
		if row.Kind == yaml.SequenceNode {
			out.Content = row.Content
		}
		for k, v := range entries(row) {
			name := k.Value
			if to, ok := renamed[name]; ok {
				name = to
			}
			out.Content = append(out.Content, text(name), v)
		}
		list.Content = append(list.Content, out)
	}
	if inline := expr(list); len(data) <= fewRows && len(inline) < smallRows {
		var rows strings.Builder
		for _, row := range list.Content {
			rows.WriteString(expr(row) + ",\n")
		}
		s.set("rows", "[\n"+rows.String()+"]")
		return
	}
	var lines strings.Builder
	lines.WriteString("[\n")
	for i, row := range list.Content {
		if i > 0 {
			lines.WriteString(",\n")
		}
		lines.WriteString(toJSON(row))
	}
	lines.WriteString("\n]\n")
	s.set("rows", fmt.Sprintf("jsondecode(%s)", c.textFile(s.name+".json", lines.String())))
}

// placeholder is a value of a type that says that it is to be replaced.
func placeholder(name string, t component.Type, least int) string {
	switch t.Kind {
	case component.Int, component.Float:
		return "0"
	case component.Bool:
		return "false"
	case component.Messages:
		return `[{ role = "user", content = "TODO: ` + name + `" }]`
	case component.List:
		var elems []string
		for i := range max(least, 1) {
			elem := placeholder(name, *t.Elem, 0)
			switch {
			case least < 2:
			case t.Elem.Kind == component.String: // several are told apart, and rated differently
				elem = quoted(fmt.Sprintf("TODO: %s %d", name, i+1))
			case t.Elem.Kind == component.Int, t.Elem.Kind == component.Float:
				elem = strconv.Itoa(least - i)
			}
			elems = append(elems, elem)
		}
		return "[" + strings.Join(elems, ", ") + "]"
	case component.Object:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, key(f.Name)+" = "+placeholder(f.Name, f.Type, 0))
		}
		return "{ " + strings.Join(fields, ", ") + " }"
	}
	return quoted("TODO: " + name)
}

// typesOf writes columns with their types, as sources are told them.
func typesOf(columns []component.Column) string {
	var out []string
	for _, c := range columns {
		kind := c.Type.String()
		if c.Type.Kind == component.Any {
			kind = string(component.String)
		}
		out = append(out, key(c.Name)+" = "+quoted(strings.ReplaceAll(kind, "list(any)", "list(string)")))
	}
	if len(out) == 0 {
		out = []string{`instruction = "string"`}
	}
	return "{ " + strings.Join(out, ", ") + " }"
}
