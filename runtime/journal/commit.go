package journal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"
)

// batch is the records that are brought to disk together.
type batch struct {
	bytes   []byte
	entries []*Entry
	ends    []int // of the records within bytes
	done    chan struct{}
	err     error
}

// keptBatch bounds the memory that is kept for the next batch.
const keptBatch = 1 << 20

// newBatch takes the memory of one that is done.
func newBatch(bytes []byte) *batch { return &batch{bytes: bytes[:0], done: make(chan struct{})} }

// records are buffers for single ones.
var records = sync.Pool{New: func() any { return new([]byte) }}

// Put stores an entry, and returns when it is on disk. Several that are put at the same time go there together.
func (j *Journal) Put(e *Entry) error {
	buffer := records.Get().(*[]byte)
	defer records.Put(buffer)
	record := appendRecord((*buffer)[:0], e)
	*buffer = record
	if len(record) > headSize+maxPayload {
		return fmt.Errorf("a reply of %d MiB is too large for the journal", len(record)>>20)
	}
	j.mu.Lock()
	switch {
	case j.failed != nil:
		j.mu.Unlock()
		return j.failed
	case j.closing || j.opts.ReadOnly:
		j.mu.Unlock()
		return errors.New("the journal is closed")
	}
	b := j.batch
	b.bytes = append(b.bytes, record...)
	b.entries, b.ends = append(b.entries, e), append(b.ends, len(b.bytes))
	if len(b.entries) == 1 {
		j.work.Signal()
	}
	j.mu.Unlock()
	<-b.done
	return b.err
}

// WaitRoom returns when replies can be written, or with the error of ctx.
func (j *Journal) WaitRoom(ctx context.Context) error {
	j.mu.Lock()
	stalled := j.stalled
	j.mu.Unlock()
	if stalled == nil {
		return nil
	}
	select {
	case <-stalled:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commit brings batches to disk, one after the other, until the journal is closed.
func (j *Journal) commit() {
	defer close(j.done)
	var spare []byte
	for {
		j.mu.Lock()
		for len(j.batch.entries) == 0 && !j.closing {
			j.work.Wait()
		}
		b := j.batch
		if len(b.entries) == 0 {
			j.mu.Unlock()
			return
		}
		j.batch = newBatch(spare)
		failed := j.failed
		j.mu.Unlock()
		if failed == nil {
			failed = j.store(b)
		}
		j.mu.Lock()
		if b.err = failed; failed != nil {
			j.failed = failed
		} else {
			j.stored(b)
		}
		j.mu.Unlock()
		close(b.done)
		if spare = b.bytes; cap(spare) > keptBatch {
			spare = nil
		}
	}
}

// stored enters a batch that is on disk into the index.
func (j *Journal) stored(b *batch) {
	start := 0
	for i, e := range b.entries {
		j.block.add(e, j.size+int64(start), j.size+int64(b.ends[i]))
		j.totals.add(e)
		start = b.ends[i]
		if len(j.block.places) == blockLimit {
			j.writeBlock()
		}
	}
	j.size += int64(len(b.bytes))
}

// writeBlock appends what is new to the index. If that fails, the index is left as it is, and the log is read further the
// next time.
func (j *Journal) writeBlock() {
	if len(j.block.places) == 0 {
		return
	}
	if j.index != nil {
		if _, err := j.index.Write(j.block.encode()); err != nil {
			j.index.Close()
			j.index = nil
		}
	}
	j.block = block{}
}

// store writes a batch. Where there is no room it waits for some, since the replies are paid for.
func (j *Journal) store(b *batch) error {
	began := time.Now()
	pause := 100 * time.Millisecond
	for {
		err := j.write(b.bytes)
		if err == nil {
			j.resume()
			return nil
		}
		if !NoRoom(err) || time.Since(began) > j.opts.Patience || j.isClosing() {
			j.resume()
			return fmt.Errorf("the journal cannot be written: %w", err)
		}
		j.stall(err)
		time.Sleep(pause)
		pause = min(2*pause, 2*time.Second)
	}
}

func (j *Journal) write(bytes []byte) error {
	_, err := j.log.WriteAt(bytes, j.size)
	if err == nil {
		err = j.log.Sync()
	}
	if err != nil {
		// What was written of it must not be taken for a record of the next ones.
		err = errors.Join(err, j.log.Truncate(j.size))
	}
	return err
}

// NoRoom reports whether an error is one of a full disk, so that the same may succeed later.
func NoRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func (j *Journal) isClosing() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.closing
}

func (j *Journal) stall(err error) {
	j.mu.Lock()
	first := j.stalled == nil
	if first {
		j.stalled = make(chan struct{})
	}
	j.mu.Unlock()
	if first {
		j.opts.Stalled(err)
	}
}

func (j *Journal) resume() {
	j.mu.Lock()
	stalled := j.stalled
	j.stalled = nil
	j.mu.Unlock()
	if stalled != nil {
		close(stalled)
		j.opts.Stalled(nil)
	}
}
