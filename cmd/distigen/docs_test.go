package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/distigen/distigen/cmd/distigen/internal/reference"
	"github.com/distigen/distigen/hclspec/funcs"
	"github.com/distigen/distigen/runtime/catalog"
	"github.com/distigen/distigen/runtime/prompt"
)

// The generated pages are what the declarations say, no page is missing and none is left over.
func TestGeneratedPages(t *testing.T) {
	docs := filepath.Join(repository(t), "docs")
	pages := reference.Pages(catalog.All())
	for name, want := range pages {
		got, err := os.ReadFile(filepath.Join(docs, filepath.FromSlash(name)))
		if err != nil || string(got) != want {
			t.Errorf("docs/%s is not current: run go run ./cmd/distigen docs", name)
		}
	}
	files, err := filepath.Glob(filepath.Join(docs, "components", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if _, ok := pages["components/"+filepath.Base(f)]; !ok {
			t.Errorf("docs/components/%s is of no component: remove it", filepath.Base(f))
		}
	}
}

// The language reference names every function, and no other.
func TestFunctionsInDocs(t *testing.T) {
	text := page(t, "docs/language.md")
	_, table, _ := strings.Cut(text, "\nFunctions:\n")
	table, _, _ = strings.Cut(table, "\n## ")
	got := names(table)
	want := slices.Sorted(maps.Keys(funcs.Table(".", nil, nil)))
	compare(t, "functions in docs/language.md", got, want)

	_, sentence, _ := strings.Cut(text, "Beside those of text/template there are the functions ")
	sentence, _, _ = strings.Cut(sentence, ".")
	own := slices.DeleteFunc(slices.Sorted(slices.Values(prompt.Functions())), func(name string) bool {
		return slices.Contains([]string{"and", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or", "print", "printf", "println", "slice"}, name)
	})
	compare(t, "functions of prompts in docs/language.md", names(sentence), own)
}

// Every class of failure is in the table, and no other.
func TestClassesInDocs(t *testing.T) {
	_, table, _ := strings.Cut(page(t, "docs/failures-and-exit-codes.md"), "\nThe classes:\n")
	table, _, _ = strings.Cut(table, "\n\nThe last three")
	var got []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllStringSubmatch(table, -1) {
		got = append(got, row[1])
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(repository(t), "runtime", "llm", "llm.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	ast.Inspect(file, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			if id, ok := v.Type.(*ast.Ident); ok && id.Name == "Class" {
				value, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, value)
			}
		}
		return true
	})
	compare(t, "classes in docs/failures-and-exit-codes.md", slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)))
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)

// Links between files of the repository lead somewhere.
func TestLinks(t *testing.T) {
	for _, path := range markdown(t) {
		for _, m := range link.FindAllStringSubmatch(page(t, path), -1) {
			if _, err := os.Stat(filepath.Join(repository(t), filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", path, m[1])
			}
		}
	}
}

// The README lists all pages of docs/.
func TestReadmeListsThePages(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join(repository(t), "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	readme := page(t, "README.md")
	for _, path := range pages {
		if line := "](docs/" + filepath.Base(path) + ") |"; !strings.Contains(readme, line) {
			t.Errorf("The table at the end of README.md has no line for docs/%s. Add one.", filepath.Base(path))
		}
	}
}

func names(text string) (found []string) {
	for _, m := range regexp.MustCompile("`([a-z0-9]+)`").FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	slices.Sort(found)
	return found
}

func compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%v\nand there are\n%v", what, got, want)
	}
}

// markdown lists the pages for people: the README, docs/ and those of the examples.
func markdown(t *testing.T) (paths []string) {
	root := repository(t)
	for _, dir := range []string{"docs", "examples", "templates/starter"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if rel, _ := filepath.Rel(root, path); err == nil && strings.HasSuffix(path, ".md") && !strings.Contains(rel, "prompts") && !strings.Contains(rel, "gen"+string(filepath.Separator)) {
				paths = append(paths, filepath.ToSlash(rel))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return append(paths, "README.md")
}

func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository(t), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
