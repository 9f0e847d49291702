// Package runtime is what a generated program links: typed streams of rows, the steps' verbs, and the run around them.
package runtime

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/llm"
)

// V1 is named by generated code. When it is missing, the program was generated for another version of the runtime:
// run `distigen build` again, or update the runtime with `go get github.com/distigen/distigen`.
const V1 = "v0.1.0"

// Program is what a generated program tells the runtime of itself.
type Program struct {
	Name        string // of the pipeline
	Description string
	Hash        string // of the pipeline's source
	Dir         string // the pipeline's folder, relative to the program's: relative paths start there
	Budget      Budget
	Wire        func(*Pipeline)
	Origin      Origin
	Hub         Hub                                                    // nil: nothing is pushed
	HubOff      []HubOff                                               // hub blocks that are left out
	Lines       bool                                                   // write all datasets as JSON lines, which tests can compare
	Telemetry   func(context.Context, TelemetryRun) (Telemetry, error) // nil: none is linked
}

// Pipeline is the graph that Wire builds.
type Pipeline struct {
	settings *settings
	base     string // where relative paths start
	models   []llm.Model
	nodes    []*node
	sinks    []*node  // those that are off as well, which are no nodes
	argued   []string // steps whose function has taken its arguments
	problems []error  // mistakes in the wiring or in the settings; they are told all at once
}

// node is a step, a dataset, or a change of shape before a join. Its closures know the row types; the engine does not.
type node struct {
	p       *Pipeline
	index   int    // order of wiring, in which a step comes after all that it reads
	step    string // the step's name; of a dataset its name
	verb    string
	hidden  bool // no step of its own: a branch
	inputs  []*node
	readers []reader
	rowType reflect.Type // of a dataset
	lists   listFiller   // of a dataset
	written dataset.Settings
	fit     *dataset.Written // of a dataset that is made for a trainer

	source  func(dir string) iter.Seq2[any, error]
	total   func(dir string) (rows int64, err error) // of a source; nil: it cannot tell
	check   func(dir string) error                   // before a run: whether a source has the columns of its rows, and what a step has to load; nil: nothing
	global  *global                                  // of a step that waits for all rows
	outlet  *outlet                                  // of a step that sends its rows out of the program
	work    func(c *call, row any) ([]any, error)
	join    func(rows []any) (any, error)
	task    *llm.Task
	asks    string // what the task asks, apart from the row, to tell steps that ask the same
	twin    int    // which of these it is
	samples int    // tokens made of a row before the work; 0 and 1 are the row itself
	makes   bool   // the work makes rows of its own, each with an id and a path of its own
	waits   bool   // a task is reached from here, so that rows must not stand in line behind each other
}

// reader is where a node's rows go: slot is the number of the branch, when it is a join.
type reader struct {
	node *node
	slot int
}

// call is what a step's work gets besides the row.
type call struct {
	ctx  context.Context
	ask  func(sample int) llm.Asker
	row  string // its id
	kept error  // set by the work when it kept a row although its task failed
}

// Model registers a model under the name of its block, with the settings of this run applied.
func (p *Pipeline) Model(name string, m llm.Model) llm.Model {
	m.Alias = name
	m = configure(p, "model", name, m)
	p.models = append(p.models, m)
	return m
}

func (p *Pipeline) add(n *node) *node {
	for _, other := range p.nodes {
		if !n.hidden && !other.hidden && other.step == n.step && (other.verb == "dataset") == (n.verb == "dataset") {
			p.problem("two steps or datasets are called %s. Give each a name of its own", n.step)
		}
	}
	n.p, n.index = p, len(p.nodes)
	p.nodes = append(p.nodes, n)
	for slot, in := range n.inputs {
		in.readers = append(in.readers, reader{n, slot})
	}
	if n.task != nil {
		n.reached()
	}
	return n
}

// origin is where the node's rows descend from: a source, or a global step, after which they are counted anew.
func (n *node) origin() *node {
	for n.global == nil && len(n.inputs) > 0 {
		n = n.inputs[0]
	}
	return n
}

// reached marks a node and all that leads to it, up to where rows begin.
func (n *node) reached() {
	n.waits = true
	if n.global != nil {
		return
	}
	for _, in := range n.inputs {
		in.reached()
	}
}

func (p *Pipeline) problem(format string, args ...any) {
	p.problems = append(p.problems, fmt.Errorf(format, args...))
}

// check finds what the wiring lacks.
func (p *Pipeline) check() {
	for _, n := range p.nodes {
		switch {
		case n.verb == "dataset" && (!filepath.IsLocal(n.step) || strings.ContainsAny(n.step, `/\`)):
			p.problem("the dataset name %q cannot be that of a folder. Choose a name of letters, digits, - and _", n.step)
		case n.verb != "dataset" && n.outlet == nil && len(n.readers) == 0:
			p.problem("nothing reads the rows of step %s. Write them with runtime.Dataset, or take the step out", n.step)
		}
		for _, in := range n.inputs {
			if n.global == nil && in.origin() != n.origin() {
				p.problem("the join %s has branches of different sources. Its branches must descend from the same rows", n.step)
				break
			}
		}
	}
	p.settings.unused(p)
	p.countTwins()
}

// makeReady finds the sources whose columns have changed since the pipeline was compiled, and has the steps load what they need.
func (p *Pipeline) makeReady() (errs []error) {
	for _, n := range p.nodes {
		if n.check == nil {
			continue
		}
		if err := n.check(p.base); err != nil {
			errs = append(errs, fmt.Errorf("step %s: %w", n.step, err))
		}
	}
	return errs
}

// writeLines has all datasets written as JSON lines.
func (p *Pipeline) writeLines() {
	for _, n := range p.nodes {
		n.written.Files = nil
	}
}

// countTwins numbers the steps that ask a model the very same: each is to get replies of its own.
func (p *Pipeline) countTwins() {
	seen := map[string]int{}
	for _, n := range p.nodes {
		if n.task != nil {
			n.twin = seen[n.asks]
			seen[n.asks]++
		}
	}
}
