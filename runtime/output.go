package runtime

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"os"
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
			return nil, errors.Join(err, o.close())
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

func (o *output) close() error { return o.each((*lines).close) }

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
		sets = append(sets, datasetRecord{Name: n.step, Path: dataPath(n), Rows: o.files[n].rows, Columns: columnsOf(n.rowType),
			Simulated: r.Simulated, Pipeline: r.Pipeline, Hash: r.Hash})
	}
	return maps.Clone(o.classes), sets
}

// lines is a file of JSON lines under way.
type lines struct {
	file *os.File
	buf  *bufio.Writer
	rows int64
	size int64 // of whole lines

	flushedRows, flushedSize int64
}

func newLines(path string) (*lines, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, unwritable(err)
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, unwritable(err)
	}
	return &lines{file: f, buf: bufio.NewWriterSize(f, 64<<10)}, nil
}

func (l *lines) add(text []byte) error {
	l.buf.Write(text)
	err := l.buf.WriteByte('\n') // the buffer keeps the first error
	if err != nil {
		return err
	}
	l.rows++
	l.size += int64(len(text)) + 1
	return nil
}

func (l *lines) flush() error {
	if err := l.buf.Flush(); err != nil {
		return err
	}
	l.flushedRows, l.flushedSize = l.rows, l.size
	return nil
}

// close leaves whole lines: where the disk was full, what was torn is cut off.
func (l *lines) close() error {
	err := l.flush()
	if err != nil {
		l.rows = l.flushedRows
		l.file.Truncate(l.flushedSize)
	}
	return errors.Join(err, l.file.Close())
}
