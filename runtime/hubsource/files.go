package hubsource

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"

	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/parquet"
	"github.com/distigen/distigen/runtime/source"
)

const (
	mostFooters = 200 // that a check asks for
	atOnce      = 8   // requests of a check
)

// files are those of the split, which are brought into the cache as they are needed.
type files struct {
	snapshot *hub.Snapshot
	remote   []hub.Remote
}

// Part is a file of which only what is read is brought.
func Part(ctx context.Context, s *hub.Snapshot, r hub.Remote) source.File {
	return source.File{Shown: s.ID + "/" + r.Path, Open: func() (source.Content, error) {
		c, err := s.Open(ctx, r)
		if err != nil {
			return nil, err
		}
		return c, nil
	}}
}

// ahead yields the files, and brings the next one while one is read. Of those that are read to a small part, the reader brings
// that part itself.
func (f *files) ahead(ctx context.Context, rows parquet.Source) iter.Seq2[source.File, error] {
	return func(yield func(source.File, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		brought := make(chan result)
		var last sync.WaitGroup
		last.Go(func() {
			defer close(brought)
			f.bringAll(ctx, rows, brought)
		})
		defer last.Wait()
		defer stop()
		for r := range brought {
			if !yield(r.file, r.err) || r.err != nil {
				return
			}
		}
	}
}

type result struct {
	file source.File
	err  error
}

func (f *files) bringAll(ctx context.Context, rows parquet.Source, to chan<- result) {
	left := int64(rows.Limit)
	for _, r := range f.remote {
		part := Part(ctx, f.snapshot, r)
		file, count, err := Bring(ctx, f.snapshot, r, rows, left)
		if err != nil {
			err = unreadable(part.Shown, err)
		}
		select {
		case to <- result{file, err}:
		case <-ctx.Done():
			return
		}
		if left -= count; err != nil || rows.Limit > 0 && left <= 0 {
			return
		}
	}
}

// Bring downloads a file, unless little of it is read for left of its rows; count is how many rows it has, if that matters.
func Bring(ctx context.Context, s *hub.Snapshot, r hub.Remote, rows parquet.Source, left int64) (file source.File, count int64, err error) {
	part := Part(ctx, s, r)
	if rows.Limit > 0 || len(rows.Columns) > 0 {
		if count, err = parquet.RowsIn(part); err != nil {
			return part, 0, err
		}
		needs, err := rows.Needs(part, left)
		if err != nil || needs < r.Size/2 {
			return part, count, err
		}
	}
	path, err := s.Fetch(ctx, r)
	return source.File{Path: path, Shown: part.Shown}, count, err
}

// footers are the files that a check looks at: those that have the rows that the limit allows. Their footers are in the cache, as far
// as they can be had; who reads them is told what is wrong.
func (f *files) footers(ctx context.Context, limit int) (found []source.File) {
	rows := int64(0)
	remote := f.remote[:min(len(f.remote), mostFooters)]
	var asked sync.WaitGroup
	turns := make(chan struct{}, atOnce)
	for _, r := range remote {
		file := Part(ctx, f.snapshot, r)
		found = append(found, file)
		if limit > 0 {
			n, err := parquet.RowsIn(file)
			if rows += n; err != nil || rows >= int64(limit) {
				break
			}
			continue
		}
		turns <- struct{}{}
		asked.Go(func() {
			_, _ = parquet.RowsIn(file)
			<-turns
		})
	}
	asked.Wait()
	return found
}

// unreadable is a dataset, or a file of one, that cannot be read.
func unreadable(shown string, err error) error {
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("%s cannot be read from the Hub: %v.", shown, strings.TrimRight(err.Error(), ".")),
		Remedy: "Mend that, in the step or at the Hub, and run again: what has come is not asked for again.", Err: err}
}
