package journal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"
)

// A record in the log: a head of 16 bytes and the payload.
//
//	0   magic          4 bytes, by which the next record is found after a damaged one
//	4   length         of the payload, little-endian like all numbers
//	8   checksum       CRC-32C of the payload
//	12  checksum       CRC-32C of the 12 bytes before
//
// The payload: the key, then the fields of the entry, texts and numbers with their length.
const (
	headSize = 16
	keySize  = 32
	// maxPayload bounds what a damaged length can make a reader allocate.
	maxPayload = 256 << 20
)

// The flags of an entry.
const (
	isMark = 1 << iota
	isShared
)

var (
	magic      = []byte("\xd1gR1")
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	errDamaged = errors.New("the checksum does not match")
)

// Key identifies what was asked: a hash of the endpoint, the request, the row and which of its samples it was.
type Key [keySize]byte

// IsVector is the finish reason of a reply that is a vector: float32 in base64.
const IsVector = "vector"

// Entry is a reply, with what was asked.
type Entry struct {
	Key     Key
	Mark    bool // no reply, but a note that stands under the key
	Shared  bool // it came with the request of another entry, which counts as the call
	Time    time.Time
	Took    time.Duration
	Step    string
	Row     string
	Sample  int
	Attempt int
	Round   int // how often the failed rows had been asked anew
	Address string
	Request []byte // the body that was sent

	Text             string
	Model            string
	FinishReason     string
	PromptTokens     int
	CompletionTokens int
	NanoUSD          int64 // price, in billionths of a US dollar; -1 where it is not known
}

// appendRecord adds an entry's record to b.
func appendRecord(b []byte, e *Entry) []byte {
	start := len(b)
	b = append(b, make([]byte, headSize)...)
	b = append(b, e.Key[:]...)
	flags := uint64(0)
	if e.Mark {
		flags |= isMark
	}
	if e.Shared {
		flags |= isShared
	}
	for _, n := range []uint64{flags, uint64(e.Time.UnixMilli()), uint64(e.Took.Microseconds()), uint64(e.Sample), uint64(e.Attempt),
		uint64(e.Round), uint64(e.PromptTokens), uint64(e.CompletionTokens), uint64(e.NanoUSD + 1)} {
		b = binary.AppendUvarint(b, n)
	}
	for _, s := range []string{e.Step, e.Row, e.Address, e.Text, e.Model, e.FinishReason} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Request)))
	b = append(b, e.Request...)
	payload := b[start+headSize:]
	head := b[start : start+headSize]
	copy(head, magic)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(payload)))
	binary.LittleEndian.PutUint32(head[8:], crc32.Checksum(payload, castagnoli))
	binary.LittleEndian.PutUint32(head[12:], crc32.Checksum(head[:12], castagnoli))
	return b
}

// head is what the first bytes of a record say.
type head struct {
	length int
	sum    uint32
}

func parseHead(b []byte) (head, bool) {
	if len(b) < headSize || !bytes.Equal(b[:4], magic) || binary.LittleEndian.Uint32(b[12:]) != crc32.Checksum(b[:12], castagnoli) {
		return head{}, false
	}
	h := head{int(binary.LittleEndian.Uint32(b[4:])), binary.LittleEndian.Uint32(b[8:])}
	return h, h.length >= keySize && h.length <= maxPayload
}

// parsePayload reads an entry, whose texts are copies.
func parsePayload(h head, b []byte) (*Entry, error) {
	if len(b) != h.length || crc32.Checksum(b, castagnoli) != h.sum {
		return nil, errDamaged
	}
	e := &Entry{}
	copy(e.Key[:], b)
	r := fields{rest: b[keySize:]}
	flags := r.number()
	e.Mark, e.Shared = flags&isMark != 0, flags&isShared != 0
	e.Time = time.UnixMilli(int64(r.number()))
	e.Took = time.Duration(r.number()) * time.Microsecond
	e.Sample, e.Attempt, e.Round = int(r.number()), int(r.number()), int(r.number())
	e.PromptTokens, e.CompletionTokens = int(r.number()), int(r.number())
	e.NanoUSD = int64(r.number()) - 1
	e.Step, e.Row, e.Address = string(r.bytes()), string(r.bytes()), string(r.bytes())
	e.Text, e.Model, e.FinishReason = string(r.bytes()), string(r.bytes()), string(r.bytes())
	e.Request = bytes.Clone(r.bytes())
	if r.bad || len(r.rest) > 0 {
		return nil, errors.New("it is not in the form of this version")
	}
	return e, nil
}

// fields reads numbers and texts one after the other.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) number() uint64 {
	n, size := binary.Uvarint(f.rest)
	if size <= 0 {
		f.bad, f.rest = true, nil
		return 0
	}
	f.rest = f.rest[size:]
	return n
}

func (f *fields) bytes() []byte {
	n := f.number()
	if n > uint64(len(f.rest)) {
		f.bad, f.rest = true, nil
		return nil
	}
	b := f.rest[:n]
	f.rest = f.rest[n:]
	return b
}
