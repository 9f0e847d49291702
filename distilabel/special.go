package distilabel

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
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
	case "LoadDataFromDisk":
		c.remark(s, diag.ToFinish, cmp.Or(at(s.body, "dataset_path"), s.classed), "the data are to be saved as Parquet",
			"It reads folders of Arrow files that save_to_disk has written. Save them with Dataset.to_parquet, and set path to the files.")
	case "FaissNearestNeighbour":
		if at(s.body, "k") == nil {
			c.remark(s, diag.ToFinish, s.classed, "k may have to be filled in", "distilabel does not save how many neighbours it was to find. Here it is 1 without k.")
		}
	case "TruncateTextColumn":
		c.truncated(s)
	case "Magpie", "MagpieGenerator":
		c.systemPrompts(s)
	case "PrometheusEval":
		c.rubric(s)
	case "ExpandColumns":
		c.labels(s)
	}
	if dropped[s.class] != "" {
		c.remark(s, diag.Differs, s.classed, "rows that are alike are left out",
			fmt.Sprintf("It marked them in the column %s, and a step after it left them out. Here they do not reach the next step, and are in dropped.jsonl.", dropped[s.class]))
	}
	c.mutations(s)
}

// dropped are the columns with which the reference marks rows that a component here leaves out.
var dropped = map[string]string{"MinHashDedup": "keep_row_after_minhash_filtering", "EmbeddingDedup": "keep_row_after_embedding_filtering"}

// rubric carries over the rubric of a judge: by its name if the component has it, and as a text otherwise.
func (c *converter) rubric(s *ourStep) {
	n := at(s.body, "rubric")
	p := s.param("rubric")
	switch own := at(s.body, "rubrics", str(n)); {
	case p == nil || str(n) == "":
	case slices.Contains(p.Enum, str(n)):
		if str(n) != p.Default {
			s.set("rubric", expr(n))
		}
	case isText(cmp.Or(own, n)) && own != nil:
		s.set("rubric_text", c.textFile(fmt.Sprintf("prompts/%s.rubric.md", s.name), own.Value))
	default:
		c.remark(s, diag.NotCarried, n, "rubric is not carried over", fmt.Sprintf("There is no rubric of this name, and the file has no text for it. It was %s.", short(n)))
	}
}

// truncated carries over which column is cut, in its place.
func (c *converter) truncated(s *ourStep) {
	if column := str(at(s.body, "column")); column != "" && column != "text" {
		s.inputs = append(s.inputs, component.Name{From: "text", To: column})
		s.outputs = append(s.outputs, component.Name{From: "text", To: column})
	}
	if n := at(s.body, "tokenizer"); says(n) {
		c.remark(s, diag.ToFinish, n, "the tokenizer is to be filled in", fmt.Sprintf(
			"It was that of the model %s. Name one with the argument tokenizer: o200k_base, cl100k_base, or the tekken.json of a model of Mistral. Without one letters are counted.", str(n)))
	}
}

// systemPrompts carries over one system message, or several of which one is drawn, each with a weight if it has one.
func (c *converter) systemPrompts(s *ourStep) {
	n := at(s.body, "system_prompt")
	switch {
	case !says(n):
		return
	case n.Kind == yaml.ScalarNode:
		s.set("system_prompt", expr(n))
		return
	}
	texts, weights := &yaml.Node{Kind: yaml.MappingNode}, &yaml.Node{Kind: yaml.MappingNode}
	add := func(name string, v *yaml.Node) {
		if pair := items(v); len(pair) == 2 {
			weights.Content = append(weights.Content, text(name), pair[1])
			v = pair[0]
		}
		texts.Content = append(texts.Content, text(name), v)
	}
	for i, v := range items(n) {
		add(fmt.Sprintf("prompt_%d", i+1), v)
	}
	for k, v := range entries(n) {
		add(k.Value, v)
	}
	s.set("system_prompts", expr(texts))
	if len(weights.Content) > 0 {
		s.set("system_prompt_weights", expr(weights))
	}
}

// labels takes the labels of steps along where solutions are expanded: the reference has them inside of the solutions.
func (c *converter) labels(s *ourStep) {
	i := slices.IndexFunc(s.columns, func(n component.Name) bool { return n.From == "solutions" })
	if i < 0 || !s.after("MathShepherdCompleter") || slices.ContainsFunc(s.columns, func(n component.Name) bool { return n.From == "step_labels" }) {
		return
	}
	s.columns = append(s.columns, component.Name{From: "step_labels"})
	s.args = slices.DeleteFunc(s.args, func(a arg) bool { return a.name == "columns" })
	s.setColumns()
	c.remark(s, diag.Differs, s.classed, "the labels of the steps are expanded as well", "They are the column step_labels here, and stood at the end of each step there.")
}

// after reports whether a step of a class comes before, with its rows.
func (s *ourStep) after(class string) bool {
	for _, f := range s.theirStep.from {
		if f.class == class || (&ourStep{theirStep: f}).after(class) {
			return true
		}
	}
	return false
}

// seeded puts rows before a step that is a source in the reference and a task here, which is asked for each row.
func (c *converter) seeded(s *ourStep) {
	if s.decl == nil || s.decl.Shape == component.Source || len(s.from) > 0 {
		return
	}
	rows := &ourStep{decl: c.byName["rows"],
		theirStep: &theirStep{name: s.theirStep.name, named: s.named, classed: s.classed, to: []*theirStep{s.theirStep}}}
	rows.name = c.stepNames.take(s.name + "_seeds")
	rows.rows, _ = strconv.Atoi(cmp.Or(str(at(s.body, "num_instructions")), str(at(s.body, "samples"))))
	if s.decl.Task && len(component.PortsOf(s.decl.In)) == 0 { // as there, the model is asked once
		rows.remarks = []string{fmt.Sprintf("%s asks once for each of these rows, whatever they hold: more of them make more.", s.decl.Name)}
	} else {
		c.remark(rows, diag.ToFinish, s.classed, "the rows that it starts from are to be filled in",
			fmt.Sprintf("%s makes rows of what it draws itself. %s is asked for each row that it is given: put in as many as there shall be.", s.class, s.decl.Name))
	}
	s.from = []*ourStep{rows}
	c.steps = slices.Insert(c.steps, slices.Index(c.steps, s), rows)
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
