package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"
)

// mergeModule brings the go.mod and go.sum that are in a folder up to what the program needs. What the user has added,
// for code of their own, stays.
func mergeModule(dir string, mod, sum []byte) (newMod, newSum []byte, err error) {
	there, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return mod, sum, nil
	}
	if err != nil {
		return nil, nil, err
	}
	newMod, err = mergeMod(filepath.Join(dir, "go.mod"), there, mod)
	if err != nil {
		return nil, nil, err
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	return newMod, mergeSum(sums, sum), nil
}

func mergeMod(path string, there, want []byte) ([]byte, error) {
	file, err := modfile.Parse(path, there, nil)
	if err != nil {
		return nil, fmt.Errorf("the program's go.mod cannot be read: %w. Mend it, or remove it and build again", err)
	}
	need, err := modfile.Parse("go.mod", want, nil)
	if err != nil {
		return nil, err
	}
	changed := false
	if file.Go == nil || semver.Compare("v"+file.Go.Version, "v"+need.Go.Version) < 0 {
		changed = true
		err = errors.Join(err, file.AddGoStmt(need.Go.Version))
	}
	for _, r := range need.Require {
		n := slices.IndexFunc(file.Require, func(o *modfile.Require) bool { return o.Mod.Path == r.Mod.Path })
		if n >= 0 && semver.Compare(file.Require[n].Mod.Version, r.Mod.Version) >= 0 {
			continue
		}
		changed = true
		if n >= 0 {
			err = errors.Join(err, file.AddRequire(r.Mod.Path, r.Mod.Version))
		} else {
			file.AddNewRequire(r.Mod.Path, r.Mod.Version, r.Indirect)
		}
	}
	for _, r := range need.Replace {
		if !slices.ContainsFunc(file.Replace, func(o *modfile.Replace) bool { return o.Old == r.Old && o.New == r.New }) {
			changed = true
			err = errors.Join(err, file.AddReplace(r.Old.Path, r.Old.Version, r.New.Path, r.New.Version))
		}
	}
	if err != nil || !changed {
		return there, err
	}
	file.Cleanup()
	return file.Format()
}

// mergeSum adds the lines that are missing.
func mergeSum(there, want []byte) []byte {
	lines := slices.Collect(strings.Lines(string(there)))
	missing := false
	for line := range strings.Lines(string(want)) {
		if !slices.Contains(lines, line) {
			lines, missing = append(lines, line), true
		}
	}
	if !missing {
		return there
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}
