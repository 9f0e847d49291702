package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	lockName    = ".lock"
	journalName = "journal"
	simulatedIn = "-simulated" // ends the name of a journal with replies of the simulator
	dryRunName  = "dry-run"
	unfinished  = ".new-" // begins the name of a file that is being written
)

// journal is the folder with the journal of the run. What a simulator said stands apart from what was paid for.
func (o options) journal() string { return JournalIn(o.out, o.simulate) }

// JournalIn is the folder of the journal within an output folder.
func JournalIn(out string, ofSimulated bool) string {
	dir := filepath.Join(out, journalName)
	if ofSimulated {
		dir += simulatedIn
	}
	return dir
}

// LockFolder makes this process the owner of an output folder until release is called. It fails if a run owns it.
func LockFolder(out string) (release func(), err error) { return lock(out) }

// results is the folder below the run's own in which its results are. Those of a dry run stand apart, since they are no
// data yet; the journal is one for both.
func (o options) results() string {
	if o.dry {
		return filepath.Join(o.out, dryRunName)
	}
	return o.out
}

// openFolder makes the output folder ready for a run and returns the function that gives it free. What an earlier run
// left there is replaced, but only where nothing dearer is lost by it.
func openFolder(o options, now *record) (release func(), err error) {
	if err := os.MkdirAll(o.results(), 0o755); err != nil {
		return nil, fmt.Errorf("the output folder cannot be made: %w. Choose another with --out", err)
	}
	if err := ours(o.out); err != nil {
		return nil, err
	}
	release, err = lock(o.out)
	if err != nil {
		return nil, err
	}
	if err = replaceable(o.results(), now); err == nil {
		err = clear(o.results())
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// ours refuses a folder that holds something else than a run.
func ours(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("the output folder cannot be read: %w. Choose another with --out", err)
	}
	foreign := slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !slices.Contains([]string{lockName, dryRunName}, e.Name()) && !strings.HasPrefix(e.Name(), journalName) &&
			!strings.HasPrefix(e.Name(), unfinished)
	})
	if !foreign {
		return nil
	}
	if _, err := earlier(dir); err != nil {
		return fmt.Errorf("the folder %s is not empty and holds no earlier run: %w. Choose an empty or new folder with --out", dir, err)
	}
	return nil
}

// earlier reads the run.json of the run that the folder holds.
func earlier(dir string) (*record, error) {
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("run.json is not of distigen: %w", err)
	}
	if r.Distigen == "" {
		return nil, errors.New("run.json is not of distigen")
	}
	return &r, nil
}

// replaceable refuses to put simulated data or another pipeline's in the place of data that were paid for.
func replaceable(dir string, now *record) error {
	old, err := earlier(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	sets, _ := fs.Glob(os.DirFS(dir), datasetsFolder+"/*")
	data := false
	for _, set := range sets {
		rows, err := rowsIn(filepath.Join(dir, filepath.FromSlash(set)))
		data = data || err != nil || rows > 0
	}
	what := ""
	switch {
	case !data:
	case old.Pipeline != now.Pipeline:
		what = fmt.Sprintf("data of the pipeline %s", old.Pipeline)
	case now.Simulated && !old.Simulated:
		what = "data of real models, which a simulated run would replace"
	}
	if what == "" {
		return nil
	}
	return fmt.Errorf("the folder %s holds %s. Choose another with --out, or remove it first", dir, what)
}

// clear removes what processes that were killed have left half written. All else stays until there is something to put into
// its place, above all run.json: by it the folder is known, whenever this process may be killed.
func clear(dir string) error {
	for _, pattern := range []string{unfinished + "*", datasetsFolder + "/*/" + unfinished + "*", datasetsFolder + "/*/" + dataFolder + "/" + unfinished + "*"} {
		left, err := fs.Glob(os.DirFS(dir), pattern)
		if err != nil {
			return err
		}
		for _, name := range left {
			if err := os.RemoveAll(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
				return fmt.Errorf("a file of an earlier run cannot be removed: %w. Choose another folder with --out", err)
			}
		}
	}
	return nil
}

// clearDatasets removes the datasets of earlier runs that this one has not, and nothing else.
func clearDatasets(dir string, sets []datasetRecord) error {
	there, err := os.ReadDir(filepath.Join(dir, datasetsFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, d := range there {
		if slices.ContainsFunc(sets, func(s datasetRecord) bool { return s.Name == d.Name() }) {
			continue
		}
		if err := removeDataset(filepath.Join(dir, datasetsFolder, d.Name())); err != nil {
			return fmt.Errorf("a file of an earlier run cannot be removed: %w", err)
		}
		os.Remove(LineageIn(dir, d.Name()))
		os.Remove(filepath.Join(dir, datasetsFolder, d.Name())) // stays if there is something of the user's in it
	}
	return nil
}

// replaceFile writes a whole file so that a reader sees either the old one or the new.
func replaceFile(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return replaceText(path, append(text, '\n'))
}

func replaceText(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
