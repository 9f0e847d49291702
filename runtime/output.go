package runtime

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"sync"

	"github.com/distigen/distigen/runtime/llm"
)

// output is the files of a run that grow while it goes on.
type output struct {
	dir      string
	datasets []*node
	files    map[*node]*lines
	rejected *lines
	mu       sync.Mutex
	classes  map[llm.Class]int64
}

func newOutput(dir string, nodes []*node) (*output, error) {
	o := &output{dir: dir, files: map[*node]*lines{}, classes: map[llm.Class]int64{}}
	var err error
	if o.rejected, err = newLines(filepath.Join(dir, "rejects.jsonl")); err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if n.verb != "dataset" {
			continue
		}
		file, err := newLines(filepath.Join(dir, filepath.FromSlash(dataPath(n))))
		if err != nil {
			return nil, errors.Join(err, o.close(true))
		}
		o.files[n], o.datasets = file, append(o.datasets, n)
	}
	return o, nil
}

func dataPath(n *node) string { return "datasets/" + n.step + "/data.jsonl" }

// write takes what came of a source row.
func (o *output) write(rows []written, rejects []reject) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, row := range rows {
		if err := o.files[row.dataset].add(row.text); err != nil {
			return unwritable(err)
		}
	}
	for _, r := range rejects {
		text, err := encode(r)
		if err == nil {
			err = o.rejected.add(text)
		}
		if err != nil {
			return unwritable(err)
		}
		o.classes[r.Class]++
	}
	return nil
}

func unwritable(err error) error {
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The output cannot be written: %v.", err),
		Remedy: "Make room or choose another folder with --out, and run again.", Err: err}
}

// flush brings to disk what is complete.
func (o *output) flush() error { return o.each((*lines).flush) }

// close ends the files. Of a run that was stopped, those stay that an earlier run has filled further.
func (o *output) close(stopped bool) error {
	return o.each(func(l *lines) error { return l.close(stopped) })
}

func (o *output) each(do func(*lines) error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := do(o.rejected)
	for _, f := range o.files {
		err = errors.Join(err, do(f))
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// counts returns the rejects by class and the datasets as they stand.
func (o *output) counts(r *record) (map[llm.Class]int64, []datasetRecord) {
	o.mu.Lock()
	defer o.mu.Unlock()
	sets := []datasetRecord{}
	for _, n := range o.datasets {
		sets = append(sets, datasetRecord{Name: n.step, Path: dataPath(n), Rows: o.files[n].rows, Kept: o.files[n].kept, Columns: columnsOf(n.rowType),
			Simulated: r.Simulated, Pipeline: r.Pipeline, Hash: r.Hash})
	}
	return maps.Clone(o.classes), sets
}
