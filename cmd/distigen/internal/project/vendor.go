package project

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// vendorModules has the Go tool copy all that the program links into vendor/, and returns the hash of the runtime there. The
// runtime's folder is needed for that only: what stands in vendor/ is taken in its place. Where nothing is to be
// vendored, an earlier vendor/ of distigen's is removed.
func (p *Project) vendorModules() (runtimeHash string, err error) {
	if !p.vendor {
		if p.manifest.Vendored != "" {
			err = os.RemoveAll(filepath.Join(p.Dir, "vendor"))
		}
		return "", err
	}
	source, err := p.links.source()
	if err != nil {
		return "", err
	}
	runtimeHash = source.hash()
	if p.manifest.Vendored == runtimeHash {
		if found, err := p.verifyVendor(); err != nil || len(found) == 0 {
			return runtimeHash, err
		}
	}
	dir := filepath.Join(p.Dir, runtimeDir)
	defer os.RemoveAll(dir)
	if err := source.write(dir); err != nil {
		return "", err
	}
	cmd := exec.Command("go", "mod", "vendor")
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=on", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("the modules cannot be vendored, which takes the command go and, for what it has not fetched before, a network: %w\n%s", err, out)
	}
	return runtimeHash, nil
}

// verifyVendor compares the runtime in vendor/ with that of this distigen.
func (p *Project) verifyVendor() (found []Difference, err error) {
	if _, err := os.Stat(filepath.Join(p.Dir, "vendor", "modules.txt")); err != nil {
		return []Difference{{"vendor", "is missing"}}, nil
	}
	source, err := p.links.source()
	if err != nil {
		return nil, err
	}
	root := filepath.Join(p.Dir, "vendor", filepath.FromSlash(modulePath))
	err = filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		path, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(file)
		if err == nil && !bytes.Equal(text, source.files[filepath.ToSlash(path)]) {
			found = append(found, Difference{"vendor/" + modulePath + "/" + filepath.ToSlash(path), "is not that of this distigen"})
		}
		return err
	})
	return found, err
}
