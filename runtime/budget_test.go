package runtime

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
)

// capped runs a draft on a server, and returns the exit code and what was printed.
func capped(d draft, server *simulate.Server, program Budget, out string, args ...string) (code int, output string) {
	var text bytes.Buffer
	c := command{program: Program{Name: "draft", Hash: "h", Wire: d.wire, Budget: program}, stdout: &text, stderr: &text, letGo: func() {},
		endpoints: endpoints, simulator: func([]llm.Model, string) (string, func(), error) { return server.URL, func() {}, nil }}
	code = c.main(slices.Concat([]string{"run", "--simulate", "--quiet", "--out", out}, args))
	return code, text.String()
}

func serve(t *testing.T, faults string) *simulate.Server {
	t.Helper()
	f, err := simulate.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{Faults: f})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// A run stops at its cap in good order, and goes on from there with a higher one.
func TestCapInCalls(t *testing.T) {
	server := serve(t, "500=0.1,seed=3")
	out := filepath.Join(t.TempDir(), "out")
	stage := stage{out: out}
	d := newDraft()
	d.rows = strings.Split("abcdefghijklmnopqrst", "") // 20 + 40 requests
	code, output := capped(d, server, Budget{MaxCalls: 30}, out)
	r := stage.record(t)
	if code != exitFatal || r.Status != overBudget || server.Requests().Count != 30 || r.Budget.Calls != 30 || r.Budget.MaxCalls != 30 || r.Ledger.check() != nil {
		t.Errorf("exit code %d, run.json %+v, %d requests\n%s", code, r, server.Requests().Count, output)
	}
	for _, words := range []string{"stopped, its budget spent, after", "Error: The budget is spent: 30 of 30 calls (max_calls).", "--max-calls 60"} {
		if !strings.Contains(output, words) {
			t.Errorf("%q is not in\n%s", words, output)
		}
	}
	if r.Ledger.Unfinished == 0 || r.Ledger.Written+r.Ledger.Unfinished < 20 || r.Totals.Rejected > 0 {
		t.Errorf("ledger %+v", r.Ledger)
	}
	if code, _ := capped(d, server, Budget{MaxCalls: 30}, out); code != exitFatal || server.Requests().Count != 30 {
		t.Errorf("the same again: exit code %d, %d requests", code, server.Requests().Count)
	}
	code, output = capped(d, server, Budget{MaxCalls: 30}, out, "--max-calls", "90")
	if r = stage.record(t); code != exitFine || r.Status != finished || r.Ledger.Written != 40 || server.Requests().Count > 80 || r.Budget.Calls != int64(server.Requests().Count) {
		t.Errorf("exit code %d, run.json %+v, %d requests\n%s", code, r, server.Requests().Count, output)
	}
	alone := filepath.Join(t.TempDir(), "alone")
	capped(d, server, Budget{}, alone)
	if data(t, out) != data(t, alone) {
		t.Error("the data are not those of an unbroken run")
	}
}

// Rows under way that need no further request are finished, and so are those that the journal has.
func TestRowsWithoutRequestsFinish(t *testing.T) {
	server := serve(t, "")
	out := filepath.Join(t.TempDir(), "out")
	d := newDraft() // 4 + 8 requests
	if code, output := capped(d, server, Budget{}, out); code != exitFine {
		t.Fatal(output)
	}
	d.rows = append(d.rows, "new")
	code, output := capped(d, server, Budget{MaxCalls: 12}, out, "--max-calls", "12")
	if r := (&stage{out: out}).record(t); code != exitFatal || r.Status != overBudget || r.Ledger.Written != 8 || r.Ledger.Unfinished != 1 || server.Requests().Count != 12 {
		t.Errorf("exit code %d, run.json %+v\n%s", code, r, output)
	}
}

// Money is counted in a simulated run, too: as what it would have been.
func TestCapInMoney(t *testing.T) {
	server := serve(t, "")
	out := filepath.Join(t.TempDir(), "out")
	d := newDraft()
	d.rows = strings.Split("abcdefghijklmnopqrst", "")
	code, output := capped(d, server, Budget{MaxUSD: 0.0004}, out, "--set", "step.first.max_new_tokens=100", "--set", "step.last.max_new_tokens=100")
	r := (&stage{out: out}).record(t)
	if code != exitFatal || r.Status != overBudget || r.Budget.MaxUSD != 0.0004 || r.Budget.USD > 0.0004 || r.Budget.USD < 0.0003 || r.Journal.USD != r.Budget.USD {
		t.Errorf("exit code %d, run.json %+v %+v\n%s", code, r.Budget, r.Journal, output)
	}
	if !strings.Contains(output, "of 0.000400 USD (max_usd), and the next request may cost up to") {
		t.Error(output)
	}
}

func TestCapWithoutPrice(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	d := newDraft()
	d.model = "mistral-of-tomorrow"
	code, output := capped(d, serve(t, ""), Budget{MaxUSD: 1}, out)
	if _, err := os.Stat(out); code != exitFatal || err == nil || !strings.Contains(output, "the price of the model small is not known") || !strings.Contains(output, "price = { input = 0.1, output = 0.3 }") {
		t.Errorf("exit code %d, %v\n%s", code, err, output)
	}
}

func TestCapsOfTheCommandLine(t *testing.T) {
	type budget struct {
		usd   float64
		calls int
	}
	for args, want := range map[string]budget{"": {5, 1000}, "--max-usd 0.5": {0.5, 1000}, "--max-calls 7": {5, 7}, "--max-usd 1e3 --max-calls 1": {1000, 1}} {
		o, err := parse(strings.Fields(args))
		if got := o.budget(Program{Budget: Budget{MaxUSD: 5, MaxCalls: 1000}}); err != nil || (budget{got.MaxUSD, got.MaxCalls}) != want {
			t.Errorf("%s: %+v, %v", args, got, err)
		}
	}
	for args, want := range map[string]string{"--max-usd 0": "US dollars above 0", "--max-usd five": "US dollars", "--max-usd -1": "US dollars", "--max-usd NaN": "US dollars",
		"--max-calls 0": "whole number above 0", "--max-calls 1.5": "whole number"} {
		if _, err := parse(strings.Fields(args)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// The test binary runs itself as a program, which is killed.
func TestMain(m *testing.M) {
	if args := os.Getenv("DISTIGEN_TEST_PROGRAM"); args != "" {
		d := newDraft()
		d.rows = strings.Split("abcdefghijklmnopqrst", "")
		d.wireTo = os.Getenv("DISTIGEN_TEST_URL")
		os.Exit(Main(Program{Name: "draft", Hash: "h", Wire: d.wire, Budget: Budget{MaxCalls: 60}}, strings.Fields(args)))
	}
	os.Exit(m.Run())
}

// However often the program is killed, the server never sees more requests than the cap.
func TestCapOverKills(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	kills, wasted := 0, 0
	for trial := range 4 {
		server := serve(t, fmt.Sprintf("latency=20ms,500=0.05,seed=%d", trial))
		out := filepath.Join(t.TempDir(), "out")
		for {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "DISTIGEN_TEST_PROGRAM=run --quiet --out "+out, "DISTIGEN_TEST_URL="+server.URL, "MISTRAL_API_KEY=a-key")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- cmd.Wait() }()
			select {
			case <-ended:
			case <-time.After(time.Duration(random.Int64N(int64(200 * time.Millisecond)))):
				kills++
				cmd.Process.Kill()
				<-ended
			}
			if code := cmd.ProcessState.ExitCode(); code >= 0 {
				if seen := server.Requests().Count; code != exitFatal && code != exitFine || seen > 60 {
					t.Errorf("seed %d: exit code %d, %d requests", seed, code, seen)
				} else if code == exitFatal {
					wasted += 60 - seen
				}
				break
			}
			if seen := server.Requests().Count; seen > 60 {
				t.Fatalf("seed %d: %d requests, and the cap is 60", seed, seen)
			}
		}
	}
	t.Logf("%d kills; %d calls of the caps were not used", kills, wasted)
}
