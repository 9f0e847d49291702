package runtime

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
	"github.com/distigen/distigen/runtime/steps"
	"github.com/distigen/distigen/templates"
)

// evolving is a pipeline whose task asks several times about each row, each time about the reply before.
type evolving struct {
	rows    []string
	task    steps.EvolInstruct
	command string
	log     []simulate.Request // of the last run, where they are recorded
}

type evolvingRow struct {
	Text    string   `json:"text"`
	Evolved []string `json:"evolved"`
	Answers []string `json:"answers"`
}

func newEvolving(t *testing.T) evolving {
	prompt, err1 := fs.ReadFile(templates.FS, "prompts/evol_instruct.md")
	form, err2 := fs.ReadFile(templates.FS, "prompts/evol_instruct.reply.md")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return evolving{rows: []string{"Factor x^2 - 1.", "Why is 1 not a prime?", "Is 91 a prime?"}, command: "run", task: steps.EvolInstruct{
		Task:          llm.Task{Prompt: llm.Prompt(prompt), ReplyFormat: llm.Prompt(form), MaxAttempts: 9, NumGenerations: 1},
		NumEvolutions: 2, StoreEvolutions: true, Mutations: []string{"constraints", "deepening", "concretizing", "breadth"}}}
}

// run runs the pipeline in a folder and returns the requests that the simulator saw, and the rows that came of it.
func (e *evolving) run(t *testing.T, out string, o simulate.Options) (requests int, data string) {
	t.Helper()
	server, err := simulate.Start("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	wire := func(p *Pipeline) {
		e.task.Model = p.Model("small", llm.Model{Name: "ministral-8b-latest", Generation: llm.Generation{Temperature: llm.Ptr(0.7)}})
		rows := make([]evolvingRow, len(e.rows))
		for i, text := range e.rows {
			rows[i].Text = text
		}
		Dataset(Samples(Rows(p, "src", rows), "evolve", e.task,
			func(r evolvingRow) steps.EvolInstructIn { return steps.EvolInstructIn{Instruction: r.Text} },
			func(r evolvingRow, o steps.EvolInstructOut) evolvingRow {
				return evolvingRow{r.Text, o.EvolvedInstructions, o.Answers}
			}), "default")
	}
	var stdout, stderr bytes.Buffer
	c := command{program: Program{Name: "evolving", Hash: "h", Wire: wire}, stdout: &stdout, stderr: &stderr, letGo: func() {},
		endpoints: endpoints, simulator: func([]llm.Model, string) (string, func(), error) { return server.URL, func() {}, nil }}
	if code := c.main([]string{e.command, "--simulate", "--quiet", "--out", out}); code != exitFine {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	e.log = server.Requests().Log
	if e.command != "run" {
		return server.Requests().Count, ""
	}
	text, err := os.ReadFile(filepath.Join(out, "datasets", "default", "data", "train-00000-of-00001.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return server.Requests().Count, string(text)
}

// A task that asks several times about a row pays for each of its requests once, whatever run they were made in. Three rows that
// evolve twice take 6 calls.
func TestEvolutionsArePaidForOnce(t *testing.T) {
	for name, c := range map[string]struct {
		first, then func(*evolving)
		calls       int
	}{
		"the same":            {nil, nil, 0},
		"rows reordered":      {nil, func(e *evolving) { slices.Reverse(e.rows) }, 0},
		"a row added":         {nil, func(e *evolving) { e.rows = append([]string{"What is 3/4 of 20?"}, e.rows...) }, 2},
		"one round more":      {nil, func(e *evolving) { e.task.NumEvolutions = 3 }, 3},
		"one round less":      {nil, func(e *evolving) { e.task.NumEvolutions = 1 }, 0},
		"answers as well":     {nil, func(e *evolving) { e.task.GenerateAnswers = true }, 6},
		"a second sample":     {nil, func(e *evolving) { e.task.NumGenerations = 2 }, 6},
		"a dry run before":    {func(e *evolving) { e.command = "dry-run" }, nil, 4},
		"the original kept":   {nil, func(e *evolving) { e.task.IncludeOriginal = true }, 0},
		"another sample seed": {nil, func(e *evolving) { e.task.Seed = llm.Ptr(7) }, 6},
	} {
		e, out := newEvolving(t), filepath.Join(t.TempDir(), "out")
		first := newEvolving(t)
		if c.first != nil {
			c.first(&first)
		}
		first.run(t, out, simulate.Options{})
		if c.then != nil {
			c.then(&e)
		}
		calls, data := e.run(t, out, simulate.Options{})
		if calls != c.calls {
			t.Errorf("%s: %d calls, want %d", name, calls, c.calls)
		}
		if _, anew := e.run(t, filepath.Join(t.TempDir(), "out"), simulate.Options{}); anew != data {
			t.Errorf("%s: the rows differ from those of a run of its own:\n%s\n%s", name, data, anew)
		}
	}
}

// Replies that are no version are asked again, kept in the journal, and read from there in the same order.
func TestEvolutionsGoOnAfterBadReplies(t *testing.T) {
	faults, err := simulate.ParseFaults("offformat=0.4")
	if err != nil {
		t.Fatal(err)
	}
	e, out := newEvolving(t), filepath.Join(t.TempDir(), "out")
	calls, data := e.run(t, out, simulate.Options{Faults: faults})
	if calls <= 6 || strings.Count(data, "\n") != 3 {
		t.Errorf("%d calls, so that none was asked again, for\n%s", calls, data)
	}
	if again, same := e.run(t, out, simulate.Options{Faults: faults}); again != 0 || same != data {
		t.Errorf("the second run made %d calls, and\n%s of\n%s", again, same, data)
	}
}

// Equal rows are rows of their own: a task learns from its asker which one it asks for, and draws lots for each.
func TestEvolutionsOfEqualRows(t *testing.T) {
	e := newEvolving(t)
	e.rows, e.task.Prompt = slices.Repeat([]string{"Is 91 a prime?"}, 8), "Way {{ .mutation }}, as of {{ .instruction }}"
	e.task.NumEvolutions = 1
	e.run(t, filepath.Join(t.TempDir(), "out"), simulate.Options{Record: true})
	drawn := map[string]bool{}
	for _, r := range e.log {
		body := string(r.Body)
		for _, m := range e.task.Mutations {
			if strings.Contains(body, "Way "+m) {
				drawn[m] = true
			}
		}
	}
	if len(drawn) < 2 {
		t.Errorf("8 equal rows drew %v", drawn)
	}
}
