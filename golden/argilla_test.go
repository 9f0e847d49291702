package golden

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/distigen/distigen/runtime/argilla/argillatest"
)

// The example's rows come to Argilla once each, although the server fails in many ways and the program is killed over and over.
func TestExampleToArgilla(t *testing.T) {
	server := argillatest.Start(t, "admin")
	kill := make(chan func() error, 1) // ends the program that runs now
	var wanted atomic.Bool
	killed, calm := 0, 0
	server.Fail = func(_ int, r *http.Request) *argillatest.Fault {
		sending := strings.HasSuffix(r.URL.Path, "/records/bulk")
		switch {
		case sending && wanted.CompareAndSwap(true, false):
			(<-kill)()
			killed++
			return &argillatest.Fault{Done: killed%2 == 0} // it has or has not taken the rows
		case sending && killed == 4:
			calm++
			if calm == 1 {
				return &argillatest.Fault{Status: 503}
			} else if calm == 2 {
				return &argillatest.Fault{Done: true} // the answer is lost
			}
		}
		return nil
	}
	binary, out := filepath.Join(t.TempDir(), "example"), filepath.Join(t.TempDir(), "out")
	goTool(t, "build", "-o", binary, "./example_math_preference/gen")
	run := func() (code int, said string) {
		cmd := exec.Command(binary, "run", "--simulate", "--quiet", "--out", out, "--set", "step.to_argilla.batch_size=8")
		cmd.Env = append(os.Environ(), "ARGILLA_API_URL="+server.URL, "ARGILLA_API_KEY="+argillatest.Key)
		var text strings.Builder
		cmd.Stdout, cmd.Stderr = &text, &text
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill <- cmd.Process.Kill
		cmd.Wait()
		select { // it was not killed
		case <-kill:
		default:
		}
		return cmd.ProcessState.ExitCode(), text.String()
	}
	for i := range 4 {
		wanted.Store(true)
		if code, said := run(); code != -1 {
			t.Fatalf("run %d was to be killed, and ended with code %d: %s", i, code, said)
		}
	}
	code, said := run()
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, said)
	}
	requests := len(server.Requests())
	if code, said := run(); code != 0 || !strings.Contains(said, "50 rows, of which an earlier run had sent 50") {
		t.Errorf("again: exit code %d: %s", code, said)
	}
	for _, r := range server.Requests()[requests:] {
		if !strings.HasPrefix(r, "GET ") {
			t.Errorf("a run that has nothing to send asked for %s", r)
		}
	}
	d := server.Dataset("mathematical-dataset")
	ids := map[string]bool{}
	for _, r := range d.Records {
		ids[r.ExternalID] = true
		if len(r.Fields) != 3 || len(r.Suggestions) != 4 || r.Metadata["simulated"] != "true" {
			t.Errorf("a record is %+v", r)
		}
	}
	if len(d.Records) != 50 || len(ids) != 50 {
		t.Errorf("%d records with %d ids", len(d.Records), len(ids))
	}
	for path, text := range tree(t, out) {
		if strings.Contains(text, argillatest.Key) {
			t.Errorf("the key is in %s", path)
		}
	}
	if strings.Contains(said, argillatest.Key) {
		t.Errorf("the key is in what the run says: %s", said)
	}
}

// Whatever a server answers in the middle, the data are there, the run says what was not sent, and the next one sends that alone.
func TestArgillaAtAwkwardMoments(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "example")
	goTool(t, "build", "-o", binary, "./example_math_preference/gen")
	sending := func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/records/bulk") }
	tests := []struct {
		name  string
		fail  func(n int, sent *int, r *http.Request) *argillatest.Fault
		code  int // of the run meanwhile
		there int // records afterwards
		says  string
	}{
		{"error after the fields", func(_ int, sent *int, r *http.Request) *argillatest.Fault {
			if strings.HasSuffix(r.URL.Path, "/questions") && r.Method == http.MethodPost {
				if *sent++; *sent <= 2 {
					return &argillatest.Fault{Status: 500}
				}
			}
			return nil
		}, 0, 50, "50 rows"},
		{"key revoked midway", func(_ int, sent *int, r *http.Request) *argillatest.Fault {
			if sending(r) {
				if *sent++; *sent > 3 {
					return &argillatest.Fault{Status: 401, Body: `{"detail":{"code":"argilla.api.errors::UnauthorizedError","params":{"detail":"Could not"}}}`}
				}
			}
			return nil
		}, 5, 24, "does not know the key"},
		{"dataset deleted midway", func(_ int, sent *int, r *http.Request) *argillatest.Fault {
			if sending(r) {
				if *sent++; *sent > 3 {
					return &argillatest.Fault{Status: 404, Body: `{"detail":"Dataset not found"}`}
				}
			}
			return nil
		}, 5, 24, "was deleted in Argilla"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := argillatest.Start(t, "admin")
			out, sent := filepath.Join(t.TempDir(), "out"), 0
			var calm atomic.Bool
			server.Fail = func(n int, r *http.Request) *argillatest.Fault {
				if calm.Load() {
					return nil
				}
				return test.fail(n, &sent, r)
			}
			run := func() (int, string) {
				cmd := exec.Command(binary, "run", "--simulate", "--quiet", "--out", out, "--set", "step.to_argilla.batch_size=8")
				cmd.Env = append(os.Environ(), "ARGILLA_API_URL="+server.URL, "ARGILLA_API_KEY="+argillatest.Key)
				said, _ := cmd.CombinedOutput()
				return cmd.ProcessState.ExitCode(), string(said)
			}
			code, said := run()
			if code != test.code || server.Count("mathematical-dataset") != test.there || !strings.Contains(said, test.says) {
				t.Errorf("exit code %d, %d records: %s", code, server.Count("mathematical-dataset"), said)
			}
			if _, err := os.Stat(filepath.Join(out, "datasets", "default", "data", "train-00000-of-00001.parquet")); err != nil {
				t.Error(err)
			}
			calm.Store(true)
			if code, said := run(); code != 0 || server.Count("mathematical-dataset") != 50 {
				t.Errorf("again: exit code %d, %d records: %s", code, server.Count("mathematical-dataset"), said)
			}
			for _, r := range server.Dataset("mathematical-dataset").Records {
				if r.Sent != 1 {
					t.Errorf("record %s was sent %d times", r.ExternalID, r.Sent)
				}
			}
		})
	}
}

// A program whose pipeline does not send rows to Argilla has nothing of it.
func TestArgillaIsLinkedWhereItIsUsed(t *testing.T) {
	for program, want := range map[string]bool{"example_math_preference": true, "read_jsonl": false} {
		out, err := exec.Command("go", "list", "-deps", fmt.Sprintf("./%s/gen", program)).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(out), "runtime/argilla\n"); got != want {
			t.Errorf("%s links runtime/argilla: %v", program, got)
		}
	}
}
