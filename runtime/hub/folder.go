package hub

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// cardName is the file that the Hub shows on the page of a dataset, and reads its configs from.
const cardName = "README.md"

// Set is the folder of a dataset.
type Set struct {
	Name   string
	Dir    string
	Config string // its config in the repository, and its folder there; empty: it is all that the repository has
}

// Sets lays datasets out in a repository: one alone is the whole of it, several have a folder and a config each.
func Sets(dirs map[string]string, names []string) (sets []Set) {
	for _, name := range names {
		s := Set{Name: name, Dir: dirs[name]}
		if len(names) > 1 {
			s.Config = name
		}
		sets = append(sets, s)
	}
	return sets
}

// collect lists the files of datasets. Hidden ones, such as those that are half written, stay behind.
func collect(sets []Set) ([]*file, error) {
	var files []*file
	for _, s := range sets {
		before := len(files)
		err := filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case path != s.Dir && strings.HasPrefix(d.Name(), "."):
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			case d.IsDir():
				return nil
			}
			info, err := os.Stat(path) // of what a link points to
			if err != nil || !info.Mode().IsRegular() {
				return err
			}
			rel, err := filepath.Rel(s.Dir, path)
			if err != nil {
				return err
			}
			files = append(files, &file{path: s.inRepo(filepath.ToSlash(rel)), disk: path, size: info.Size()})
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no dataset in %s. Run the pipeline first", s.Dir)
		}
		if err != nil {
			return nil, fmt.Errorf("the dataset %s cannot be read: %w", s.Name, err)
		}
		if !hasData(files[before:]) {
			return nil, fmt.Errorf("the dataset in %s has no rows: there is no file of data that is not empty. Nothing was pushed", s.Dir)
		}
	}
	return files, nil
}

func (s Set) inRepo(path string) string {
	if s.Config == "" {
		return path
	}
	return s.Config + "/" + path
}

func hasData(files []*file) bool {
	for _, f := range files {
		if isData(f.path) && f.size > 0 {
			return true
		}
	}
	return false
}

// dataForms are the forms of data, the most telling first.
var dataForms = []string{".parquet", ".jsonl", ".csv"}

func isData(path string) bool {
	for _, form := range dataForms {
		if strings.HasSuffix(path, form) {
			return true
		}
	}
	return false
}
