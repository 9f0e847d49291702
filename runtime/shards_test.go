package runtime

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/distigen/distigen/runtime/dataset"
)

// capitals is a format of files whose writing a test can have fail.
type capitals struct{ fails func() error }

func (capitals) Name() string { return "caps" }

func (c capitals) Write(w io.Writer, _ dataset.Schema, rows iter.Seq2[[]byte, error]) error {
	if c.fails != nil {
		if err := c.fails(); err != nil {
			return err
		}
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\n", strings.ToUpper(string(row)))
	}
	return nil
}

// textsOf reads all files of a folder.
func textsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, err := os.ReadFile(path)
			rel, _ := filepath.Rel(dir, path)
			texts[filepath.ToSlash(rel)] = string(text)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func wantTexts(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if got := textsOf(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the files are %q, and not %q", got, want)
	}
}

// growing are shards of two rows, and a channel that tells of each that is closed.
func growing(t *testing.T, files dataset.Files) (*shards, string, <-chan bool) {
	t.Helper()
	dir, closed := t.TempDir(), make(chan bool, 100)
	s, err := newShards(dir, dataset.Settings{Files: files, ShardRows: 2}, func() dataset.Schema { return dataset.Schema{} },
		func() error { closed <- true; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return s, dir, closed
}

func addRows(t *testing.T, s *shards, rows ...string) {
	t.Helper()
	for _, r := range rows {
		if err := s.add(r, []byte(r)); err != nil {
			t.Fatal(err)
		}
	}
}

// Shards are closed while rows still come, and those after them can be read as lines.
func TestRowsCanBeReadWhileTheyGrow(t *testing.T) {
	s, dir, closed := growing(t, capitals{})
	addRows(t, s, "a", "b", "c", "d", "e")
	<-closed
	<-closed
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, dir, map[string]string{"data/train-00000.caps": "A\nB\n", "data/train-00001.caps": "C\nD\n", "unfinished/train-00002.jsonl": "e\n"})
	if err := errors.Join(s.finish(), s.abandon(), s.rename()); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, dir, map[string]string{"data/train-00000-of-00003.caps": "A\nB\n", "data/train-00001-of-00003.caps": "C\nD\n", "data/train-00002-of-00003.caps": "E\n"})
}

// A shard for which there is no room is closed later, and no row is missing.
func TestShardsWaitForRoom(t *testing.T) {
	tries := 0
	s, dir, closed := growing(t, capitals{func() error {
		if tries++; tries <= 2 {
			return syscall.ENOSPC
		}
		return nil
	}})
	addRows(t, s, "a", "b", "c", "d")
	for range 2 { // one try after another
		s.waitIdle()
		if err := s.flush(); err != nil {
			t.Fatalf("no room is no failure: %v", err)
		}
	}
	<-closed
	<-closed
	if err := errors.Join(s.finish(), s.rename()); err != nil {
		t.Fatal(err)
	}
	wantTexts(t, dir, map[string]string{"data/train-00000-of-00002.caps": "A\nB\n", "data/train-00001-of-00002.caps": "C\nD\n"})
}

// One that cannot be written at all ends the run, and its rows stay as lines.
func TestShardThatCannotBeWritten(t *testing.T) {
	broken := errors.New("a broken disk")
	s, dir, _ := growing(t, capitals{func() error { return broken }})
	addRows(t, s, "a", "b", "c")
	s.waitIdle()
	if err := s.finish(); !errors.Is(err, broken) {
		t.Errorf("finish says %v", err)
	}
	if err := s.abandon(); err != nil {
		t.Error(err)
	}
	wantTexts(t, dir, map[string]string{"unfinished/train-00000.jsonl": "a\nb\n", "unfinished/train-00001.jsonl": "c\n"})
}

// The new files of a dataset take the place of an earlier run's as soon as they have as many rows, and grow on there.
func TestNewFilesTakeThePlaceOfOldOnes(t *testing.T) {
	out := t.TempDir()
	made := func() dataset.Made { return dataset.Made{Pipeline: "p"} }
	n := &node{step: "d", rowType: reflect.TypeFor[answered](), written: dataset.Settings{ShardRows: 2}}
	dir := filepath.Join(out, "datasets", "d")
	fill := func(d *datasetFolder, rows ...string) {
		for _, r := range rows {
			if err := d.add(written{id: r, text: []byte(r)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	old, err := newDatasetFolder(out, n, made)
	if err != nil {
		t.Fatal(err)
	}
	fill(old, "a", "b", "c")
	if err := errors.Join(old.finish(), old.flush()); err != nil { // as far as a process came that was killed then
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "notes.txt"), "mine")
	d, err := newDatasetFolder(out, n, made)
	if err != nil || d.before != 3 {
		t.Fatalf("%d rows are there, error %v", d.before, err)
	}
	fill(d, "A", "B")
	d.waitIdle()
	if err := d.flush(); err != nil || !d.apart() {
		t.Fatalf("with fewer rows the new files stay apart: %v", err)
	}
	fill(d, "C")
	if err := d.flush(); err != nil || d.apart() {
		t.Fatalf("with as many rows they take the place: %v", err)
	}
	fill(d, "D", "E")
	if err := errors.Join(d.finish(), d.close(true)); err != nil {
		t.Fatal(err)
	}
	got := textsOf(t, dir)
	delete(got, datasetJSON)
	want := map[string]string{"notes.txt": "mine", "data/train-00000-of-00003.jsonl": "A\nB\n", "data/train-00001-of-00003.jsonl": "C\nD\n", "data/train-00002-of-00003.jsonl": "E\n"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the files are %q", got)
	}
	if r := d.record(); !r.Complete || r.Rows != 5 || len(r.Splits[0].Files) != 3 || r.Splits[0].Files[1].Path != "data/train-00001-of-00003.jsonl" {
		t.Errorf("the record is %+v", r)
	}
}

// waitIdle waits until no shard is being closed.
func (s *shards) waitIdle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.busy {
		s.idle.Wait()
	}
}
