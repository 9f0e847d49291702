package runtime

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// muse is a source that asks the same for each row.
type muse struct {
	llm.Task
	NumRows int `param:"num_rows" doc:"How many."`
}

func (m muse) Rows() int { return m.NumRows }

func (m muse) Run(ctx context.Context, ask llm.Asker) (string, error) {
	r, err := llm.Complete(ctx, ask, llm.Raw{Text: "<|user|>\n", Stop: []string{"</s>"}}, func(string) error { return nil })
	return r.Text, err
}

func (m muse) Settings() llm.Task {
	m.Raw = true
	return m.Task
}

// Rows that a model makes are as many as are wanted, also if that is set for the run. Each is paid once, and stays when there are more.
func TestInvent(t *testing.T) {
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{AnyModel: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	wire := func(p *Pipeline) {
		m := p.Model("own", llm.Model{Provider: "openai", Name: "local-7b", BaseURL: "http://127.0.0.1:1/v1", MaxInFlight: 4})
		made := Invent(p, "make", muse{Task: llm.Task{Model: m, MaxAttempts: 1}, NumRows: 3}, func(s string) draftRow { return draftRow{Text: s} })
		Dataset(made, "default")
	}
	out := filepath.Join(t.TempDir(), "out")
	asked := 0
	run := func(args ...string) (rows []string, calls int) {
		var stdout, stderr bytes.Buffer
		c := command{program: Program{Name: "invented", Hash: "h", Wire: wire}, stdout: &stdout, stderr: &stderr, letGo: func() {},
			endpoints: endpoints, simulator: func([]llm.Model, string) (string, func(), error) { return server.URL, func() {}, nil }}
		if code := c.main(slices.Concat([]string{"run", "--simulate", "--quiet", "--out", out}, args)); code != exitFine {
			t.Fatalf("exit code %d: %s", code, stderr.String())
		}
		before := asked
		asked = server.Requests().Count
		return strings.Split(strings.TrimSpace(data(t, out)), "\n"), asked - before
	}
	first, calls := run()
	if len(first) != 3 || calls != 3 {
		t.Errorf("%d calls for %q", calls, first)
	}
	more, calls := run("--set", "step.make.num_rows=5")
	if len(more) != 5 || calls != 2 || !slices.Equal(more[:3], first) {
		t.Errorf("%d calls for %q, which began with %q", calls, more, first)
	}
	if slices.Sort(more); len(slices.Compact(more)) != 5 {
		t.Errorf("rows are the same: %q", more)
	}
}
