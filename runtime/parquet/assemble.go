package parquet

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/source"
)

// assembler puts the rows of a row group together from the values of their columns.
type assembler struct {
	leaves map[int]*leaf
	err    error // of the file
}

// leaf reads the values of a leaf of the schema, page by page.
type leaf struct {
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buffer [64]parquet.Value
	here   []parquet.Value // of the buffer, those to come
}

func newAssembler(group parquet.RowGroup, columns []*column) *assembler {
	a := &assembler{leaves: map[int]*leaf{}}
	chunks := group.ColumnChunks()
	for _, c := range columns {
		for i := c.from; i < c.until; i++ {
			a.leaves[i] = &leaf{pages: chunks[i].Pages()}
		}
	}
	return a
}

func (a *assembler) close() {
	for _, l := range a.leaves {
		parquet.Release(l.page)
		l.pages.Close()
	}
}

// record puts the next row together.
func (a *assembler) record(columns []*column) (record source.Object, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it is damaged: %v", p)
		}
	}()
	record = make(source.Object, len(columns))
	for _, c := range columns {
		record[c.name] = a.value(c)
	}
	return record, a.err
}

// value reads what a column, or a part of one, has next.
func (a *assembler) value(c *column) any {
	next := a.peek(c.from)
	if a.err != nil {
		return nil
	}
	if next.DefinitionLevel() < c.there {
		a.skip(c)
		return nil
	}
	switch c.kind {
	case component.List:
		list := []any{}
		if next.DefinitionLevel() < c.filled {
			a.skip(c)
			return list
		}
		for a.err == nil {
			list = append(list, a.value(c.inner[0]))
			if !a.more(c) {
				break
			}
		}
		return list
	case component.Object:
		object := make(source.Object, len(c.inner))
		for _, inner := range c.inner {
			object[inner.name] = a.value(inner)
		}
		return object
	}
	a.pop(c.from)
	return c.convert(next)
}

// more reports whether the list under way has another element.
func (a *assembler) more(c *column) bool {
	l := a.leaves[c.from]
	if len(l.here) == 0 && !a.fill(l) {
		return false // the row group is over, or cannot be read
	}
	return l.here[0].RepetitionLevel() == c.repeats
}

// skip passes over a value that is null or an empty list: each of its leaves says so once.
func (a *assembler) skip(c *column) {
	for i := c.from; i < c.until && a.err == nil; i++ {
		if a.peek(i); a.err == nil {
			a.pop(i)
		}
	}
}

func (a *assembler) peek(i int) parquet.Value {
	l := a.leaves[i]
	if len(l.here) == 0 && !a.fill(l) {
		if a.err == nil {
			a.err = errors.New("a column has fewer values than there are rows")
		}
		return parquet.Value{}
	}
	return l.here[0]
}

func (a *assembler) pop(i int) { a.leaves[i].here = a.leaves[i].here[1:] }

// fill reads on; false means that there is no more, or that it failed.
func (a *assembler) fill(l *leaf) bool {
	for {
		if l.values == nil {
			parquet.Release(l.page)
			var err error
			if l.page, err = l.pages.ReadPage(); err != nil {
				l.page = nil
				if err != io.EOF {
					a.err = err
				}
				return false
			}
			l.values = l.page.Values()
		}
		n, err := l.values.ReadValues(l.buffer[:])
		l.here = l.buffer[:n]
		if err != nil {
			l.values = nil
			if err != io.EOF {
				a.err = err
				return false
			}
		}
		if n > 0 {
			return true
		}
	}
}
