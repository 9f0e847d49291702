package runtime

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
)

// spill is rows on disk, which wait for the last one of them. Of each only the place is in memory.
type spill struct {
	dir    string
	decode func(text []byte) (any, error)

	mu      sync.Mutex
	file    *os.File
	buf     *bufio.Writer
	size    int64
	offsets []int64
}

// add appends a row.
func (s *spill) add(id string, f from, text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		file, err := os.CreateTemp(s.dir, unfinished+"*")
		if err != nil {
			return err
		}
		s.file, s.buf = file, bufio.NewWriterSize(file, 64<<10)
	}
	var record []byte
	for _, part := range []string{id, f.source, f.id} {
		record = binary.AppendUvarint(record, uint64(len(part)))
		record = append(record, part...)
	}
	record = binary.AppendVarint(record, f.ordinal)
	record = binary.AppendUvarint(record, uint64(len(f.path)))
	for _, i := range f.path {
		record = binary.AppendUvarint(record, uint64(i))
	}
	head := binary.AppendUvarint(nil, uint64(len(record)+len(text)))
	s.offsets = append(s.offsets, s.size)
	s.size += int64(len(head) + len(record) + len(text))
	s.buf.Write(head)
	s.buf.Write(record)
	_, err := s.buf.Write(text) // the buffer keeps the first error
	return err
}

func (s *spill) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.offsets)
}

// at reads a row.
func (s *spill) at(i int) (row any, id string, f from, err error) {
	record, err := s.record(i)
	if err != nil {
		return nil, "", f, err
	}
	id, f, text := parted(record)
	row, err = s.decode(text)
	return row, id, f, err
}

// origin reads where a row comes from.
func (s *spill) origin(i int) (id string, f from, err error) {
	record, err := s.record(i)
	if err != nil {
		return "", f, err
	}
	id, f, _ = parted(record)
	return id, f, nil
}

// parted takes a record apart.
func parted(record []byte) (id string, f from, text []byte) {
	part := func() string {
		n, head := binary.Uvarint(record)
		p := string(record[head : head+int(n)])
		record = record[head+int(n):]
		return p
	}
	number := func() int {
		v, n := binary.Uvarint(record)
		record = record[n:]
		return int(v)
	}
	id, f.source, f.id = part(), part(), part()
	ordinal, n := binary.Varint(record)
	f.ordinal, record = ordinal, record[n:]
	if steps := number(); steps > 0 {
		f.path = make([]int, steps)
		for i := range f.path {
			f.path[i] = number()
		}
	}
	return id, f, record
}

func (s *spill) record(i int) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i < 0 || i >= len(s.offsets) {
		return nil, fmt.Errorf("there is no row %d of %d", i, len(s.offsets))
	}
	if s.buf.Buffered() > 0 {
		if err := s.buf.Flush(); err != nil {
			return nil, err
		}
	}
	end := s.size
	if i+1 < len(s.offsets) {
		end = s.offsets[i+1]
	}
	record := make([]byte, end-s.offsets[i])
	if _, err := s.file.ReadAt(record, s.offsets[i]); err != nil {
		return nil, err
	}
	_, head := binary.Uvarint(record)
	return record[head:], nil
}

// close removes the file.
func (s *spill) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// spilled are the rows of a spill as a component reads them.
type spilled[A, I any] struct {
	*spill
	read func(A) I
}

// Len returns the number of rows.
func (s spilled[A, I]) Len() int { return s.len() }

// At reads what the component wants of a row.
func (s spilled[A, I]) At(i int) (in I, err error) {
	row, _, _, err := s.at(i)
	if err != nil {
		return in, err
	}
	return s.read(row.(A)), nil
}
