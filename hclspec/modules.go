package hclspec

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// moduleBlock is a module block: the pipeline of another folder as a part of this one. Its steps become steps of the plan, under
// names that begin with the block's.
type moduleBlock struct {
	name    string
	at      hcl.Range // its name
	body    hcl.Range
	attrs   hclsyntax.Attributes
	source  string    // the folder, as the block has it
	l       *loader   // that has the block
	inner   *loader   // of the folder; nil if it cannot be used
	user    *instance // the block, as what has the arguments inputs, outputs and replace
	outputs renames
	replace []string
	broken  bool // outputs or replace are wrong
}

// The arguments that every module block takes, beside the variables of its folder.
var moduleArguments = []string{"source", "from", "inputs", "outputs", "replace", "models"}

// mostModules is how many modules a pipeline has at most. Modules that use modules multiply.
const mostModules = 500

func (l *loader) addModule(b *hclsyntax.Block) {
	m := &moduleBlock{name: b.Labels[0], at: b.LabelRanges[0], body: hcl.RangeBetween(b.TypeRange, b.CloseBraceRange), attrs: b.Body.Attributes, l: l}
	l.named("module", m.name, m.at)
	if first, ok := l.modules.get(m.name); ok {
		l.duplicate("module", m.name, m.at, first.at, "")
		return
	}
	if m.name == "input" || m.name == "output" {
		l.errorAt(diag.BadName, m.at, fmt.Sprintf("invalid name %q", m.name), "The rows that go into and come out of a module have this name. Give the module another one.")
		l.ghost("module", b.Labels)
		return
	}
	l.modules.add(m.name, m)
}

// isModule reports whether the folder is a module: it says what goes in, or what comes out.
func (l *loader) isModule() bool { return len(l.inputs.names)+len(l.outs.names) > 0 }

// root is the loader of the pipeline itself.
func (l *loader) root() *loader {
	for l.parent != nil {
		l = l.parent
	}
	return l
}

// each visits a pipeline and then the modules that it uses, in their order.
func (l *loader) each(visit func(*loader)) {
	visit(l)
	for m := range l.modules.all {
		if m.inner != nil {
			m.inner.each(visit)
		}
	}
}

// qualify is a name as the plan has it: that of the module block before it.
func (l *loader) qualify(name string) string {
	if l.use == nil {
		return name
	}
	return l.parent.qualify(l.use.name) + "." + name
}

// source is the folder of a module as the pipeline itself would name it.
func (l *loader) source() string {
	rel, err := filepath.Rel(l.root().dir, l.dir)
	if err != nil {
		rel = l.dir
	}
	if rel = filepath.ToSlash(rel); !strings.HasPrefix(rel, ".") {
		rel = "./" + rel
	}
	return rel
}

// allSteps are the steps of the pipeline and of its modules, with what goes into these and comes out.
func (l *loader) allSteps(yield func(*stepBlock) bool) {
	var all []*stepBlock
	l.each(func(c *loader) {
		for in := range c.inputs.all {
			all = append(all, in.step)
		}
		for s := range c.steps.all {
			all = append(all, s)
		}
		for out := range c.outs.all {
			all = append(all, out.step)
		}
	})
	for _, s := range all {
		if !yield(s) {
			return
		}
	}
}

// makeBoundaries makes the steps at which rows go into the pipeline where it is a module, and come out.
func (l *loader) makeBoundaries() {
	for in := range l.inputs.all {
		in.step = l.boundary("input", in.name, in.at)
		in.step.entry = in
	}
	for out := range l.outs.all {
		out.step = l.boundary("output", out.name, out.at)
		out.step.exit = out
	}
	for m := range l.modules.all {
		s := &stepBlock{name: l.qualify(m.name), local: m.name, at: m.at, attrs: m.attrs, l: l}
		m.user = &instance{block: s, attrs: m.attrs, args: &arguments{l: l, attrs: m.attrs, at: m.at}}
		m.user.args.failed = map[string]bool{}
	}
}

// checkModule refuses what a module does not have, once its folder is read.
func (l *loader) checkModule() {
	if !l.isModule() {
		return
	}
	for d := range l.datasets.all {
		l.errorAt(diag.NotInModule, d.at, "dataset in a module", fmt.Sprintf("The folder is a module, since it has an input or an output block, and what becomes of the rows is said by the pipeline that uses it. "+
			"Write an output block in the place of dataset %q, and the dataset there: dataset %[1]q { from = module.NAME }.", d.name))
	}
	if l.budget != nil {
		l.errorAt(diag.NotInModule, l.budget.at, "budget in a module", "A pipeline has one budget, which all of its steps share, also those of modules. Move the block to the pipeline that uses the module.")
	}
	for n, name := range l.inputs.names {
		if n > 0 {
			l.errorAt(diag.NotInModule, l.inputs.items[name].at, "second input block", "A module takes the rows of one step. Join them before, such as with combine_columns, or make a module of each part.",
				diag.Related{Range: l.inputs.items[l.inputs.names[0]].at, Message: "the first one is here"})
		}
	}
}

// standsAlone refuses to make a program of a module that has no rows of its own.
func (l *loader) standsAlone() {
	if l.opts.Check {
		return
	}
	for in := range l.inputs.all {
		l.errorAt(diag.ModuleAlone, in.at, "a module cannot run on its own", fmt.Sprintf("The rows of input %q come from the pipeline that uses the module. distigen check checks it as it is. To run it, write a pipeline "+
			"in a folder beside it, with a source of such rows and a module block: source = %q, from = step.NAME.", in.name, "../"+filepath.Base(l.dir)))
	}
}
