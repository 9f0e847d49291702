package runtime

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// encode is how every row is written: JSON without HTML escapes, since nothing here is HTML.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// rowIDs gives source rows their ids. An id follows from what the row says and, among equal rows, from which one of
// them it is, so that it stays the same when other rows come, go or move.
type rowIDs struct {
	seen     filter
	repeated map[uint64]uint32 // by half a hash: rows that share it by chance still get ids of their own
}

func newRowIDs() *rowIDs { return &rowIDs{repeated: map[uint64]uint32{}} }

func (ids *rowIDs) of(row any) string {
	content := content(row)
	n := uint32(0)
	if half := binary.BigEndian.Uint64(content); !ids.seen.add(half) {
		ids.repeated[half]++
		n = ids.repeated[half]
	}
	return hash(string(content), strconv.Itoa(int(n)))
}

// content hashes what a row says, whatever the order of its columns. A column that is null says nothing: it comes and
// goes with other rows of the same file.
func content(row any) []byte {
	text, err := encode(row)
	var columns map[string]any
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if d.Decode(&columns) == nil {
			for name, value := range columns {
				if value == nil {
					delete(columns, name)
				}
			}
			text, _ = encode(columns)
		}
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// childID is the id of a row that a step made of another. The step's name is no part of it, so that a step can get
// another one and its rows keep their replies.
func childID(parent string, index int) string {
	return hash(parent, strconv.Itoa(index))
}

// hash is the id of its parts. Each goes in with its length, so that no two lists of parts read the same.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.AppendUvarint(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
