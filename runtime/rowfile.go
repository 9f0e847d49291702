package runtime

import (
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/distigen/distigen/runtime/journal"
)

// rowFile is a file of JSON lines that grows.
type rowFile struct {
	path string
	file io.WriteCloser
	buf  []byte // whole lines that are not in the file yet
	rows int64
	size int64 // of all rows
}

func newRowFile(path string) (rowFile, error) {
	file, err := os.Create(path)
	return rowFile{path: path, file: file}, err
}

// linesBuffer is how much is gathered before it is written.
const linesBuffer = 64 << 10

func (r *rowFile) add(text []byte) error {
	r.buf = append(append(r.buf, text...), '\n')
	r.rows++
	r.size += int64(len(text)) + 1
	if len(r.buf) < linesBuffer {
		return nil
	}
	if err := r.flush(); err != nil && !journal.NoRoom(err) {
		return err
	}
	return nil // what there is no room for stays in the buffer
}

// flush writes what is complete. On a full disk the rest stays in the buffer.
func (r *rowFile) flush() error {
	n, err := r.file.Write(r.buf)
	r.buf = r.buf[:copy(r.buf, r.buf[n:])]
	return err
}

// close leaves whole lines: where the disk is full to the last, what was torn is cut off.
func (r *rowFile) close() error {
	err := r.flush()
	err = errors.Join(err, r.file.Close())
	if err != nil && len(r.buf) > 0 {
		err = errors.Join(err, r.cut())
	}
	return err
}

// cut takes off the end of a file that is no whole line, and the lines that are not in it from the count.
func (r *rowFile) cut() error {
	r.rows -= int64(bytes.Count(r.buf, []byte("\n")))
	f, err := os.OpenFile(r.path, os.O_RDWR, 0)
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
