package project

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// vendorModules has the Go tool copy all that the program links into vendor/, and returns the hash of the runtime there. The
// runtime's folder is needed for that only: what stands in vendor/ is taken in its place. Where nothing is to be
// vendored, an earlier vendor/ of distigen's is removed.
func (p *Project) vendorModules() (runtimeHash string, err error) {
	vendor := filepath.Join(p.Dir, "vendor")
	if !p.vendor {
		if p.manifest.Vendored != "" {
			err = os.RemoveAll(vendor)
		}
		return "", err
	}
	source, err := runtimeSource()
	if err != nil {
		return "", err
	}
	var all bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(source)) {
		fmt.Fprintf(&all, "%s %s\n", path, hash(source[path]))
	}
	runtimeHash = hash(all.Bytes())
	if _, err := os.Stat(filepath.Join(vendor, "modules.txt")); err == nil && p.manifest.Vendored == runtimeHash {
		return runtimeHash, nil
	}
	dir := filepath.Join(p.Dir, runtimeDir)
	for path, data := range source {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(path)), data); err != nil {
			return "", err
		}
	}
	cmd := exec.Command("go", "mod", "vendor")
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=on", "GOFLAGS=-mod=mod")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("the modules cannot be vendored, which takes the command go and, for what it has not fetched before, a network: %w\n%s", err, out)
	}
	return runtimeHash, os.RemoveAll(dir)
}
