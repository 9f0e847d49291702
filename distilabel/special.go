package distilabel

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/component"
)

// special carries over what is said in another way here.
func (c *converter) special(s *ourStep) {
	switch s.class {
	case "TextGeneration":
		c.template(s)
		c.structured(s, at(s.body, "llm", "structured_output"))
	case "StructuredGeneration":
		c.structured(s, c.formatOfRows(s))
	case "MinHashDedup":
		column := cmp.Or(str(at(s.body, "input_mappings", "text")), "text")
		s.columns = component.Names{{From: column}}
		s.set("columns", "["+quoted(column)+"]")
		s.set("method", quoted("minhash"))
	case "LoadDataFromFileSystem":
		c.dataFiles(s)
	}
	c.mutations(s)
}

// template carries over a prompt of the user's.
func (c *converter) template(s *ourStep) {
	n := at(s.body, "template")
	if text := strings.Join(strings.Fields(str(n)), ""); text == "" || text == "{{instruction}}" {
		return
	}
	translated, err := fromJinja(n.Value)
	file := fmt.Sprintf("prompts/%s.md", s.name)
	if err != nil {
		c.textFile(file+".jinja", n.Value)
		c.remark(s, diag.ToFinish, n, "the template is to be translated",
			fmt.Sprintf("It is in Jinja, and not all of that has a counterpart: %s. It is in %s.jinja; write it anew as %[2]s and set prompt = file(%[3]s).", err, file, quoted(file)))
		return
	}
	s.set("prompt", c.textFile(file, translated))
	s.reads = map[string]bool{}
	for _, m := range promptColumn.FindAllStringSubmatch(translated, -1) {
		s.reads[m[2]] = s.reads[m[2]] || m[1] != ""
	}
}

// promptColumn is a column in a template; the first part is there if its elements are gone through.
var promptColumn = regexp.MustCompile(`(range \$\w+ := )?[ (]?\$?\.([A-Za-z_][A-Za-z0-9_]*)`)

// schemaOf finds the JSON schema of a structured_output.
func schemaOf(n *yaml.Node) *yaml.Node {
	if format := str(at(n, "format")); format != "" && format != "json" {
		return nil
	}
	if schema := at(n, "schema"); schema != nil && schema.Kind == yaml.MappingNode {
		return schema
	}
	return nil
}

// structured carries over the form of a reply, which is a type here.
func (c *converter) structured(s *ourStep, n *yaml.Node) {
	if s.class == "TextGeneration" && !says(n) {
		return
	}
	why := "The rows bring it, and a type belongs to the step here"
	if n != nil {
		why = "It is none that a type can say"
		t, err := typeOf(schemaOf(n))
		if err == nil {
			s.set("output", t)
			s.typed = true
			c.remark(s, diag.Differs, n, "the reply is typed", "The column generation is an object here, and its fields are checked; it was a text with JSON in it.")
			return
		}
		if schemaOf(n) != nil {
			why = "A type cannot say all of it: " + err.Error()
		}
	}
	if s.class == "TextGeneration" {
		c.remark(s, diag.NotCarried, n, "structured_output is not carried over", why+". The reply is a plain text.")
		return
	}
	s.set("output", "object({ answer = string })")
	s.typed = true
	c.remark(s, diag.ToFinish, cmp.Or(n, s.classed), "the type of the reply is to be filled in", why+". Write it as the argument output, in the place of object({ answer = string }).")
}

// formatOfRows finds the structured_output that all rows of the sources before a step share, or nil.
func (c *converter) formatOfRows(s *ourStep) (found *yaml.Node) {
	column := mapped(s.inputs, "structured_output")
	seen := map[*theirStep]bool{}
	ok := true
	var visit func(t *theirStep)
	visit = func(t *theirStep) {
		if seen[t] {
			return
		}
		seen[t] = true
		for _, row := range items(at(t.body, "data")) {
			n := at(row, column)
			ok = ok && n != nil && (found == nil || toJSON(n) == toJSON(found))
			found = n
		}
		for _, f := range t.from {
			visit(f)
		}
	}
	visit(s.theirStep)
	if !ok {
		return nil
	}
	return found
}

// mutations names the ways to rewrite an instruction, unless they are all that there are. Their wording is the component's.
func (c *converter) mutations(s *ourStep) {
	k, n := pair(s.body, "mutation_templates")
	p := s.param("mutations")
	if n == nil {
		return
	}
	if p == nil {
		c.unknown(s, k, n)
		return
	}
	names := &yaml.Node{Kind: yaml.SequenceNode}
	var all []string
	for m := range entries(n) {
		if name := strings.ToLower(m.Value); name != "fresh_start" {
			names.Content = append(names.Content, text(name))
			all = append(all, name)
		}
	}
	slices.Sort(all)
	usual := regexp.MustCompile(`[a-z_]+`).FindAllString(p.Default, -1)
	if slices.Sort(usual); !slices.Equal(all, usual) && len(all) > 0 {
		s.set("mutations", expr(names))
	}
}

// fileReader is the component that reads the files of LoadDataFromFileSystem.
func fileReader(body *yaml.Node) string {
	kind := str(at(body, "filetype"))
	if kind == "" {
		kind = strings.TrimPrefix(path.Ext(firstFile(at(body, "data_files"))), ".")
	}
	switch kind {
	case "csv":
		return "read_csv"
	case "parquet":
		return "read_parquet"
	}
	return "read_jsonl"
}

func firstFile(n *yaml.Node) string {
	if n != nil && n.Kind != yaml.ScalarNode && len(n.Content) > 0 {
		return firstFile(n.Content[len(n.Content)-1]) // of a mapping, its value
	}
	return str(n)
}

func (c *converter) dataFiles(s *ourStep) {
	n := at(s.body, "data_files")
	file := firstFile(n)
	if file == "" {
		return
	}
	s.set("path", quoted(file))
	detail := fmt.Sprintf("A path starts in the pipeline's folder here, and in that of the caller there. Have %s there, or change path.", file)
	if n.Kind != yaml.ScalarNode && len(n.Content) > 1 {
		detail = "A source reads the files of one pattern. It was " + short(n) + "."
	}
	c.remark(s, diag.ToFinish, n, "the path of the data needs a look", detail)
}
