package hclspec

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/hclspec/gofunc"
	"github.com/distigen/distigen/runtime/catalog"
	"github.com/distigen/distigen/runtime/component"
)

// stepBlock is a step block: one instance, or several with for_each.
type stepBlock struct {
	name      string    // as the plan has it
	local     string    // as its own file has it
	l         *loader   // of the file
	at        hcl.Range // its name
	component hcl.Range
	attrs     hclsyntax.Attributes
	inner     []string                        // blocks in it, which were meant as arguments
	overrides map[string]hclsyntax.Attributes // of --set, by instance
	decl      *component.Component            // nil if it is unknown
	code      *gofunc.Func                    // of a step whose work a function of the user's does
	instances []*instance
	lost      bool // the instances are not known
	reads     []*stepBlock

	entry *inputBlock  // where it is the rows that go into a module
	exit  *outputBlock // where it is rows that come out of one
	use   *moduleBlock // the block that uses this module; nil where it is checked on its own
}

// The arguments that every step takes.
var metaArguments = []string{"from", "for_each", "inputs", "outputs", "enabled", "replace"}

func (l *loader) addStep(b *hclsyntax.Block) {
	if _, ok := components.get(b.Labels[0]); !ok {
		l.ghost("step", b.Labels[:1]) // the labels may stand in the wrong order
	}
	s := &stepBlock{name: l.qualify(b.Labels[1]), local: b.Labels[1], l: l, at: b.LabelRanges[1], component: b.LabelRanges[0], attrs: b.Body.Attributes, inner: blockNames(b)}
	l.named("step", s.local, s.at)
	s.decl = l.findComponent(b.Labels[0], b.Labels[1], s.component)
	if first, ok := l.steps.get(s.local); ok {
		l.duplicate("step", s.local, s.at, first.at, "")
		return
	}
	l.steps.add(s.local, s)
}

// components are the declarations by name.
var components = func() table[component.Component] {
	var t table[component.Component]
	for _, c := range catalog.All() {
		t.add(c.Name, c)
	}
	return t
}()

func (l *loader) findComponent(name, label string, at hcl.Range) *component.Component {
	if c, ok := components.get(name); ok {
		return &c
	}
	more := nearestComponent(name)
	if _, ok := components.get(label); ok && diag.Nearest(name, components.names) == "" {
		more = fmt.Sprintf(" %q is one: the component stands first, and the name of the step after it.", label)
	}
	l.errorAt(diag.UnknownComp, at, fmt.Sprintf("unknown component %q", name), fmt.Sprintf("No component has that name.%s", more))
	return nil
}

func nearestComponent(name string) string {
	for c := range components.all {
		if slices.ContainsFunc(c.Was, func(was string) bool { return folded(was) == folded(name) }) {
			return fmt.Sprintf(" It is called %q here.", c.Name)
		}
	}
	if slices.Contains(elsewhere, folded(name)) {
		return " distilabel has one, and distigen has none: docs/gallery.md says what there is instead. distigen components lists all."
	}
	if more := diag.DidYouMean(name, components.names); more != "" {
		return more
	}
	names := slices.Clone(components.names)
	for c := range components.all {
		names = append(names, c.Was...)
	}
	if near := diag.Nearest(name, names); near != "" {
		for c := range components.all {
			if slices.Contains(c.Was, near) {
				return fmt.Sprintf(" Did you mean %q?", c.Name)
			}
		}
	}
	return " distigen components lists them."
}

// folded is the name of a component without what tells its writings apart: EvolInstruct, evol_instruct.
func folded(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// elsewhere are the components of distilabel that there are none of here, so that no other is taken for them.
var elsewhere = strings.Fields(`
	argillalabeller dbscan imagegeneration pushtohub rewardmodelscore textclustering
	textgenerationwithimage umap`)

// stepHint helps those who write one label only.
func stepHint(label string) string {
	if _, ok := components.get(label); ok {
		return fmt.Sprintf(" %q is the component; a name of your choice is missing.", label)
	}
	return fmt.Sprintf(" If %q is the name, the component is missing before it.", label)
}

// evalSteps evaluates the arguments of all steps. After it, each instance knows what it reads and its parameters.
func (l *loader) evalSteps() {
	if len(l.steps.names)+len(l.modules.names) == 0 && !l.report.HasErrors() {
		l.errorAt(diag.NothingToDo, l.nothingAt(), "no steps", "A pipeline has at least one step block. "+
			"The first is a source: step \"rows\" \"name\" { rows = [...] }.")
	}
	l.each(func(c *loader) {
		c.readFunctions()
		for s := range c.steps.all {
			c.expand(s)
		}
		c.ctx.Variables["step"], c.ctx.Variables["module"], c.ctx.Variables["input"] = c.stepValues(), c.moduleValues(), c.inputValues()
	})
	l.each(func(c *loader) {
		for s := range c.steps.all {
			c.checkStepRefs(s)
		}
		for s := range c.steps.all {
			for _, i := range s.instances {
				c.evalInstance(i)
			}
		}
		c.evalBoundaries()
	})
	l.each((*loader).moduleOutputs)
	l.findCycles()
}

func (l *loader) nothingAt() hcl.Range {
	if l.pipeline != nil {
		return l.pipeline.at
	}
	if len(l.files) > 0 {
		return start(filepath.Join(l.shown, l.files[0]))
	}
	return start(l.shown)
}

// takes reports whether the step's component has an argument of that name.
func (s *stepBlock) takes(name string) bool {
	return s.decl != nil && (slices.Contains(metaArguments, name) || slices.Contains(paramNames(component.ParamsOf(s.decl.Params)), name))
}

// isFormula reports whether an argument of the step is an expression over the row.
func (s *stepBlock) isFormula(name string) bool {
	return s.decl != nil && slices.ContainsFunc(component.ParamsOf(s.decl.Params), func(p component.Param) bool { return p.Name == name && isFormula(p) })
}

func (l *loader) checkStepRefs(s *stepBlock) {
	all := []hclsyntax.Attributes{s.attrs}
	for _, key := range slices.Sorted(maps.Keys(s.overrides)) {
		all = append(all, s.overrides[key])
	}
	each := s.attrs["for_each"] != nil
	for _, attrs := range all {
		for _, a := range inOrder(attrs) {
			if a.Name == "for_each" { // checked by expand
				continue
			}
			exprs := []hclsyntax.Expression{a.Expr}
			if s.isForm(a.Name) {
				exprs = formValues(a.Expr)
			}
			for _, e := range exprs {
				// An argument that is not known may be meant to be from.
				l.checkRefs(e, scope{step: a.Name == "from" || !s.takes(a.Name), each: each, prompt: a.Name == "prompt", row: s.isFormula(a.Name),
					where: fmt.Sprintf("the argument %s of step %q", a.Name, s.name)})
			}
		}
	}
}
