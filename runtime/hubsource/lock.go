package hubsource

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"github.com/distigen/distigen/runtime/hub"
)

// LockName is the file beside the pipeline that says which commit is meant by each branch of a dataset.
const LockName = "hub.lock.json"

var (
	lockMu sync.Mutex
	pins   = map[[3]string]string{} // of this process, for where the file cannot be written
)

// pinOf is the commit that was found for a branch of a dataset, or the branch if none was.
func pinOf(dir, id, revision string) string {
	if hub.IsCommit(revision) {
		return revision
	}
	lockMu.Lock()
	defer lockMu.Unlock()
	if commit := locked(dir)[id+"@"+revision]; hub.IsCommit(commit) {
		return commit
	}
	if _, err := os.Stat(filepath.Join(dir, LockName)); err == nil {
		return revision // the entry was removed, to move on
	}
	if commit := pins[[3]string{dir, id, revision}]; commit != "" {
		return commit
	}
	return revision
}

// locked reads the file. One that cannot be read is written anew.
func locked(dir string) map[string]string {
	commits := map[string]string{}
	if text, err := os.ReadFile(filepath.Join(dir, LockName)); err == nil && json.Unmarshal(text, &commits) != nil {
		return map[string]string{}
	}
	return commits
}

// pin notes the commit of a branch. A folder that cannot be written is no mistake of the pipeline's: the commit is in the generated
// program all the same.
func pin(dir, id, revision, commit string) {
	if hub.IsCommit(revision) {
		return
	}
	lockMu.Lock()
	defer lockMu.Unlock()
	commits := locked(dir)
	commits[id+"@"+revision] = commit
	text, err := json.MarshalIndent(commits, "", "  ") // in the order of the names
	if err == nil {
		err = replace(filepath.Join(dir, LockName), append(text, '\n'))
	}
	if err != nil {
		pins[[3]string{dir, id, revision}] = commit
	}
}

func replace(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(text); err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	return err
}
