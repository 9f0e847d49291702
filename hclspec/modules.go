package hclspec

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

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

// openModules reads the folders of the modules, and of those that they use.
func (l *loader) openModules() {
	for m := range l.modules.all {
		if s, ok := l.steps.get(m.name); ok { // their names begin alike
			l.errorAt(diag.Duplicate, m.at, fmt.Sprintf("%q names a step and a module", m.name),
				"The steps of a module have its name before theirs. Give the module or the step another name.", diag.Related{Range: s.at, Message: "the step is here"})
		}
		dir, ok := l.moduleFolder(m)
		if !ok || !l.noCircle(m, dir) {
			continue
		}
		if l.root().opened++; l.root().opened > mostModules {
			l.errorAt(diag.BadModule, m.at, "too many modules", fmt.Sprintf("A pipeline has %d modules at most, with those that its modules use. Use fewer.", mostModules))
			return
		}
		l.open(m, dir)
	}
}

// moduleFolder finds the folder that the argument source names.
func (l *loader) moduleFolder(m *moduleBlock) (string, bool) {
	attr := m.attrs["source"]
	if attr == nil {
		for _, a := range inOrder(m.attrs) {
			if diag.Nearest(a.Name, []string{"source"}) != "" {
				l.errorAt(diag.UnknownArgument, a.NameRange, fmt.Sprintf("unknown argument %q", a.Name), "The folder of a module is named by source. Did you mean \"source\"?")
				return "", false
			}
		}
		l.errorAt(diag.MissingArgument, m.at, "missing argument \"source\"", fmt.Sprintf("Module %q needs the folder that it is in, relative to this one: source = \"../shared/score\".", m.name))
		return "", false
	}
	at := attr.Expr.Range()
	v, diags := attr.Expr.Value(nil)
	if diags.HasErrors() || !isText(v) {
		l.errorAt(diag.BadModule, at, "source is not written out", "The folder of a module is known before anything is evaluated, so it is a text without references: source = \"../shared/score\".")
		return "", false
	}
	text := v.AsString()
	m.source = filepath.ToSlash(text)
	switch {
	case strings.Contains(text, "://") || strings.HasPrefix(text, "git@") || strings.Contains(text, "::"):
		l.errorAt(diag.BadModule, at, "source is an address", "A module is a folder beside the pipeline, and nothing is fetched. Put a copy of it there, such as a submodule of Git, and name it: source = \"../shared/score\".")
		return "", false
	case filepath.IsAbs(text) || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~"):
		l.errorAt(diag.BadModule, at, "source is not relative", fmt.Sprintf("A pipeline is to work wherever it is put, so the folder of a module is named relative to that of the pipeline.%s", l.relativeTo(text)))
		return "", false
	case text != "." && text != ".." && !strings.HasPrefix(text, "./") && !strings.HasPrefix(text, "../"):
		l.errorAt(diag.BadModule, at, "source does not begin with ./ or ../", fmt.Sprintf("The folder of a module is named relative to that of the pipeline. Write source = %q.", "./"+filepath.ToSlash(text)))
		return "", false
	}
	dir := filepath.Join(l.shown, filepath.FromSlash(text))
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		l.errorAt(diag.BadModule, at, "module cannot be found", fmt.Sprintf("There is no folder %s.%s", shownPath(dir), nearestPath(dir)))
	case !info.IsDir():
		l.errorAt(diag.BadModule, at, "module is a file", fmt.Sprintf("A module is a folder, of which all *.hcl belong together. Name the folder that %s is in, or move it to one of its own.", shownPath(dir)))
	default:
		if files, err := hclFiles(dir); err == nil && len(files) == 0 {
			l.errorAt(diag.BadModule, at, "module without files", fmt.Sprintf("The folder %s has no file that ends in .hcl. Name the one that has.", shownPath(dir)))
			return "", false
		}
		return dir, true
	}
	return "", false
}

// relativeTo offers a path from the pipeline's folder to one that is absolute, where that is there.
func (l *loader) relativeTo(path string) string {
	rel, err := filepath.Rel(l.dir, path)
	if _, there := os.Stat(path); err != nil || there != nil {
		return " For instance: source = \"../shared/score\"."
	}
	if rel = filepath.ToSlash(rel); !strings.HasPrefix(rel, ".") {
		rel = "./" + rel
	}
	return fmt.Sprintf(" Write source = %q.", rel)
}

// noCircle refuses a module that uses itself, be it through others.
func (l *loader) noCircle(m *moduleBlock, dir string) bool {
	var chain []string
	for c := l; c != nil; c = c.parent {
		chain = append(chain, c.shown)
		if sameFolder(c.dir, dir) {
			slices.Reverse(chain)
			chain = append(chain, c.shown)
			text := fmt.Sprintf("%s uses itself", shownPath(chain[0]))
			if len(chain) > 2 {
				var parts []string
				for n := range chain[1:] {
					parts = append(parts, fmt.Sprintf("%s uses %s", shownPath(chain[n]), shownPath(chain[n+1])))
				}
				text = strings.Join(parts, ", ")
			}
			l.errorAt(diag.ModuleCycle, m.attrs["source"].Expr.Range(), "modules use each other in a circle", fmt.Sprintf(
				"%s. There would be no end to their steps. Take what they share into a module that uses none of them.", sentenceStart(text)))
			return false
		}
	}
	return true
}

func sameFolder(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// open reads the folder of a module.
func (l *loader) open(m *moduleBlock, dir string) {
	c := newLoader(Options{Environ: l.opts.Environ, Now: l.opts.Now})
	c.report, c.parent, c.use = l.report, l, m
	before := len(l.report.Diags)
	for _, file := range c.find(dir) {
		text, err := os.ReadFile(file)
		if err != nil {
			c.fileError(file, err)
			continue
		}
		c.parse(file, text)
	}
	if c.fatal {
		l.fatal = true
		return
	}
	if !c.isModule() {
		if len(l.report.Diags) == before {
			l.errorAt(diag.BadModule, m.attrs["source"].Expr.Range(), "not a module", fmt.Sprintf("The pipeline in %s has neither an input nor an output block, so nothing can go in or come out. "+
				"Say what it gives in an output block, with from = step.NAME and columns = [...].", shownPath(dir)))
		}
		return
	}
	m.inner = c
	c.openModules()
	l.fatal = l.fatal || c.fatal
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

// enter evaluates what a module is given, and what its own expressions see.
func (l *loader) enter() {
	for m := range l.modules.all {
		if m.inner == nil {
			continue
		}
		l.moduleArgs(m)
		m.inner.makeContext()
		m.inner.enter()
	}
}

// moduleArgs evaluates the arguments of a module block that are variables and models of its folder.
func (l *loader) moduleArgs(m *moduleBlock) {
	c := m.inner
	c.passed = map[string]*given{}
	known := slices.Concat(moduleArguments, c.variables.names)
	for _, a := range inOrder(m.attrs) {
		if slices.Contains(moduleArguments, a.Name) {
			if v, ok := c.variables.get(a.Name); ok {
				c.errorAt(diag.BadName, v.at, fmt.Sprintf("invalid name %q", a.Name), fmt.Sprintf("Every module block has an argument %s, which is not the variable. Give the variable another name.", a.Name))
			}
			continue
		}
		v, ok := c.variables.get(a.Name)
		if !ok {
			l.unknownModuleArg(m, a, known)
			continue
		}
		v.meant = true
		if !l.checkRefs(a.Expr, scope{where: fmt.Sprintf("a variable of module %q", m.name)}) {
			continue
		}
		if val, ok := l.eval(a.Expr, nil); ok {
			c.passed[a.Name] = &given{val: val, at: a.Expr.Range()}
		}
	}
	l.moduleModels(m)
}

var moduleHints = map[string]string{
	"for_each":   " Only steps have for_each: write a module block for each.",
	"count":      " Only steps have several instances: write a module block for each.",
	"providers":  " Models are given with models = { its_model = model.NAME }.",
	"model":      " Models are given with models = { its_model = model.NAME }.",
	"version":    " A module is a folder beside the pipeline, which has the version that it has.",
	"depends_on": " What comes before a module is the step that it reads: from = step.NAME.",
	"columns":    " Which columns it reads is said by inputs = { its_column = \"your_column\" }.",
	"enabled":    " Only steps are switched off. Give the module a variable that the enabled of its steps reads.",
}

func (l *loader) unknownModuleArg(m *moduleBlock, a *hclsyntax.Attribute, known []string) {
	more := moduleHints[a.Name]
	if _, ok := m.inner.models.get(a.Name); ok {
		more = fmt.Sprintf(" It is a model of the module: models = { %s = model.NAME }.", a.Name)
	}
	if in, ok := m.inner.inputs.get(a.Name); ok {
		more = fmt.Sprintf(" It is the input of the module, whose rows are those of the step that from names. The input is declared in %s.", in.at.Filename)
	}
	if near := diag.Nearest(a.Name, known); more == "" && near != "" {
		more = fmt.Sprintf(" Did you mean %q?", near)
		if v, ok := m.inner.variables.get(near); ok {
			v.meant = true
		}
	}
	if more == "" {
		more = fmt.Sprintf(" It takes %s.", list(known))
	}
	l.errorAt(diag.UnknownArgument, a.NameRange, fmt.Sprintf("unknown argument %q", a.Name), fmt.Sprintf("Module %q has no variable of that name.%s", m.name, more))
}

// moduleModels hands the models over that the argument models names.
func (l *loader) moduleModels(m *moduleBlock) {
	c := m.inner
	attr := m.attrs["models"]
	if attr == nil || !l.checkRefs(attr.Expr, scope{where: "the argument models"}) {
		return
	}
	v, ok := l.eval(attr.Expr, nil)
	if !ok || !v.IsKnown() || v.IsNull() {
		return
	}
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		l.errorAt(diag.WrongType, attr.Expr.Range(), "wrong type for \"models\"", fmt.Sprintf("models has a model of yours for each of the module's that it replaces, models = { its_model = model.NAME }, and this is %s.", describe(v)))
		return
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		name := k.AsString()
		at, key := m.user.args.rangeOf("models."+name), m.user.args.keyRange("models."+name)
		mine, ok := c.models.get(name)
		switch {
		case !ok:
			more := diag.DidYouMean(name, c.models.names)
			if more == "" && len(c.models.names) > 0 {
				more = fmt.Sprintf(" It has %s.", list(c.models.names))
			}
			l.errorAt(diag.UnknownModel, key, fmt.Sprintf("unknown model %q", name), fmt.Sprintf("Module %q has no model of that name.%s", m.name, more))
		case e.Type() != modelType || e.IsNull():
			l.errorAt(diag.WrongType, at, "wrong type in \"models\"", fmt.Sprintf("It is a model of this pipeline, model.NAME, and this is %s.", describe(e)))
		default:
			mine.passed = e.EncapsulatedValue().(*modelBlock).real()
		}
	}
}

// moduleValues is the value of module: each module by its name, as an object of the steps that its outputs are.
func (l *loader) moduleValues() cty.Value {
	values := map[string]cty.Value{}
	for m := range l.modules.all {
		if m.inner == nil {
			values[m.name] = cty.DynamicVal
			continue
		}
		outs := map[string]cty.Value{}
		for out := range m.inner.outs.all {
			outs[out.name] = cty.CapsuleVal(stepType, out.step.instances[0])
		}
		values[m.name] = cty.ObjectVal(outs)
	}
	return cty.ObjectVal(values)
}

// inputValues is the value of input: the rows that go into the pipeline, where it is a module.
func (l *loader) inputValues() cty.Value {
	values := map[string]cty.Value{}
	for in := range l.inputs.all {
		values[in.name] = cty.CapsuleVal(stepType, in.step.instances[0])
	}
	return cty.ObjectVal(values)
}
