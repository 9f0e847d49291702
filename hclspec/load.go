package hclspec

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/distigen/distigen/hclspec/diag"
)

// Options say with what a pipeline is read.
type Options struct {
	Vars     []string  // --var NAME=VALUE
	VarFiles []string  // --var-file: HCL attributes, or JSON in a .json file
	Environ  []string  // as os.Environ gives it: DISTIGEN_VAR_NAME=VALUE, and what env() returns
	Sets     []string  // --set step.NAME.ARG=VALUE and --set model.NAME.ARG=VALUE
	Now      time.Time // when models are retired by; the zero time leaves this check out
	Check    bool      // the pipeline is checked alone: it may be a module, whose rows come from elsewhere
}

// Load reads and checks a pipeline: a file, or all *.hcl of a folder. The plan is nil if the report has errors.
func Load(path string, opts Options) (*Plan, *diag.Report) {
	l := newLoader(opts)
	files := l.find(path)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			l.fileError(f, err)
			continue
		}
		l.parse(f, text)
	}
	return l.plan()
}

// LoadBytes is Load for a pipeline of one file whose text is at hand. Its folder is the one of the file name.
func LoadBytes(name string, text []byte, opts Options) (*Plan, *diag.Report) {
	l := newLoader(opts)
	l.setDir(filepath.Dir(name))
	l.parse(name, text)
	return l.plan()
}

// loader holds a pipeline while it is read and checked.
type loader struct {
	opts   Options
	dir    string // absolute
	shown  string // the same as the user named it, in the names of files
	report *diag.Report
	files  []string
	texts  map[string]string // of these files
	read   map[string]string // texts that file() and templatefile() have read, by the path that the pipeline has
	single bool              // one file was named, and not its folder

	pipeline  *pipelineBlock
	budget    *budgetBlock
	variables table[*variable]
	locals    table[*local]
	models    table[*modelBlock]
	steps     table[*stepBlock]
	datasets  table[*datasetBlock]
	modules   table[*moduleBlock]
	inputs    table[*inputBlock]
	outs      table[*outputBlock]

	parent *loader           // that uses this one as a module; nil for the pipeline itself
	use    *moduleBlock      // the block by which it does
	passed map[string]*given // the values of variables that the block has
	opened int               // modules of the pipeline, counted at its root

	ctx      *hcl.EvalContext
	bad      map[hcl.Range]bool     // expressions that cannot be evaluated
	path     []string               // of the local that is being evaluated: each is needed by the one before
	off      bool                   // what is checked belongs to a step that is switched off: its files need not be there
	fatal    bool                   // a text does not parse: all that could be said further would be follow-ups
	ghosts   map[string][]string    // names that blocks with another mistake would have, by root; references to them are not reported
	replaced []hclsyntax.Expression // by --set
	twins    map[string]bool        // roots of which a name is taken twice: the second was meant to have another
}

func newLoader(opts Options) *loader {
	return &loader{
		opts:   opts,
		report: &diag.Report{Sources: map[string][]byte{}},
		bad:    map[hcl.Range]bool{},
		ghosts: map[string][]string{},
		texts:  map[string]string{},
		read:   map[string]string{},
		twins:  map[string]bool{},
	}
}

func (l *loader) setDir(dir string) {
	l.shown = dir
	l.dir = dir
	if abs, err := filepath.Abs(dir); err == nil {
		l.dir = abs
	}
}

// plan checks what was parsed. Each stage goes on where the one before has found mistakes, with what is known.
func (l *loader) plan() (*Plan, *diag.Report) {
	if !l.fatal {
		l.openModules()
	}
	if !l.fatal {
		l.each((*loader).checkModule)
		l.each((*loader).makeBoundaries)
		l.applySets()
		l.makeContext()
		l.enter()
		l.each((*loader).evalModels)
		l.evalSteps()
		l.evalBudget()
		l.flow()
		l.evalDatasets()
		l.warnUnused()
	}
	l.report.Sort()
	if l.report.HasErrors() {
		return nil, l.report
	}
	l.standsAlone()
	if l.report.HasErrors() {
		return nil, l.report
	}
	return l.assemble(), l.report
}

func (l *loader) errorAt(code diag.Code, at hcl.Range, summary, detail string, related ...diag.Related) {
	l.report.Add(diag.Error(code, at, summary, detail, append(related, l.reached(at)...)...))
}

func (l *loader) warnAt(code diag.Code, at hcl.Range, summary, detail string, related ...diag.Related) {
	l.report.Add(diag.Warning(code, at, summary, detail, append(related, l.reached(at)...)...))
}

// reached are the module blocks by which a place in a module is reached, the nearest first.
func (l *loader) reached(at hcl.Range) (blocks []diag.Related) {
	for c := l; c.use != nil; c = c.parent {
		if m := c.use; !inside([]hcl.Range{m.body}, at) {
			blocks = append(blocks, diag.Related{Range: m.at, Message: fmt.Sprintf("module %q, which has it, is used here", m.name)})
		}
	}
	return blocks
}
