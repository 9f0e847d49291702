package publish_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/hub/hubtest"
	"github.com/distigen/distigen/runtime/publish"
)

type row struct {
	Text string `json:"text"`
}

// stage is a program with hub blocks, and a fake Hub.
type stage struct {
	*testing.T
	*hubtest.Server
	repos  publish.Repos
	reject bool // a row fails
	out    string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s, address := hubtest.Start(t)
	t.Setenv("HF_ENDPOINT", address)
	t.Setenv("HF_TOKEN", hubtest.WriteToken)
	t.Setenv("HF_HUB_OFFLINE", "")
	return &stage{T: t, Server: s, out: filepath.Join(t.TempDir(), "out"), repos: publish.Repos{{Dataset: "all", ID: "acme/maths"}, {Dataset: "same", ID: "acme/maths"}}}
}

// run runs a command line of the program.
func (s *stage) run(args ...string) (code int, said string) {
	s.Helper()
	program := runtime.Program{Name: "letters", Hash: "abc", Dir: s.TempDir(), Hub: s.repos, Wire: func(p *runtime.Pipeline) {
		rows := runtime.Rows(p, "rows", []row{{"a"}, {"b"}})
		same := runtime.Map(rows, "same", func(r row) (row, error) {
			if s.reject && r.Text == "b" {
				return r, errors.New("not this one")
			}
			return r, nil
		})
		runtime.Dataset(rows, "all")
		runtime.Dataset(same, "same")
	}}
	return capture(s.T, func() int { return runtime.Main(program, append(args, "--out", s.out)) })
}

// capture returns what is written to standard output and error.
func capture(t *testing.T, do func() int) (code int, said string) {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, errs := os.Stdout, os.Stderr
	defer func() { os.Stdout, os.Stderr = out, errs }()
	os.Stdout, os.Stderr = f, f
	code = do()
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(text)
}

// record is what run.json says of the Hub.
func (s *stage) record() (hub []runtime.Pushed) {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.out, "run.json"))
	if err != nil {
		s.Fatal(err)
	}
	var r struct{ Hub []runtime.Pushed }
	if err := json.Unmarshal(text, &r); err != nil {
		s.Fatal(err)
	}
	return r.Hub
}

func (s *stage) pushed() bool {
	files := s.Files("acme/maths", "main")
	return slices.Contains(files, "README.md") && slices.Contains(files, "all/dataset.json") && slices.Contains(files, "same/dataset.json")
}

func TestPushAtTheEnd(t *testing.T) {
	s := newStage(t)
	code, said := s.run("run")
	if code != 0 || !s.pushed() || s.Commits("acme/maths") != 2 {
		t.Fatalf("exit code %d, the repository has %q in %d commits\n%s", code, s.Files("acme/maths", "main"), s.Commits("acme/maths"), said)
	}
	for _, want := range []string{"Created the dataset acme/maths.", "Datasets all, same pushed to http://"} {
		if !strings.Contains(said, want) {
			t.Errorf("not said: %s\n%s", want, said)
		}
	}
	for _, p := range s.record() {
		if p.Repo != "acme/maths" || p.Commit == "" || p.Error != "" {
			t.Errorf("run.json has %+v", p)
		}
	}
	for _, name := range []string{"run.json", "run.log"} {
		text, _ := os.ReadFile(filepath.Join(s.out, name))
		if strings.Contains(string(text), hubtest.WriteToken) {
			t.Errorf("the token is in %s", name)
		}
	}
	if code, said := s.run("push"); code != 0 || !strings.Contains(said, "nothing to push") || s.Commits("acme/maths") != 2 {
		t.Errorf("again: exit code %d, %d commits\n%s", code, s.Commits("acme/maths"), said)
	}
}

// What is not asked for does not ask the Hub for anything.
func TestNotPushed(t *testing.T) {
	for _, args := range []string{"run --no-push", "run --simulate", "dry-run"} {
		s := newStage(t)
		code, said := s.run(strings.Fields(args)...)
		if n := len(s.Log("", "")); code != 0 || n > 0 {
			t.Errorf("%s: exit code %d, %d requests\n%s", args, code, n, said)
		}
		if strings.Contains(args, "--simulate") != strings.Contains(said, "Not pushed to the Hub: the data are simulated.") {
			t.Errorf("%s says\n%s", args, said)
		}
	}
	s := newStage(t)
	if code, said := s.run("run", "--simulate", "--push-simulated"); code != 0 || !s.pushed() {
		t.Errorf("--push-simulated: exit code %d\n%s", code, said)
	}
}

func TestPushWithRejects(t *testing.T) {
	s := newStage(t)
	s.reject = true
	if code, said := s.run("run"); code != 3 || !s.pushed() {
		t.Errorf("exit code %d, want 3 and a push\n%s", code, said)
	}
}

// What would keep the data from being pushed is found before anything is done.
func TestNotReady(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		token string
		repos publish.Repos
		fault hubtest.Fault
		want  string
	}{
		"no token":        {token: " ", want: "There is no token for the Hub. Make one with write access"},
		"wrong token":     {token: "hf_wrong", want: "The token is not valid"},
		"read token":      {token: hubtest.ReadToken, want: "may only read"},
		"other namespace": {repos: publish.Repos{{Dataset: "all", ID: "stranger/maths"}}, want: "the token is of tester, who does not belong to stranger (but to acme)"},
		"public":          {repos: publish.Repos{{Dataset: "all", ID: "acme/public", Private: &yes}}, want: "the dataset acme/public is public on the Hub"},
		"no Hub":          {fault: hubtest.Fault{Path: "/whoami", Status: 404}, want: "It is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.repos = publish.Repos{{Dataset: "all", ID: "acme/public", Private: &no}}
			if code, said := s.run("run"); code != 0 {
				t.Fatal(said)
			}
			s.out = filepath.Join(t.TempDir(), "out")
			t.Setenv("HF_HOME", t.TempDir())
			if c.token != "" {
				t.Setenv("HF_TOKEN", strings.TrimSpace(c.token))
			}
			if c.repos != nil {
				s.repos = c.repos
			}
			if c.fault.Path != "" {
				s.Inject(c.fault)
			}
			code, said := s.run("run")
			if code != 4 || !strings.Contains(strings.ToLower(said), strings.ToLower(c.want)) || !strings.Contains(said, "Or add --no-push, and push the finished data later.") {
				t.Errorf("exit code %d\n%s\nwant %s", code, said, c.want)
			}
			if _, err := os.Stat(s.out); err == nil {
				t.Error("the run has begun")
			}
		})
	}
}

// A push that fails leaves the data, and can be made later.
func TestPushLater(t *testing.T) {
	s := newStage(t)
	s.Inject(hubtest.Fault{Path: "/commit/", Status: 413})
	code, said := s.run("run")
	if code != 4 || !strings.Contains(said, "The data are whole in ") || !strings.Contains(said, "To push them later: distigen push ") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if hub := s.record(); len(hub) != 2 || !strings.Contains(hub[0].Error, "(413") || hub[0].Commit != "" {
		t.Errorf("run.json has %+v", hub)
	}
	if code, said := s.run("push"); code != 0 || !s.pushed() || s.record()[0].Error != "" {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

func TestPushIsRefused(t *testing.T) {
	s := newStage(t)
	if code, said := s.run("push"); code != 2 || !strings.Contains(said, "holds no run") {
		t.Errorf("without a run: exit code %d\n%s", code, said)
	}
	s.run("run", "--simulate")
	if code, said := s.run("push"); code != 2 || !strings.Contains(said, "are simulated. With --push-simulated") {
		t.Errorf("simulated: exit code %d\n%s", code, said)
	}
	text, _ := os.ReadFile(filepath.Join(s.out, "run.json"))
	os.WriteFile(filepath.Join(s.out, "run.json"), []byte(strings.Replace(string(text), `"status": "finished"`, `"status": "interrupted"`, 1)), 0o644)
	if code, said := s.run("push", "--push-simulated"); code != 2 || !strings.Contains(said, "is not finished, but interrupted") {
		t.Errorf("interrupted: exit code %d\n%s", code, said)
	}
	s.repos = publish.Repos{{Dataset: "al", ID: "acme/maths"}}
	s.out += "2"
	s.run("run", "--no-push")
	if code, said := s.run("push"); code != 2 || !strings.Contains(said, `the run has no dataset al, but all, same; did you mean all?`) {
		t.Errorf("another dataset: exit code %d\n%s", code, said)
	}
	if s.Commits("acme/maths") > 0 {
		t.Error("something was pushed")
	}
}

// Ctrl-C stops a push, and the next one goes on.
func TestInterruptedPush(t *testing.T) {
	s := newStage(t)
	if code, said := s.run("run", "--no-push"); code != 0 {
		t.Fatal(said)
	}
	s.Inject(hubtest.Fault{Path: "/commit/", Hang: time.Hour})
	interrupts := make(chan os.Signal, 1)
	go func() {
		s.Await(1)
		interrupts <- os.Interrupt
	}()
	code, err := runtime.PushRun(func([]runtime.Pushed, []string) (runtime.Hub, error) { return s.repos, nil }, s.out,
		runtime.PushOptions{Stdout: os.Stderr, Stderr: os.Stderr, Interrupts: interrupts})
	if code != 130 || err == nil || !strings.Contains(err.Error(), "The same command again goes on") {
		t.Errorf("exit code %d, %v", code, err)
	}
	if code, said := s.run("push"); code != 0 || !s.pushed() {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// A program of no hub block does not have the command push.
func TestNoHub(t *testing.T) {
	code, said := capture(t, func() int {
		return runtime.Main(runtime.Program{Name: "x", Wire: func(*runtime.Pipeline) {}}, []string{"push"})
	})
	if code != 2 || !strings.Contains(said, "has no hub block") {
		t.Errorf("exit code %d: %s", code, fmt.Sprint(said))
	}
}
