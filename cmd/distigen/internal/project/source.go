package project

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"

	"github.com/distigen/distigen"
)

// modulePath is that of distigen, whose runtime generated programs import.
const modulePath = "github.com/distigen/distigen"

// Roots are the packages that a generated program may import itself.
var roots = []string{"runtime", "runtime/llm", "runtime/steps", "runtime/programtest"}

// others are the modules of other people that the runtime links, with what these link in turn. A test holds them
// against the imports.
var others = []string{"github.com/sashabaranov/go-openai", "golang.org/x/sys", "golang.org/x/term"}

// runtimeSource is the runtime as a module of its own: all that generated programs link, without tests. Paths are relative
// to the module's folder.
var runtimeSource = sync.OnceValues(func() (map[string][]byte, error) {
	files := map[string][]byte{}
	seen := map[string]bool{}
	todo := slices.Clone(roots)
	for len(todo) > 0 {
		dir := todo[0]
		todo = todo[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		imports, err := addPackage(files, dir)
		if err != nil {
			return nil, err
		}
		todo = append(todo, imports...)
	}
	license, err := distigen.Source.ReadFile("LICENSE")
	if err != nil {
		return nil, err
	}
	files["LICENSE"] = license
	mod, err := moduleFile(modulePath, nil)
	if err != nil {
		return nil, err
	}
	files["go.mod"] = mod
	return files, nil
})

// addPackage takes the files of a package, and returns the folders of the packages of this module that it imports.
func addPackage(files map[string][]byte, dir string) (imports []string, err error) {
	entries, err := fs.ReadDir(distigen.Source, dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if e.IsDir() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := distigen.Source.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files[name] = text
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return nil, err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, err
			}
			if within, ok := strings.CutPrefix(imported, modulePath+"/"); ok {
				imports = append(imports, within)
			}
		}
	}
	return imports, nil
}

// moduleFile prints a go.mod with the Go version and the requirements of the runtime. runtime is its requirement and where
// it is, for a program; nil for the runtime itself.
func moduleFile(name string, runtime *replaced) ([]byte, error) {
	own, err := ownModule()
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "module %s\n\ngo %s\n\n", name, own.Go.Version)
	var direct, indirect []string
	if runtime != nil {
		direct = []string{modulePath + " " + runtime.version}
	}
	for _, r := range own.Require {
		switch line := r.Mod.Path + " " + r.Mod.Version; {
		case !slices.Contains(others, r.Mod.Path):
		case r.Indirect || runtime != nil:
			indirect = append(indirect, line+" // indirect")
		default:
			direct = append(direct, line)
		}
	}
	require(&out, direct)
	require(&out, indirect)
	if runtime != nil {
		fmt.Fprintf(&out, "replace %s => %s\n", modulePath, runtime.path)
	}
	return []byte(strings.TrimRight(out.String(), "\n") + "\n"), nil
}

// require prints a group of requirements as the Go tool does.
func require(out *strings.Builder, lines []string) {
	slices.Sort(lines)
	switch len(lines) {
	case 0:
	case 1:
		fmt.Fprintf(out, "require %s\n\n", lines[0])
	default:
		fmt.Fprintf(out, "require (\n\t%s\n)\n\n", strings.Join(lines, "\n\t"))
	}
}

// replaced is a module that is taken from a folder.
type replaced struct{ version, path string }

var ownModule = sync.OnceValues(func() (*modfile.File, error) {
	text, err := distigen.Source.ReadFile("go.mod")
	if err != nil {
		return nil, err
	}
	return modfile.Parse("go.mod", text, nil)
})

// sums are the lines of go.sum that the runtime's requirements need.
func sums() ([]byte, error) {
	own, err := ownModule()
	if err != nil {
		return nil, err
	}
	text, err := distigen.Source.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	var out []byte
	for line := range strings.Lines(string(text)) {
		for _, r := range own.Require {
			prefix := r.Mod.Path + " " + r.Mod.Version
			if slices.Contains(others, r.Mod.Path) && (strings.HasPrefix(line, prefix+" ") || strings.HasPrefix(line, prefix+"/go.mod ")) {
				out = append(out, line...)
			}
		}
	}
	return out, nil
}
