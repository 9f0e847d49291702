package project

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/distigen/distigen/hclspec/diag"
)

const ejected = "// This file was ejected from what distigen generates: it is yours. distigen build leaves out what it declares.\n"

// Eject makes a generated Go file the user's own. name is its path or, of a step's file, the step.
func Eject(dir, name string) (path string, err error) {
	m, err := readManifest(dir)
	if err != nil {
		return "", err
	}
	var names []string
	for file := range maps.Keys(m.Files) {
		if strings.HasSuffix(file, ".go") && !strings.Contains(file, "/") {
			names = append(names, strings.TrimSuffix(file, ".go"))
		}
	}
	slices.Sort(names)
	base := strings.TrimSuffix(name, ".go")
	if !slices.Contains(names, base) {
		return "", fmt.Errorf("the folder %s has no generated file %s.go.%s", dir, base, diag.DidYouMean(base, names))
	}
	path = filepath.Join(dir, base+".go")
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	rest := string(text)
	for strings.HasPrefix(rest, "//") {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	if err := writeFile(path, []byte(ejected+rest)); err != nil {
		return "", err
	}
	delete(m.Files, base+".go")
	return path, m.write(dir)
}
