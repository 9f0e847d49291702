package results

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/hubsource"
	"github.com/distigen/distigen/runtime/parquet"
	"github.com/distigen/distigen/runtime/source"
)

// footersAtOnce is how many files are asked at once what they have.
const footersAtOnce = 8

// Foreign is a config of a dataset that no run of distigen need have made: Parquet files in a folder, or on the Hub.
type Foreign struct {
	Name    string         `json:"config"`
	Columns []Column       `json:"columns"`
	Splits  []ForeignSplit `json:"splits"`

	ctx      context.Context
	snapshot *hub.Snapshot
}

// Column is a column of a foreign dataset.
type Column struct {
	component.Column
	Problem string `json:"problem,omitempty"` // why its values are not looked at
}

// ForeignSplit is a split of one.
type ForeignSplit struct {
	Name   string `json:"split"`
	Rows   int64  `json:"rows"`
	Files  int    `json:"files"`
	Bytes  int64  `json:"bytes"`
	Looked int64  `json:"rows_looked_at"`

	files []hub.Remote
	limit int64 // of the rows that are looked at; 0: none
}

// Foreigners are the configs of a snapshot. Of each split, limit rows are looked at, all if it is 0.
func Foreigners(ctx context.Context, s *hub.Snapshot, limit int64) (all []*Foreign, err error) {
	for _, p := range s.Parts() {
		if len(all) == 0 || all[len(all)-1].Name != p.Config {
			all = append(all, &Foreign{Name: p.Config, ctx: ctx, snapshot: s})
		}
		if err := all[len(all)-1].add(p, limit); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// add adds a split, whose columns are to be those of the config.
func (f *Foreign) add(p hub.Part, limit int64) error {
	s := ForeignSplit{Name: p.Split, Files: len(p.Files), files: p.Files, limit: limit}
	for i, found := range f.describe(p.Files) {
		if found.err != nil {
			return fmt.Errorf("%s: %w", f.path(p.Files[i]), found.err)
		}
		s.Rows += found.rows
		s.Bytes += p.Files[i].Size
		f.merge(found.columns)
	}
	if s.Looked = s.Rows; limit > 0 {
		s.Looked = min(s.Rows, limit)
	}
	f.Splits = append(f.Splits, s)
	return nil
}

func (f *Foreign) path(r hub.Remote) string { return f.snapshot.ID + "/" + r.Path }

type described struct {
	columns []parquet.Described
	rows    int64
	err     error
}

// describe reads the footers of files, some at once.
func (f *Foreign) describe(files []hub.Remote) []described {
	found := make([]described, len(files))
	turns := make(chan struct{}, footersAtOnce)
	var asked sync.WaitGroup
	for i, r := range files {
		turns <- struct{}{}
		asked.Go(func() {
			d := &found[i]
			d.columns, d.rows, d.err = parquet.Describe(hubsource.Part(f.ctx, f.snapshot, r))
			<-turns
		})
	}
	asked.Wait()
	return found
}

// merge adds the columns of a file. One that is of another type than in a file before is not looked at.
func (f *Foreign) merge(more []parquet.Described) {
	for _, m := range more {
		at := -1
		for i, c := range f.Columns {
			if c.Name == m.Name {
				at = i
			}
		}
		if at < 0 {
			f.Columns = append(f.Columns, Column{m.Column, m.Problem})
			continue
		}
		c := &f.Columns[at]
		both, ok := source.Either(c.Type, m.Type)
		switch {
		case c.Problem != "" || m.Problem != "":
			c.Problem = cmp.Or(c.Problem, m.Problem)
		case !ok:
			c.Problem = fmt.Sprintf("is of type %s in some files and of type %s in others", c.Type, m.Type)
		default:
			c.Type = both
		}
	}
}

// Examine looks at the rows.
func (f *Foreign) Examine(samples int) (*Findings, error) {
	var columns []component.Column
	for _, c := range f.Columns {
		if c.Problem == "" {
			c.Type.Optional = true // it will be seen whether it is
			columns = append(columns, c.Column)
		}
	}
	found, err := examine(f.Name, columns, func() iter.Seq2[[]byte, error] { return f.each(columns) }, samples)
	if err != nil {
		return nil, err
	}
	for i := range f.Columns {
		f.Columns[i].Type.Optional = found.nulls[f.Columns[i].Name] > 0
	}
	return found, nil
}

// each yields the rows that are looked at, split by split.
func (f *Foreign) each(columns []component.Column) iter.Seq2[[]byte, error] {
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return func(yield func([]byte, error) bool) {
		for _, s := range f.Splits {
			for row, err := range f.eachOf(s, names) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

func (f *Foreign) eachOf(s ForeignSplit, names []string) iter.Seq2[[]byte, error] {
	rows := parquet.Source{Limit: int(s.limit)}
	for _, name := range names {
		rows.Columns = append(rows.Columns, component.Typed{Column: name})
	}
	return func(yield func([]byte, error) bool) {
		left := s.limit
		for _, r := range s.files {
			file, _, err := hubsource.Bring(f.ctx, f.snapshot, r, rows, left)
			if err != nil {
				yield(nil, fmt.Errorf("%s: %w", f.path(r), err))
				return
			}
			for row, err := range parquet.Lines(file, names) {
				if err != nil {
					err = fmt.Errorf("%s: %w", f.path(r), err)
				}
				if !yield(row, err) || err != nil {
					return
				}
				if left--; left == 0 {
					return
				}
			}
		}
	}
}
