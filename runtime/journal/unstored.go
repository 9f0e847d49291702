package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
)

// Beside the log there is a note of what may have been paid for without a reply in the log: requests under way when a
// process was killed, and such as failed but may be billed. It has two places, which are written in turn, so that one is
// always whole:
//
//	0   number    of the note; the higher one counts
//	8   calls
//	16  nano USD
//	24  checksum  CRC-32C of the 24 bytes before
const (
	unstoredName = "unstored"
	noteSize     = 28
)

// Amount is calls and what they cost.
type Amount struct{ Calls, NanoUSD int64 }

// Unstored returns the upper bound of what was paid for without a reply in the log, as it was noted last.
func (j *Journal) Unstored() (a Amount, err error) {
	j.noting.Lock()
	defer j.noting.Unlock()
	a, j.notes, err = readUnstored(j.dir)
	return a, err
}

// NoteUnstored makes another bound durable.
func (j *Journal) NoteUnstored(a Amount) error {
	j.noting.Lock()
	defer j.noting.Unlock()
	if err := writeUnstored(j.dir, a, j.notes+1); err != nil {
		return err
	}
	j.notes++
	return nil
}

func readUnstored(dir string) (a Amount, number uint64, err error) {
	path := filepath.Join(dir, unstoredName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Amount{}, 0, nil
	}
	if err != nil {
		return Amount{}, 0, err
	}
	a, number, ok := readNotes(text)
	if !ok {
		return a, 0, fmt.Errorf("%s is damaged. Remove it if you know that no more was paid for than the journal has", path)
	}
	return a, number, nil
}

func writeUnstored(dir string, a Amount, number uint64) error {
	f, err := os.OpenFile(filepath.Join(dir, unstoredName), os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	note := make([]byte, 0, noteSize)
	for _, n := range []uint64{number, uint64(a.Calls), uint64(a.NanoUSD)} {
		note = binary.LittleEndian.AppendUint64(note, n)
	}
	note = binary.LittleEndian.AppendUint32(note, crc32.Checksum(note, castagnoli))
	_, err = f.WriteAt(note, int64(number%2*noteSize))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil && number == 1 {
		err = syncDir(dir)
	}
	return err
}

// alsoUnstored adds to what is noted, in a folder that no run uses.
func alsoUnstored(dir string, more Amount) error {
	if more == (Amount{}) {
		return nil
	}
	a, number, err := readUnstored(dir)
	if err != nil {
		return err
	}
	return writeUnstored(dir, Amount{a.Calls + more.Calls, a.NanoUSD + more.NanoUSD}, number+1)
}

// readNotes returns the note that counts; ok is false if there is none that is whole.
func readNotes(text []byte) (a Amount, number uint64, ok bool) {
	torn := len(text) < 2*noteSize || len(bytes.Trim(text, "\x00")) == 0 // the first one, before anything was sent
	for ; len(text) >= noteSize; text = text[noteSize:] {
		n := binary.LittleEndian.Uint64(text)
		if binary.LittleEndian.Uint32(text[24:]) == crc32.Checksum(text[:24], castagnoli) && n > number {
			a = Amount{int64(binary.LittleEndian.Uint64(text[8:])), int64(binary.LittleEndian.Uint64(text[16:]))}
			number, ok = n, true
		}
	}
	return a, number, ok || torn
}

// Each hands over all entries, in the order in which they were stored.
func (j *Journal) Each(f func(*Entry) error) error {
	return Scan(j.dir, func(e *Entry, _ int64) error { return f(e) }, func(Damage) {})
}
