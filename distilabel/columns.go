package distilabel

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// namesParam reports whether the argument columns of a component lists columns that it reads.
func (s *ourStep) namesColumns() bool {
	p := s.param("columns")
	return p != nil && s.decl.Derive != nil && s.decl.Shape != component.Source && !s.decl.Task
}

// columnsOf finds the columns that are an argument of the step. Two lists of the reference, or a list and output_mappings, are a
// map here.
func (c *converter) columnsOf(s *ourStep) {
	if !s.namesColumns() {
		return
	}
	columns := at(s.body, "columns")
	for k, v := range entries(columns) {
		s.columns = append(s.columns, component.Name{From: k.Value, To: str(v)})
	}
	to := items(at(s.body, "output_columns"))
	for i, n := range items(columns) {
		name := component.Name{From: str(n)}
		if i < len(to) {
			name.To = str(to[i])
		}
		s.columns = append(s.columns, name)
	}
}

// prefix is what the reference puts before the name of a combined column that has no other name.
var prefix = map[string]string{"CombineColumns": "merged_", "MergeColumns": "merged_", "GroupColumns": "grouped_"}

func (s *ourStep) rename(n *yaml.Node) {
	for k, v := range entries(n) {
		for i, col := range s.columns {
			own := cmp.Or(col.To, prefix[s.class]+col.From)
			if own == k.Value {
				s.columns[i].To = str(v)
			}
		}
	}
}

// setColumns writes the argument columns.
func (s *ourStep) setColumns() {
	if len(s.columns) == 0 || s.has("columns") {
		return
	}
	if s.param("columns").TypeName() == "list(string)" || !slices.ContainsFunc(s.columns, func(n component.Name) bool { return n.To != "" }) && prefix[s.class] != "merged_" {
		out := &yaml.Node{Kind: yaml.SequenceNode}
		for _, n := range s.columns {
			out.Content = append(out.Content, text(n.From))
		}
		s.set("columns", expr(out))
		return
	}
	out := &yaml.Node{Kind: yaml.MappingNode}
	for i, n := range s.columns {
		s.columns[i].To = cmp.Or(n.To, prefix[s.class]+n.From)
		out.Content = append(out.Content, text(n.From), text(s.columns[i].To))
	}
	s.set("columns", expr(out))
}

func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// mappings carries over input_mappings and output_mappings.
func (c *converter) mappings(s *ourStep) {
	in, out := at(s.body, "input_mappings"), at(s.body, "output_mappings")
	if len(s.columns) > 0 {
		s.rename(out)
		s.setColumns()
		for k, v := range entries(in) {
			c.remark(s, diag.NotCarried, k, "input_mappings is not carried over", fmt.Sprintf("The argument columns names the columns of the row. It said %s = %s.", k.Value, short(v)))
		}
		return
	}
	theirs := classes[s.class].columns
	ours := func(column string) string { return cmp.Or(theirs[column], column) }
	takes := component.PortsOf(s.decl.In)
	for k, v := range entries(in) {
		switch own := ours(k.Value); {
		case s.class == "MinHashDedup": // it has the argument columns here
		case !hasPort(takes, own):
			c.remark(s, diag.NotCarried, k, fmt.Sprintf("input %s is not carried over", k.Value), fmt.Sprintf("%s has no input of that name. It was mapped to %s.", s.decl.Name, short(v)))
		case own != str(v):
			s.inputs = append(s.inputs, component.Name{From: own, To: str(v)})
		}
	}
	makes := component.PortsOf(s.decl.Out)
	for k, v := range entries(out) {
		switch own := ours(k.Value); {
		case s.decl.Name == "rows": // the data are renamed
		case s.decl.Shape == component.Source || s.decl.Derive != nil || hasPort(makes, own):
			if own != str(v) {
				s.outputs = append(s.outputs, component.Name{From: own, To: str(v)})
			}
		default:
			c.remark(s, diag.NotCarried, k, fmt.Sprintf("output %s is not carried over", k.Value), fmt.Sprintf("%s makes no column of that name. It was mapped to %s.", s.decl.Name, short(v)))
		}
	}
	for _, column := range slices.Sorted(maps.Keys(theirs)) { // the rows have the reference's names, unless they are mapped
		name := component.Name{From: theirs[column], To: column}
		if at(in, column) == nil && hasPort(takes, name.From) {
			s.inputs = append(s.inputs, name)
		}
		if at(out, column) == nil && hasPort(makes, name.From) {
			s.outputs = append(s.outputs, name)
		}
	}
}

func hasPort(ports []component.Port, name string) bool {
	return slices.ContainsFunc(ports, func(p component.Port) bool { return p.Name == name })
}

func mapped(names []component.Name, own string) string {
	for _, n := range names {
		if n.From == own {
			return n.To
		}
	}
	return own
}

// unmapped is the name that a column had before it was renamed.
func unmapped(names []component.Name, to string) string {
	for _, n := range names {
		if n.To == to {
			return n.From
		}
	}
	return to
}

// renameColumns puts a step behind a source whose columns have other names in the pipeline.
func (c *converter) renameColumns(s *ourStep) {
	if s.decl == nil || s.decl.Shape != component.Source || len(s.outputs) == 0 {
		return
	}
	columns := &strings.Builder{}
	for _, n := range s.outputs {
		fmt.Fprintf(columns, "%s = row[%s]\n", key(n.To), quoted(n.From))
	}
	d := &ourStep{theirStep: s.theirStep, decl: c.byName["derive"], from: []*ourStep{s}, renames: s.outputs}
	d.name = c.stepNames.take(s.name + "_renamed")
	d.set("columns", "{\n"+columns.String()+"}")
	d.remarks = []string{"The output_mappings of " + s.theirStep.name + ". The columns are there under their old names as well."}
	s.outputs = nil
	for _, o := range c.steps {
		if i := slices.Index(o.from, s); i >= 0 {
			o.from[i] = d
		}
	}
	c.steps = slices.Insert(c.steps, slices.Index(c.steps, s)+1, d)
}

// needed are the columns that a step or one after it reads and that none of them makes, with the types that are read.
func (c *converter) needed(s *ourStep) (columns []component.Column) {
	if known, ok := c.need[s]; ok {
		return known
	}
	defer func() { c.need[s] = columns }()
	add := func(name string, t component.Type, least int) {
		if !slices.ContainsFunc(columns, func(c component.Column) bool { return c.Name == name }) {
			columns = append(columns, component.Column{Name: name, Type: t, Len: least})
		}
	}
	if s.decl != nil {
		c.reading(s, add)
	}
	made := s.makes()
	for _, t := range c.steps {
		if !slices.Contains(t.from, s) {
			continue
		}
		for _, col := range c.needed(t) {
			if !slices.Contains(made, col.Name) && !(s.samples() && col.Type.Kind == component.List) {
				add(unmapped(s.renames, col.Name), col.Type, col.Len)
			}
		}
	}
	return columns
}

// reading tells the columns that a step itself reads.
func (c *converter) reading(s *ourStep, add func(string, component.Type, int)) {
	for _, n := range s.columns {
		t := component.Of(component.String)
		if s.decl.Shape == component.FlatMap {
			t = component.ListOf(t)
		}
		add(n.From, t, 0)
	}
	for _, name := range slices.Sorted(maps.Keys(s.reads)) {
		t := component.Of(component.String)
		if s.reads[name] {
			t = component.ListOf(t)
		}
		add(name, t, 0)
	}
	for _, p := range component.PortsOf(s.decl.In) {
		if p.Missing || s.reads != nil && p.Type.Kind == component.String {
			continue
		}
		add(mapped(s.inputs, p.Name), p.Type.NotNull(), p.MinLen)
	}
}

// makes lists the columns that a step makes.
func (s *ourStep) makes() (made []string) {
	if s.decl == nil || s.decl.Shape == component.Source {
		return nil
	}
	for _, n := range s.columns {
		made = append(made, cmp.Or(n.To, n.From))
	}
	for _, p := range component.PortsOf(s.decl.Out) {
		made = append(made, mapped(s.outputs, p.Name))
	}
	if s.typed {
		made = append(made, mapped(s.outputs, "generation"))
	}
	return made
}
