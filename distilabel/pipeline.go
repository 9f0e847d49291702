package distilabel

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"go.yaml.in/yaml/v3"

	"github.com/distigen/distigen/hclspec/diag"
)

// theirs is a pipeline as distilabel saved it.
type theirs struct {
	name, version, description string
	steps                      []*theirStep
	routing                    map[string]*yaml.Node // by the step whose batches are routed
	requirements               *yaml.Node
}

// theirStep is one of its steps.
type theirStep struct {
	name    string
	named   *yaml.Node // where its name stands
	class   string
	classed *yaml.Node // where its class stands
	module  string
	body    *yaml.Node
	from    []*theirStep
	to      []*theirStep
}

// own reports whether the class is the user's, and not of distilabel.
func (s *theirStep) own() bool {
	return s.module != "" && s.module != "distilabel" && !strings.HasPrefix(s.module, "distilabel.")
}

// reader reads a pipeline and keeps what is to be said about it.
type reader struct {
	file   string
	text   []byte
	report *diag.Report
}

func (r *reader) fail(n *yaml.Node, summary, detail string) {
	r.report.Add(diag.Error(diag.NotTheirs, r.at(n), summary, detail))
}

const saved = "distigen import reads what Pipeline.save() of distilabel 1.1 to 1.5 writes, in YAML or JSON."

// pipeline makes sense of the tree, or reports why it cannot.
func (r *reader) pipeline() *theirs {
	root, err := parse(r.text)
	if err != nil {
		f := err.(*flaw) // parse makes no other
		r.fail(&yaml.Node{Line: f.line, Column: f.column}, "the file does not parse", strings.ToUpper(f.text[:1])+strings.TrimSuffix(f.text[1:], ".")+". "+saved)
		return nil
	}
	body := at(root, "pipeline")
	if body == nil || body.Kind != yaml.MappingNode {
		r.fail(root, "not a pipeline of distilabel", "The file has no pipeline with steps. "+saved)
		return nil
	}
	p := &theirs{name: str(at(body, "name")), description: str(at(body, "description")), version: str(at(root, "distilabel", "version")),
		routing: map[string]*yaml.Node{}, requirements: at(root, "requirements")}
	for _, n := range items(at(body, "steps")) {
		if s := r.step(n, p); s != nil {
			p.steps = append(p.steps, s)
		}
	}
	if len(p.steps) == 0 && !r.report.HasErrors() {
		r.fail(body, "pipeline without steps", "There is nothing to import. "+saved)
	}
	for _, n := range items(at(body, "connections")) {
		r.connect(n, p)
	}
	for _, n := range items(at(body, "routing_batch_functions")) {
		p.routing[str(at(n, "step"))] = n
	}
	r.circles(p)
	if r.report.HasErrors() {
		return nil
	}
	return p
}

func (r *reader) step(n *yaml.Node, p *theirs) *theirStep {
	body := at(n, "step")
	named := at(n, "name")
	if str(named) == "" {
		named = at(body, "name")
	}
	for _, n := range []*yaml.Node{body, at(body, "llm"), at(body, "embeddings")} {
		numbered(n)
	}
	s := &theirStep{name: str(named), named: named, body: body, classed: at(body, "type_info", "name"), module: str(at(body, "type_info", "module"))}
	s.class = str(s.classed)
	switch {
	case body == nil || body.Kind != yaml.MappingNode || s.name == "":
		r.fail(n, "step without a name or a body", "A step has the keys step and name. "+saved)
		return nil
	case s.class == "":
		r.fail(body, fmt.Sprintf("step %q has no class", s.name), "Its type_info should name the class. "+saved)
		return nil
	case p.find(s.name) != nil:
		r.fail(named, fmt.Sprintf("two steps are called %q", s.name), "Save the pipeline with distilabel, which refuses that, instead of writing the file by hand.")
		return nil
	}
	return s
}

// numbered makes lists again of the mappings of numbers that 1.2 and 1.3 write in their places: {"0": first, "1": second}.
func numbered(n *yaml.Node) {
	for k, v := range entries(n) {
		if k.Value == "input_mappings" || k.Value == "output_mappings" || !says(v) {
			continue
		}
		var list []*yaml.Node
		for key, elem := range entries(v) {
			if key.Value != strconv.Itoa(len(list)) {
				list = nil
				break
			}
			list = append(list, elem)
		}
		if len(list) > 0 {
			v.Kind, v.Tag, v.Content = yaml.SequenceNode, "!!seq", list
		}
	}
}

func (p *theirs) find(name string) *theirStep {
	for _, s := range p.steps {
		if s.name == name {
			return s
		}
	}
	return nil
}

func (r *reader) connect(n *yaml.Node, p *theirs) {
	from := p.find(str(at(n, "from")))
	for _, t := range items(at(n, "to")) {
		to := p.find(str(t))
		if from == nil || to == nil {
			if !r.report.HasErrors() {
				r.fail(n, "connection of a step that is not there", fmt.Sprintf("It leads from %q to %q. %s", str(at(n, "from")), str(t), saved))
			}
			return
		}
		if !slices.Contains(from.to, to) {
			from.to, to.from = append(from.to, to), append(to.from, from)
		}
	}
}

// circles refuses a graph that goes round, which distilabel does not write.
func (r *reader) circles(p *theirs) {
	done := map[*theirStep]int{}
	var visit func(*theirStep) bool
	visit = func(s *theirStep) bool {
		if done[s] != 0 {
			return done[s] == 2
		}
		done[s] = 1
		for _, t := range s.to {
			if !visit(t) {
				return false
			}
		}
		done[s] = 2
		return true
	}
	for _, s := range p.steps {
		if !visit(s) {
			r.fail(s.named, "steps in a circle", fmt.Sprintf("What comes after step %q comes before it as well. %s", s.name, saved))
			return
		}
	}
}

// at is the place of a node in the file.
func (r *reader) at(n *yaml.Node) hcl.Range {
	if n == nil {
		n = &yaml.Node{}
	}
	line, column := max(n.Line, 1), max(n.Column, 1)
	rest, start := r.text, 0
	for range line - 1 {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		rest, start = rest[i+1:], start+i+1
	}
	rest, _, _ = bytes.Cut(rest, []byte("\n"))
	rest = bytes.TrimRight(rest, "\r")
	for range column - 1 {
		_, size := utf8.DecodeRune(rest)
		rest, start = rest[size:], start+size
	}
	shown := rest[:extent(rest, n)]
	from := hcl.Pos{Line: line, Column: column, Byte: start}
	return hcl.Range{Filename: r.file, Start: from, End: hcl.Pos{Line: line, Column: column + utf8.RuneCount(shown), Byte: start + len(shown)}}
}

// extent is how much of the line a node takes.
func extent(line []byte, n *yaml.Node) int {
	if n.Kind == yaml.ScalarNode {
		value, _, _ := strings.Cut(n.Value, "\n")
		for _, text := range []string{value, `"` + value + `"`, "'" + value + "'"} {
			if value != "" && bytes.HasPrefix(line, []byte(text)) {
				return len(text)
			}
		}
		return len(line)
	}
	return min(1, len(line))
}
