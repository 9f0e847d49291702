package runtime

import (
	"errors"
	"os"
	"path/filepath"
)

// lines is a file of JSON lines of a run. Where an earlier run has left one, the new file takes its place only when it has
// as many lines, or when the run has come to its end: a run that fails at once is not to cost the data of a good one.
type lines struct {
	rowFile
	final  string // its place
	before int64  // lines of the file in its place
}

func newLines(path string) (*lines, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, unwritable(err)
	}
	l := &lines{final: path}
	var err error
	if l.before, err = countLines(path); err != nil {
		return nil, unwritable(err)
	}
	if l.before > 0 {
		path = filepath.Join(filepath.Dir(path), unfinished+filepath.Base(path))
	}
	if l.rowFile, err = newRowFile(path); err != nil {
		return nil, unwritable(err)
	}
	return l, nil
}

// apart says that the file is not in its place yet.
func (l *lines) apart() bool { return l.path != l.final }

// flush writes what is complete. On a full disk the rest stays in the buffer.
func (l *lines) flush() error {
	if err := l.rowFile.flush(); err != nil {
		return err
	}
	// Where an open file cannot be moved, that is left to close.
	if l.apart() && l.rows >= l.before && os.Rename(l.path, l.final) == nil {
		l.path = l.final
	}
	return nil
}

func (l *lines) close(stopped bool) error {
	err := l.rowFile.close()
	switch {
	case !l.apart():
		return err
	case (stopped || err != nil) && l.rows < l.before:
		return errors.Join(err, os.Remove(l.path))
	}
	return errors.Join(err, os.Rename(l.path, l.final))
}
