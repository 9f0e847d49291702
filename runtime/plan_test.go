package runtime

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// plan plans a simulated run of the draft in a folder. TestEditsPayForWhatIsNew compares it with what runs ask.
func (d draft) plan(t *testing.T, out string, flags ...string) (p planned) {
	t.Helper()
	if slices.Contains(d.command, "--fresh") {
		flags = append(flags, "--fresh")
	}
	text := d.planText(t, append(flags, "--simulate", "--log-format", "json", "--out", out)...)
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (d draft) planText(t *testing.T, flags ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	c := command{program: Program{Name: "draft", Hash: "h", Wire: d.wire}, stdout: &stdout, stderr: &stderr, letGo: func() {},
		endpoints: endpoints, simulator: simulator}
	if code := c.main(append([]string{"plan"}, flags...)); code != exitFine || stderr.Len() > 0 {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	return stdout.String()
}

// A plan of some rows is reckoned up to all of them, with what the journal has of the others.
func TestPlanOfSomeRows(t *testing.T) {
	d := newDraft()
	d.rows = strings.Split("a b c d e f g h i j", " ")
	out := filepath.Join(t.TempDir(), "out")
	for _, rows := range []string{"3", "10", "0"} {
		p := d.plan(t, out, "--rows", rows)
		if p.Requests != 30 || p.New != 30 || p.Datasets[0].Rows != 20 || p.Steps[1].In != 10 || p.Exact != (rows != "3") {
			t.Errorf("%s rows: %+v", rows, p)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a plan leaves a folder")
	}
	d.run(t, out, simulate.Options{})
	if p := d.plan(t, out, "--rows", "3"); p.Requests != 30 || p.New != 0 || p.Last == nil || p.Last.Changed {
		t.Errorf("after a run: %+v", p)
	}
	if p := d.plan(t, out, "--rows", "3", "--fresh"); p.New != 30 {
		t.Errorf("starting over: %+v", p)
	}
	d.last = "Less of "
	text := d.planText(t, "--simulate", "--out", out, "--rows", "3")
	for _, want := range []string{"10 rows, of which the first 3 were looked at", "replies to 10 requests", "All requests are new at last.", "about 20 new requests"} {
		if !strings.Contains(text, want) {
			t.Errorf("the plan does not say %q:\n%s", want, text)
		}
	}
}

// A plan of a real run takes no key and asks no server, knows what the real journal has, and changes nothing of it.
func TestPlanAsksNoServer(t *testing.T) {
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{AnyModel: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	t.Setenv("MISTRAL_API_KEY", "k")
	d := newDraft()
	d.wireTo = server.URL
	out := filepath.Join(t.TempDir(), "out")
	var stdout, stderr bytes.Buffer
	c := command{program: Program{Name: "draft", Hash: "h", Wire: d.wire}, stdout: &stdout, stderr: &stderr, letGo: func() {}, endpoints: endpoints, simulator: simulator}
	if code := c.main([]string{"dry-run", "--quiet", "--out", out}); code != exitFine {
		t.Fatal(stderr.String())
	}
	t.Setenv("MISTRAL_API_KEY", "")
	before, asked := snapshot(t, out), server.Requests().Count
	text := d.planText(t, "--out", out)
	if !strings.Contains(text, "replies to 3 requests") || !strings.Contains(text, "9 new requests") {
		t.Errorf("the plan after a dry run of one of four rows:\n%s", text)
	}
	if got := server.Requests().Count; got != asked {
		t.Errorf("the plan has asked the server %d times", got-asked)
	}
	if snapshot(t, out) != before {
		t.Error("the plan has changed the output folder")
	}
}

// What a reply takes is what replies of the step have taken so far, where there are any.
func TestPlanRestsOnReplies(t *testing.T) {
	w := &planWatch{watch: watch{newStats(nil)}, of: map[string]*tally{}}
	n := &node{step: "s", inputs: []*node{{}}, task: &llm.Task{Model: llm.Model{Name: "m", Price: llm.Price{Input: llm.Ptr(1.0), Output: llm.Ptr(10.0)}}}}
	w.note("s", func(y *tally) *amounts { return &y.fresh }, 1, 10, 1000)
	if s := w.step(n, StepCounts{In: 4, Out: 4, Calls: 4}, expected{}, nil); s.New != 4 || s.Prompt != 40 || s.Reply != 4000 || s.USD != 0.04004 {
		t.Errorf("by the simulator: %+v", s)
	}
	w.note("s", func(y *tally) *amounts { return &y.told }, 1, 20, 200)
	if s := w.step(n, StepCounts{In: 4, Out: 4, Calls: 3, Recalled: 1}, expected{}, nil); s.New != 3 || s.Prompt != 60 || s.Reply != 600 || s.USD != 0.00606 {
		t.Errorf("by a reply: %+v", s)
	}
	// The vectors of three rows came in one request.
	v := &planWatch{watch: watch{newStats(nil)}, of: map[string]*tally{}}
	for i := range 3 {
		v.Recalled(llm.Call{Step: "s"}, &journal.Entry{Shared: i > 0, PromptTokens: 5})
	}
	if s := v.step(n, StepCounts{In: 3, Out: 3, Recalled: 3}, expected{}, nil); s.Requests != 1 || s.New != 0 {
		t.Errorf("vectors: %+v", s)
	}
	n.task.Model = llm.Model{Name: "m", Provider: "openai"}
	if s := w.step(n, StepCounts{In: 4, Out: 4, Calls: 3, Recalled: 1}, expected{}, nil); s.Unpriced != 3 || s.USD != 0 {
		t.Errorf("without a price: %+v", s)
	}
}

// snapshot is the names and contents of a folder.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		b.WriteString(path + "\n" + string(text) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
