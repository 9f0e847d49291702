package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/codegen"
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

// chosenBy names the variable that says which of the programs is to run.
const chosenBy = "DISTIGEN_GOLDEN_PROGRAM"

// runAll builds the programs of all cases, vets them and runs each on the simulator. They are built in a folder of this module, since
// what is recorded may be older, and linked into one program, since linking is most of the work: each is a package that has Main for main.
func runAll(t *testing.T, all []*golden) map[string]*result {
	t.Helper()
	t.Cleanup(func() { os.RemoveAll(work) })
	var imports, cases strings.Builder
	for _, g := range all {
		if g.plan == nil {
			continue
		}
		for _, f := range g.files {
			write(t, filepath.Join(work, g.name, filepath.FromSlash(f.Path)), asPackage(f, g.name))
		}
		fmt.Fprintf(&imports, "\t%q\n", path.Join("github.com/distigen/distigen/golden", work, g.name))
		fmt.Fprintf(&cases, "\tcase %q:\n\t\t%[1]s.Main()\n", g.name)
	}
	write(t, filepath.Join(work, "all", "main.go"), fmt.Appendf(nil, "package main\n\nimport (\n\t\"os\"\n%s)\n\nfunc main() {\n\tswitch os.Getenv(%q) {\n%s\t}\n}\n",
		&imports, chosenBy, &cases))
	binary := filepath.Join(t.TempDir(), "all")
	goTool(t, "build", "-ldflags=-s -w", "-o", binary, "./"+filepath.Join(work, "all"))
	vet := []string{"vet"}
	results := map[string]*result{}
	for _, g := range all {
		if g.plan != nil {
			vet = append(vet, "./"+filepath.Join(work, g.name))
			results[g.name] = g.run(t, binary)
		}
	}
	goTool(t, vet...)
	return results
}

// asPackage makes a program's file one of a package.
func asPackage(f codegen.File, name string) []byte {
	if strings.Contains(f.Path, "/") || !strings.HasSuffix(f.Path, ".go") {
		return f.Data
	}
	text := bytes.Replace(f.Data, []byte("\npackage main\n"), []byte("\npackage "+name+"\n"), 1)
	return bytes.Replace(text, []byte("\nfunc main() {"), []byte("\n// Main is the program.\nfunc Main() {"), 1)
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
	cmd.Env = append(cmd.Env, chosenBy+"="+g.name)
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
