// Package results reads what a run has left in its output folder.
package results

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// Run is a run as its run.json tells it.
type Run struct {
	Dir       string           `json:"-"`
	Distigen  string           `json:"distigen"`
	Pipeline  string           `json:"pipeline"`
	Hash      string           `json:"pipeline_hash"`
	Status    string           `json:"status"`
	Error     string           `json:"error"`
	Simulated bool             `json:"simulated"`
	Steps     []Step           `json:"steps"`
	Rejects   map[string]int64 `json:"rejects"`
	Datasets  []*Dataset       `json:"datasets"`
	Totals    struct {
		Source   int64   `json:"source_rows"`
		Calls    int64   `json:"calls"`
		USD      float64 `json:"usd"`
		Unpriced int64   `json:"calls_unpriced"`
	} `json:"totals"`
}

// Step is a step of the run.
type Step struct {
	Name string `json:"step"`
	Verb string `json:"verb"`
}

// Dataset is a dataset of the run.
type Dataset struct {
	Name    string             `json:"name"`
	Path    string             `json:"path"`
	Rows    int64              `json:"rows"`
	Kept    int64              `json:"kept_rows"`
	Splits  []Split            `json:"splits"`
	Columns []component.Column `json:"columns"`
	run     *Run
}

// Split is a part of a dataset, in files.
type Split struct {
	Name  string `json:"name"`
	Rows  int64  `json:"rows"`
	Files []struct {
		Path string `json:"path"` // from the dataset's folder
	} `json:"files"`
}

// Open reads the run.json of an output folder.
func Open(dir string) (*Run, error) {
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no run in %s: it has no run.json. Name the output folder of a run", dir)
	}
	if err != nil {
		return nil, err
	}
	r := &Run{Dir: dir}
	if err := json.Unmarshal(text, r); err != nil || r.Distigen == "" {
		return nil, fmt.Errorf("%s is not of distigen", filepath.Join(dir, "run.json"))
	}
	for _, d := range r.Datasets {
		d.run = r
	}
	return r, nil
}

// Dataset finds a dataset by its name; without one, the only one.
func (r *Run) Dataset(name string) (*Dataset, error) {
	var names []string
	for _, d := range r.Datasets {
		if d.Name == name || name == "" && len(r.Datasets) == 1 {
			return d, nil
		}
		names = append(names, d.Name)
	}
	if name == "" {
		return nil, fmt.Errorf("the run has %d datasets. Name one of %s", len(names), strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("the run has no dataset %q, but %s", name, strings.Join(names, ", "))
}

// Row is one row, by its number from 1.
func (d *Dataset) Row(number int64) ([]byte, error) {
	n := int64(0)
	for row, err := range d.Each() {
		if err != nil {
			return nil, err
		}
		if n++; n == number {
			return row, nil
		}
	}
	return nil, fmt.Errorf("dataset %s has %d rows, and no row %d", d.Name, n, number)
}

// Order is the place of a step among the steps.
func (r *Run) Order(step string) int {
	return slices.IndexFunc(r.Steps, func(s Step) bool { return s.Name == step })
}

// Samples reports whether a step makes a row of each reply that is sampled.
func (r *Run) Samples(step string) bool {
	i := r.Order(step)
	return i >= 0 && r.Steps[i].Verb == "samples"
}

// EachReject yields the rejects, in their order.
func (r *Run) EachReject() iter.Seq2[Reject, error] {
	return func(yield func(Reject, error) bool) {
		f, err := os.Open(filepath.Join(r.Dir, "rejects.jsonl"))
		if err != nil {
			yield(Reject{}, err)
			return
		}
		defer f.Close()
		d := json.NewDecoder(bufio.NewReaderSize(f, 64<<10))
		for {
			var reject Reject
			err := d.Decode(&reject)
			if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
				return
			}
			if !yield(reject, err) || err != nil {
				return
			}
		}
	}
}

// Reject is a row that was rejected.
type Reject struct {
	Step    string          `json:"step"`
	RowID   string          `json:"row_id"`
	Source  string          `json:"source"`
	Ordinal int64           `json:"source_row"`
	Class   string          `json:"class"`
	Message string          `json:"message"`
	Reply   string          `json:"reply"`
	Row     json.RawMessage `json:"row"`
}
