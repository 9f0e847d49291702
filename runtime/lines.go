package runtime

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// lines is a file of JSON lines under way. Where an earlier run has left one, the new file takes its place only when it has
// as many lines, or when the run has come to its end: a run that fails at once is not to cost the data of a good one.
type lines struct {
	path string
	file *os.File
	buf  *bufio.Writer
	rows int64
	size int64 // of whole lines

	flushedRows, flushedSize int64

	apart  bool  // the file is not in its place yet
	before int64 // lines of the file in its place
	kept   int64 // lines of an earlier run, which stay
}

func newLines(path string) (*lines, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, unwritable(err)
	}
	l := &lines{path: path}
	var err error
	if l.before, err = countLines(path); err != nil {
		return nil, unwritable(err)
	}
	l.apart = l.before > 0
	if l.file, err = os.Create(l.at()); err != nil {
		return nil, unwritable(err)
	}
	l.buf = bufio.NewWriterSize(l.file, 64<<10)
	return l, nil
}

// at is where the file is now.
func (l *lines) at() string {
	if l.apart {
		return filepath.Join(filepath.Dir(l.path), unfinished+filepath.Base(l.path))
	}
	return l.path
}

// countLines counts those of a file, which has none if it is not there.
func countLines(path string) (n int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	part := make([]byte, 256<<10)
	for {
		read, err := f.Read(part)
		n += int64(bytes.Count(part[:read], []byte("\n")))
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

func (l *lines) add(text []byte) error {
	l.buf.Write(text)
	err := l.buf.WriteByte('\n') // the buffer keeps the first error
	if err != nil {
		return err
	}
	l.rows++
	l.size += int64(len(text)) + 1
	return nil
}

func (l *lines) flush() error {
	if err := l.buf.Flush(); err != nil {
		return err
	}
	l.flushedRows, l.flushedSize = l.rows, l.size
	// Where an open file cannot be moved, that is left to close.
	if l.apart && l.rows >= l.before && os.Rename(l.at(), l.path) == nil {
		l.apart = false
	}
	return nil
}

// close leaves whole lines: where the disk was full, what was torn is cut off.
func (l *lines) close(stopped bool) error {
	err := l.flush()
	if err != nil {
		l.rows = l.flushedRows
		l.file.Truncate(l.flushedSize)
	}
	err = errors.Join(err, l.file.Close())
	switch {
	case !l.apart:
		return err
	case (stopped || err != nil) && l.rows < l.before:
		l.kept = l.before
		return errors.Join(err, os.Remove(l.at()))
	}
	return errors.Join(err, os.Rename(l.at(), l.path))
}
