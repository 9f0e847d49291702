package distilabel

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/catalog"
	"github.com/distigen/distigen/runtime/component"
)

// arg is an argument of a block: its name, and its value in HCL.
type arg struct{ name, expr string }

// ourStep is a step as it becomes here.
type ourStep struct {
	*theirStep
	decl    *component.Component // nil: it is left out
	name    string               // here
	from    []*ourStep           // without those that are left out
	args    []arg
	inputs  []component.Name // From is the component's name, To the row's
	outputs []component.Name // likewise
	columns component.Names  // of components whose columns are an argument: From is read, To is made
	renames []component.Name // the step only renames columns of a source: From is the source's name
	reads   map[string]bool  // columns that the prompt reads, in the place of the component's inputs; true: it is a list
	rows    int              // how many rows the source is to have, if that is known
	typed   bool             // its reply is typed by the argument output
	replace []string
	remarks []string
	draft   []arg // arguments in the place of others while the pipeline is checked without its data
}

// converter makes a pipeline of one of the reference's.
type converter struct {
	*reader
	theirs     *theirs
	byClass    map[string]*component.Component
	byName     map[string]*component.Component
	steps      []*ourStep
	models     []*model
	variables  []variable
	files      []File
	datasets   []leaf
	modelNames names
	stepNames  names
	varNames   names
	need       map[*ourStep][]component.Column
}

// variable is a value that has to be given to every run.
type variable struct{ name, kind, doc string }

func newConverter(r *reader, t *theirs) *converter {
	c := &converter{reader: r, theirs: t, byClass: map[string]*component.Component{}, byName: map[string]*component.Component{},
		modelNames: names{}, stepNames: names{}, varNames: names{}, need: map[*ourStep][]component.Column{}}
	for _, d := range catalog.All() {
		c.byName[d.Name] = &d
		for _, was := range d.Was {
			if c.byClass[was] == nil {
				c.byClass[was] = &d
			}
		}
	}
	return c
}

// remark says something about a step: in the report, and as a comment above the step.
func (c *converter) remark(s *ourStep, code diag.Code, n *yaml.Node, summary, detail string) {
	c.report.Add(diag.Warning(code, c.at(n), summary, fmt.Sprintf("Step %q: %s", s.theirStep.name, detail)))
	if code == diag.NoComponent {
		summary = fmt.Sprintf("Step %s: %s", quoted(s.theirStep.name), summary) // no block has its name
	}
	s.remarks = append(s.remarks, headline(summary)+". "+detail)
}

// headline begins a comment with a capital letter, unless that is the name of something.
func headline(summary string) string {
	switch word, _, _ := strings.Cut(summary, " "); word {
	case "no", "the", "routing", "several", "model", "sampling", "input", "output", "rows", "column", "messages":
		return strings.ToUpper(summary[:1]) + summary[1:]
	}
	return summary
}

func (c *converter) convert() {
	for _, t := range c.theirs.steps {
		s := &ourStep{theirStep: t, decl: c.componentOf(t)}
		s.name = c.stepNames.take(identifier(t.name, "step"))
		c.steps = append(c.steps, s)
	}
	for _, s := range c.steps {
		c.leaveOut(s)
		c.wire(s)
	}
	for _, s := range c.steps {
		if s.decl != nil {
			c.columnsOf(s)
			c.mappings(s)
			c.special(s)
			c.arguments(s)
		}
		c.routed(s)
	}
	for _, s := range slices.Clone(c.steps) {
		c.renameColumns(s)
		c.seeded(s)
	}
	for _, s := range c.steps {
		c.sourceOf(s)
		c.sampled(s)
	}
}

// componentOf finds the component that does what a class does.
func (c *converter) componentOf(t *theirStep) *component.Component {
	if t.own() {
		return nil
	}
	if t.class == "LoadDataFromFileSystem" {
		return c.byName[fileReader(t.body)]
	}
	if t.class == "TextGeneration" && says(at(t.body, "llm", "structured_output")) {
		if _, err := typeOf(schemaOf(at(t.body, "llm", "structured_output"))); err == nil {
			return c.byName["structured_generation"]
		}
	}
	return c.byClass[t.class]
}

// find returns the step that one of theirs became.
func (c *converter) find(t *theirStep) *ourStep {
	for _, s := range c.steps {
		if s.theirStep == t {
			return s
		}
	}
	return nil
}

const pushToHub = "PushToHub"

// leaveOut says why a step is not there. A source becomes rows to be filled in, so that the others can be checked.
func (c *converter) leaveOut(s *ourStep) {
	if s.decl != nil || s.class == pushToHub {
		return
	}
	why := cmp.Or(without[s.class], fmt.Sprintf("No component does what %s does.", s.class))
	if s.own() {
		why = fmt.Sprintf("%s is a class of your own, from %s. %s", s.class, s.module, s.anew())
	}
	if len(s.theirStep.from) == 0 {
		s.decl = c.byName["rows"]
		c.remark(s, diag.NoComponent, s.classed, fmt.Sprintf("no component for %s", s.class), why+" Its rows are to be filled in.")
		return
	}
	c.remark(s, diag.NoComponent, s.classed, fmt.Sprintf("no component for %s", s.class),
		why+" The step is left out, and the steps after it read those before it: what it did to the rows is missing there.")
	for k, v := range entries(s.body) {
		if !handled[k.Value] && says(v) && !standard(s.class, k.Value, v) {
			s.remarks = append(s.remarks, fmt.Sprintf("  %s = %s", k.Value, short(v)))
		}
	}
}

// anew tells how a step of the user's own is written here.
func (s *ourStep) anew() string {
	what, flags := "What the steps filter and derive cannot say", ""
	switch {
	case len(s.theirStep.from) == 0:
		what, flags = "What does not fit into a file of rows", " --shape source"
	case at(s.body, "llm") != nil:
		what, flags = "A task with a prompt and a form of the reply becomes step \"prompt\"; one with more Python", " --model"
	}
	return fmt.Sprintf("%s becomes a Go function: distigen new step %s%s writes it, and step \"go\" %s calls it.", what, snake(s.class), flags, quoted(s.name))
}

var wordInName = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// snake is what a class is called as a step.
func snake(class string) string {
	return strings.ToLower(identifier(wordInName.ReplaceAllString(class, "${1}_$2"), "step"))
}

// wire finds the steps that a step reads. One that is left out hands on what it would have read.
func (c *converter) wire(s *ourStep) {
	seen := map[*ourStep]bool{}
	var add func(t *theirStep)
	add = func(t *theirStep) {
		for _, f := range t.from {
			o := c.find(f)
			switch {
			case seen[o]:
			case c.componentOf(f) == nil && len(f.from) > 0 || o.class == pushToHub:
				seen[o] = true
				add(f)
			default:
				seen[o] = true
				s.from = append(s.from, o)
			}
		}
	}
	add(s.theirStep)
	if len(s.from) > 1 && s.decl != nil && s.decl.Shape != component.Join {
		var others []string
		for _, o := range s.from[1:] {
			others = append(others, o.name)
		}
		c.remark(s, diag.Differs, s.named, "several steps before one that does not join",
			fmt.Sprintf("%s reads one step, and reads %s here. Rows of %s do not reach it.", s.decl.Name, s.from[0].name, strings.Join(others, ", ")))
		s.from = s.from[:1]
	}
}

// routed says what becomes of a routing function: every row goes to every step here.
func (c *converter) routed(s *ourStep) {
	n := c.theirs.routing[s.theirStep.name]
	if n == nil {
		return
	}
	what := cmp.Or(str(at(n, "type_info", "name")), "A function of your own")
	if of := str(at(n, "type_info", "kwargs", "n")); of != "" {
		what += "(" + of + ")"
	}
	c.remark(s, diag.Differs, cmp.Or(at(n, "type_info", "name"), n), "routing is not carried over",
		fmt.Sprintf("%s chose for each batch which of the next steps got it. Here each row goes to all of the %d next steps, which costs a call in each and gives each join all of their columns.", what, len(s.to)))
}

// param returns the declaration of an argument of the step, or nil.
func (s *ourStep) param(name string) *component.Param {
	for _, p := range component.ParamsOf(s.decl.Params) {
		if p.Name == name {
			return &p
		}
	}
	return nil
}

func (s *ourStep) set(name, expr string) { s.args = append(s.args, arg{name, expr}) }

func (s *ourStep) has(name string) bool {
	return slices.ContainsFunc(s.args, func(a arg) bool { return a.name == name })
}

// arguments carries over what the step was set to.
func (c *converter) arguments(s *ourStep) {
	if s.decl.Task || s.decl.Embeds {
		model := at(s.body, "llm")
		if model == nil {
			model = at(s.body, "embeddings")
		}
		if model == nil {
			model = &yaml.Node{Kind: yaml.MappingNode, Line: s.classed.Line, Column: s.classed.Column}
		}
		s.args = slices.Insert(s.args, 0, arg{"model", "model." + c.modelFor(s, model)})
	}
	for k, v := range entries(s.body) {
		if !handled[k.Value] {
			c.argument(s, k, v)
		}
	}
	for _, p := range component.ParamsOf(s.decl.Params) {
		if k, v := pair(s.body, theirName(s.class, p.Name)); p.Required && !s.has(p.Name) && k != nil && !says(v) {
			c.ask(s, p, k)
		}
	}
}

// theirName is what the reference calls an argument.
func theirName(class, ours string) string {
	for theirs, o := range classes[class].names {
		if o == ours {
			return theirs
		}
	}
	return ours
}

func (c *converter) argument(s *ourStep, k, v *yaml.Node) {
	ours, renamed := classes[s.class].names[k.Value]
	if renamed && ours == "" || k.Value == "columns" && s.namesColumns() {
		return
	}
	if !renamed {
		ours = k.Value
	}
	p := s.param(ours)
	if p == nil || s.has(ours) || ours == "columns" && s.decl.Task {
		c.unknown(s, k, v)
		return
	}
	_, known := classes[s.class].defaults[k.Value]
	switch {
	case (known || isText(v) || v.Kind != yaml.ScalarNode) && standard(s.class, k.Value, v):
	case v.ShortTag() == "!!null" || v.Kind != yaml.ScalarNode && len(v.Content) == 0:
	case v.Kind == yaml.ScalarNode && (v.Value == p.Default || p.Default == "" && !says(v)):
	case p.Type.Kind() == reflect.Slice && p.Type.Elem().Kind() == reflect.String && v.Kind == yaml.ScalarNode:
		s.set(ours, lineList(v.Value))
	case ours == "system_prompt" && v.Kind != yaml.ScalarNode:
		c.unknown(s, k, v)
	case isText(v) && strings.Contains(v.Value, "\n"):
		s.set(ours, c.textFile(fmt.Sprintf("prompts/%s.%s.md", s.name, ours), v.Value))
	case p.TypeName() == "number" && isNumber(v):
		s.set(ours, v.Value)
	default:
		s.set(ours, expr(v))
	}
}

// isNumber reports whether a text is a number: the reference has some of its numbers as texts.
func isNumber(n *yaml.Node) bool {
	_, err := strconv.ParseFloat(n.Value, 64)
	return isText(n) && err == nil
}

func isText(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" }

// unknown says that a setting has no counterpart, unless it says what is the case anyway.
func (c *converter) unknown(s *ourStep, k, v *yaml.Node) {
	switch {
	case standard(s.class, k.Value, v):
		return
	case !says(v) && !(usual[k.Value] == "true" && v.ShortTag() == "!!bool"):
		return
	}
	why := cmp.Or(instead[k.Value], fmt.Sprintf("%s has no such argument.", s.decl.Name))
	c.remark(s, diag.NotCarried, k, fmt.Sprintf("%s is not carried over", k.Value), fmt.Sprintf("%s It was %s.", why, short(v)))
}

// standard reports whether a setting is as the reference has it without being told.
func standard(class, name string, v *yaml.Node) bool {
	said := str(v)
	if v.Kind != yaml.ScalarNode {
		said = toJSON(v)
	}
	own, ok := classes[class].defaults[name]
	return ok && own == said || usual[name] != "" && usual[name] == said || theirTexts[fmt.Sprintf("%x", sha256.Sum256([]byte(said)))] ||
		name == "resources" && !resourceful(v)
}

// resourceful reports whether resources ask for more than one process.
func resourceful(n *yaml.Node) bool {
	for k, v := range entries(n) {
		if says(v) && !(k.Value == "replicas" && str(v) == "1") {
			return true
		}
	}
	return false
}

// ask makes a variable of what the reference wanted to be told at run time.
func (c *converter) ask(s *ourStep, p component.Param, k *yaml.Node) {
	kind := map[reflect.Kind]string{reflect.String: "string", reflect.Int: "number", reflect.Float64: "number", reflect.Bool: "bool"}[p.Type.Kind()]
	if kind == "" {
		return
	}
	name := c.varNames.take(s.name + "_" + p.Name)
	c.variables = append(c.variables, variable{name, kind, p.Doc})
	s.set(p.Name, "var."+name)
	c.remark(s, diag.ToFinish, k, fmt.Sprintf("%s has to be given to each run", k.Value),
		fmt.Sprintf("It was a runtime parameter without a value, and is a variable now: --var %s=VALUE.", name))
}

// lineList writes the lines of a text as a list.
func lineList(text string) string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, quoted(line))
		}
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// textFile keeps a text in a file of its own, and returns how it is read.
func (c *converter) textFile(path, text string) string {
	c.files = append(c.files, File{path, []byte(text)})
	return fmt.Sprintf("file(%s)", quoted(path))
}
