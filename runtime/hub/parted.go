package hub

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Local is a folder of this machine, or a file alone, seen as a snapshot of the Hub that is in the cache. Hidden files are passed over.
func Local(dir string) (*Snapshot, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		parent := filepath.Dir(dir)
		s := &Snapshot{ID: parent, dir: parent}
		return s, s.take(listed{Files: []Remote{{Path: filepath.Base(dir), Size: info.Size()}}})
	}
	s := &Snapshot{ID: dir, dir: dir}
	var l listed
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		l.Files = append(l.Files, Remote{Path: filepath.ToSlash(rel), Size: info.Size()})
		return err
	})
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, cardName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l.Card = string(text)
	slices.SortFunc(l.Files, func(a, b Remote) int { return strings.Compare(a.Path, b.Path) })
	return s, s.take(l)
}

// Part is a split of a config.
type Part struct {
	Config, Split string
	Files         []Remote
}

// Parts are all splits that have Parquet files: the configs in the order of the card, the splits in the usual one.
func (s *Snapshot) Parts() (all []Part) {
	usual := []string{"test", "validation", "train"}
	for _, c := range s.configs() {
		names := slices.SortedFunc(maps.Keys(c.splits), func(a, b string) int {
			return cmp.Or(slices.Index(usual, b)-slices.Index(usual, a), strings.Compare(a, b))
		})
		for _, name := range names {
			if len(c.splits[name]) > 0 {
				all = append(all, Part{c.name, name, c.splits[name]})
			}
		}
	}
	return all
}
