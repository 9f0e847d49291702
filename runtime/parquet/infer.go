package parquet

import (
	"fmt"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// Of files that are larger than this in all, only the levels of the first rows are looked at for nulls. Of those that are elsewhere it
// is less, and of the first file alone: the others are known by their footers.
const (
	inferWhole = 256 << 20
	inferRows  = 100_000
	awayWhole  = 8 << 20
	awayRows   = 1_000
)

// infer finds the columns of the files and their types. It is the compiler that calls this: generated programs know their
// columns.
func (s Source) infer(files []source.File) ([]component.Column, error) {
	size, away := sizeOf(files)
	var columns []component.Column
	left := int64(s.Limit)
	for i, shown := range files {
		look := lookAt{limit: left}
		switch {
		case away && size > awayWhole && i > 0:
			look.most = -1
		case away && size > awayWhole:
			look.most = awayRows
		case !away && size > inferWhole && s.Limit == 0:
			look.most = inferRows
		}
		if s.Limit > 0 && left <= 0 {
			break
		}
		found, count, err := s.inferFile(shown, look)
		if err != nil {
			return nil, err
		}
		left -= count
		if i == 0 {
			columns = found
			continue
		}
		if err := merge(columns, found, files[0], shown); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// sizeOf adds files up, and says whether they are elsewhere.
func sizeOf(files []source.File) (size int64, away bool) {
	for _, f := range files {
		away = away || f.Open != nil
		if c, err := contentOf(f); err == nil { // else it is told when it is read
			size += c.Size()
			c.Close()
		}
	}
	return size, away
}

func (s Source) inferFile(shown source.File, look lookAt) (columns []component.Column, count int64, err error) {
	f, err := open(shown)
	if err != nil {
		return nil, 0, fmt.Errorf("%s cannot be read: %w", shown.Shown, err)
	}
	defer f.close()
	seen := look.levels(f.File)
	for _, c := range s.wanted(f.columns) {
		if c.problem != "" {
			return nil, 0, c.mistake(shown)
		}
		columns = append(columns, component.Column{Name: c.name, Type: c.typ(seen.has), Doc: c.doc})
	}
	if seen.err != nil {
		return nil, 0, fmt.Errorf("%s cannot be read: %w", shown.Shown, seen.err)
	}
	return columns, f.NumRows(), nil
}

// merge adds the columns of a further file, which must be the same apart from nulls.
func merge(columns, more []component.Column, first, file source.File) error {
	at := map[string]component.Column{}
	for _, c := range more {
		at[c.Name] = c
	}
	for i, c := range columns {
		other, ok := at[c.Name]
		delete(at, c.Name)
		if !ok {
			return fmt.Errorf("%s has no column %q, which %s has", file.Shown, c.Name, first.Shown)
		}
		both, ok := source.Either(c.Type, other.Type)
		if !ok {
			return fmt.Errorf("column %q is of type %s in %s and of type %s in %s", c.Name, other.Type, file.Shown, c.Type, first.Shown)
		}
		columns[i].Type = both
	}
	for _, c := range more {
		if _, left := at[c.Name]; left {
			return fmt.Errorf("%s has the column %q, which %s has not", file.Shown, c.Name, first.Shown)
		}
	}
	return nil
}

// lookAt says which rows of a file count, and how many are looked at where the statistics do not tell: 0 for all, -1 for none.
type lookAt struct{ limit, most int64 }

func (l lookAt) levels(f *parquet.File) *levels {
	seen := &levels{file: f, rows: l.most, known: map[int]map[int]bool{}}
	if l.limit > 0 && l.limit < f.NumRows() && (l.most == 0 || l.limit <= l.most) {
		seen.rows, seen.first = l.limit, true
	}
	return seen
}

// levels knows which definition levels the leaves of a file have.
type levels struct {
	file  *parquet.File
	rows  int64 // to look at; 0: all, -1: none
	first bool  // these alone count, and not the others that the statistics tell of
	known map[int]map[int]bool
	err   error
}

func (l *levels) has(leaf, level int) bool {
	if l.known[leaf] == nil {
		l.known[leaf] = map[int]bool{}
		if n := l.nulls(leaf); n == 0 {
			return false
		} else if _, deepest := levelsOf(l.file.Root(), leaf); deepest == 1 && n > 0 && !l.first {
			l.known[leaf][0] = true // there is one way to be null
		} else if l.rows < 0 {
			return false // the rows will tell
		} else if err := l.scan(leaf); err != nil && l.err == nil {
			l.err = err
		}
	}
	return l.known[leaf][level]
}

// levelsOf are the deepest levels of a leaf.
func levelsOf(n *parquet.Column, leaf int) (repetition, definition int) {
	if n.Leaf() && n.Index() == leaf {
		return n.MaxRepetitionLevel(), n.MaxDefinitionLevel()
	}
	for _, part := range n.Columns() {
		if from, until := leavesOf(part); from <= leaf && leaf < until {
			return levelsOf(part, leaf)
		}
	}
	return 0, 0
}

// nulls is how many values are null as the statistics have it, -1 if they do not say. Empty lists count as nulls.
func (l *levels) nulls(leaf int) (count int64) {
	for _, g := range l.file.Metadata().RowGroups {
		s := g.Columns[leaf].MetaData.Statistics
		if s.NullCount == 0 && len(s.MinValue) == 0 && len(s.MaxValue) == 0 && len(s.Min) == 0 && len(s.Max) == 0 {
			return -1 // there may be none
		}
		count += s.NullCount
	}
	return count
}

// scan reads the levels of a leaf.
func (l *levels) scan(leaf int) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it is damaged: %v", p)
		}
	}()
	rows := l.rows
	for _, group := range l.file.RowGroups() {
		if err := l.scanGroup(group.ColumnChunks()[leaf], leaf, rows); err != nil {
			return err
		}
		if rows -= group.NumRows(); l.rows > 0 && rows <= 0 {
			break
		}
	}
	return nil
}

func (l *levels) scanGroup(chunk parquet.ColumnChunk, at int, rows int64) error {
	values := &leaf{pages: chunk.Pages()}
	a := &assembler{leaves: map[int]*leaf{at: values}}
	defer a.close()
	for a.fill(values) {
		for _, v := range values.here {
			if v.RepetitionLevel() == 0 {
				if rows--; l.rows > 0 && rows < 0 {
					return nil
				}
			}
			l.known[at][v.DefinitionLevel()] = true
		}
	}
	return a.err
}
