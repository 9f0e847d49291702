// Package durability runs an emitted program as a process of its own and does it harm: kills, interruptions, a server
// that goes away, a disk that is full. Whatever happens, the data are those of an unbroken run, and nothing that was
// stored is paid for again.
package durability

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/simulate"
)

var (
	kills = flag.Int("kills", 12, "how often to kill the program; CI takes 200, and a longer trial 1000")
	seed  = flag.Uint64("seed", 0, "of the moments of the kills; 0: another one each time")
)

const (
	needed   = 160 // requests of the tutorial
	inFlight = 16  // at the most, for each endpoint
)

// trial is a program, a server and a folder.
type trial struct {
	binary string
	server *simulate.Server
	url    string // of the API
	out    string
	output bytes.Buffer // of all its processes
}

// newTrial builds the tutorial's program and starts a server that takes 50 ms for a reply.
func newTrial(t *testing.T, faults string) *trial {
	t.Helper()
	tr := &trial{binary: filepath.Join(t.TempDir(), "example"), out: filepath.Join(t.TempDir(), "out")}
	if out, err := exec.Command("go", "build", "-o", tr.binary, "../example_math_preference/gen").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	tr.serve(t, "127.0.0.1:0", faults)
	return tr
}

func (tr *trial) serve(t *testing.T, addr, faults string) {
	t.Helper()
	f, err := simulate.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	if tr.server, err = simulate.Start(addr, simulate.Options{Key: "a-key", Faults: f}); err != nil {
		t.Fatal(err)
	}
	tr.url = tr.server.URL
	t.Cleanup(func() { tr.server.Close() })
}

// command is the program at work in a folder.
func (tr *trial) command(out string, args ...string) *exec.Cmd {
	args = append([]string{"run", "--quiet", "--out", out}, args...)
	for _, model := range []string{"small", "medium", "large"} {
		args = append(args, "--set", "model."+model+".base_url="+tr.url)
	}
	cmd := exec.Command(tr.binary, args...)
	cmd.Env = append(os.Environ(), "MISTRAL_API_KEY=a-key")
	cmd.Stdout, cmd.Stderr = &tr.output, &tr.output
	return cmd
}

// unbroken is what a run makes that nothing happens to.
func (tr *trial) unbroken(t *testing.T) map[string]string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "unbroken")
	if err := tr.command(out).Run(); err != nil {
		t.Fatalf("%v\n%s", err, tr.output.String())
	}
	return results(t, out)
}

// results are the files of a run that are the same in every run.
func results(t *testing.T, out string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(out, path); err == nil && (rel == "rejects.jsonl" || strings.HasPrefix(rel, "datasets") && !d.IsDir()) {
			text, err := os.ReadFile(path)
			files[rel] = string(text)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("the files are %q, and those of an unbroken run %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	for path, text := range want {
		if got[path] != text {
			t.Errorf("%s is not that of an unbroken run: %d bytes and %d", path, len(got[path]), len(text))
		}
	}
}

// stored is the number of replies in the journal.
func stored(t *testing.T, out string) int {
	t.Helper()
	j, err := journal.Open(filepath.Join(out, "journal"), journal.Options{ReadOnly: true})
	if os.IsNotExist(err) || err != nil && strings.Contains(err.Error(), "no such file") || err != nil && strings.Contains(err.Error(), "does not begin") {
		return 0 // killed before it was made
	}
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	return j.Len()
}

func TestKill(t *testing.T) {
	start := *seed
	if start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", start)
	random := rand.New(rand.NewPCG(start, 1))
	tr := newTrial(t, "latency=50ms")
	want := tr.unbroken(t)
	killed, runs, lost, worst := 0, 0, 0, 0
	for killed < *kills {
		tr.out = filepath.Join(t.TempDir(), fmt.Sprint("out", runs))
		runs++
		before := tr.server.Requests().Count
		inThis := 0
		for {
			asked, had := tr.server.Requests().Count, stored(t, tr.out)
			done := tr.live(t, random)
			if done {
				break
			}
			inThis++
			gone := tr.server.Requests().Count - asked - (stored(t, tr.out) - had)
			lost, worst = lost+gone, max(worst, gone)
			if inThis > 500 {
				t.Fatalf("the run makes no headway:\n%s", tr.output.String())
			}
		}
		killed += inThis
		same(t, results(t, tr.out), want)
		if extra := tr.server.Requests().Count - before - needed; extra > inThis*inFlight {
			t.Errorf("after %d kills, %d requests more than needed were sent", inThis, extra)
		}
	}
	t.Logf("%d kills in %d runs; %d requests were under way at a kill and were sent again: %.1f for a kill, %d at most",
		killed, runs, lost, float64(lost)/float64(killed), worst)
}

// live runs the program for a while and kills it, unless it is done before.
func (tr *trial) live(t *testing.T, random *rand.Rand) (done bool) {
	t.Helper()
	tr.output.Reset()
	cmd := tr.command(tr.out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatalf("%v\n%s", err, tr.output.String())
		}
		return true
	case <-time.After(time.Duration(random.Int64N(int64(220 * time.Millisecond)))):
		cmd.Process.Signal(syscall.SIGKILL)
		return <-ended == nil // it may just have ended
	}
}
