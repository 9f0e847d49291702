package runtime

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/distigen/distigen/runtime/dataset"
)

// datasetFolder is the folder of a dataset while a run fills it. Where an earlier run has left rows there, the new files grow in
// a folder within, and take the place of the old ones when they have as many rows, or when the run has come to its end: a run
// that fails at once is not to cost the data of a good one.
type datasetFolder struct {
	node   *node
	made   func() dataset.Made
	dir    string
	before int64 // rows of the earlier run
	kept   int64 // rows of the earlier run, which stay
	rows   int64
	failed int64 // rows that its trainer cannot learn from
	closed bool
	first  []byte // row

	*shards
}

const (
	datasetsFolder = "datasets"
	newFolder      = unfinished + "files"
	oldFolder      = unfinished + "old"
)

func newDatasetFolder(out string, n *node, made func() dataset.Made) (*datasetFolder, error) {
	d := &datasetFolder{node: n, made: made, dir: filepath.Join(out, datasetsFolder, n.step)}
	var err error
	if err = os.MkdirAll(d.dir, 0o755); err == nil {
		d.before, err = rowsIn(d.dir)
	}
	if err != nil {
		return nil, unwritable(err)
	}
	at := d.dir
	if d.before > 0 {
		at = filepath.Join(d.dir, newFolder)
	} else if err := removeDataset(d.dir); err != nil {
		return nil, unwritable(err)
	}
	schema := func() dataset.Schema {
		return dataset.Schema{Row: n.rowType, Columns: columnsOf(n.rowType), Made: made()}
	}
	d.shards, err = newShards(at, n.written, schema, func() error { return d.keep() })
	if err == nil {
		err = d.keep()
	}
	if err != nil {
		return nil, unwritable(err)
	}
	return d, nil
}

// apart says that the files are not in their place yet.
func (d *datasetFolder) apart() bool { return d.at != d.dir }

// add takes a row.
func (d *datasetFolder) add(row written) error {
	if d.rows++; d.rows == 1 {
		d.first = slices.Clone(row.text)
	}
	return d.shards.add(row.id, row.text)
}

// flush brings to disk what is complete.
func (d *datasetFolder) flush() error {
	if err := d.shards.flush(); err != nil {
		return err
	}
	if d.apart() && d.rows >= d.before && d.atRest() {
		_ = d.replace() // where open files cannot be moved, that is left to close
	}
	return nil
}

// close gives the files their final names and their place.
func (d *datasetFolder) close(stopped bool) error {
	err := d.shards.abandon()
	if d.apart() && (stopped || err != nil) && d.rows < d.before {
		d.kept = d.before
		return errors.Join(err, os.RemoveAll(d.at))
	}
	d.closed = true
	if err == nil {
		err = d.shards.rename()
	}
	err = errors.Join(err, d.keep())
	if d.apart() {
		err = errors.Join(err, d.replace())
	}
	return err
}

// replace puts the new files into the place of the old ones: all of them, or none.
func (d *datasetFolder) replace() (err error) {
	old := filepath.Join(d.dir, oldFolder)
	if err := os.MkdirAll(old, 0o755); err != nil {
		return err
	}
	var undo []func()
	move := func(from, to string) error {
		err := os.Rename(from, to)
		if err == nil {
			undo = append(undo, func() { os.Rename(to, from) })
		}
		return err
	}
	for _, name := range datasetEntries {
		place := filepath.Join(d.dir, name)
		err := move(place, filepath.Join(old, name))
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			err = move(filepath.Join(d.at, name), place)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			for _, back := range slices.Backward(undo) {
				back()
			}
			return err
		}
	}
	err = errors.Join(os.RemoveAll(old), os.RemoveAll(d.at))
	d.shards.moved(d.dir)
	return err
}

// keep writes dataset.json.
func (d *datasetFolder) keep() error {
	return replaceFile(filepath.Join(d.at, datasetJSON), d.recordOf(d.shards.done()))
}

// record is the dataset as it stands, with the rows that are in no shard yet.
func (d *datasetFolder) record() datasetRecord {
	d.shards.mu.Lock()
	defer d.shards.mu.Unlock()
	r := d.recordOf(d.shards.done())
	r.Rows = d.rows
	if d.kept > 0 {
		r.Kept = d.kept
		if earlier, err := readDatasetRecord(d.dir); err == nil {
			r.Splits = earlier.Splits
		}
	}
	return r
}

func (d *datasetFolder) recordOf(splits []splitRecord) datasetRecord {
	made := d.made()
	r := datasetRecord{Name: d.node.step, Path: datasetsFolder + "/" + d.node.step, Format: d.settings.Extension(), Complete: d.closed,
		Splits: splits, Columns: columnsOf(d.node.rowType), Simulated: made.Simulated, Pipeline: made.Pipeline, Hash: made.Hash}
	r.Rejected = d.failed
	if c := d.settings.Contract; c != nil {
		r.Trainer = c.FormatName()
	}
	for _, s := range splits {
		r.Rows += s.Rows
	}
	return r
}

// datasetEntries are what a dataset's folder has of distigen's.
var datasetEntries = []string{dataFolder, partFolder, originFolder, datasetJSON, cardName, dataset.TrainerFile}

// removeDataset removes the files of a dataset, and nothing of the user's.
func removeDataset(dir string) error {
	if _, err := readDatasetRecord(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var err error
	for _, name := range append([]string{newFolder, oldFolder}, datasetEntries...) {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, name)))
	}
	return err
}
