package runtime

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports keeps generated programs small: they carry nothing of the compiler's.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"github.com/distigen/distigen/runtime", "github.com/sashabaranov/go-openai", "golang.org/x/term", "golang.org/x/sys"}
	for _, path := range strings.Fields(string(out)) {
		host, _, _ := strings.Cut(path, "/")
		if !strings.Contains(host, ".") { // the standard library
			continue
		}
		ok := false
		for _, a := range allowed {
			ok = ok || path == a || strings.HasPrefix(path, a+"/")
		}
		if !ok {
			t.Errorf("the runtime imports %s. It may import the standard library and %s.", path, strings.Join(allowed, ", "))
		}
	}
}

func TestStepsDoNotImportTheEngine(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./steps", "./llm", "./simulate", "./component", "./prompt").Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains("\n"+string(out), "\ngithub.com/distigen/distigen/runtime\n") {
		t.Error("a package under runtime imports runtime: it is the other way round")
	}
}
