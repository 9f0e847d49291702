package project

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/codegen"
)

// The runtime's source is all that programs link, and nothing of the compiler's or of the tests.
func TestRuntimeSource(t *testing.T) {
	sets := map[string]*linked{"usual": usual, "all": withParts(slices.Sorted(maps.Keys(parts))...)}
	for part := range parts {
		sets[part] = withParts(part)
	}
	for name, l := range sets {
		t.Run(name, func(t *testing.T) {
			source, err := l.source()
			if err != nil {
				t.Fatal(err)
			}
			checkSource(t, source)
			checkModule(t, l, source)
		})
	}
}

func checkSource(t *testing.T, source *runtimeSource) {
	size := 0
	for path, data := range source.files {
		size += len(data)
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "testdata") || strings.Contains(path, "schematest") {
			t.Errorf("%s goes with programs", path)
		}
	}
	for _, path := range []string{"go.mod", "LICENSE", "runtime/main.go", "runtime/steps/rows.go", "runtime/simulate/api/mistral-api.json"} {
		if source.files[path] == nil {
			t.Errorf("%s is missing", path)
		}
	}
	if size > 2<<20 {
		t.Errorf("the runtime's source has %d KiB", size>>10)
	}
}

// checkModule sees that it builds as it is, with the modules that are written into its go.mod and no other.
func checkModule(t *testing.T, l *linked, source *runtimeSource) {
	dir := t.TempDir()
	if err := source.write(dir); err != nil {
		t.Fatal(err)
	}
	sum, err := l.sums()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o666); err != nil {
		t.Fatal(err)
	}
	out := goIn(t, dir, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./...")
	links := strings.Fields(out)
	slices.Sort(links)
	links = slices.DeleteFunc(slices.Compact(links), func(m string) bool { return m == modulePath })
	if !slices.Equal(links, l.others) {
		t.Errorf("the runtime links %v, and others has %v: mend the list", links, l.others)
	}
	goIn(t, dir, "mod", "tidy")
	tidy, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || string(tidy) != string(source.files["go.mod"]) {
		t.Errorf("its go.mod is not tidy (%v):\n%s\ntidy:\n%s", err, source.files["go.mod"], tidy)
	}
	if slices.ContainsFunc([]string{"runtime/telemetry", "runtime/tokens", "runtime/database/postgres", "runtime/database/sqlite"}, func(part string) bool { return slices.Contains(l.roots, part) }) {
		return // whose modules' own tests take others without end, or older ones than anything here
	}
	if tidy, err := os.ReadFile(filepath.Join(dir, "go.sum")); err != nil || string(tidy) != string(sum) {
		t.Errorf("its go.sum is not tidy (%v):\n%s\ntidy:\n%s", err, sum, tidy)
	}
}

func goIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s%s", args[0], err, out, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// What the user has added to go.mod and go.sum stays, and what is missing comes back.
func TestMergeModule(t *testing.T) {
	want := "module p\n\ngo 1.26.0\n\nrequire a.example/x v1.2.0\n\nrequire b.example/y v1.0.0 // indirect\n\nreplace a.example/x => ./x\n"
	for name, test := range map[string]struct{ there, keeps, gets string }{
		"as it was":       {want, "module p", ""},
		"own requirement": {strings.Replace(want, "require b", "require own.example/z v0.1.0\n\nrequire b", 1), "own.example/z v0.1.0", ""},
		"newer by hand":   {strings.Replace(want, "y v1.0.0", "y v1.5.0", 1), "b.example/y v1.5.0", ""},
		"older":           {strings.Replace(want, "x v1.2.0", "x v1.1.0", 1), "b.example/y v1.0.0", "a.example/x v1.2.0"},
		"replace gone":    {strings.Replace(want, "replace a.example/x => ./x\n", "", 1), "a.example/x v1.2.0", "replace a.example/x => ./x"},
		"older Go":        {strings.Replace(want, "go 1.26.0", "go 1.25.0", 1), "module p", "go 1.26.0"},
		"other name":      {strings.Replace(want, "module p", "module mine", 1), "module mine", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(test.there), 0o666); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "go.sum"), []byte("own line\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			mod, sum, err := mergeModule(dir, []byte(want), []byte("a line\nown line\n"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(mod), test.keeps) || !strings.Contains(string(mod), test.gets) {
				t.Errorf("wants %q and %q:\n%s", test.keeps, test.gets, mod)
			}
			if test.gets == "" && string(mod) != test.there {
				t.Errorf("it was changed without need:\n%s", mod)
			}
			if string(sum) != "a line\nown line\n" {
				t.Errorf("go.sum is %q", sum)
			}
		})
	}
	if _, _, err := mergeModule(brokenModule(t), []byte(want), nil); err == nil || !strings.Contains(err.Error(), "go.mod") {
		t.Errorf("a go.mod that cannot be read: %v", err)
	}
}

func brokenModule(t *testing.T) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("modul p\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestModuleName(t *testing.T) {
	for pipeline, want := range map[string]string{
		"math-preference": "math-preference-pipeline",
		"Über Maths!":     "ber-maths-pipeline",
		"雪":               "pipeline",
		"a/b c":           "a-b-c-pipeline",
		"":                "pipeline",
	} {
		if got := moduleName(pipeline); got != want {
			t.Errorf("%q: got %q, want %q", pipeline, got, want)
		}
	}
}

// A module that has the runtime may still lack what a program links beside it.
func TestLackingSums(t *testing.T) {
	m := &module{dir: t.TempDir()}
	sums, err := withParts("runtime/parquet").sums()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"": true, string(sums): false, strings.ReplaceAll(string(sums), "github.com/parquet-go/parquet-go ", "x "): true} {
		if err := os.WriteFile(filepath.Join(m.dir, "go.sum"), []byte(name), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := m.lacks(withParts("runtime/parquet")); got != want {
			t.Errorf("lacks is %v with the sums\n%s", got, name)
		}
	}
}

// Every package of the runtime that some program imports is in the source that programs far from a checkout are compiled with.
func TestPartsAreWhatProgramsImport(t *testing.T) {
	files, err := filepath.Glob("../../../../golden/*/gen/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		within, _, err := importsOf(file, text)
		if err != nil {
			t.Fatal(err)
		}
		links, err := linksOf([]codegen.File{{Path: file, Data: text}})
		if err != nil {
			t.Fatal(err)
		}
		source, err := links.source()
		if err != nil {
			t.Fatal(err)
		}
		for _, dir := range within {
			there := func(path string) bool { return filepath.ToSlash(filepath.Dir(path)) == dir }
			if strings.HasPrefix(dir, "runtime") && !slices.ContainsFunc(slices.Collect(maps.Keys(source.files)), there) {
				t.Errorf("%s imports %s. Add it to parts, with the modules that it brings", file, dir)
			}
		}
	}
}
