package journal

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"slices"
)

// The index says where in the log the record of a key is, so that opening a journal does not read all of it. It follows
// from the log and is made anew where it is damaged or missing. It has blocks:
//
//	0   magic     4 bytes
//	4   count     of the places in the block
//	8   end       of the log as far as the block and those before it cover it
//	16  nano USD  spent in the block
//	24  calls     of which the block has the replies
//	28  unpriced  those of them whose price is not known
//	32  checksum  CRC-32C of the 32 bytes before and the places
//	36  places    16 bytes each: the first 8 of the key, and the offset in the log
const (
	blockSum   = 32
	blockHead  = 36
	placeSize  = 16
	blockLimit = 4096 // places in a block
)

var blockMagic = []byte("\xd1gI1")

// place is where the record of a key is.
type place struct{ key, offset uint64 }

func placeOf(k Key, offset int64) place { return place{binary.BigEndian.Uint64(k[:8]), uint64(offset)} }

// Totals is what the replies in a journal have cost.
type Totals struct {
	Calls    int64
	NanoUSD  int64
	Unpriced int64 // calls whose price is not known
}

func (t *Totals) add(e *Entry) {
	if e.Mark {
		return
	}
	calls := int64(1)
	if e.Shared {
		calls = 0
	}
	t.Calls += calls
	if e.NanoUSD < 0 {
		t.Unpriced += calls
	} else {
		t.NanoUSD += e.NanoUSD
	}
}

// block is a part of the index under way.
type block struct {
	places []place
	totals Totals
	end    int64
}

func (b *block) add(e *Entry, at, end int64) {
	b.places = append(b.places, placeOf(e.Key, at))
	b.totals.add(e)
	b.end = end
}

func (b *block) encode() []byte {
	out := make([]byte, blockHead, blockHead+placeSize*len(b.places))
	copy(out, blockMagic)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(b.places)))
	binary.LittleEndian.PutUint64(out[8:], uint64(b.end))
	binary.LittleEndian.PutUint64(out[16:], uint64(b.totals.NanoUSD))
	binary.LittleEndian.PutUint32(out[24:], uint32(b.totals.Calls))
	binary.LittleEndian.PutUint32(out[28:], uint32(b.totals.Unpriced))
	for _, p := range b.places {
		out = binary.LittleEndian.AppendUint64(out, p.key)
		out = binary.LittleEndian.AppendUint64(out, p.offset)
	}
	binary.LittleEndian.PutUint32(out[blockSum:], blockChecksum(out[:blockSum], out[blockHead:]))
	return out
}

func blockChecksum(head, places []byte) uint32 {
	return crc32.Update(crc32.Checksum(head, castagnoli), castagnoli, places)
}

// index is what was read of an index file.
type index struct {
	places []place
	totals Totals
	end    int64 // of the log, as far as it is covered
	size   int64 // of the file, as far as it is good
}

// readIndex reads an index as far as it is good. A file that is not there is empty.
func readIndex(path string) (x index, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return x, nil
	}
	if err != nil {
		return x, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return x, err
	}
	x.places = make([]place, 0, info.Size()/placeSize)
	r := bufio.NewReaderSize(f, bufferFor(info.Size()))
	head := make([]byte, blockHead)
	var body []byte
	for {
		if _, err := io.ReadFull(r, head); err != nil {
			return x, nil // its end, or a block that is not whole
		}
		count := int(binary.LittleEndian.Uint32(head[4:]))
		if string(head[:4]) != string(blockMagic) || count > blockLimit {
			return x, nil
		}
		body = slices.Grow(body[:0], placeSize*count)
		b := body[:placeSize*count]
		if _, err := io.ReadFull(r, b); err != nil {
			return x, nil
		}
		if blockChecksum(head[:blockSum], b) != binary.LittleEndian.Uint32(head[blockSum:]) {
			return x, nil
		}
		for i := 0; i < len(b); i += placeSize {
			x.places = append(x.places, place{binary.LittleEndian.Uint64(b[i:]), binary.LittleEndian.Uint64(b[i+8:])})
		}
		x.end = int64(binary.LittleEndian.Uint64(head[8:]))
		x.totals.NanoUSD += int64(binary.LittleEndian.Uint64(head[16:]))
		x.totals.Calls += int64(binary.LittleEndian.Uint32(head[24:]))
		x.totals.Unpriced += int64(binary.LittleEndian.Uint32(head[28:]))
		x.size += blockHead + int64(len(b))
	}
}

// sorted brings places into the order in which they are searched; of one key the last record comes first.
func sorted(places []place) []place {
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(b.offset, a.offset)) })
	return places
}

// find returns the places of a key.
func find(places []place, key uint64) []place {
	from, ok := slices.BinarySearchFunc(places, key, func(p place, key uint64) int { return cmp.Compare(p.key, key) })
	if !ok {
		return nil
	}
	to := from
	for to < len(places) && places[to].key == key {
		to++
	}
	return places[from:to]
}
