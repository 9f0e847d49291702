package hclspec

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
)

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
