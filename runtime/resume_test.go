package runtime

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// draft is a pipeline that a test edits between two runs: rows, a question about each, two rows of each, and a question
// about each of these.
type draft struct {
	rows                    []string
	first, last             string // what is asked
	firstName, lastName     string // of the steps
	expandName              string
	model                   string
	temperature             float64
	inFlight                int
	twin                    bool // another step that asks the same as the last one
	before                  bool // a step between the first question and the expansion
	samples                 int
	command                 []string
	maxAttempts, maxRetries int
	wireTo                  string // base URL
}

type draftRow struct {
	Text   string `json:"text"`
	Answer string `json:"answer"`
	Note   string `json:"note"`
}

func newDraft() draft {
	return draft{rows: []string{"a", "b", "c", "d"}, first: "About ", last: "More of ", firstName: "first", lastName: "last", expandName: "two",
		model: "ministral-8b-latest", temperature: 0.5, inFlight: 4, samples: 1, command: []string{"run"}, maxAttempts: 3, maxRetries: 6}
}

func (d draft) wire(p *Pipeline) {
	m := p.Model("small", llm.Model{Name: d.model, BaseURL: d.wireTo, MaxInFlight: d.inFlight, MaxRetries: &d.maxRetries, Generation: llm.Generation{Temperature: &d.temperature}})
	task := func(prefix string) echo {
		return echo{Task: llm.Task{Model: m, MaxAttempts: d.maxAttempts}, Prefix: prefix}
	}
	text := func(r draftRow) string { return r.Text }
	answer := func(r draftRow) string { return r.Answer }
	add := func(r draftRow, reply string) draftRow { r.Answer = reply; return r }
	note := func(r draftRow, reply string) draftRow { r.Note = reply; return r }
	rows := make([]draftRow, len(d.rows))
	for i, t := range d.rows {
		rows[i].Text = t
	}
	asked := Task(Rows(p, "src", rows), d.firstName, task(d.first), text, add)
	if d.before {
		asked = Task(asked, "between", task("In short: "), text, note)
	}
	two := FlatMap(asked, d.expandName, func(r draftRow) ([]draftRow, error) {
		one, other := r, r
		one.Answer, other.Answer = r.Answer+" (1)", r.Answer+" (2)"
		return []draftRow{one, other}, nil
	})
	last := task(d.last)
	last.NumGenerations = d.samples
	Dataset(Samples(two, d.lastName, last, answer, note), "default")
	if d.twin {
		Dataset(Samples(two, "twin", last, answer, note), "twin")
	}
}

// run runs the draft in a folder, against a simulator that counts, and returns the requests that it saw.
func (d draft) run(t *testing.T, out string, o simulate.Options) (requests, code int) {
	t.Helper()
	server, err := simulate.Start("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	var stdout, stderr bytes.Buffer
	c := command{program: Program{Name: "draft", Hash: "h", Wire: d.wire}, stdout: &stdout, stderr: &stderr, letGo: func() {},
		endpoints: endpoints, simulator: func([]llm.Model, string) (string, func(), error) { return server.URL, func() {}, nil }}
	code = c.main(slices.Concat(d.command, []string{"--simulate", "--quiet", "--out", out}))
	if code != exitFine && code != exitRejects {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	return server.Requests().Count, code
}

func data(t *testing.T, out string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "datasets", "default", "data", "train-00000-of-00001.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The calls of a second run in the same folder, after each kind of edit. The first one takes 4 + 8.
func TestEditsPayForWhatIsNew(t *testing.T) {
	for name, c := range map[string]struct {
		edit  func(*draft)
		calls int
		first func(*draft) // what the first run did otherwise
	}{
		"nothing":                            {func(d *draft) {}, 0, nil},
		"a row added":                        {func(d *draft) { d.rows = []string{"a", "new", "b", "c", "d"} }, 3, nil},
		"an equal row added":                 {func(d *draft) { d.rows = append(d.rows, "a") }, 3, nil},
		"a row removed":                      {func(d *draft) { d.rows = []string{"a", "c", "d"} }, 0, nil},
		"rows reordered":                     {func(d *draft) { d.rows = []string{"d", "b", "a", "c"} }, 0, nil},
		"rows added, removed and reordered":  {func(d *draft) { d.rows = []string{"d", "new", "c", "a"} }, 3, nil},
		"one of two equal rows removed":      {func(d *draft) {}, 0, func(d *draft) { d.rows = []string{"a", "b", "a", "c", "d"} }},
		"both prompts":                       {func(d *draft) { d.first, d.last = "Without ", "Less of " }, 12, nil},
		"a row added, the last prompt too":   {func(d *draft) { d.rows, d.last = append(d.rows, "e"), "Less of " }, 11, nil},
		"another model, and back":            {func(d *draft) {}, 12, func(d *draft) { d.model = "mistral-large-latest" }},
		"a row changed":                      {func(d *draft) { d.rows[1] = "B" }, 3, nil},
		"a step added that asks a model":     {func(d *draft) { d.before = true }, 4, nil},
		"a step added that asks the same":    {func(d *draft) { d.twin = true }, 8, nil},
		"a step removed":                     {func(d *draft) {}, 0, func(d *draft) { d.before = true }},
		"the prompt of the last step":        {func(d *draft) { d.last = "Less of " }, 8, nil},
		"the prompt of the first step":       {func(d *draft) { d.first = "Without " }, 12, nil},
		"the first step renamed":             {func(d *draft) { d.firstName = "opening" }, 0, nil},
		"the last step renamed":              {func(d *draft) { d.lastName = "ending" }, 0, nil},
		"the expansion renamed":              {func(d *draft) { d.expandName = "double" }, 0, nil},
		"another model":                      {func(d *draft) { d.model = "mistral-large-latest" }, 12, nil},
		"another temperature":                {func(d *draft) { d.temperature = 0.9 }, 12, nil},
		"limits, which no request has":       {func(d *draft) { d.inFlight, d.maxRetries = 2, 1 }, 0, nil},
		"more attempts":                      {func(d *draft) { d.maxAttempts = 9 }, 0, nil},
		"more samples":                       {func(d *draft) { d.samples = 3 }, 16, nil},
		"fewer samples":                      {func(d *draft) {}, 0, func(d *draft) { d.samples = 3 }},
		"a dry run before":                   {func(d *draft) {}, 9, func(d *draft) { d.command = []string{"dry-run"} }},
		"a dry run after":                    {func(d *draft) { d.command = []string{"dry-run"} }, 0, nil},
		"an edit and back":                   {func(d *draft) {}, 12, func(d *draft) { d.first = "Without " }},
		"started over":                       {func(d *draft) { d.command = []string{"run", "--fresh"} }, 12, nil},
		"resumed":                            {func(d *draft) { d.command = []string{"resume"} }, 0, nil},
		"retried, though nothing has failed": {func(d *draft) { d.command = []string{"retry"} }, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			before := newDraft()
			if c.first != nil {
				c.first(&before)
			}
			before.run(t, out, simulate.Options{})
			after := newDraft()
			c.edit(&after)
			if p := after.plan(t, out); p.New != int64(c.calls) {
				t.Errorf("the plan has %d new requests, and there are %d", p.New, c.calls)
			}
			if calls, _ := after.run(t, out, simulate.Options{}); calls != c.calls {
				t.Errorf("the second run makes %d calls, and %d are new", calls, c.calls)
			}
			if after.command[0] == "dry-run" {
				return
			}
			alone := filepath.Join(t.TempDir(), "alone")
			after.command = []string{"run"}
			after.run(t, alone, simulate.Options{})
			if got, want := data(t, out), data(t, alone); got != want {
				t.Errorf("the data are not those of a run of its own:\n%s\nwant\n%s", got, want)
			}
			if calls, _ := after.run(t, out, simulate.Options{}); calls != 0 {
				t.Errorf("the run after that makes %d calls", calls)
			}
		})
	}
}

// Rows whose replies were all bad stay rejected without a call, until retry asks for them anew, and for nothing else.
func TestRetryPaysForWhatFailed(t *testing.T) {
	faults := func(spec string) simulate.Options {
		f, err := simulate.ParseFaults(spec)
		if err != nil {
			t.Fatal(err)
		}
		return simulate.Options{Faults: f}
	}
	bad := filepath.Join(t.TempDir(), "script")
	script := `{"match": "About b", "do": "empty"}` + "\n" + `{"match": "More of .*\\(2\\)", "nth": 1, "do": "500"}` + "\n"
	if err := os.WriteFile(bad, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	d := newDraft()
	d.maxRetries = 0
	if calls, code := d.run(t, out, faults("script="+bad)); calls != 3+3+6 || code != exitRejects {
		t.Fatalf("%d calls, exit code %d", calls, code)
	}
	// A request that was never answered is asked again by any run; a bad reply is not.
	if calls, code := d.run(t, out, simulate.Options{}); calls != 1 || code != exitRejects {
		t.Errorf("%d calls in the second run, exit code %d", calls, code)
	}
	if calls, code := d.run(t, out, simulate.Options{}); calls != 0 || code != exitRejects {
		t.Errorf("%d calls in the third run, exit code %d", calls, code)
	}
	again := d
	again.command = []string{"retry"}
	if calls, code := again.run(t, out, faults("script="+bad)); calls != 3 || code != exitRejects {
		t.Errorf("retried against a server that is still bad, it makes %d calls, exit code %d", calls, code)
	}
	if calls, _ := d.run(t, out, simulate.Options{}); calls != 0 {
		t.Errorf("%d calls after that", calls)
	}
	if calls, code := again.run(t, out, simulate.Options{}); calls != 1+2 || code != exitFine {
		t.Errorf("retried, it makes %d calls, exit code %d", calls, code)
	}
	// What retry has got is there from then on.
	if calls, code := d.run(t, out, simulate.Options{}); calls != 0 || code != exitFine || strings.Count(data(t, out), "\n") != 8 {
		t.Errorf("%d calls in the end, exit code %d", calls, code)
	}
}

func TestNothingToGoOnWith(t *testing.T) {
	s := newStage(t, "a")
	for _, command := range []string{"resume", "retry"} {
		if code, _, stderr := s.command(command); code != exitUsage || !strings.Contains(stderr, "there is no run in "+s.out) {
			t.Errorf("%s: exit code %d, %s", command, code, stderr)
		}
		if code, _, stderr := s.command(command, "--fresh"); code != exitUsage || !strings.Contains(stderr, "Choose one") {
			t.Errorf("%s --fresh: exit code %d, %s", command, code, stderr)
		}
	}
	if _, err := os.Stat(s.out); err == nil {
		t.Error("a folder was made")
	}
}

// A damaged record costs its own reply, and the user is told.
func TestDamagedJournal(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	d := newDraft()
	d.run(t, out, simulate.Options{})
	want := data(t, out)
	log := filepath.Join(out, "journal-simulated", "replies.log")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(log, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if calls, _ := d.run(t, out, simulate.Options{}); calls != 1 || data(t, out) != want {
		t.Errorf("%d calls after a flipped bit", calls)
	}
	s := stage{out: out}
	if r := s.record(t); r.Journal.Damaged != 1 || r.Journal.Replies < 12 {
		t.Errorf("run.json has %+v", r.Journal)
	}
	if !strings.Contains(s.file(t, "run.log"), "journal damaged") {
		t.Error("run.log does not tell")
	}
	// No journal at all.
	if err := os.WriteFile(log, []byte("something else, that is long enough"), 0o666); err != nil {
		t.Fatal(err)
	}
	stage := newStage(t)
	stage.out = out
	var stderr bytes.Buffer
	c := command{program: Program{Name: "draft", Wire: d.wire}, stdout: &stderr, stderr: &stderr, letGo: func() {}, endpoints: endpoints, simulator: simulator}
	if code := c.main([]string{"--simulate", "--out", out}); code != exitFatal || !strings.Contains(stderr.String(), "--fresh") {
		t.Errorf("exit code %d: %s", code, stderr.String())
	}
}
