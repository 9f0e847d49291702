// Package failures runs an emitted program against an endpoint that fails in every way there is, over HTTP, and looks at what
// becomes of the row that it fails for, and of the others.
package failures

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// rows are in questions.jsonl, and victim is the one that is hit.
const (
	rows   = 5
	victim = "Matrices"
)

// program is what is run.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "16") // most of the time they wait
	dir, err := os.MkdirTemp("", "failures")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "program")
	if out, err := exec.Command("go", "build", "-o", program, "./gen").CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, out))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// outcome is a run that has come to its end.
type outcome struct {
	out    string // the folder
	code   int
	stderr string
	ended  time.Time
}

// run runs the program.
func (s *server) run(t *testing.T, command, out string, args ...string) outcome {
	t.Helper()
	s.mu.Lock()
	addr := s.addr
	s.mu.Unlock()
	all := []string{command, "--quiet", "--base", ".", "--out", out}
	for _, model := range []string{"writer", "answerer", "judge"} {
		all = append(all, "--set", "model."+model+".base_url=http://"+addr+"/v1")
	}
	cmd := exec.Command(program, append(all, args...)...)
	cmd.Env = append(os.Environ(), "MISTRAL_API_KEY=a-key")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	o := outcome{out: out, stderr: stderr.String(), ended: time.Now()}
	exit := (*exec.ExitError)(nil)
	if errors.As(err, &exit) {
		o.code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return o
}

// file is a file of the results.
func (o outcome) file(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(o.out, path))
	if err != nil {
		t.Fatalf("%v\nexit code %d\n%s", err, o.code, o.stderr)
	}
	return string(text)
}

// lines are those of the dataset.
func (o outcome) lines(t *testing.T) []string {
	t.Helper()
	return strings.Split(strings.TrimSuffix(o.file(t, filepath.Join("datasets", "default", "data", "train-00000-of-00001.jsonl")), "\n"), "\n")
}

// reject is a line of rejects.jsonl.
type reject struct {
	Step, Class, Message, Reply string
	Row                         struct{ Input string }
}

func (o outcome) rejects(t *testing.T) (all []reject) {
	t.Helper()
	for line := range strings.Lines(o.file(t, "rejects.jsonl")) {
		var r reject
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// record is a line of the dataset.
type record struct {
	Input        string
	Instructions []string
	Generation   string
	Ratings      []int
	Rationales   []string
}

// calm is what an undisturbed run makes.
type calm struct {
	sync.Once
	lines  []string
	victim int // its line
	record record
}

// calms are undisturbed runs, by their further arguments.
var calms sync.Map // string to *calm

// calmRun is what a run with these arguments makes that nothing happens to.
func calmRun(t *testing.T, args ...string) *calm {
	t.Helper()
	v, _ := calms.LoadOrStore(strings.Join(args, " "), &calm{})
	c := v.(*calm)
	c.Do(func() { c.run(t, args) })
	if len(c.lines) != rows {
		t.Fatal("there is no undisturbed run to compare with")
	}
	return c
}

func (c *calm) run(t *testing.T, args []string) {
	s := serve(t)
	o := s.run(t, "run", filepath.Join(t.TempDir(), "out"), args...)
	asked := s.requests()
	if o.code != 0 || sum(asked) != rows*len(order) || len(asked) != rows*len(order) {
		t.Fatalf("exit code %d, requests%s\n%s", o.code, told(asked), o.stderr)
	}
	for i, line := range o.lines(t) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.Input == victim {
			c.victim, c.record = i, r
		}
		c.lines = append(c.lines, line)
	}
}

// others are the lines of the rows that are not hit.
func (c *calm) others() []string { return slices.Delete(slices.Clone(c.lines), c.victim, c.victim+1) }
