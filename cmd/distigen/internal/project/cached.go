package project

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/distigen/distigen/cmd/distigen/internal/launch"
	"github.com/distigen/distigen/codegen"
	"github.com/distigen/distigen/hclspec"
)

// Cached is the program of a plan, to be compiled in a cache folder.
type Cached struct {
	pipeline string
	files    []codegen.File
	links    *linked
}

// NewCached generates the program of a plan.
func NewCached(plan *hclspec.Plan, telemetry bool) (*Cached, error) {
	if err := checkCode(plan, false); err != nil {
		return nil, err
	}
	files, err := codegen.Generate(plan, codegen.Options{Dir: ".", Telemetry: telemetry, Module: moduleName(plan.Name), SourceDir: plan.Dir})
	if err != nil {
		return nil, err
	}
	links, err := linksOf(files)
	return &Cached{plan.Name, files, links}, err
}

// WriteRuntime puts the source of the runtime, as far as the program links it, into a folder below dir, named after its
// content, and returns that folder. Programs of the same runtime share it, and the Go tool compiles it once.
func (c *Cached) WriteRuntime(dir string) (string, error) {
	source, err := c.links.source()
	if err != nil {
		return "", err
	}
	final := filepath.Join(dir, "runtime-"+source.hash()[:24])
	if _, err := os.Stat(final); err == nil {
		launch.Used(final)
		return final, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("the cache folder cannot be made: %w. Name another in DISTIGEN_CACHE", err)
	}
	tmp, err := os.MkdirTemp(dir, "new-")
	if err != nil {
		return "", fmt.Errorf("the cache folder cannot be written: %w. Name another in DISTIGEN_CACHE", err)
	}
	defer os.RemoveAll(tmp)
	if err := source.write(tmp); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(tmp, launch.Marker), nil, 0o666); err != nil {
		return "", err
	}
	if err := os.Rename(tmp, final); err != nil {
		if _, there := os.Stat(final); there != nil { // else another process was faster
			return "", err
		}
	}
	return final, nil
}

// WriteProgram puts the program into an empty folder, as a module that takes the runtime from a folder.
func (c *Cached) WriteProgram(dir, runtimePath string) error {
	p := &Project{Dir: dir, files: slices.Clone(c.files), links: c.links}
	if err := p.addOwnModule(moduleName(c.pipeline), filepath.ToSlash(runtimePath)); err != nil {
		return err
	}
	for _, f := range p.files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(f.Path)), f.Data); err != nil {
			return err
		}
	}
	return nil
}

// OwnNames lists what the user's own files in a program's folder declare.
func OwnNames(dir string) ([]string, error) {
	m, err := readManifest(dir)
	if err != nil || m.Distigen == "" {
		return nil, err
	}
	o, err := readOwn(dir, m)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(o.names)), nil
}
