package journal

import (
	"bufio"
	"bytes"
	"io"
)

// Damage is a part of the log that cannot be read.
type Damage struct {
	Offset int64 // in the log
	Bytes  int64
	Reason string
	Tail   bool // at the end, where a write was interrupted: nothing that counted as stored is lost
}

// scanner reads the records of a log, one after the other, over what is damaged.
type scanner struct {
	r      *bufio.Reader
	offset int64 // of the next byte
	damage func(Damage)
}

func newScanner(r io.Reader, offset, size int64, damage func(Damage)) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, bufferFor(size)), offset: offset, damage: damage}
}

// bufferFor is the size of the buffer to read so many bytes with.
func bufferFor(size int64) int { return int(min(1<<20, max(8<<10, size))) }

// next returns the next whole record and where it begins; io.EOF ends the log.
func (s *scanner) next() (payload []byte, h head, at int64, err error) {
	for {
		at = s.offset
		b, err := s.r.Peek(headSize)
		if len(b) == 0 {
			return nil, head{}, at, io.EOF
		}
		if err != nil && err != io.EOF {
			return nil, head{}, at, err
		}
		h, ok := parseHead(b)
		if !ok {
			if err := s.skip(at); err != nil {
				return nil, head{}, at, err
			}
			continue
		}
		s.r.Discard(headSize)
		payload = make([]byte, h.length)
		n, err := io.ReadFull(s.r, payload)
		s.offset += headSize + int64(n)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			s.damage(Damage{at, s.offset - at, "the last record is incomplete: writing it was interrupted", true})
			return nil, head{}, at, io.EOF
		}
		if err != nil {
			return nil, head{}, at, err
		}
		return payload, h, at, nil
	}
}

// skip goes to the next record that begins after a place where none does.
func (s *scanner) skip(from int64) error {
	for {
		s.r.Discard(1)
		s.offset++
		b, err := s.r.Peek(4096)
		if len(b) < headSize {
			s.offset += int64(len(b))
			s.r.Discard(len(b))
			s.damage(Damage{from, s.offset - from, "there is no record", true})
			return nil
		}
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return err
		}
		i := bytes.Index(b, magic)
		switch {
		case i < 0:
			n := len(b) - len(magic)
			s.r.Discard(n)
			s.offset += int64(n)
			continue
		case i > 0:
			s.r.Discard(i)
			s.offset += int64(i)
		}
		b, _ = s.r.Peek(headSize)
		if _, ok := parseHead(b); ok {
			s.damage(Damage{from, s.offset - from, "there is no record", false})
			return nil
		}
	}
}
