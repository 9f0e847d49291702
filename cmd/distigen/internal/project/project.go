package project

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/distigen/distigen/codegen"
	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime"
)

// Project is a generated program and the folder it belongs into.
type Project struct {
	Dir    string
	Advice []string // what the user should know of where the program stands

	files    []codegen.File
	links    *linked
	source   Source
	own      *own
	manifest *manifest
	vendor   bool
}

// Options say how a program is put into its folder.
type Options struct {
	Source    Source
	Vendor    *bool // nil: as it was built last
	Telemetry *bool // nil: as it was built last
}

// New generates the program of a plan for a folder, with the module that it needs there. It writes nothing.
func New(plan *hclspec.Plan, dir string, o Options) (*Project, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	p := &Project{Dir: dir, source: o.Source}
	if p.manifest, err = readManifest(abs); err != nil {
		return nil, err
	}
	p.source.Telemetry = p.manifest.Source.Telemetry
	if o.Telemetry != nil {
		p.source.Telemetry = *o.Telemetry
	}
	up, err := filepath.Rel(abs, plan.Dir)
	if err != nil { // on another drive
		up = plan.Dir
	}
	if p.own, err = readOwn(abs, p.manifest); err != nil {
		return nil, err
	}
	p.vendor = p.manifest.Vendored != ""
	if o.Vendor != nil {
		p.vendor = *o.Vendor
	}
	around, err := enclosing(abs, p.manifest)
	if err != nil {
		return nil, err
	}
	opts := codegen.Options{Dir: filepath.ToSlash(up), Telemetry: p.source.Telemetry, Own: p.own.names, Taken: p.own.files}
	opts.Module, opts.Import = p.packages(around, abs, plan)
	if err := checkCode(plan, opts.Import != nil); err != nil {
		return nil, err
	}
	if p.files, err = codegen.Generate(plan, opts); err != nil {
		return nil, err
	}
	if p.links, err = linksOf(p.files, p.own.imports...); err != nil {
		return nil, err
	}
	return p, p.addModule(around, abs, plan.Name)
}

// addModule makes the program a module of its own, unless it stands in one that has the runtime.
func (p *Project) addModule(around *module, dir, pipeline string) error {
	if advice := around.advice(p.Dir); advice != "" && !p.vendor {
		p.Advice = append(p.Advice, advice)
	}
	if around.provides() && !p.vendor {
		if !around.own && around.lacks(p.links) {
			p.Advice = append(p.Advice, fmt.Sprintf("The module %s lacks sums of what the program links: run go mod tidy in %s.", around.path, around.dir))
		}
		return nil
	}
	if around != nil && around.dir == dir {
		return fmt.Errorf("the folder %s is the Go module %s of your own, which does not require %s. Run go get %[3]s@%[4]s there, or choose another folder with -o",
			p.Dir, around.path, modulePath, runtime.V1)
	}
	if work := workspace(dir); work != "" {
		p.Advice = append(p.Advice, fmt.Sprintf("%s does not list the program's module: run go work use %s, or set GOWORK=off.", work, p.Dir))
	}
	return p.addOwnModule(moduleName(pipeline), "./"+runtimeDir)
}

// addOwnModule adds go.mod, go.sum and, where it is to be below the folder and not in vendor, the runtime.
func (p *Project) addOwnModule(name, runtimePath string) error {
	mod, err := p.links.moduleFile(name, nil, &replaced{runtime.V1, runtimePath})
	if err != nil {
		return err
	}
	sum, err := p.links.sums()
	if err != nil {
		return err
	}
	if mod, sum, err = mergeModule(p.Dir, mod, sum); err != nil {
		return err
	}
	p.files = append(p.files, codegen.File{Path: "go.mod", Kind: codegen.Generated, Data: mod},
		codegen.File{Path: "go.sum", Kind: codegen.Generated, Data: sum})
	if runtimePath != "./"+runtimeDir || p.vendor {
		return nil
	}
	source, err := p.links.source()
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(source.files)) {
		p.files = append(p.files, codegen.File{Path: runtimeDir + "/" + path, Kind: codegen.Generated, Data: source.files[path]})
	}
	return nil
}

// state is how a file in the folder stands to what is generated.
type state int

const (
	same    state = iota
	absent        // not there
	stale         // as distigen wrote it before
	edited        // written by distigen, and changed since
	foreign       // not written by distigen
)

// look compares a file with what it should be. data is nil for one that should not be there.
func (p *Project) look(path string, data []byte) (state, error) {
	there, err := os.ReadFile(filepath.Join(p.Dir, filepath.FromSlash(path)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return absent, nil
	case err != nil:
		return 0, err
	case data != nil && string(there) == string(data):
		return same, nil
	case path == "go.mod" || path == "go.sum":
		return stale, nil // what the user added is in data
	case !p.manifest.has(path):
		return foreign, nil
	case p.manifest.Files[path] == hash(there):
		return stale, nil
	}
	return edited, nil
}

// changes are the differences between the folder and what is generated.
type changes struct {
	write   []codegen.File
	remove  []string
	edited  []string
	foreign []string
	kept    int
}

func (p *Project) changes() (c changes, err error) {
	wanted := map[string]bool{}
	for _, f := range p.files {
		wanted[f.Path] = true
		s, err := p.look(f.Path, f.Data)
		switch {
		case err != nil:
			return c, err
		case s == same || f.Kind == codegen.Once && s != absent:
			c.kept++
			continue
		case s == edited:
			c.edited = append(c.edited, f.Path)
		case s == foreign:
			c.foreign = append(c.foreign, f.Path)
		}
		c.write = append(c.write, f)
	}
	for _, path := range slices.Sorted(maps.Keys(p.manifest.Files)) {
		if wanted[path] || p.own.uses(path) {
			continue
		}
		s, err := p.look(path, nil)
		if err != nil {
			return c, err
		}
		switch s {
		case edited:
			c.edited = append(c.edited, path)
			c.remove = append(c.remove, path)
		case stale:
			c.remove = append(c.remove, path)
		}
	}
	return c, nil
}
