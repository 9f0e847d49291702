package runtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func TestEarlierRunIsReplaced(t *testing.T) {
	s := newStage(t, "a", "bad")
	s.asks = failing("bad", bad("cut"))
	s.command("--simulate")
	put(t, filepath.Join(s.out, "datasets/old/data/train-00000-of-00001.jsonl"), "{}\n")
	put(t, filepath.Join(s.out, "datasets/old/dataset.json"), "{}")
	put(t, filepath.Join(s.out, "datasets/mine/notes.txt"), "mine")
	put(t, filepath.Join(s.out, "notes.txt"), "mine")
	put(t, filepath.Join(s.out, ".new-1234"), "{")
	s.asks = echoing()
	if code, _, stderr := s.command(); code != exitFine {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if s.file(t, "rejects.jsonl") != "" || strings.Count(s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), "\n") != 2 || s.record(t).Simulated {
		t.Error("something of the earlier run is left")
	}
	if _, err := os.Stat(filepath.Join(s.out, "datasets/old")); err == nil {
		t.Error("a dataset of the earlier run is left")
	}
	if s.file(t, "datasets/mine/notes.txt")+s.file(t, "notes.txt") != "minemine" {
		t.Error("files of the user's are gone")
	}
	left, err := filepath.Glob(filepath.Join(s.out, ".new*"))
	if len(left) > 0 || err != nil {
		t.Errorf("temporary files are left: %q", left)
	}
}

func TestFolderOfSomethingElseIsRefused(t *testing.T) {
	for name, file := range map[string]string{"notes.txt": "mine", "run.json": `{"name": "something else"}`} {
		s := newStage(t, "a")
		put(t, filepath.Join(s.out, name), file)
		code, _, stderr := s.command()
		if code != exitFatal || !strings.Contains(stderr, s.out) || !strings.Contains(stderr, "--out") || s.file(t, name) != file {
			t.Errorf("%s: exit code %d, output %s", name, code, stderr)
		}
	}
	s := newStage(t, "a")
	put(t, filepath.Join(s.out, ".new-1234"), "{") // all that a process has left that was killed at once
	if code, _, stderr := s.command(); code != exitFine {
		t.Errorf("an empty folder: exit code %d, output %s", code, stderr)
	}
}

func TestDearerDataAreNotReplaced(t *testing.T) {
	s := newStage(t, "a")
	s.command()
	data := s.file(t, "datasets/default/data/train-00000-of-00001.jsonl")
	other := *s
	other.program.Name = "other"
	for name, try := range map[string]func() (int, string, string){
		"simulated":      func() (int, string, string) { return s.command("--simulate") },
		"other pipeline": func() (int, string, string) { return other.command() },
	} {
		if code, _, stderr := try(); code != exitFatal || !strings.Contains(stderr, "--out") || s.file(t, "datasets/default/data/train-00000-of-00001.jsonl") != data {
			t.Errorf("%s: exit code %d, output %s", name, code, stderr)
		}
	}
	if code, _, stderr := s.command("dry-run"); code != exitFine || s.file(t, "datasets/default/data/train-00000-of-00001.jsonl") != data || s.file(t, "dry-run/datasets/default/data/train-00000-of-00001.jsonl") == "" {
		t.Errorf("a dry run stands apart: exit code %d, output %s", code, stderr)
	}
	if err := os.Remove(filepath.Join(s.out, "datasets/default/data/train-00000-of-00001.jsonl")); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := s.command("--simulate"); code != exitFine {
		t.Errorf("where no data are: exit code %d, output %s", code, stderr)
	}
}

func TestOneProcessOwnsTheFolder(t *testing.T) {
	if goruntime.GOOS == "windows" {
		return // no flock there
	}
	s := newStage(t, "a")
	var inner string
	second := newStage(t, "a")
	second.out = s.out
	s.asks.ask = func(_ context.Context, _ llm.Call, text string) (string, error) {
		_, _, inner = second.command()
		return text, nil
	}
	if code, _, stderr := s.command(); code != exitFine {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if !strings.Contains(inner, fmt.Sprintf("process %d on ", os.Getpid())) {
		t.Errorf("the second run says %s", inner)
	}
	if code, _, stderr := s.command(); code != exitFine {
		t.Errorf("after the run the folder is not free: %d, %s", code, stderr)
	}
}

func TestTornLinesAreCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.jsonl")
	l, err := newLines(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(l.add([]byte("one")), l.flush()); err != nil {
		t.Fatal(err)
	}
	disk := &fullDisk{l.file, 2}
	l.file = disk
	if err := l.add([]byte("two")); err != nil {
		t.Fatal(err)
	}
	if err := l.flush(); !journal.NoRoom(err) {
		t.Errorf("flush says %v", err)
	}
	if err := l.close(false); !journal.NoRoom(err) || l.rows != 1 {
		t.Errorf("close says %v, %d rows", err, l.rows)
	}
	if text, _ := os.ReadFile(path); string(text) != "one\n" {
		t.Errorf("the file is %q", text)
	}
}

// When there is room again, nothing is missing and nothing doubled.
func TestLinesGoOnWhenThereIsRoom(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.jsonl")
	l, err := newLines(path)
	if err != nil {
		t.Fatal(err)
	}
	disk := &fullDisk{l.file, 100_000}
	l.file = disk
	want := ""
	for i := range 20_000 {
		text := fmt.Sprintf("line %d", i)
		want += text + "\n"
		if err := l.add([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	disk.room = 1 << 30
	if err := l.close(false); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != want {
		t.Errorf("the file has %d bytes, and not %d", len(text), len(want))
	}
}

// fullDisk has room for so many bytes.
type fullDisk struct {
	io.WriteCloser
	room int
}

func (d *fullDisk) Write(b []byte) (int, error) {
	n, err := d.WriteCloser.Write(b[:min(len(b), d.room)])
	if d.room -= n; err == nil && n < len(b) {
		err = syscall.ENOSPC
	}
	return n, err
}

// A dataset that cannot be written is an error and no panic.
func TestUnwritableDataset(t *testing.T) {
	s := newStage(t, "a")
	wire := s.program.Wire
	s.program.Wire = func(p *Pipeline) {
		wire(p)
		Dataset(Rows(p, "other", []string{"a"}), strings.Repeat("n", 300))
	}
	if code, _, stderr := s.command(); code != exitFatal || !strings.Contains(stderr, "cannot be written") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// A run that is stopped early does not cost the data of an earlier one; a finished run has the last word.
func TestDataOfAGoodRunStay(t *testing.T) {
	s := newStage(t, "a", "b", "c")
	s.command()
	good := s.file(t, "datasets/default/data/train-00000-of-00001.jsonl")
	s.asks = failing("b", &llm.FatalError{Class: llm.Unauthorized, Message: "No.", Remedy: "Pay."})
	code, stdout, _ := s.command()
	if code != exitFatal || s.file(t, "datasets/default/data/train-00000-of-00001.jsonl") != good || !strings.Contains(stdout, "has the 3 rows of an earlier run") {
		t.Errorf("after a failed run: exit code %d, output %s, data %s", code, stdout, s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"))
	}
	if r := s.record(t); r.Status != failed || r.Datasets[0].Kept != 3 {
		t.Errorf("run.json has %+v", r)
	}
	if !strings.Contains(s.file(t, "datasets/default/dataset.json"), `"rows": 3`) {
		t.Error("dataset.json is not that of the data")
	}
	left, err := filepath.Glob(filepath.Join(s.out, "datasets/default/.new*"))
	if len(left) > 0 || err != nil {
		t.Errorf("temporary files are left: %q", left)
	}
	s.asks = failing("b", bad(llm.Cut))
	if code, _, _ := s.command(); code != exitRejects || strings.Count(s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"), "\n") != 2 {
		t.Errorf("after a finished run: exit code %d, data %s", code, s.file(t, "datasets/default/data/train-00000-of-00001.jsonl"))
	}
}
