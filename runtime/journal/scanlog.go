package journal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Scan reads all entries of the journal in a folder, in the order in which they were stored, and tells damage of what cannot
// be read. It changes nothing, and may be called while a run stores more.
func Scan(dir string, entry func(e *Entry, offset int64) error, damage func(Damage)) error {
	log, err := openLog(dir, true)
	if err != nil {
		return fmt.Errorf("the journal cannot be opened: %w", err)
	}
	defer log.Close()
	head := make([]byte, len(preamble))
	if _, err := log.ReadAt(head, 0); err != nil || string(head) != preamble {
		return fmt.Errorf("%s does not begin as a journal of this version does", filepath.Join(dir, logName))
	}
	info, err := log.Stat()
	if err != nil {
		return err
	}
	start := int64(len(preamble))
	s := newScanner(io.NewSectionReader(log, start, info.Size()-start), start, info.Size()-start, damage)
	for {
		payload, h, at, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		e, err := parsePayload(h, payload)
		if err != nil {
			damage(Damage{at, s.offset - at, err.Error(), false})
			continue
		}
		if err := entry(e, at); err != nil {
			return err
		}
	}
}

// Compacted is what Compact did.
type Compacted struct {
	Before, After int64 // bytes
	Entries       int   // that are left
	Superseded    int   // entries whose key came again later
	Damaged       int   // parts that could not be read
}

// Compact writes the journal of a folder anew, without what is damaged and what was superseded. No run may use it meanwhile.
// The old one stays until the new one is whole.
func Compact(dir string) (c Compacted, err error) {
	last := map[Key]int64{}
	err = Scan(dir, func(e *Entry, at int64) error { last[e.Key] = at; return nil }, func(Damage) { c.Damaged++ })
	if err != nil {
		return c, err
	}
	path := filepath.Join(dir, logName)
	info, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	c.Before = info.Size()
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return c, err
	}
	defer os.Remove(f.Name()) // if it is still there
	w := &fileWriter{f: f}
	var paid Amount // for what is left out
	w.write([]byte(preamble))
	err = Scan(dir, func(e *Entry, at int64) error {
		if last[e.Key] != at {
			c.Superseded++
			if !e.Mark {
				paid.Calls++
				paid.NanoUSD += max(e.NanoUSD, 0)
			}
			return nil
		}
		c.Entries++
		return w.write(appendRecord(nil, e))
	}, func(Damage) {})
	err = errors.Join(err, w.flush(), f.Chmod(0o644), f.Sync(), f.Close())
	if err != nil {
		return c, err
	}
	c.After = w.size
	if err := alsoUnstored(dir, paid); err != nil {
		return c, err
	}
	// The index belongs to the old log: it must be gone before the new one is there.
	if err := os.Remove(filepath.Join(dir, indexName)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return c, err
	}
	return c, errors.Join(os.Rename(f.Name(), path), syncDir(dir))
}

// fileWriter gathers what is written, and counts it.
type fileWriter struct {
	f    *os.File
	buf  []byte
	size int64
}

func (w *fileWriter) write(b []byte) error {
	w.size += int64(len(b))
	w.buf = append(w.buf, b...)
	if len(w.buf) < 1<<20 {
		return nil
	}
	return w.flush()
}

func (w *fileWriter) flush() error {
	_, err := w.f.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}
