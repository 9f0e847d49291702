// Package programtest tests a generated program on the simulator, against golden files.
package programtest

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime"
)

var update = flag.Bool("update", false, "write what the pipeline makes on the simulator to testdata/golden")

const golden = "testdata/golden"

// Run takes a source row of the program through all steps on the simulator, whose replies are the same every time. Every
// row must end in a dataset or among the rejects. What comes of it is compared with the files in testdata/golden, if
// there are any; go test -update writes them.
func Run(t *testing.T, p runtime.Program) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out")
	p.Lines = true
	if code := runtime.Main(p, []string{"dry-run", "--simulate", "--quiet", "--base", p.Dir, "--out", out}); code != 0 && code != 3 {
		t.Fatalf("the program ended with exit code %d", code)
	}
	files, err := results(filepath.Join(out, "dry-run"))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		record(t, files)
		return
	}
	if _, err := os.Stat(golden); errors.Is(err, fs.ErrNotExist) {
		t.Logf("there is no %s to compare with; go test -update records it", golden)
		return
	}
	wanted := 0
	for name, got := range files {
		want, err := os.ReadFile(filepath.Join(golden, filepath.FromSlash(name)))
		if err == nil {
			wanted++
		}
		if string(want) != got {
			t.Errorf("%s is not what %s has. If the change is right, record it with go test -update.\nGot:\n%s\nWant:\n%s", name, golden, got, want)
		}
	}
	if there, err := tree(golden); err == nil && len(there) > wanted {
		t.Errorf("%s has %d files, of which the program made %d. Record it anew with go test -update.", golden, len(there), wanted)
	}
}

// results are the datasets and the rejects of a run, by path.
func results(out string) (map[string]string, error) {
	text, err := os.ReadFile(filepath.Join(out, "run.json"))
	if err != nil {
		return nil, err
	}
	var run struct {
		Ledger struct {
			Unfinished int `json:"unfinished"`
		} `json:"ledger"`
	}
	if err := json.Unmarshal(text, &run); err != nil {
		return nil, err
	}
	if run.Ledger.Unfinished > 0 {
		return nil, errors.New("rows were left unfinished")
	}
	paths, err := tree(out)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, path := range paths {
		if path != "rejects.jsonl" && !strings.HasSuffix(path, ".jsonl") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		files[path] = string(text)
	}
	return files, nil
}

// tree lists the files below a folder.
func tree(dir string) (paths []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			paths = append(paths, filepath.ToSlash(rel))
		}
		return err
	})
	return paths, err
}

func record(t *testing.T, files map[string]string) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		path := filepath.Join(golden, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
