package runtime

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// Lineage says where a row of a dataset comes from. The lines of lineage/NAME.jsonl stand in the order of the rows.
type Lineage struct {
	ID       string `json:"id"`
	Source   string `json:"source"`          // the step that read it
	Row      int64  `json:"row"`             // of the source, from 1
	SourceID string `json:"source_id"`       // of that row
	Path     []int  `json:"path"`            // index in each expansion on the way
	Split    string `json:"split,omitempty"` // of the dataset, if it has several
}

// Ancestors are the ids of the rows that the row was on its way, from the source's to its own.
func (l Lineage) Ancestors() []string {
	ids := []string{l.SourceID}
	for _, i := range l.Path {
		ids = append(ids, childID(ids[len(ids)-1], i))
	}
	return ids
}

// LineageIn is the file with the lineage of a dataset's rows.
func LineageIn(out, dataset string) string {
	return filepath.Join(out, "lineage", dataset+".jsonl")
}

// EachLineage reads the lineage of a dataset's rows, with their numbers from 1. Of no dataset, it is that of the rejects.
func EachLineage(out, dataset string, do func(row int64, l Lineage) error) error {
	if dataset == "" {
		dataset = ofRejects
	}
	f, err := os.Open(LineageIn(out, dataset))
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for row := int64(1); s.Scan(); row++ {
		var l Lineage
		if err := json.Unmarshal(s.Bytes(), &l); err != nil {
			return fmt.Errorf("line %d of %s: %w", row, f.Name(), err)
		}
		if err := do(row, l); err != nil {
			return err
		}
	}
	return s.Err()
}

// lineages are the files of a run.
type lineages struct {
	mu    sync.Mutex
	files map[*node]*lines // nil: of the rejects
	line  []byte
}

// ofRejects is the name of the lineage of rejects, which no dataset can have.
const ofRejects = ".rejects"

func newLineages(out string, nodes []*node) (*lineages, error) {
	l := &lineages{files: map[*node]*lines{}}
	for _, n := range append(slices.Clone(nodes), nil) {
		name := ofRejects
		if n != nil {
			if n.verb != "dataset" {
				continue
			}
			name = n.step
		}
		file, err := newLines(LineageIn(out, name))
		if err != nil {
			return nil, errors.Join(err, l.close(true))
		}
		l.files[n] = file
	}
	return l, nil
}

func (l *lineages) add(to *node, id string, path []int, f from) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := append(l.line[:0], `{"id":"`...)
	b = append(b, id...)
	b = append(b, `","source":`...)
	b = strconv.AppendQuote(b, f.source) // a name, which has nothing that JSON quotes otherwise
	b = append(b, `,"row":`...)
	b = strconv.AppendInt(b, f.ordinal+1, 10)
	b = append(b, `,"source_id":"`...)
	b = append(b, f.id...)
	b = append(b, `","path":[`...)
	for k, i := range slices.Concat(f.path, path) {
		if k > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(i), 10)
	}
	b = append(b, ']')
	if to != nil && len(to.written.Splits) > 1 {
		b = append(b, `,"split":"`...)
		b = append(b, to.written.SplitNames()[to.written.SplitOf(id)]...)
		b = append(b, '"')
	}
	l.line = append(b, '}')
	return l.files[to].add(l.line)
}

func (l *lineages) flush() (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.files {
		err = errors.Join(err, f.flush())
	}
	return err
}

func (l *lineages) close(stopped bool) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.files {
		err = errors.Join(err, f.close(stopped))
	}
	return err
}
