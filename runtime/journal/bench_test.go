package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"runtime/debug"
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

// Durable replies of 2 KiB, from several writers at once.
func BenchmarkPut(b *testing.B) {
	for _, writers := range writerCounts {
		b.Run(fmt.Sprint(writers, " writers"), func(b *testing.B) {
			dir := b.TempDir()
			j, err := Open(dir, Options{})
			if err != nil {
				b.Fatal(err)
			}
			putAtOnce(b, writers, j.Put)
			if err := j.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(bytesIn(b, dir)/float64(b.N), "disk-B/reply")
		})
	}
}

// Opening a journal with many entries: seconds, the heap that the process has for it, and what it keeps of that.
func BenchmarkOpen(b *testing.B) {
	if testing.Short() {
		b.Skip("writes a journal of 1 GB")
	}
	dir := b.TempDir()
	writeMany(b, dir, *many)
	disk := bytesIn(b, dir) / float64(*many)
	debug.FreeOSMemory()
	b.ResetTimer()
	for b.Loop() {
		before := heap()
		j, err := Open(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		b.ReportMetric(megabytes(now.HeapSys-now.HeapReleased+now.StackSys), "MB-heap")
		b.ReportMetric(megabytes(heap()-before), "MB-kept")
		b.ReportMetric(disk, "disk-B/reply")
		if j.Len() != *many {
			b.Fatalf("%d entries", j.Len())
		}
		if _, ok := j.Get(entryOf(*many/2, 0).Key); !ok {
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
