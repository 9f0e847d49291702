package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

func open(t *testing.T, dir string, damage *[]Damage) *Journal {
	t.Helper()
	var mu sync.Mutex
	j, err := Open(dir, Options{Damage: func(d Damage) {
		mu.Lock()
		defer mu.Unlock()
		if damage != nil {
			*damage = append(*damage, d)
		} else {
			t.Errorf("damage: %+v", d)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	j.log = unsynced{j.log} // the thousands of journals of these tests need not survive the machine
	return j
}

// fill makes a journal with so many entries and closes it.
func fill(t *testing.T, dir string, entries int) {
	t.Helper()
	j := open(t, dir, nil)
	for n := range entries {
		put(t, j, n)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, j *Journal, n int) {
	t.Helper()
	if err := j.Put(entryOf(n, 100+n)); err != nil {
		t.Fatal(err)
	}
}

// missing lists which of the first entries are not there. Those that are must be as they were put.
func missing(t *testing.T, j *Journal, entries int) (gone []int) {
	t.Helper()
	for n := range entries {
		want := entryOf(n, 100+n)
		got, ok := j.Get(want.Key)
		if !ok {
			gone = append(gone, n)
		} else if want.Request = []byte{}; got.Text != want.Text || got.NanoUSD != want.NanoUSD || got.Row != want.Row {
			t.Errorf("entry %d came back as %+v", n, got)
		}
	}
	return gone
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, nil)
	whole := &Entry{Key: Key{1, 2, 3}, Time: time.UnixMilli(1_700_000_000_123), Took: 1500 * time.Microsecond, Step: "judge", Row: "abc",
		Sample: 2, Attempt: 3, Round: 1, Address: "mistral https://api.mistral.ai/v1", Request: []byte(`{"model":"m"}`), Text: "a\x00\xffb\n",
		Model: "m-1", FinishReason: "stop", PromptTokens: 12, CompletionTokens: 34, NanoUSD: -1}
	mark := &Entry{Key: Key{9}, Mark: true, Time: time.UnixMilli(0), Request: []byte{}}
	for _, e := range []*Entry{whole, mark} {
		if err := j.Put(e); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := j.Get(whole.Key); ok {
		t.Error("an entry of this run was looked up: only those of earlier ones are")
	}
	if got := j.Totals(); got != (Totals{Calls: 1, Unpriced: 1}) {
		t.Errorf("totals are %+v", got)
	}
	j.Close()
	j = open(t, dir, nil)
	defer j.Close()
	for _, want := range []*Entry{whole, mark} {
		got, ok := j.Get(want.Key)
		if !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v, %v\nwant %+v", got, ok, want)
		}
	}
	if _, ok := j.Get(Key{7}); ok {
		t.Error("a key that was never put is there")
	}
	if got := j.Totals(); got != (Totals{Calls: 1, Unpriced: 1}) {
		t.Errorf("totals of the opened journal are %+v", got)
	}
}

// Of one key the last entry counts.
func TestLastCounts(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"one", "two", "three"} {
		j := open(t, dir, nil)
		e := entryOf(1, 0)
		e.Text = text
		if err := j.Put(e); err != nil {
			t.Fatal(err)
		}
		j.Close()
	}
	j := open(t, dir, nil)
	defer j.Close()
	if got, _ := j.Get(entryOf(1, 0).Key); got.Text != "three" {
		t.Errorf("got %q", got.Text)
	}
}

// Wherever writing was interrupted, what had been stored before is there and the journal goes on.
func TestTornTail(t *testing.T) {
	whole := t.TempDir()
	fill(t, whole, 3)
	log := read(t, whole, logName)
	last := len(appendRecord(nil, entryOf(2, 102)))
	for cut := 1; cut < last; cut += 2 {
		for _, indexed := range []bool{false, true} {
			dir := t.TempDir()
			write(t, dir, logName, log[:len(log)-cut])
			if indexed { // an index that is ahead of the log
				write(t, dir, indexName, read(t, whole, indexName))
			}
			var damage []Damage
			j := open(t, dir, &damage)
			if gone := missing(t, j, 3); !reflect.DeepEqual(gone, []int{2}) {
				t.Fatalf("cut by %d, entries %v are gone", cut, gone)
			}
			if len(damage) != 1 || !damage[0].Tail {
				t.Fatalf("cut by %d, the damage is %+v", cut, damage)
			}
			put(t, j, 2)
			j.Close()
			j = open(t, dir, nil)
			if gone := missing(t, j, 3); gone != nil {
				t.Fatalf("cut by %d and gone on, entries %v are gone", cut, gone)
			}
			j.Close()
			if !bytes.Equal(read(t, dir, logName), log) {
				t.Fatalf("cut by %d and gone on, the log has something else", cut)
			}
		}
	}
}

// A flipped bit costs the record that it is in, and is told.
func TestFlippedBits(t *testing.T) {
	whole := t.TempDir()
	fill(t, whole, 4)
	log := read(t, whole, logName)
	starts := recordStarts(log)
	for at := len(preamble); at < len(log); at += 3 { // the heads and parts of all fields are among them
		victim := 0
		for n, start := range starts {
			if at >= start {
				victim = n
			}
		}
		for _, indexed := range []bool{true, false} {
			dir := t.TempDir()
			flipped := bytes.Clone(log)
			flipped[at] ^= 1 << (at % 8)
			write(t, dir, logName, flipped)
			if indexed {
				write(t, dir, indexName, read(t, whole, indexName))
			}
			var damage []Damage
			j := open(t, dir, &damage)
			if gone := missing(t, j, 4); !reflect.DeepEqual(gone, []int{victim}) {
				t.Fatalf("byte %d (of record %d, index %v) flipped, entries %v are gone", at, victim, indexed, gone)
			}
			if len(damage) != 1 {
				t.Fatalf("byte %d flipped, the damage is %+v", at, damage)
			}
			put(t, j, victim)
			j.Close()
			j = open(t, dir, &damage)
			if gone := missing(t, j, 4); gone != nil {
				t.Fatalf("byte %d flipped and asked again, entries %v are gone", at, gone)
			}
			j.Close()
		}
	}
}

func recordStarts(log []byte) (starts []int) {
	for at := len(preamble); at < len(log); {
		h, ok := parseHead(log[at:])
		if !ok {
			panic("no record")
		}
		starts = append(starts, at)
		at += headSize + h.length
	}
	return starts
}

// Whatever becomes of the index, nothing is lost by it.
func TestDamagedIndex(t *testing.T) {
	whole := t.TempDir()
	fill(t, whole, 5)
	index := read(t, whole, indexName)
	for at := 0; at < len(index); at += 2 {
		for _, damaged := range [][]byte{index[:at], flip(index, at), append(bytes.Clone(index), index...)} {
			dir := t.TempDir()
			write(t, dir, logName, read(t, whole, logName))
			write(t, dir, indexName, damaged)
			j := open(t, dir, nil)
			if gone := missing(t, j, 5); gone != nil {
				t.Fatalf("the index damaged at %d, entries %v are gone", at, gone)
			}
			put(t, j, 5)
			j.Close()
			j = open(t, dir, nil)
			if gone := missing(t, j, 6); gone != nil {
				t.Fatalf("the index damaged at %d and gone on, entries %v are gone", at, gone)
			}
			j.Close()
		}
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// More entries than a block of the index holds, with and without an index, from many writers at once.
func TestManyWriters(t *testing.T) {
	const writers, each = 16, 700
	dir := t.TempDir()
	j := open(t, dir, nil)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := range each {
				if err := j.Put(entryOf(w*each+n, 100+w*each+n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	totals := j.Totals()
	j.Close()
	for _, index := range []bool{true, true, false} {
		if !index {
			os.Remove(filepath.Join(dir, indexName))
		}
		j := open(t, dir, nil)
		if gone := missing(t, j, writers*each); gone != nil {
			t.Errorf("%d entries are gone", len(gone))
		}
		if got := j.Totals(); got != totals || got.Calls != writers*each {
			t.Errorf("totals are %+v, and were %+v", got, totals)
		}
		j.Close()
	}
}

// full is a disk that is full for a while.
type full struct {
	file
	mu    sync.Mutex
	left  int // times that it is full
	err   error
	wrote int
}

func (f *full) WriteAt(b []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 {
		return f.file.WriteAt(b, at)
	}
	f.left--
	n, _ := f.file.WriteAt(b[:len(b)/2], at)
	f.wrote++
	return n, f.err
}

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	var told []string
	j, err := Open(dir, Options{Stalled: func(err error) { told = append(told, fmt.Sprint(err)) }})
	if err != nil {
		t.Fatal(err)
	}
	put(t, j, 0)
	disk := &full{file: j.log, left: 2, err: fmt.Errorf("write: %w", syscall.ENOSPC)}
	j.log = disk
	put(t, j, 1) // waits until there is room
	if disk.wrote != 2 || len(told) != 2 || !strings.Contains(told[0], "no space left") || told[1] != "<nil>" {
		t.Errorf("it was tried %d times, and told %q", disk.wrote, told)
	}
	put(t, j, 2)
	j.Close()
	j = open(t, dir, nil)
	defer j.Close()
	if gone := missing(t, j, 3); gone != nil {
		t.Errorf("entries %v are gone", gone)
	}
}

// Where there is no room for long, or the disk fails for another reason, that is an error, and half a record is not left
// behind.
func TestBrokenDisk(t *testing.T) {
	for _, cause := range []error{syscall.EIO, syscall.ENOSPC} {
		dir := t.TempDir()
		j, err := Open(dir, Options{Patience: time.Nanosecond})
		if err != nil {
			t.Fatal(err)
		}
		put(t, j, 0)
		j.log = &full{file: j.log, left: 1, err: cause}
		for n := 1; n < 3; n++ {
			if err := j.Put(entryOf(n, 100+n)); !errors.Is(err, cause) {
				t.Errorf("%v: put says %v", cause, err)
			}
		}
		j.Close()
		j = open(t, dir, nil)
		if gone := missing(t, j, 3); !reflect.DeepEqual(gone, []int{1, 2}) {
			t.Errorf("%v: entries %v are gone", cause, gone)
		}
		j.Close()
	}
}

func TestNoJournal(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, logName, []byte("something else entirely, and long enough"))
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "does not begin as a journal") {
		t.Errorf("a foreign file: %v", err)
	}
	if string(read(t, dir, logName)) != "something else entirely, and long enough" {
		t.Error("the foreign file was changed")
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, filepath.Dir(file), "file", nil)
	if _, err := Open(file, Options{}); err == nil {
		t.Error("a file in the place of the folder is taken")
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none"), Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing to read: %v", err)
	}
	// Cut off when it was made.
	dir = t.TempDir()
	write(t, dir, logName, []byte(preamble[:5]))
	j := open(t, dir, nil)
	put(t, j, 0)
	j.Close()
}

func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 3)
	log := append(read(t, dir, logName), "torn"...)
	write(t, dir, logName, log)
	os.Remove(filepath.Join(dir, indexName))
	var damage []Damage
	j, err := Open(dir, Options{ReadOnly: true, Damage: func(d Damage) { damage = append(damage, d) }})
	if err != nil {
		t.Fatal(err)
	}
	if gone := missing(t, j, 3); gone != nil || len(damage) != 1 {
		t.Errorf("entries %v are gone, the damage is %v", gone, damage)
	}
	if err := j.Put(entryOf(1, 1)); err == nil {
		t.Error("a journal that is read only was written")
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(read(t, dir, logName), log) {
		t.Error("the log was changed")
	}
	if _, err := os.Stat(filepath.Join(dir, indexName)); err == nil {
		t.Error("an index was written")
	}
}

func FuzzScan(f *testing.F) {
	log := appendRecord([]byte{}, entryOf(1, 20))
	f.Add(log)
	f.Add(append(bytes.Clone(log), log...))
	f.Add(append([]byte("junk"), log...))
	f.Add(log[:len(log)-3])
	f.Fuzz(func(t *testing.T, log []byte) {
		covered := int64(0)
		s := newScanner(bytes.NewReader(log), 0, int64(len(log)), func(d Damage) {
			if d.Bytes <= 0 {
				t.Errorf("damage of %d bytes", d.Bytes)
			}
			covered += d.Bytes
		})
		for {
			payload, h, at, err := s.next()
			if err != nil {
				break
			}
			if e, err := parsePayload(h, payload); err == nil {
				again := appendRecord(nil, e)
				if got, err := readAt(bytes.NewReader(again), 0); err != nil || !reflect.DeepEqual(got, e) {
					t.Errorf("%+v comes back as %+v, %v", e, got, err)
				}
			}
			if got, err := readAt(bytes.NewReader(log), at); err == nil && got.Key != Key(payload[:keySize]) {
				t.Error("another record is read at its offset")
			}
			covered += headSize + int64(h.length)
		}
		if covered != int64(len(log)) {
			t.Errorf("%d bytes of %d are accounted for", covered, len(log))
		}
	})
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestScanAndCompact(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, 6)
	j := open(t, dir, nil)
	put(t, j, 2) // again
	j.Close()
	log := read(t, dir, logName)
	starts := recordStarts(log)
	log[starts[4]+headSize+3] ^= 1
	write(t, dir, logName, append(log, "torn"...))
	scan := func() (got []int64, damage int) {
		err := Scan(dir, func(e *Entry, at int64) error { got = append(got, at); return nil }, func(Damage) { damage++ })
		if err != nil {
			t.Fatal(err)
		}
		return got, damage
	}
	if got, damage := scan(); len(got) != 6 || damage != 2 {
		t.Errorf("entries at %v, %d damages", got, damage)
	}
	c, err := Compact(dir)
	if err != nil || c.Entries != 5 || c.Superseded != 1 || c.Damaged != 2 || c.After >= c.Before || c.After != int64(len(read(t, dir, logName))) {
		t.Errorf("%+v, %v", c, err)
	}
	if got, damage := scan(); len(got) != 5 || damage != 0 {
		t.Errorf("compacted, entries at %v, %d damages", got, damage)
	}
	j = open(t, dir, nil)
	defer j.Close()
	if gone := missing(t, j, 6); !reflect.DeepEqual(gone, []int{4}) {
		t.Errorf("entries %v are gone", gone)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".new*")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	if _, err := Compact(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of no journal: %v", err)
	}
	stop := errors.New("stop")
	if err := Scan(dir, func(*Entry, int64) error { return stop }, nil); err != stop {
		t.Errorf("an error came back as %v", err)
	}
}
