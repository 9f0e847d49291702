package project

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"

	"github.com/distigen/distigen"
	"github.com/distigen/distigen/codegen"
)

// modulePath is that of distigen, whose runtime generated programs import.
const modulePath = "github.com/distigen/distigen"

// linked is what programs link of the runtime and of other people.
type linked struct {
	roots  []string // the packages that a program may import itself
	others []string // modules of other people, with what these link in turn; a test holds them against the imports
	away   []string // modules that programs link on other systems than Linux
	tests  []string // modules that only tests of these take
	source func() (*runtimeSource, error)
}

// usual is what every program links.
var usual = newLinked([]string{"runtime", "runtime/dataset", "runtime/llm", "runtime/steps", "runtime/programtest"},
	"github.com/sashabaranov/go-openai", "golang.org/x/sys", "golang.org/x/term")

// parquetModules are what programs link that read or write Parquet.
var parquetModules = []string{
	"github.com/andybalholm/brotli", "github.com/google/uuid", "github.com/klauspost/compress", "github.com/parquet-go/bitpack",
	"github.com/parquet-go/jsonlite", "github.com/parquet-go/parquet-go", "github.com/pierrec/lz4/v4", "github.com/twpayne/go-geom",
	"google.golang.org/protobuf",
}

// parts are the packages that some programs link, each with the modules that it brings beside the usual ones.
var parts = map[string][]string{
	"runtime/argilla":  {},
	"runtime/contract": {},
	"runtime/expr":     {},
	"runtime/vectors":  {},
	"runtime/tokens":   {"github.com/dlclark/regexp2", "github.com/google/uuid", "github.com/pkoukk/tiktoken-go", "github.com/pkoukk/tiktoken-go-loader"},
	"runtime/publish":  {"go.yaml.in/yaml/v3"},
	"runtime/database": {},
	"runtime/database/postgres": {
		"github.com/jackc/pgpassfile", "github.com/jackc/pgservicefile", "github.com/jackc/pgx/v5", "github.com/jackc/puddle/v2",
		"golang.org/x/sync", "golang.org/x/text",
	},
	"runtime/database/sqlite": {
		"github.com/dustin/go-humanize", "github.com/google/uuid", "github.com/remyoudompheng/bigfft", "golang.org/x/sys", "modernc.org/libc",
		"modernc.org/mathutil", "modernc.org/memory", "modernc.org/sqlite",
	},
	"runtime/parquet":   parquetModules,
	"runtime/hubsource": append([]string{"go.yaml.in/yaml/v3"}, parquetModules...),
	"runtime/telemetry": {
		"github.com/cenkalti/backoff/v5", "github.com/cespare/xxhash/v2", "github.com/go-logr/logr", "github.com/go-logr/stdr",
		"github.com/google/uuid", "github.com/grpc-ecosystem/grpc-gateway/v2", "go.opentelemetry.io/auto/sdk", "go.opentelemetry.io/otel",
		"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp", "go.opentelemetry.io/otel/exporters/otlp/otlptrace",
		"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp", "go.opentelemetry.io/otel/log", "go.opentelemetry.io/otel/metric",
		"go.opentelemetry.io/otel/sdk", "go.opentelemetry.io/otel/sdk/metric", "go.opentelemetry.io/otel/trace",
		"go.opentelemetry.io/proto/otlp", "golang.org/x/net", "golang.org/x/text", "google.golang.org/genproto/googleapis/api",
		"google.golang.org/genproto/googleapis/rpc", "google.golang.org/grpc", "google.golang.org/protobuf",
	},
}

// awayOnly are modules that a part brings on other systems than Linux.
var awayOnly = map[string][]string{
	"runtime/database/sqlite": {"github.com/mattn/go-isatty", "github.com/ncruces/go-strftime"},
}

var parquetTests = []string{"github.com/DATA-DOG/go-sqlmock", "github.com/alecthomas/assert/v2", "github.com/alecthomas/repr", "github.com/google/go-cmp",
	"github.com/hexops/gotextdiff", "github.com/xyproto/randomstring"}

// testOnly are modules that a program does not link, with sums that go mod tidy wants: tests of what a part links take them.
var testOnly = map[string][]string{
	"runtime/parquet": parquetTests, "runtime/hubsource": parquetTests,
}

// linksOf says what a program links, going by what its files import. own are packages that the user's own files import.
func linksOf(files []codegen.File, own ...string) (*linked, error) {
	found := map[string]bool{}
	for _, dir := range own {
		found[dir] = parts[dir] != nil
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") {
			continue
		}
		within, _, err := importsOf(f.Path, f.Data)
		if err != nil {
			return nil, err
		}
		for _, dir := range within {
			found[dir] = found[dir] || parts[dir] != nil
		}
	}
	maps.DeleteFunc(found, func(_ string, part bool) bool { return !part })
	return withParts(slices.Sorted(maps.Keys(found))...), nil
}

var (
	linkedMu sync.Mutex
	byParts  = map[string]*linked{"": usual}
)

// withParts is what programs with these parts, in order, link.
func withParts(names ...string) *linked {
	linkedMu.Lock()
	defer linkedMu.Unlock()
	key := strings.Join(names, " ")
	if byParts[key] == nil {
		others := slices.Clone(usual.others)
		for _, name := range names {
			others = append(others, parts[name]...)
		}
		l := newLinked(slices.Concat(usual.roots, names), others...)
		for _, name := range names {
			l.away = append(l.away, awayOnly[name]...)
			l.tests = append(l.tests, testOnly[name]...)
		}
		byParts[key] = l
	}
	return byParts[key]
}

func newLinked(roots []string, others ...string) *linked {
	slices.Sort(others)
	l := &linked{roots: roots, others: slices.Compact(others)}
	l.source = sync.OnceValues(l.readSource)
	return l
}

// runtimeSource is the runtime as a module of its own: all that generated programs link, without tests. Paths are relative
// to the module's folder.
type runtimeSource struct {
	files   map[string][]byte
	imports []string // from elsewhere
}

func (l *linked) readSource() (*runtimeSource, error) {
	s := &runtimeSource{files: map[string][]byte{}}
	seen := map[string]bool{}
	todo := slices.Clone(l.roots)
	for len(todo) > 0 {
		dir := todo[0]
		todo = todo[1:]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		imports, err := s.add(dir)
		if err != nil {
			return nil, err
		}
		todo = append(todo, imports...)
	}
	license, err := distigen.Source.ReadFile("LICENSE")
	if err != nil {
		return nil, err
	}
	s.files["LICENSE"] = license
	mod, err := l.moduleFile(modulePath, s, nil)
	if err != nil {
		return nil, err
	}
	s.files["go.mod"] = mod
	return s, nil
}

// hash tells one source from another.
func (s *runtimeSource) hash() string {
	var all bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(s.files)) {
		fmt.Fprintf(&all, "%s %s\n", path, hash(s.files[path]))
	}
	return hash(all.Bytes())
}

// write puts it into a folder.
func (s *runtimeSource) write(dir string) error {
	for path, data := range s.files {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(path)), data); err != nil {
			return err
		}
	}
	return nil
}

// add takes the files of a package, and returns the folders of the packages of this module that it imports.
func (s *runtimeSource) add(dir string) (imports []string, err error) {
	entries, err := fs.ReadDir(distigen.Source, dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if e.IsDir() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := distigen.Source.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s.files[name] = text
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		within, elsewhere, err := importsOf(name, text)
		if err != nil {
			return nil, err
		}
		imports = append(imports, within...)
		s.imports = append(s.imports, elsewhere...)
	}
	return imports, nil
}

// importsOf lists what a Go file imports: the folders of packages of this module, and packages from elsewhere.
func importsOf(name string, text []byte) (within, elsewhere []string, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
	if err != nil {
		return nil, nil, err
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, nil, err
		}
		if dir, ok := strings.CutPrefix(imported, modulePath+"/"); ok {
			within = append(within, dir)
		} else {
			elsewhere = append(elsewhere, imported)
		}
	}
	return within, elsewhere, nil
}

// direct are the modules of other people that the runtime imports itself.
func (l *linked) direct(s *runtimeSource) []string {
	var modules []string
	for _, path := range s.imports {
		module := ""
		for _, m := range l.others {
			if (path == m || strings.HasPrefix(path, m+"/")) && len(m) > len(module) {
				module = m
			}
		}
		modules = append(modules, module)
	}
	return modules
}

// moduleFile prints a go.mod with the Go version and the requirements of the runtime. runtime is its requirement and where
// it is, for a program, and s the runtime itself else.
func (l *linked) moduleFile(name string, s *runtimeSource, runtime *replaced) ([]byte, error) {
	own, err := ownModule()
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "module %s\n\ngo %s\n\n", name, own.Go.Version)
	var direct, indirect, imported []string
	if runtime != nil {
		direct = []string{modulePath + " " + runtime.version}
	} else {
		imported = l.direct(s)
	}
	for _, r := range own.Require {
		switch line := r.Mod.Path + " " + r.Mod.Version; {
		case !l.needs(r.Mod.Path):
		case slices.Contains(imported, r.Mod.Path):
			direct = append(direct, line)
		default:
			indirect = append(indirect, line+" // indirect")
		}
	}
	require(&out, direct)
	require(&out, indirect)
	if runtime != nil {
		fmt.Fprintf(&out, "replace %s => %s\n", modulePath, runtime.path)
	}
	return []byte(strings.TrimRight(out.String(), "\n") + "\n"), nil
}

// needs reports whether programs link a module, on whatever system.
func (l *linked) needs(module string) bool {
	return slices.Contains(l.others, module) || slices.Contains(l.away, module)
}

// require prints a group of requirements as the Go tool does.
func require(out *strings.Builder, lines []string) {
	slices.Sort(lines)
	switch len(lines) {
	case 0:
	case 1:
		fmt.Fprintf(out, "require %s\n\n", lines[0])
	default:
		fmt.Fprintf(out, "require (\n\t%s\n)\n\n", strings.Join(lines, "\n\t"))
	}
}

// replaced is a module that is taken from a folder.
type replaced struct{ version, path string }

var ownModule = sync.OnceValues(func() (*modfile.File, error) {
	text, err := distigen.Source.ReadFile("go.mod")
	if err != nil {
		return nil, err
	}
	return modfile.Parse("go.mod", text, nil)
})

// sums are the lines of go.sum that the runtime's requirements need.
func (l *linked) sums() ([]byte, error) {
	own, err := ownModule()
	if err != nil {
		return nil, err
	}
	text, err := distigen.Source.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	var out []byte
	for line := range strings.Lines(string(text)) {
		for _, r := range own.Require {
			prefix := r.Mod.Path + " " + r.Mod.Version
			if l.needs(r.Mod.Path) && (strings.HasPrefix(line, prefix+" ") || strings.HasPrefix(line, prefix+"/go.mod ")) {
				out = append(out, line...)
			}
		}
		if module, _, _ := strings.Cut(line, " "); slices.Contains(l.tests, module) {
			out = append(out, line...)
		}
	}
	return out, nil
}
