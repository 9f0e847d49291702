package runtime

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/distigen/distigen/runtime/journal"
)

// lines is a file of JSON lines under way. Where an earlier run has left one, the new file takes its place only when it has
// as many lines, or when the run has come to its end: a run that fails at once is not to cost the data of a good one.
type lines struct {
	path string
	file io.WriteCloser
	buf  []byte // whole lines that are not in the file yet
	rows int64

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
	file, err := os.Create(l.at())
	if err != nil {
		return nil, unwritable(err)
	}
	l.file = file
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

// linesBuffer is how much is gathered before it is written.
const linesBuffer = 64 << 10

func (l *lines) add(text []byte) error {
	l.buf = append(append(l.buf, text...), '\n')
	l.rows++
	if len(l.buf) < linesBuffer {
		return nil
	}
	if err := l.flush(); err != nil && !journal.NoRoom(err) {
		return err
	}
	return nil // what there is no room for stays in the buffer
}

// flush writes what is complete. On a full disk the rest stays in the buffer.
func (l *lines) flush() error {
	n, err := l.file.Write(l.buf)
	l.buf = l.buf[:copy(l.buf, l.buf[n:])]
	if err != nil {
		return err
	}
	// Where an open file cannot be moved, that is left to close.
	if l.apart && l.rows >= l.before && os.Rename(l.at(), l.path) == nil {
		l.apart = false
	}
	return nil
}

// close leaves whole lines: where the disk is full to the last, what was torn is cut off.
func (l *lines) close(stopped bool) error {
	err := l.flush()
	err = errors.Join(err, l.file.Close())
	if err != nil && len(l.buf) > 0 {
		err = errors.Join(err, l.cut())
	}
	switch {
	case !l.apart:
		return err
	case (stopped || err != nil) && l.rows < l.before:
		l.kept = l.before
		return errors.Join(err, os.Remove(l.at()))
	}
	return errors.Join(err, os.Rename(l.at(), l.path))
}

// cut takes off the end of a file that is no whole line, and the lines that are not in it from the count.
func (l *lines) cut() error {
	l.rows -= int64(bytes.Count(l.buf, []byte("\n")))
	f, err := os.OpenFile(l.at(), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	for end := []byte{0}; err == nil && size > 0; size-- {
		if _, err = f.ReadAt(end, size-1); err != nil || end[0] == '\n' {
			break
		}
	}
	return errors.Join(err, f.Truncate(size))
}
