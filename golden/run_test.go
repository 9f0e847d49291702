package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// result is what came of running a program.
type result struct {
	code   int
	out    string // the folder
	stderr string
}

func (r *result) said() string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("\nexit code %d\n%s", r.code, r.stderr)
}

// runAll builds the programs of all cases, vets them and runs each on the simulator. The programs are built in a folder of
// this module, since what is recorded may be older.
func runAll(t *testing.T, all []*golden) map[string]*result {
	t.Helper()
	t.Cleanup(func() { os.RemoveAll(work) })
	var packages []string
	for _, g := range all {
		if g.plan == nil {
			continue
		}
		for _, f := range g.files {
			write(t, filepath.Join(work, g.name, filepath.FromSlash(f.Path)), f.Data)
		}
		packages = append(packages, "./"+filepath.Join(work, g.name))
	}
	bin := t.TempDir()
	goTool(t, append([]string{"build", "-ldflags=-s -w", "-o", bin + string(filepath.Separator)}, packages...)...)
	goTool(t, append([]string{"vet"}, packages...)...)
	results := map[string]*result{}
	for _, g := range all {
		if g.plan != nil {
			results[g.name] = g.run(t, filepath.Join(bin, g.name))
		}
	}
	return results
}

func goTool(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %s of the emitted programs: %v\n%s", args[0], err, out)
	}
}

// run has a program process all rows on the simulator.
func (g *golden) run(t *testing.T, binary string) *result {
	t.Helper()
	base, err := filepath.Abs(g.dir)
	if err != nil {
		t.Fatal(err)
	}
	r := &result{out: filepath.Join(t.TempDir(), "out")}
	args := []string{"run", "--simulate", "--quiet", "--base", base, "--out", r.out}
	if faults, err := os.ReadFile(filepath.Join(g.dir, "faults")); err == nil {
		args = append(args, "--simulate-faults", strings.TrimSpace(string(faults)))
	}
	if set, err := os.ReadFile(filepath.Join(g.want, "set")); err == nil && g.want != "" {
		for line := range strings.Lines(string(set)) {
			args = append(args, "--set", strings.TrimSpace(line))
		}
	}
	cmd := exec.Command(binary, args...)
	cmd.Dir = g.dir                                                                                            // where a script of faults is
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ARGILLA_") }) // nothing is sent from here
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	exit := (*exec.ExitError)(nil)
	if err := cmd.Run(); errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	r.stderr = stderr.String()
	return r
}

// files is what the run made, without what differs from run to run. Of one that stopped half way only the reason is the
// same each time.
func (r *result) files(t *testing.T) map[string]string {
	t.Helper()
	files := tree(t, r.out)
	for path := range files {
		if path == "run.log" || path == "report.html" || strings.HasPrefix(path, "lineage") || path == ".lock" || strings.HasPrefix(path, "journal") {
			delete(files, path)
		}
	}
	readable(t, files)
	var record map[string]any
	d := json.NewDecoder(strings.NewReader(files["run.json"]))
	d.UseNumber()
	if err := d.Decode(&record); err != nil {
		t.Fatalf("run.json: %v%s", err, r.said())
	}
	if record["status"] == "failed" {
		return map[string]string{"stderr.txt": port.ReplaceAllString(r.stderr, "127.0.0.1:PORT"), "exit_code": fmt.Sprintln(r.code)}
	}
	delete(record, "started")
	delete(record, "finished")
	forget(record, "seconds")
	forget(record, "bytes")
	text, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	files["run.json"] = string(text) + "\n"
	files["exit_code"] = fmt.Sprintln(r.code)
	return files
}

var port = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// forget removes a key wherever it is.
func forget(v any, key string) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, key)
		for _, inner := range v {
			forget(inner, key)
		}
	case []any:
		for _, inner := range v {
			forget(inner, key)
		}
	}
}

func walk(root *os.Root, dir string, files map[string]string) error {
	return fs.WalkDir(root.FS(), dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root.FS(), path)
		files[path] = string(text)
		return err
	})
}
