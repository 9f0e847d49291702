// Package journal makes replies of models durable: each is on disk before it is used, under the hash of what was asked.
// All else of a run follows from the pipeline and its journal, so that a run that was killed goes on where it was, and
// nothing that was paid for is asked again.
//
// A journal is a folder with a log, to which records with checksums are appended, and an index of it. Records that are
// written at the same time are brought to disk together. What is damaged is found by its checksum and costs that record
// alone.
package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	logName   = "replies.log"
	indexName = "index"
	preamble  = "distigen journal 1\n"
)

// Options say how a journal is opened.
type Options struct {
	ReadOnly bool
	// Damage is told of what cannot be read, by any goroutine. nil: nobody is.
	Damage func(Damage)
	// Stalled is told when replies cannot be written for want of room, and with nil when they can again.
	Stalled func(error)
	// Patience is how long to wait for room before the journal fails; 0: two minutes.
	Patience time.Duration
}

// Journal is an open journal. Its methods may be called by many goroutines at once.
type Journal struct {
	dir    string
	opts   Options
	log    file
	index  *os.File // nil when it cannot be written; the log is enough
	places []place  // of what was there when the journal was opened

	mu      sync.Mutex
	work    sync.Cond
	batch   *batch
	closing bool
	failed  error
	stalled chan struct{} // closed when there is room again; nil when there is
	done    chan struct{} // closed when the committer has ended
	block   block
	size    int64 // of the log, as far as it is on disk
	totals  Totals

	noting sync.Mutex
	notes  uint64 // number of the last note of what is not stored
}

// file is what a log needs of a file.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Sync() error
	Truncate(size int64) error
}

// Open opens the journal in a folder, and makes it if it is not there.
func Open(dir string, o Options) (*Journal, error) {
	if o.Damage == nil {
		o.Damage = func(Damage) {}
	}
	if o.Stalled == nil {
		o.Stalled = func(error) {}
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Minute
	}
	j := &Journal{dir: dir, opts: o, batch: newBatch(nil), done: make(chan struct{})}
	j.work.L = &j.mu
	log, err := openLog(dir, o.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("the journal cannot be opened: %w", err)
	}
	if err := j.load(log); err != nil {
		log.Close()
		return nil, fmt.Errorf("the journal in %s cannot be read: %w", dir, err)
	}
	j.log = log
	if o.ReadOnly {
		close(j.done)
	} else {
		go j.commit()
	}
	return j, nil
}

func openLog(dir string, readOnly bool) (*os.File, error) {
	path := filepath.Join(dir, logName)
	if readOnly {
		return os.Open(path)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() < int64(len(preamble)) { // new, or cut off when it was made
		_, err = f.WriteAt([]byte(preamble), 0)
		err = errors.Join(err, f.Sync(), syncDir(dir))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// syncDir makes the entries of a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// load reads the index, and of the log what the index does not cover.
func (j *Journal) load(log *os.File) error {
	head := make([]byte, len(preamble))
	if _, err := log.ReadAt(head, 0); err != nil || string(head) != preamble {
		return fmt.Errorf("%s does not begin as a journal of this version does", logName)
	}
	info, err := log.Stat()
	if err != nil {
		return err
	}
	path := filepath.Join(j.dir, indexName)
	x, err := readIndex(path)
	if err != nil {
		return err
	}
	if x.end > info.Size() || x.end < int64(len(preamble)) {
		x = index{end: int64(len(preamble))}
	}
	j.places, j.totals, j.size = x.places, x.totals, x.end
	if !j.opts.ReadOnly {
		if err := j.openIndex(path, x.size); err != nil {
			return err
		}
	}
	if err := j.scan(log, info.Size()); err != nil {
		return err
	}
	sorted(j.places)
	if !j.opts.ReadOnly && j.size < info.Size() { // the rest is no whole record
		return log.Truncate(j.size)
	}
	return nil
}

// openIndex opens the index to go on where its good part ends.
func (j *Journal) openIndex(path string, size int64) (err error) {
	if j.index, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644); err != nil {
		return err
	}
	if err = j.index.Truncate(size); err == nil {
		_, err = j.index.Seek(size, io.SeekStart)
	}
	return err
}

// scan reads the log from where the index ends.
func (j *Journal) scan(log *os.File, size int64) error {
	s := newScanner(io.NewSectionReader(log, j.size, size-j.size), j.size, size-j.size, j.opts.Damage)
	for {
		payload, h, at, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		j.size = s.offset
		e, err := parsePayload(h, payload)
		if err != nil {
			j.opts.Damage(Damage{at, s.offset - at, err.Error(), false})
			continue
		}
		j.places = append(j.places, placeOf(e.Key, at))
		j.totals.add(e)
		if j.block.add(e, at, s.offset); len(j.block.places) == blockLimit {
			j.writeBlock()
		}
	}
}

// Get returns the entry of a key, among those that were there when the journal was opened. What is damaged is not there.
func (j *Journal) Get(key Key) (*Entry, bool) {
	for _, p := range find(j.places, placeOf(key, 0).key) {
		e, err := readAt(j.log, int64(p.offset))
		if err != nil {
			j.opts.Damage(Damage{Offset: int64(p.offset), Reason: err.Error()})
			continue
		}
		if e.Key == key {
			return e, true
		}
	}
	return nil, false
}

// readAt reads the record that begins at an offset.
func readAt(r io.ReaderAt, offset int64) (*Entry, error) {
	b := make([]byte, 4096)
	n, err := r.ReadAt(b, offset)
	if err != nil && err != io.EOF {
		return nil, err
	}
	h, ok := parseHead(b[:n])
	if !ok {
		return nil, errDamaged
	}
	if whole := headSize + h.length; whole > n {
		b = append(b[:n], make([]byte, whole-n)...)
		if _, err := r.ReadAt(b[n:], offset+int64(n)); err != nil {
			return nil, err
		}
	}
	return parsePayload(h, b[headSize:headSize+h.length])
}

// Totals is what the replies in the journal have cost.
func (j *Journal) Totals() Totals {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.totals
}

// Len is the number of entries that were there when the journal was opened.
func (j *Journal) Len() int { return len(j.places) }

// Close writes what is under way and closes the journal.
func (j *Journal) Close() error {
	j.mu.Lock()
	j.closing = true
	j.work.Broadcast()
	j.mu.Unlock()
	<-j.done
	err := j.log.Close()
	if j.index != nil {
		j.writeBlock()
		j.index.Close() // it is made anew if it is not whole
	}
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return err
}
