package project

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec"
)

// packages says where the program finds the packages of the user's whose functions are steps. In a module that has the runtime
// it imports them from where they are. A module of its own carries copies of them.
func (p *Project) packages(around *module, dir string, plan *hclspec.Plan) (module string, imports func(rel string) string) {
	if !around.provides() || p.vendor {
		return moduleName(plan.Name), nil
	}
	within := func(folder string) (string, bool) {
		rel, err := filepath.Rel(around.dir, folder)
		return path.Join(around.path, filepath.ToSlash(rel)), err == nil && filepath.IsLocal(rel)
	}
	if base, ok := within(plan.Dir); ok {
		return "", func(rel string) string { return path.Join(base, rel) }
	}
	module, _ = within(dir)
	return module, nil
}

// taken are folders that programs have for other things.
var taken = []string{"data", "pipeline", "prompts", "testdata", "vendor", runtimeDir}

// checkCode refuses packages of the user's that a program cannot carry. imported says that it does not have to.
func checkCode(plan *hclspec.Plan, imported bool) error {
	if imported {
		return nil
	}
	for _, f := range plan.Code() {
		if first, _, _ := strings.Cut(f.Rel, "/"); slices.Contains(taken, first) {
			return fmt.Errorf("the package in %s goes into the program, which has a folder %s for other things. Give its folder another name", f.Rel, first)
		}
		for _, file := range f.Files {
			if !strings.HasSuffix(file.Name, ".go") || strings.HasSuffix(file.Name, "_test.go") {
				continue
			}
			within, elsewhere, err := importsOf(file.Name, file.Data)
			if err != nil {
				return err
			}
			for _, dir := range within {
				if !slices.Contains(usual.roots, dir) && parts[dir] == nil {
					return fmt.Errorf("%s/%s imports %s/%s, which programs do not have. Of distigen a step imports runtime/llm", f.Rel, file.Name, modulePath, dir)
				}
			}
			for _, pkg := range elsewhere {
				if first, _, _ := strings.Cut(pkg, "/"); strings.Contains(first, ".") {
					return fmt.Errorf("%s/%s imports %s, and the program is a module of its own, which does not have it. Make the pipeline's folder a part of a Go module "+
						"that requires both (go mod init NAME && go get %s %s), and run distigen build there", f.Rel, file.Name, pkg, modulePath, pkg)
				}
			}
		}
	}
	return nil
}
