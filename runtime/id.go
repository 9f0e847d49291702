package runtime

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/distigen/distigen/runtime/component"
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
	v := reflect.ValueOf(row)
	if v.Kind() != reflect.Struct {
		text, _ := encode(row)
		sum := sha256.Sum256(text)
		return sum[:]
	}
	h := sha256.New()
	for _, i := range byName(v.Type()) {
		f := v.Field(i.index)
		if (f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice && i.nullable) && f.IsNil() {
			continue
		}
		text, _ := encode(f.Interface()) // rows are made of what JSON knows
		h.Write(binary.AppendUvarint(binary.AppendUvarint(nil, uint64(len(i.name))), uint64(len(text))))
		h.Write([]byte(i.name))
		h.Write(text)
	}
	return h.Sum(nil)
}

type namedField struct {
	name     string
	index    int
	nullable bool // a list whose nil is null
}

var fieldsOf sync.Map // reflect.Type to []namedField

// byName lists the columns of a row type in the order of their names.
func byName(t reflect.Type) []namedField {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]namedField)
	}
	fields := make([]namedField, t.NumField())
	for i := range fields {
		f := component.FieldOf(t.Field(i))
		fields[i] = namedField{f.Name, i, f.Type.Optional}
	}
	slices.SortFunc(fields, func(a, b namedField) int { return strings.Compare(a.name, b.name) })
	fieldsOf.Store(t, fields)
	return fields
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
