package runtime

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

type queried struct {
	Text string `json:"text"`
}

type answered struct {
	Text  string `json:"text"`
	Reply string `json:"reply"`
	Note  *int   `json:"note"`
}

// stage is a program at the command line, with endpoints of the test's.
type stage struct {
	program    Program
	asks       fakeAsks
	interrupts chan os.Signal
	out        string // the output folder
	started    bool   // the simulator was
	models     []llm.Model
}

func newStage(t *testing.T, rows ...string) *stage {
	return &stage{asks: echoing(), interrupts: make(chan os.Signal, 2), out: filepath.Join(t.TempDir(), "out"),
		program: Program{Name: "letters", Description: "Letters in capitals.", Hash: "abc", Wire: func(p *Pipeline) {
			m := p.Model("small", llm.Model{Provider: "openai", Name: "m-1", BaseURL: "http://u:secret@example.org:80/v1"})
			in := make([]queried, len(rows))
			for i, r := range rows {
				in[i].Text = r
			}
			src := Rows(p, "src", in)
			Dataset(Task(src, "ask", echo{Task: llm.Task{Model: m}},
				func(q queried) string { return q.Text },
				func(q queried, reply string) answered { return answered{q.Text, reply, nil} }), "default")
		}}}
}

// command runs a command line; --out is added.
func (s *stage) command(args ...string) (code int, stdout, stderr string) {
	return s.plain(append(args, "--out", s.out)...)
}

func (s *stage) plain(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	c := command{program: s.program, stdout: &out, stderr: &errs, interrupts: s.interrupts, letGo: func() {},
		endpoints: func(models []llm.Model, simulated bool, st *stats) (asks, error) {
			s.models = models
			if !simulated && os.Getenv("DISTIGEN_TEST_NO_KEY") != "" {
				return nil, &llm.FatalError{Class: llm.Unauthorized, Message: "MISTRAL_API_KEY is not set.", Remedy: "Set it."}
			}
			return s.asks, nil
		},
		simulator: func([]llm.Model, string) (string, func(), error) {
			s.started = true
			return "http://simulator/v1", func() {}, nil
		}}
	code = c.main(args)
	return code, out.String(), errs.String()
}

func (s *stage) file(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.out, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (s *stage) record(t *testing.T) record {
	t.Helper()
	var r record
	d := json.NewDecoder(strings.NewReader(s.file(t, "run.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRunWritesItsFiles(t *testing.T) {
	s := newStage(t, "a <b>", "bad", "c")
	s.asks = failing("bad", bad(llm.Cut))
	code, stdout, stderr := s.command()
	if code != exitRejects {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if got, want := s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), `{"text":"a <b>","reply":"A <B>","note":null}
{"text":"c","reply":"C","note":null}
`; got != want {
		t.Errorf("the data are\n%s", got)
	}
	if got, want := s.file(t, "rejects.jsonl"), `{"step":"ask","row_id":"`+newRowIDs().of(queried{"bad"})+
		`","source":"src","source_row":2,"class":"cut","message":"It is bad.","reply":"what it said","row":{"text":"bad"}}`+"\n"; got != want {
		t.Errorf("rejects.jsonl is\n%s", got)
	}
	page := s.file(t, "report.html")
	for _, part := range []string{"<h1>letters</h1>", "finished with rejects", ">src<", ">ask<", "2 rows out, 1 rejected", "A &lt;B&gt;", "<td>cut</td>", "It is bad."} {
		if !strings.Contains(page, part) {
			t.Errorf("report.html lacks %q", part)
		}
	}
	r := s.record(t)
	if r.Status != withRejects || r.Distigen != V1 || r.Pipeline != "letters" || r.Hash != "abc" || r.Simulated || r.Finished == nil ||
		r.Totals.Source != 3 || r.Totals.Written != 2 || r.Totals.Rejected != 1 || r.Rejects[llm.Cut] != 1 || r.Ledger.check() != nil {
		t.Errorf("run.json is %+v", r)
	}
	if len(r.Models) != 1 || r.Models[0] != (modelRecord{"small", "openai", "m-1", "example.org:80"}) {
		t.Errorf("models are %+v", r.Models)
	}
	if len(r.Steps) != 2 || r.Steps[1].Verb != "task" || r.Steps[1].In != 3 || r.Steps[1].Out != 2 || r.Steps[1].Rejected != 1 {
		t.Errorf("steps are %+v", r.Steps)
	}
	var set datasetRecord
	if err := json.Unmarshal([]byte(s.file(t, "datasets/default/dataset.json")), &set); err != nil || set.Rows != 2 || len(set.Columns) != 3 ||
		set.Columns[2].Name != "note" || set.Columns[2].Type.String() != "optional(int)" || set.Path != "datasets/default" {
		t.Errorf("dataset.json is %+v, %v", set, err)
	}
	if len(r.Datasets) != 1 || r.Datasets[0].Rows != 2 {
		t.Errorf("datasets are %+v", r.Datasets)
	}
	log := s.file(t, "run.log")
	for _, part := range []string{"run started", "row rejected", "run ended"} {
		if !strings.Contains(log, part) {
			t.Errorf("run.log lacks %q", part)
		}
	}
	for _, part := range []string{"finished, with rejects", "2 rows in " + filepath.Join(s.out, "datasets", "default", "data", "train-00000-of-00001.jsonl"),
		"1 row in " + filepath.Join(s.out, "rejects.jsonl"), "1 cut", "ask"} {
		if !strings.Contains(stdout, part) {
			t.Errorf("the summary lacks %q:\n%s", part, stdout)
		}
	}
	if strings.Contains(stdout, "SIMULATED") || strings.Contains(s.file(t, "run.json")+log, "secret") {
		t.Error("a run of real models says that it is simulated, or tells a secret")
	}
}

func TestExitCodes(t *testing.T) {
	fatal := failing("a", &llm.FatalError{Class: llm.Unauthorized, Message: "The key is bad.", Remedy: "Set another."})
	for name, c := range map[string]struct {
		args []string
		asks fakeAsks
		code int
		says string
	}{
		"fine":              {nil, echoing(), exitFine, "finished"},
		"run":               {[]string{"run"}, echoing(), exitFine, "finished"},
		"rejects":           {nil, failing("a", bad(llm.Empty)), exitRejects, "1 empty"},
		"fatal":             {nil, fatal, exitFatal, "The key is bad. Set another."},
		"unknown command":   {[]string{"dryrun"}, echoing(), exitUsage, "did you mean dry-run?"},
		"unknown flag":      {[]string{"--simulat"}, echoing(), exitUsage, "-simulat"},
		"argument too many": {[]string{"run", "x"}, echoing(), exitUsage, `"x"`},
		"faults alone":      {[]string{"--simulate-faults", "429=1"}, echoing(), exitUsage, "--simulate"},
		"unknown step":      {[]string{"--set", "step.aks.prefix=x"}, echoing(), exitUsage, "did you mean step.ask?"},
		"unknown model":     {[]string{"--set", "model.smal.name=x"}, echoing(), exitUsage, "did you mean model.small?"},
		"no parameters":     {[]string{"--set", "step.src.rows=x"}, echoing(), exitUsage, "no parameters"},
		"unknown parameter": {[]string{"--set", "step.ask.prefx=x"}, echoing(), exitUsage, "prefix"},
		"fixed parameter":   {[]string{"--set", "step.ask.shape=x"}, echoing(), exitUsage, "build again"},
		"bad value":         {[]string{"--set", "step.ask.temperature=warm"}, echoing(), exitUsage, "warm"},
		"out of range":      {[]string{"--set", "step.ask.temperature=9"}, echoing(), exitUsage, "temperature"},
		"bad setting":       {[]string{"--set", "ask.temperature=9"}, echoing(), exitUsage, "step.NAME.PARAMETER=VALUE"},
		"no such file":      {[]string{"--params", "nowhere.json"}, echoing(), exitUsage, "nowhere.json"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t, "a")
			s.asks = c.asks
			code, stdout, stderr := s.command(c.args...)
			if code != c.code || !strings.Contains(stdout+stderr, c.says) {
				t.Errorf("exit code %d, output:\n%s%s", code, stdout, stderr)
			}
			if _, err := os.Stat(s.out); c.code == exitUsage && err == nil {
				t.Error("a wrong usage leaves files")
			}
		})
	}
}

func TestFatalErrorStandsInRunJSON(t *testing.T) {
	s := newStage(t, "a")
	s.asks = failing("a", &llm.FatalError{Class: llm.Unauthorized, Message: "The key is bad.", Remedy: "Set another."})
	s.command()
	if r := s.record(t); r.Status != failed || !strings.Contains(r.Error, "The key is bad. Set another.") || r.Ledger.Unfinished != 1 {
		t.Errorf("run.json is %+v", r)
	}
}

func TestWithoutKeyNothingHappens(t *testing.T) {
	t.Setenv("DISTIGEN_TEST_NO_KEY", "1")
	s := newStage(t, "a")
	code, _, stderr := s.command()
	if _, err := os.Stat(s.out); code != exitFatal || !strings.Contains(stderr, "MISTRAL_API_KEY") || !strings.Contains(stderr, "--simulate") || err == nil {
		t.Errorf("exit code %d, output %s", code, stderr)
	}
}

func TestSimulatedRunSaysSo(t *testing.T) {
	s := newStage(t, "a")
	code, stdout, _ := s.command("--simulate")
	if r := s.record(t); code != exitFine || !r.Simulated || r.Models[0].Host != "simulator" || !r.Datasets[0].Simulated || !strings.Contains(stdout, "SIMULATED") {
		t.Errorf("exit code %d, run.json %+v, output %s", code, r, stdout)
	}
	if !s.started || s.models[0].BaseURL != "http://simulator/v1" {
		t.Errorf("models are %+v", s.models)
	}
}

func TestDryRunTakesOneRow(t *testing.T) {
	s := newStage(t, "a", "b", "c")
	code, _, _ := s.command("dry-run")
	s.out = filepath.Join(s.out, "dry-run")
	if code != exitFine || strings.Count(s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), "\n") != 1 || !s.record(t).DryRun {
		t.Errorf("exit code %d, run.json %+v", code, s.record(t))
	}
	t.Chdir(t.TempDir())
	s.plain("dry-run")
	if _, err := os.Stat("out/dry-run/run.json"); err != nil {
		t.Error(err)
	}
	s.plain()
	if _, err := os.Stat("out/run.json"); err != nil {
		t.Error(err)
	}
}

func TestInterruptedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, slices.Repeat([]string{"a"}, 200)...)
		asks, asked := questioning()
		s.asks = asks
		over := make(chan struct{})
		go func() {
			first := <-asked
			s.interrupts <- os.Interrupt
			synctest.Wait()
			first.answer <- answer{text: "first"}
			for {
				select {
				case q := <-asked:
					q.answer <- answer{text: "late"}
				case <-over:
					return
				}
			}
		}()
		code, stdout, stderr := s.command()
		close(over)
		r := s.record(t)
		if code != exitInterrupted || r.Status != interrupted || r.Ledger.check() != nil || r.Ledger.Unfinished != 0 || r.Totals.Source > 64 ||
			!strings.Contains(stderr, "Press Ctrl-C again") || !strings.Contains(stdout, "interrupted") {
			t.Errorf("exit code %d, run.json %+v, output %s%s", code, r, stdout, stderr)
		}
		if got := strings.Count(s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), "\n"); int64(got) != r.Totals.Source {
			t.Errorf("%d rows are written of %d read", got, r.Totals.Source)
		}
	})
}

func TestInterruptedTwiceStopsAtOnce(t *testing.T) {
	s := newStage(t, "a", "b")
	asks, asked := questioning()
	s.asks = asks
	go func() {
		<-asked
		s.interrupts <- os.Interrupt
		s.interrupts <- os.Interrupt
	}()
	code, _, stderr := s.command()
	if r := s.record(t); code != exitInterrupted || r.Status != interrupted || r.Ledger.Unfinished == 0 || !strings.Contains(stderr, "at once") {
		t.Errorf("exit code %d, run.json %+v, output %s", code, r, stderr)
	}
}

func TestHelpAndVersion(t *testing.T) {
	s := newStage(t, "a")
	for _, args := range [][]string{{"help"}, {"-h"}, {"run", "--help"}} {
		if code, stdout, _ := s.plain(args...); code != exitFine || !strings.Contains(stdout, "Examples:") || !strings.Contains(stdout, "letters: Letters in capitals.") {
			t.Errorf("%q: exit code %d, output %s", args, code, stdout)
		}
	}
	if code, stdout, _ := s.plain("version"); code != exitFine || !strings.Contains(stdout, V1) || !strings.Contains(stdout, "abc") {
		t.Errorf("exit code %d, output %s", code, stdout)
	}
}

func TestQuietRunStillSumsUp(t *testing.T) {
	s := newStage(t, "a")
	if _, stdout, stderr := s.command("--quiet"); stderr != "" || !strings.Contains(stdout, "1 row in") {
		t.Errorf("output %s%s", stdout, stderr)
	}
	if _, _, stderr := s.command(); !strings.Contains(stderr, "step=ask done=1") {
		t.Errorf("progress is %s", stderr)
	}
}

func TestLedgerOutOfBalanceIsTold(t *testing.T) {
	s := newStage(t)
	pipe := &Pipeline{settings: &settings{}}
	var out, errs bytes.Buffer
	o := options{out: t.TempDir(), settings: pipe.settings}
	s.out = o.out
	w := &work{command: command{stdout: &out, stderr: &errs}, options: o, pipe: pipe, rec: newRecord(s.program, o, pipe)}
	if err := w.open(); err != nil {
		t.Fatal(err)
	}
	w.engine = newEngine(t.Context(), s.asks, w.notes, slog.New(slog.DiscardHandler), newStats(nil))
	w.engine.ledger.Source = 1
	if code := w.end(nil); code != exitFatal || s.record(t).Status != failed || !strings.Contains(errs.String(), "ledger does not balance") || !strings.Contains(out.String(), "FAILED") {
		t.Errorf("exit code %d, output %s%s", code, &out, &errs)
	}
}

// run.json is up to date while the run goes on, and says what is expected.
func TestRecordWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, slices.Repeat([]string{"a"}, 10)...)
		asks, asked := questioning()
		s.asks = asks
		go func() {
			for i := range 10 {
				q := <-asked
				if i == 5 {
					time.Sleep(3 * time.Second) // of a clock that does not wait
					r := s.record(t)
					if c := r.Steps[1]; r.Status != running || c.Out != 5 || c.Waiting != 5 || r.Totals.Written != 5 {
						t.Errorf("run.json is %+v", r)
					}
				}
				q.answer <- answer{text: "x"}
			}
		}()
		if code, _, stderr := s.command(); code != exitFine {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		if r := s.record(t); r.Status != finished || r.Steps[1].Waiting != 0 || r.Expected != nil {
			t.Errorf("run.json is %+v", r)
		}
	})
}

// With JSON, all that is told is JSON lines on standard error.
func TestLogsAsJSON(t *testing.T) {
	s := newStage(t, "a", "bad")
	s.asks = failing("bad", &llm.FatalError{Class: llm.Unauthorized, Message: "No key.", Remedy: "Set it."})
	_, stdout, stderr := s.command("--log-format", "json")
	if stdout != "" {
		t.Errorf("on standard output: %s", stdout)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(stderr + s.file(t, "run.log")) {
		var said struct {
			Level, Msg, Status string
			Record             *struct{ Error string }
		}
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Errorf("%v: %s", err, line)
		}
		seen[said.Level+" "+said.Msg] = true
		if said.Record != nil && !strings.Contains(said.Record.Error, "No key.") {
			t.Errorf("the record is %s", line)
		}
	}
	for _, want := range []string{"INFO progress", "INFO run ended", "INFO run started", "ERROR step ask: No key. Set it."} {
		if !seen[want] {
			t.Errorf("%q is not among %v", want, seen)
		}
	}
	if code, _, stderr := s.command("--log-format", "xml"); code != exitUsage || !strings.Contains(stderr, "text or json") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
