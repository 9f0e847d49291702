package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/distigen/distigen/runtime"
)

// runtimeDir is the folder with the runtime's source in a program that is a module of its own.
const runtimeDir = "distigen"

// module is the Go module that a folder is in.
type module struct {
	dir      string // of its go.mod
	path     string
	own      bool   // distigen itself
	requires string // version of distigen that it requires; empty if it does not
	replaced bool   // by a folder or another module
}

// enclosing finds the module of a folder that may not be there yet; nil if it is in none. A go.mod in the folder itself
// counts unless it is distigen's own work.
func enclosing(dir string, m *manifest) (*module, error) {
	for at := dir; ; at = filepath.Dir(at) {
		text, err := os.ReadFile(filepath.Join(at, "go.mod"))
		switch {
		case err == nil && !(at == dir && m.has("go.mod")):
			return readModule(at, text)
		case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission):
			return nil, err
		case filepath.Dir(at) == at:
			return nil, nil
		}
	}
}

func readModule(dir string, text []byte) (*module, error) {
	file, err := modfile.ParseLax(filepath.Join(dir, "go.mod"), text, nil)
	if err != nil {
		return nil, fmt.Errorf("the program would stand in a Go module whose go.mod cannot be read: %w", err)
	}
	if file.Module == nil {
		return nil, fmt.Errorf("the program would stand in a Go module whose go.mod in %s has no module line", dir)
	}
	m := &module{dir: dir, path: file.Module.Mod.Path, own: file.Module.Mod.Path == modulePath}
	for _, r := range file.Require {
		if r.Mod.Path == modulePath {
			m.requires = r.Mod.Version
		}
	}
	for _, r := range file.Replace {
		m.replaced = m.replaced || r.Old.Path == modulePath
	}
	return m, nil
}

// provides reports whether a program in the module finds the runtime.
func (m *module) provides() bool { return m != nil && (m.own || m.requires != "") }

// lacks reports whether go.sum does not have what a program links.
func (m *module) lacks(l *linked) bool {
	there, err := os.ReadFile(filepath.Join(m.dir, "go.sum"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	for _, path := range l.others {
		if !bytes.Contains(there, []byte(path+" ")) {
			return true
		}
	}
	return false
}

// advice is what the user should know of the module that a program is put into, if anything.
func (m *module) advice(dir string) string {
	switch {
	case m == nil || m.own:
		return ""
	case m.requires == "":
		return fmt.Sprintf("The module %s does not require %s, so the program in %s is a module of its own. To make it a package of %[1]s: "+
			"go get %[2]s@%[4]s in %[5]s, and build again.", m.path, modulePath, dir, runtime.V1, m.dir)
	case m.requires != runtime.V1 && !m.replaced:
		return fmt.Sprintf("The module %s requires %s %s, and this distigen is %s. If the program does not compile: go get %[2]s@%[4]s, "+
			"or install distigen %[3]s.", m.path, modulePath, m.requires, runtime.V1)
	}
	return ""
}

// workspace finds a go.work that a program of its own would have to be listed in; empty if there is none.
func workspace(dir string) string {
	switch work := os.Getenv("GOWORK"); work {
	case "":
	case "off":
		return ""
	default:
		return work
	}
	for at := dir; ; at = filepath.Dir(at) {
		work := filepath.Join(at, "go.work")
		if _, err := os.Stat(work); err == nil {
			return work
		}
		if filepath.Dir(at) == at {
			return ""
		}
	}
}

var unfitForModule = regexp.MustCompile(`[^a-z0-9._~-]+`)

// moduleName names the module of a program after its pipeline.
func moduleName(pipeline string) string {
	name := strings.Trim(unfitForModule.ReplaceAllString(strings.ToLower(pipeline), "-"), "-._~")
	return strings.TrimPrefix(name+"-pipeline", "-")
}
