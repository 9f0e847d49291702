package golden

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/distigen/distigen/runtime/simulate"
	"github.com/distigen/distigen/runtime/simulate/schematest"
)

// Every request that the example sends fits the provider's own schema, and there are as many as its steps need. The program
// is not told that it speaks to a simulator, and has a key of its own.
func TestExampleRequestsFitTheSchema(t *testing.T) {
	s, err := simulate.Start("127.0.0.1:0", simulate.Options{Key: "a-key", Record: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	binary := filepath.Join(t.TempDir(), "example")
	goTool(t, "build", "-o", binary, "./example_math_preference/gen")
	args := []string{"run", "--quiet", "--out", filepath.Join(t.TempDir(), "out")}
	for _, model := range []string{"small", "medium", "large"} {
		args = append(args, "--set", "model."+model+".base_url="+s.URL)
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), "MISTRAL_API_KEY=a-key", "ARGILLA_API_URL=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	requests := s.Requests()
	if requests.Count != 160 || requests.Status[200] != 160 {
		t.Errorf("%d requests, answered %v; the tutorial takes 160", requests.Count, requests.Status)
	}
	for _, r := range requests.Log {
		if r.Method != "POST" || r.Path != "/v1/chat/completions" {
			t.Errorf("%s %s was asked", r.Method, r.Path)
		}
		schematest.ChatRequest(t, r.Body)
	}
}
