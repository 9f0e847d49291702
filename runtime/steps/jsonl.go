package steps

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds a line of a JSON lines file, so that a file of another kind cannot fill the memory.
const maxLine = 64 << 20

var errLongLine = fmt.Errorf("it is longer than %d MiB", maxLine>>20)

// lines reads a file line by line.
type lines struct {
	r      *bufio.Reader
	number int // of the line last read, from 1
	max    int
}

func newLines(r io.Reader) *lines {
	l := &lines{r: bufio.NewReaderSize(r, 256<<10), max: maxLine}
	if bom, err := l.r.Peek(3); err == nil && string(bom) == "\ufeff" {
		l.r.Discard(3)
	}
	return l
}

// next returns the next line that is not blank, without the space around it; io.EOF ends the file. A line that is too
// long is read over, and errLongLine says so. The bytes are the caller's until it calls next again.
func (l *lines) next() ([]byte, error) {
	for {
		line, err := l.line()
		if err != nil || len(line) > 0 {
			return line, err
		}
	}
}

func (l *lines) line() ([]byte, error) {
	l.number++
	part, err := l.r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return l.end(part, err)
	}
	line, long := bytes.Clone(part), false
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = l.r.ReadSlice('\n')
		if long = long || len(line)+len(part) > l.max; !long {
			line = append(line, part...)
		}
	}
	if long && (err == nil || err == io.EOF) {
		return nil, errLongLine
	}
	return l.end(line, err)
}

func (l *lines) end(line []byte, err error) ([]byte, error) {
	line = bytes.TrimSpace(line)
	if err == io.EOF && len(line) > 0 {
		err = nil // the last line may lack its newline
	}
	return line, err
}
