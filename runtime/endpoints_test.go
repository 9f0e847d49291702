package runtime

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// simulated runs a pipeline of one step with the real client, on the simulator inside the program.
func simulated(t *testing.T, rows int, args ...string) (*stage, int, string) {
	t.Helper()
	s := newStage(t)
	s.program.Wire = func(p *Pipeline) {
		m := p.Model("small", llm.Model{Provider: "mistral", Name: "ministral-8b-latest", MaxInFlight: 4, MaxRetries: new(20)})
		Dataset(Task(Rows(p, "src", numbered(rows)), "ask", echo{Task: llm.Task{Model: m, MaxAttempts: 9}}, same, second), "default")
	}
	var out, errs bytes.Buffer
	c := command{program: s.program, stdout: &out, stderr: &errs, interrupts: s.interrupts, letGo: func() {}, endpoints: endpoints, simulator: simulator}
	code := c.main(append(args, "--out", s.out))
	return s, code, out.String() + errs.String()
}

func TestRunOnTheSimulator(t *testing.T) {
	s, code, output := simulated(t, 12, "--simulate")
	r := s.record(t)
	if code != exitFine || r.Totals.Written != 12 || r.Totals.Calls != 12 || r.Totals.Retries != 0 || r.Totals.PromptTokens == 0 || r.Totals.CompletionTokens == 0 {
		t.Errorf("exit code %d, totals %+v, output %s", code, r.Totals, output)
	}
	again, _, _ := simulated(t, 12, "--simulate")
	if s.file(t, "datasets/default/data/train-00000-of-00001.jsonl") != again.file(t, "datasets/default/data/train-00000-of-00001.jsonl") {
		t.Error("the same run writes other data")
	}
}

func TestRunWithFaults(t *testing.T) {
	s, code, output := simulated(t, 12, "--simulate", "--simulate-faults", "500=0.15,empty=0.15,truncate=0.15,seed=2")
	r, log := s.record(t), s.file(t, "run.log")
	if code != exitFine || r.Totals.Written != 12 || r.Totals.Calls <= 12 || r.Totals.Retries == 0 {
		t.Errorf("exit code %d, totals %+v, output %s", code, r.Totals, output)
	}
	if strings.Count(log, "request tried again") != int(r.Totals.Retries) || strings.Count(log, "model asked again") != int(r.Totals.Calls)-12 ||
		!strings.Contains(log, "step=ask") || !strings.Contains(log, "status=500") || !strings.Contains(log, "wait=") || !strings.Contains(log, "class=empty") {
		t.Errorf("totals %+v, log\n%s", r.Totals, log)
	}
}

func TestRunThatIsRefused(t *testing.T) {
	s, code, output := simulated(t, 12, "--simulate", "--set", "model.small.name=open-mistral-7b")
	if r := s.record(t); code != exitFatal || r.Status != failed || !strings.Contains(output, "step ask: ") || !strings.Contains(output, "retired on 2025-03-30") {
		t.Errorf("exit code %d, output %s", code, output)
	}
}

func TestRunWithoutKey(t *testing.T) {
	t.Setenv("MISTRAL_API_KEY", "")
	_, code, output := simulated(t, 1)
	if code != exitFatal || !strings.Contains(output, "MISTRAL_API_KEY is not set") || !strings.Contains(output, "add --simulate") {
		t.Errorf("exit code %d, output %s", code, output)
	}
	asks, err := endpoints([]llm.Model{{}}, false, newStats(nil))
	if fatal := (*llm.FatalError)(nil); asks != nil || !errors.As(err, &fatal) {
		t.Errorf("%v, %v", asks, err)
	}
}

// Who has a simulator of their own running needs no key for it, but one must be sent. What it makes is marked all the same.
func TestRunOnAServer(t *testing.T) {
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	t.Setenv("MISTRAL_API_KEY", "sk-secret-secret-secret")
	s, code, output := simulated(t, 3, "--set", "model.small.base_url="+server.URL)
	if r := s.record(t); code != exitFine || !r.Simulated || !r.Datasets[0].Simulated || strings.Contains(output+s.file(t, "run.log")+s.file(t, "run.json"), "sk-secret") {
		t.Errorf("exit code %d, run.json %+v, output %s", code, r, output)
	}
	t.Setenv("MISTRAL_API_KEY", "")
	if _, code, output := simulated(t, 3, "--set", "model.small.base_url="+server.URL); code != exitFatal || !strings.Contains(output, "wants an API key, and the environment variable MISTRAL_API_KEY is not set") {
		t.Errorf("exit code %d, output %s", code, output)
	}
}

// closing is endpoints that tell when they are closed.
type closing struct {
	fakeAsks
	closed *bool
}

func (c closing) Close() { *c.closed = true }

func TestEndpointsAreClosed(t *testing.T) {
	s, closed := newStage(t, "a"), false
	c := command{program: s.program, stdout: io.Discard, stderr: io.Discard, interrupts: s.interrupts, letGo: func() {},
		endpoints: func([]llm.Model, bool, *stats) (asks, error) { return closing{echoing(), &closed}, nil }}
	if code := c.main([]string{"--out", s.out}); code != exitFine || !closed {
		t.Errorf("exit code %d, closed: %v", code, closed)
	}
}

func TestWatchBeforeTheLogIsThere(t *testing.T) {
	st := newStats([]*node{{step: "ask", verb: "task"}})
	w := watch{st}
	w.Asked(endpoint.Answer{Call: llm.Call{Step: "ask"}, Prompt: 3, Completion: 2, Took: time.Second})
	w.Retried(endpoint.Retry{Call: llm.Call{Step: "ask"}})
	var log bytes.Buffer
	st.log = slog.New(slog.NewTextHandler(&log, nil))
	w.Retried(endpoint.Retry{Call: llm.Call{Step: "ask", Row: "r"}, Status: 503, Class: llm.ServerError, Message: "Down.", Wait: 1500 * time.Microsecond})
	if c := st.snapshot()[0]; c.Calls != 1 || c.Retries != 2 || c.PromptTokens != 3 || c.CompletionTokens != 2 || c.Seconds != 1 {
		t.Errorf("%+v", c)
	}
	if got := log.String(); !strings.Contains(got, `msg="request tried again" step=ask row=r sample=0 status=503 wait=2ms class=server_error message=Down.`) {
		t.Errorf("log %s", got)
	}
}
