package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

func entryOf(n int, size int) *Entry {
	e := &Entry{Time: time.UnixMilli(1_700_000_000_000), Step: "generate[small]", Row: "5744217d1d73ed06cae9ceb6b75886c8", Attempt: 1,
		Address: "mistral https://api.mistral.ai/v1", Text: strings.Repeat("x", size), Model: "ministral-8b-latest", FinishReason: "stop",
		PromptTokens: 100, CompletionTokens: 500, NanoUSD: 60_000}
	e.Key = sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return e
}

// Durable replies of 2 KiB, from 32 writers at once.
func BenchmarkPut(b *testing.B) {
	for _, writers := range []int{1, 32, 64} {
		b.Run(fmt.Sprint(writers, " writers"), func(b *testing.B) {
			j, err := Open(b.TempDir(), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer j.Close()
			b.SetParallelism((writers + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for n := 0; pb.Next(); n++ {
					if err := j.Put(entryOf(n, 2048)); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
		})
	}
}

// Opening a journal with 4 million entries: seconds, and the memory that it holds.
func BenchmarkOpen(b *testing.B) {
	if testing.Short() {
		b.Skip("writes a journal of 400 MB")
	}
	const entries = 4_000_000
	dir := b.TempDir()
	writeMany(b, dir, entries)
	b.ResetTimer()
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		j, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapSys+after.StackSys)/(1<<20), "MB-heap")
		b.ReportMetric(float64(after.HeapInuse-before.HeapInuse)/(1<<20), "MB-kept")
		if j.Len() != entries {
			b.Fatalf("%d entries", j.Len())
		}
		if _, ok := j.Get(entryOf(entries/2, 0).Key); !ok {
			b.Fatal("an entry is missing")
		}
		j.Close()
	}
}

// writeMany writes entries without bringing each to disk.
func writeMany(b testing.TB, dir string, entries int) {
	j, err := Open(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	j.log = unsynced{j.log}
	b2 := newBatch(nil)
	for n := range entries {
		e := entryOf(n, 0)
		b2.bytes = appendRecord(b2.bytes, e)
		b2.entries, b2.ends = append(b2.entries, e), append(b2.ends, len(b2.bytes))
		if len(b2.entries) == 4096 || n == entries-1 {
			if err := j.store(b2); err != nil {
				b.Fatal(err)
			}
			j.mu.Lock()
			j.stored(b2)
			j.mu.Unlock()
			b2 = newBatch(nil)
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
}

type unsynced struct{ file }

func (unsynced) Sync() error { return nil }
