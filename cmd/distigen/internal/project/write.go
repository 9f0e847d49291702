package project

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/distigen/distigen/codegen"
)

// Result is what Write did.
type Result struct{ Written, Removed, Kept int }

// Edited is the refusal to overwrite what the user has changed.
type Edited struct {
	Dir     string
	Edited  []string // generated files that were changed since
	Foreign []string // files that distigen did not write
}

// Error names the files and the ways on.
func (e *Edited) Error() string {
	var b strings.Builder
	if len(e.Edited) > 0 {
		fmt.Fprintf(&b, "these generated files were changed since distigen wrote them:%s\n", e.list(e.Edited))
		b.WriteString("Nothing was written. To keep a change, move what you changed to custom.go, which takes the place of what is generated")
		if name := ejectable(e.Edited); name != "" {
			fmt.Fprintf(&b, ", or make a whole file yours, with the prompts in it: distigen build --eject %s", name)
		}
		b.WriteString(". To drop the changes: distigen build --force")
	}
	if len(e.Foreign) > 0 {
		if b.Len() > 0 {
			b.WriteString("\n\nAnd ")
		}
		fmt.Fprintf(&b, "these files are in the way, and distigen did not write them:%s\n", e.list(e.Foreign))
		b.WriteString("Nothing was written. Choose another folder with -o, move them away, or overwrite them: distigen build --force")
	}
	return b.String()
}

// ejectable is what to eject of the files, as --eject takes it.
func ejectable(paths []string) string {
	for _, path := range paths {
		if name, ok := strings.CutSuffix(path, ".go"); ok && !strings.Contains(name, "/") {
			return name
		}
		if name, ok := strings.CutPrefix(path, "prompts/"); ok {
			return strings.TrimSuffix(strings.TrimSuffix(name, ".md"), ".reply")
		}
	}
	return ""
}

func (e *Edited) list(paths []string) string {
	const most = 12
	out := ""
	for i, path := range paths {
		if i == most {
			return out + fmt.Sprintf("\n  and %d more", len(paths)-most)
		}
		out += "\n  " + filepath.Join(e.Dir, filepath.FromSlash(path))
	}
	return out
}

// Write brings the folder up to what is generated. Unless force is set it refuses, with an *Edited, to overwrite what the
// user has changed, and has written nothing then.
func (p *Project) Write(force bool) (Result, error) {
	c, err := p.changes()
	if err != nil {
		return Result{}, err
	}
	if len(c.edited)+len(c.foreign) > 0 && !force {
		return Result{}, &Edited{p.Dir, c.edited, c.foreign}
	}
	for _, f := range c.write {
		if err := writeFile(filepath.Join(p.Dir, filepath.FromSlash(f.Path)), f.Data); err != nil {
			return Result{}, err
		}
	}
	for _, path := range c.remove {
		if err := os.Remove(filepath.Join(p.Dir, filepath.FromSlash(path))); err != nil {
			return Result{}, err
		}
		removeEmpty(p.Dir, filepath.Dir(filepath.FromSlash(path)))
	}
	m := &manifest{Source: p.source, Files: map[string]string{}}
	for _, f := range p.files {
		if f.Kind == codegen.Generated {
			m.Files[f.Path] = hash(f.Data)
		}
	}
	if p.vendor {
		m.Vendored = cmp.Or(p.manifest.Vendored, "unfinished") // whatever becomes of it, the folder is known
	}
	if err := m.write(p.Dir); err != nil {
		return Result{}, err
	}
	if m.Vendored, err = p.vendorModules(); err != nil {
		return Result{}, err
	}
	return Result{len(c.write), len(c.remove), c.kept}, m.write(p.Dir)
}

// removeEmpty removes a folder below root that nothing is left in, and those above it.
func removeEmpty(root, dir string) {
	for dir != "." && os.Remove(filepath.Join(root, dir)) == nil {
		dir = filepath.Dir(dir)
	}
}
