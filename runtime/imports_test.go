package runtime

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestImports keeps generated programs small: they carry nothing of the compiler's, and little of others'.
func TestImports(t *testing.T) {
	own := "github.com/distigen/distigen/runtime"
	allowed := []string{own, "github.com/sashabaranov/go-openai", "golang.org/x/term", "golang.org/x/sys"}
	for _, path := range deps(t, ".", "./dataset", "./steps", "./programtest") {
		if host, _, _ := strings.Cut(path, "/"); strings.Contains(host, ".") && !slices.ContainsFunc(allowed, within(path)) {
			t.Errorf("A generated program would link %s. It may link the standard library and %s.", path, strings.Join(allowed, ", "))
		}
	}
	forbidden := []string{"github.com/hashicorp/hcl", "github.com/zclconf/go-cty", "github.com/dave/jennifer", "github.com/spf13/cobra",
		"golang.org/x/tools", "golang.org/x/mod", "github.com/distigen/distigen/hclspec", "github.com/distigen/distigen/codegen"}
	for _, path := range deps(t, "./...") {
		if slices.ContainsFunc(forbidden, within(path)) {
			t.Errorf("A package under runtime imports %s, which is the compiler's.", path)
		}
	}
	if slices.Contains(deps(t, "./steps", "./llm", "./endpoint", "./simulate", "./component", "./prompt", "./dataset", "./parquet"), own) {
		t.Error("A package under runtime imports runtime: it is the other way round.")
	}
}

// within says whether path is a package of a module or of a package's folder.
func within(path string) func(string) bool {
	return func(root string) bool { return path == root || strings.HasPrefix(path, root+"/") }
}

func deps(t *testing.T, packages ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-deps"}, packages...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	return strings.Fields(string(out))
}
