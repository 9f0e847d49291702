package runtime

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/endpoint"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// A run at a limit uses nearly all of it, and nearly nothing is refused: over real HTTP, with the journal and the engine.
func TestRunAtALimit(t *testing.T) {
	f, err := simulate.ParseFaults("500=0.05,latency=20ms,seed=2")
	if err != nil {
		t.Fatal(err)
	}
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{Faults: f, Limits: simulate.Limits{RequestsPerSecond: 100}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	d := newDraft()
	d.inFlight, d.rows = 64, nil
	for i := range 100 {
		d.rows = append(d.rows, fmt.Sprint(i))
	}
	out := filepath.Join(t.TempDir(), "out")
	began := time.Now()
	code, output := capped(d, server, Budget{}, out) // 300 requests
	took, seen := time.Since(began).Seconds(), server.Requests()
	refused := seen.Status[429]
	if code != exitFine || refused > seen.Count/20 {
		t.Errorf("exit code %d, %d of %d requests were refused\n%s", code, refused, seen.Count, output)
	}
	if passed := float64(seen.Count - refused); passed/took < 60 { // a slow machine is no fault of the pace
		t.Errorf("%.1f requests a second got through", passed/took)
	}
	r := (&stage{out: out}).record(t)
	if e := r.Endpoints[0]; len(r.Endpoints) != 1 || e.Host != "simulator" || e.Requests < 4500 || e.Requests > 6000 || !strings.Contains(e.Why, "requests a minute, ") ||
		e.Refused != int64(refused) || e.InFlight != 64 || e.MaxInFlight != 64 {
		t.Errorf("run.json has %+v", r.Endpoints)
	}
	if log := (&stage{out: out}).file(t, "run.log"); !strings.Contains(log, `msg=endpoint host=simulator limits="`) || !strings.Contains(log, "requests a minute, as the server says") {
		t.Errorf("run.log has\n%s", log)
	}
}

// An outage is waited for, and everybody sees it.
func TestRunOverAnOutage(t *testing.T) {
	server := serve(t, "")
	addr := strings.TrimPrefix(strings.TrimSuffix(server.URL, "/v1"), "http://")
	server.Close()
	time.AfterFunc(1500*time.Millisecond, func() {
		if again, err := simulate.Start(addr, simulate.Options{}); err == nil {
			t.Cleanup(func() { again.Close() })
		}
	})
	out := filepath.Join(t.TempDir(), "out")
	d := newDraft()
	d.maxRetries = 1
	if code, output := capped(d, server, Budget{}, out); code != exitFine {
		t.Fatalf("exit code %d\n%s", code, output)
	}
	s := &stage{out: out}
	if e := s.record(t).Endpoints[0]; e.Pauses.Count != 1 || e.Pauses.Seconds < 1.5 || e.Why != "" {
		t.Errorf("%+v", e)
	}
	for _, words := range []string{`limits="paused 1 s: no connection three times in a row"`, `limits="paused 2 s: no connection three times in a row"`, `limits="goes on after 3 s"`} {
		if !strings.Contains(s.file(t, "run.log"), words) {
			t.Errorf("%s is not in run.log", words)
		}
	}
}

// strained is endpoints under limits.
type strained struct {
	fakeAsks
	status []endpoint.Status
	spent  endpoint.Spent
}

func (s strained) Cap(endpoint.Budget, []llm.Task) error { return nil }
func (s strained) Settle() error                         { return nil }
func (s strained) Spent() endpoint.Spent                 { return s.spent }
func (s strained) Status() []endpoint.Status             { return s.status }

func TestLimitsAreShown(t *testing.T) {
	s := strained{echoing(), []endpoint.Status{{Host: "fine"}, {Host: "api.example.org", InFlight: 4, Window: 16, Waiting: 1200, Why: "98 requests a minute, as the server says"}},
		endpoint.Spent{Calls: 12, MaxCalls: 1000, NanoUSD: 1_234_000_000, MaxNanoUSD: 5_000_000_000}}
	v := (&monitor{stats: newStats(nil), limits: s}).look()
	block := strings.Join(live(v, 200, 20), "\n")
	for _, words := range []string{"fine: 0 of 0 in flight\n", "api.example.org: 4 of 16 in flight, 1,200 waiting; 98 requests a minute, as the server says",
		"budget 1.23 USD of 5.00 USD; budget 12 of 1,000 calls"} {
		if !strings.Contains(block, words) {
			t.Errorf("%s is not in\n%s", words, block)
		}
	}
	stage := newStage(t, "a")
	var out, errs bytes.Buffer
	c := command{program: stage.program, stdout: &out, stderr: &errs, interrupts: stage.interrupts, letGo: func() {},
		endpoints: func([]llm.Model, bool, *stats) (asks, error) { return s, nil }}
	if code := c.main([]string{"--out", stage.out}); code != exitFine {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	for _, words := range []string{`endpoint=api.example.org in_flight=4 window=16 waiting=1200 limits="98 requests a minute, as the server says"`, "budget_usd=1.234 max_usd=5 budget_calls=12 max_calls=1000"} {
		if !strings.Contains(errs.String(), words) {
			t.Errorf("%s is not in\n%s", words, &errs)
		}
	}
}
