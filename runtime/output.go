package runtime

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"sync"

	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/llm"
)

// output is the files of a run that grow while it goes on.
type output struct {
	dir      string
	datasets []*node
	sets     map[*node]*datasetFolder
	rejected *lines
	dropped  *lines // nil: no step says why it drops rows
	mu       sync.Mutex
	classes  map[llm.Class]int64
}

func newOutput(dir string, nodes []*node, made func() dataset.Made) (*output, error) {
	o := &output{dir: dir, sets: map[*node]*datasetFolder{}, classes: map[llm.Class]int64{}}
	var err error
	if o.rejected, err = newLines(filepath.Join(dir, "rejects.jsonl")); err != nil {
		return nil, err
	}
	for _, n := range nodes {
		if n.global != nil && n.global.tells && o.dropped == nil {
			if o.dropped, err = newLines(DroppedIn(dir)); err != nil {
				return nil, errors.Join(err, o.close(true))
			}
		}
		if n.verb != "dataset" {
			continue
		}
		set, err := newDatasetFolder(dir, n, made)
		if err != nil {
			return nil, errors.Join(err, o.close(true))
		}
		o.sets[n], o.datasets = set, append(o.datasets, n)
	}
	return o, nil
}

// write takes what came of a source row.
func (o *output) write(rows []written, rejects []reject) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, row := range rows {
		if err := o.sets[row.dataset].add(row); err != nil {
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
		if set := o.sets[r.node]; set != nil {
			set.failed++
		}
	}
	return nil
}

// DroppedIn is the file that says why rows were filtered out, by the steps that tell.
func DroppedIn(dir string) string { return filepath.Join(dir, "dropped.jsonl") }

// drop notes why a row does not go on.
func (o *output) drop(d Dropped) error {
	text, err := encode(d)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped.add(text)
}

func unwritable(err error) error {
	return &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("The output cannot be written: %v.", err),
		Remedy: "Make room or choose another folder with --out, and run again.", Err: err}
}

// flush brings to disk what is complete.
func (o *output) flush() error {
	return o.each((*lines).flush, (*datasetFolder).flush)
}

// finish writes all there is. It may be tried again.
func (o *output) finish() error {
	return o.each((*lines).flush, (*datasetFolder).finish)
}

// close ends the files. Of a run that was stopped, those stay that an earlier run has filled further.
func (o *output) close(stopped bool) error {
	return o.each(func(l *lines) error { return l.close(stopped) }, func(d *datasetFolder) error { return d.close(stopped) })
}

func (o *output) each(rejected func(*lines) error, set func(*datasetFolder) error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	err := rejected(o.rejected)
	if o.dropped != nil {
		err = errors.Join(err, rejected(o.dropped))
	}
	for _, n := range o.datasets {
		err = errors.Join(err, set(o.sets[n]))
	}
	if err != nil {
		return unwritable(err)
	}
	return nil
}

// counts returns the rejects by class and the datasets as they stand.
func (o *output) counts() (map[llm.Class]int64, []datasetRecord) {
	o.mu.Lock()
	defer o.mu.Unlock()
	sets := []datasetRecord{}
	for _, n := range o.datasets {
		sets = append(sets, o.sets[n].record())
	}
	return maps.Clone(o.classes), sets
}
