package runtime

import (
	"errors"
	"os"
)

// parking keeps the rows of roots that are done before an earlier one on disk, once there are many of them: one row that
// takes long is not to fill the memory with those behind it.
type parking struct {
	dir   string
	above int64 // bytes that may wait in memory

	inMemory int64
	file     *os.File
	size     int64
}

// parkAbove is how many bytes may wait in memory.
const parkAbove = 16 << 20

// in takes a root that has to wait.
func (p *parking) in(r *root) error {
	for _, row := range r.rows {
		p.inMemory += int64(len(row.text))
	}
	if p.inMemory <= p.above {
		return nil
	}
	if p.file == nil {
		f, err := os.CreateTemp(p.dir, unfinished+"*")
		if err != nil {
			return err
		}
		p.file = f
	}
	var all []byte
	for i, row := range r.rows {
		r.rows[i].at, r.rows[i].size = p.size+int64(len(all)), len(row.text)
		all = append(all, row.text...)
	}
	if _, err := p.file.WriteAt(all, p.size); err != nil {
		return err
	}
	p.size += int64(len(all))
	p.inMemory -= int64(len(all))
	r.parked = true
	for i := range r.rows {
		r.rows[i].text = nil
	}
	return nil
}

// out gives back the rows of a root whose turn it is.
func (p *parking) out(r *root) error {
	for i := range r.rows {
		row := &r.rows[i]
		if !r.parked {
			p.inMemory -= int64(len(row.text))
			continue
		}
		row.text = make([]byte, row.size)
		if _, err := p.file.ReadAt(row.text, row.at); err != nil {
			return err
		}
	}
	return nil
}

func (p *parking) close() error {
	if p.file == nil {
		return nil
	}
	return errors.Join(p.file.Close(), os.Remove(p.file.Name()))
}
