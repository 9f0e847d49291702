package journal

import (
	"flag"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"go.etcd.io/bbolt"
)

// The journal beside bbolt, which was the other candidate for its store. docs/journal.md has the figures and the commands.

var many = flag.Int("entries", 4_000_000, "how many entries the journals have that BenchmarkOpen and BenchmarkOpenBolt open")

var bucket = []byte("replies")

// bolt is a journal that keeps its records in bbolt. Its writers share transactions as ours share a call of fsync: one of
// them commits what has gathered while the one before was under way. That is faster than DB.Batch, which waits.
type bolt struct {
	db   *bbolt.DB
	mu   sync.Mutex
	next *boltBatch
	busy sync.Mutex // held by the one that commits
}

type boltBatch struct {
	entries []*Entry
	done    chan struct{}
	err     error
}

func openBolt(tb testing.TB, dir string, o *bbolt.Options) *bolt {
	tb.Helper()
	db, err := bbolt.Open(filepath.Join(dir, "replies.bolt"), 0o644, o)
	if err != nil {
		tb.Fatal(err)
	}
	return &bolt{db: db, next: &boltBatch{done: make(chan struct{})}}
}

// Put stores an entry, and returns when it is on disk.
func (s *bolt) Put(e *Entry) error {
	s.mu.Lock()
	b := s.next
	b.entries = append(b.entries, e)
	first := len(b.entries) == 1
	s.mu.Unlock()
	if first {
		s.busy.Lock()
		s.mu.Lock()
		s.next = &boltBatch{done: make(chan struct{})}
		s.mu.Unlock()
		b.err = s.putAll(b.entries)
		s.busy.Unlock()
		close(b.done)
	}
	<-b.done
	return b.err
}

func (s *bolt) putAll(entries []*Entry) error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		in, err := tx.CreateBucketIfNotExists(bucket)
		for _, e := range entries {
			if err == nil {
				err = in.Put(e.Key[:], appendRecord(nil, e))
			}
		}
		return err
	})
}

func (s *bolt) Close() error { return s.db.Close() }

// Durable replies of 2 KiB in bbolt, from several writers at once.
func BenchmarkPutBolt(b *testing.B) {
	for _, writers := range writerCounts {
		b.Run(fmt.Sprint(writers, " writers"), func(b *testing.B) {
			dir := b.TempDir()
			s := openBolt(b, dir, nil)
			defer s.Close()
			putAtOnce(b, writers, s.Put)
			b.ReportMetric(bytesIn(b, dir)/float64(b.N), "disk-B/reply")
		})
	}
}

// Opening bbolt with as many entries as BenchmarkOpen has. bbolt maps its file, so that its memory is mostly the kernel's.
func BenchmarkOpenBolt(b *testing.B) {
	if testing.Short() {
		b.Skip("writes some GB")
	}
	dir := b.TempDir()
	s := openBolt(b, dir, &bbolt.Options{NoSync: true})
	const together = 100_000
	for from := 0; from < *many; from += together {
		var entries []*Entry
		for n := from; n < min(from+together, *many); n++ {
			entries = append(entries, entryOf(n, 0))
		}
		if err := s.putAll(entries); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	disk := bytesIn(b, dir) / float64(*many)
	b.ResetTimer()
	for b.Loop() {
		before := heap()
		s := openBolt(b, dir, nil)
		b.ReportMetric(megabytes(heap()-before), "MB-kept")
		b.ReportMetric(disk, "disk-B/reply")
		err := s.db.View(func(tx *bbolt.Tx) error {
			if key := entryOf(*many/2, 0).Key; tx.Bucket(bucket).Get(key[:]) == nil {
				return fmt.Errorf("an entry is missing")
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

var writerCounts = []int{1, 32, 64}

// putAtOnce has so many writers put entries of 2 KiB, each with a key of its own.
func putAtOnce(b *testing.B, writers int, put func(*Entry) error) {
	var last sync.Mutex
	n := 0
	next := func() int {
		last.Lock()
		defer last.Unlock()
		n++
		return n
	}
	b.SetParallelism((writers + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := put(entryOf(next(), 2048)); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

func megabytes(n uint64) float64 { return float64(int64(n)) / (1 << 20) }

// bytesIn is the size of the files below a folder.
func bytesIn(tb testing.TB, dir string) (n float64) {
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		n += float64(info.Size())
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return n
}
