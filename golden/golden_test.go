// Package golden holds whole pipelines: what distigen makes of each, its Go and its data, or what it finds wrong with it.
//
//	NAME/pipeline.hcl     the pipeline, or in examples/ of the repository
//	NAME/faults           faults of the simulator, as --simulate-faults takes them
//	NAME/set              settings of the run, a line for each, as --set takes them
//	NAME/diagnostics.txt  what check says, if it says anything
//	NAME/gen/             the Go program, of an example with its test; where NAME begins with _, it needs the Hub of these tests, and ./... passes over it
//	NAME/want/            what a run on the simulator makes
//
// go test ./golden -update records them anew, once the programs build and run.
package golden

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/codegen"
	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/internal/snippets"
	"github.com/distigen/distigen/runtime/catalog"
)

var update = flag.Bool("update", false, "record what distigen makes of the pipelines, if it builds and runs")

// today is the day on which models are retired or not.
var today = time.Date(2026, 8, 21, 0, 0, 0, 0, time.UTC)

// work is the folder in which the programs are compiled.
var work = fmt.Sprintf(".build-%d", os.Getpid())

// golden is a case: a pipeline and the folder with what is expected of it.
type golden struct {
	name   string
	dir    string // of the pipeline
	want   string // of what is expected; empty where nothing is recorded
	plan   *hclspec.Plan
	report string
	files  []codegen.File
}

// cases are the folders here, the examples of the repository, those of the components, and the pipelines in the docs.
func cases(t *testing.T) (all []*golden) {
	t.Helper()
	here, err := filepath.Glob("*/pipeline.hcl")
	if err != nil || len(here) == 0 {
		t.Fatal("no golden cases", err)
	}
	for _, path := range here {
		name := filepath.Dir(path)
		all = append(all, &golden{name: name, dir: name, want: name})
	}
	examples, err := filepath.Glob("../examples/*/pipeline.hcl")
	if err != nil || len(examples) == 0 {
		t.Fatal("no examples", err)
	}
	for _, path := range examples {
		name := "example_" + strings.ReplaceAll(filepath.Base(filepath.Dir(path)), "-", "_")
		all = append(all, &golden{name: name, dir: filepath.Dir(path), want: name})
	}
	for _, c := range catalog.All() {
		dir := filepath.Join(t.TempDir(), c.Name)
		files := map[string]string{"pipeline.hcl": c.Example}
		for name, text := range c.Files {
			files[name] = text
		}
		for name, text := range files {
			write(t, filepath.Join(dir, filepath.FromSlash(name)), []byte(text))
		}
		all = append(all, &golden{name: "component_" + c.Name, dir: dir})
	}
	all = append(all, inDocs(t)...)
	if wanted := wantedCases(t); wanted != nil {
		all = slices.DeleteFunc(all, func(g *golden) bool { return !wanted.MatchString(g.name) })
	}
	for _, g := range all {
		g.load(t)
	}
	return all
}

// inDocs are the pipelines that stand in the pages of docs/ and in the README, but for those of the components.
func inDocs(t *testing.T) (all []*golden) {
	t.Helper()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal("no docs", err)
	}
	for _, page := range append(pages, "../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		blocks := snippets.Of(string(text))
		n := 0
		for _, s := range blocks {
			if !s.IsPipeline() {
				continue
			}
			n++
			name := fmt.Sprintf("docs_%s_%d", strings.ReplaceAll(strings.TrimSuffix(filepath.Base(page), ".md"), "-", "_"), n)
			dir := filepath.Join(t.TempDir(), name)
			if err := snippets.WriteFiles(blocks, dir); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "pipeline.hcl"), []byte(s.Text))
			all = append(all, &golden{name: name, dir: dir})
		}
	}
	return all
}

// wantedCases are those that -run TestGolden/NAME chooses, so that no others are compiled; nil means all.
func wantedCases(t *testing.T) *regexp.Regexp {
	test, name, ok := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	if !ok || strings.Trim(test, "^$") != t.Name() {
		return nil
	}
	re, err := regexp.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return re
}

func (g *golden) load(t *testing.T) {
	t.Helper()
	plan, report := hclspec.Load(g.dir, hclspec.Options{Now: today})
	var text bytes.Buffer
	if err := report.WriteText(&text, false); err != nil {
		t.Fatal(err)
	}
	g.plan, g.report = plan, text.String()
	if plan == nil {
		return
	}
	var err error
	opts := codegen.Options{Dir: ".."}
	if g.want != "" { // it stands in this module
		if opts.Dir, err = filepath.Rel(filepath.Join(g.want, "gen"), g.dir); err != nil {
			t.Fatal(err)
		}
		opts.Import = func(rel string) string { return path.Join("github.com/distigen/distigen/golden", g.dir, rel) }
	}
	opts.Module = path.Join("github.com/distigen/distigen/golden", work, g.name)
	if g.files, err = codegen.Generate(plan, opts); err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
}

// Every pipeline gives the recorded diagnostics, program and data.
func TestGolden(t *testing.T) {
	all := cases(t)
	runs := runAll(t, all)
	for _, g := range all {
		t.Run(g.name, func(t *testing.T) {
			got := g.expectations(t, runs[g.name])
			if g.want == "" {
				if r := runs[g.name]; r == nil || r.code != 0 && r.code != 3 {
					t.Errorf("the pipeline must be right, and run on the simulator: %s%s", g.report, r.said())
				}
				return
			}
			if *update {
				g.record(t, got)
				return
			}
			compareTree(t, g.want, got)
		})
	}
}

// expectations are the files that are to be in the case's folder.
func (g *golden) expectations(t *testing.T, r *result) map[string]string {
	files := map[string]string{}
	if g.report != "" {
		files["diagnostics.txt"] = g.report
	}
	for _, f := range g.files {
		if f.Path == "pipeline_test.go" && !strings.HasPrefix(g.name, "example_") {
			continue // it is the same for all, and each would be linked for go test ./...
		}
		files["gen/"+f.Path] = string(f.Data)
	}
	if r != nil {
		for path, text := range r.files(t) {
			if _, name, ok := strings.Cut(path, "/pipeline/"); ok { // it travels with the dataset, as the program has it
				if files["gen/pipeline/"+name] != text {
					t.Errorf("%s is not as in the program", path)
				}
				continue
			}
			files["want/"+path] = text
		}
	}
	return files
}

// given are the files of a case that a person has written.
func given(path string) bool {
	return !strings.HasPrefix(path, "gen/") && !strings.HasPrefix(path, "want/") && path != "diagnostics.txt"
}

func (g *golden) record(t *testing.T, files map[string]string) {
	for _, old := range []string{"gen", "want", "diagnostics.txt"} {
		if err := os.RemoveAll(filepath.Join(g.want, old)); err != nil {
			t.Fatal(err)
		}
	}
	for path, text := range files {
		write(t, filepath.Join(g.want, filepath.FromSlash(path)), []byte(text))
	}
}

func compareTree(t *testing.T, dir string, want map[string]string) {
	there := tree(t, dir)
	for path, text := range want {
		if recorded, ok := there[path]; !ok {
			t.Errorf("%s/%s is not recorded. Read what distigen makes now and record it: go test ./golden -update", dir, path)
		} else if recorded != text {
			t.Errorf("%s/%s is not what distigen makes now. If the change is right, record it: go test ./golden -update\n%s", dir, path, difference(recorded, text))
		}
	}
	for path := range there {
		if _, ok := want[path]; !ok && !given(path) {
			t.Errorf("%s/%s is not made any more. Record the case anew: go test ./golden -update", dir, path)
		}
	}
}

// difference shows the first lines that differ.
func difference(old, now string) string {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return fmt.Sprintf("line %d\nrecorded: %s\nnow:      %s", i+1, x, y)
		}
	}
	return ""
}

// Every component has a golden case of its own making.
func TestComponentsHaveCases(t *testing.T) {
	used := map[string]bool{}
	for _, g := range cases(t) {
		if g.plan == nil || g.want == "" {
			continue
		}
		for _, s := range g.plan.Steps {
			used[s.Component] = true
		}
	}
	for _, c := range catalog.All() {
		if !used[c.Name] {
			t.Errorf("no golden case uses %s: make golden/%s/pipeline.hcl, run go test ./golden -update and read what it has recorded", c.Name, c.Name)
		}
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// tree reads all files below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	root, err := os.OpenRoot(dir)
	if os.IsNotExist(err) {
		return files
	}
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := walk(root, ".", files); err != nil {
		t.Fatal(err)
	}
	return files
}
