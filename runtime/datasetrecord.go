package runtime

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
)

// datasetRecord is dataset.json, and the dataset's entry in run.json.
type datasetRecord struct {
	Name      string             `json:"name"`
	Path      string             `json:"path"` // the folder, from the output folder
	Format    string             `json:"format"`
	Trainer   string             `json:"trainer_format,omitempty"` // such as trl/dpo
	Complete  bool               `json:"complete"`                 // all rows that there are have their place in the files
	Rows      int64              `json:"rows"`
	Rejected  int64              `json:"rejected_rows,omitempty"` // that its trainer cannot learn from
	Kept      int64              `json:"kept_rows,omitempty"`     // of an earlier run, which the folder has still
	Splits    []splitRecord      `json:"splits"`
	Columns   []component.Column `json:"columns"`
	Simulated bool               `json:"simulated"`
	Pipeline  string             `json:"pipeline"`
	Hash      string             `json:"pipeline_hash"`
}

// splitRecord is a split with the files that are closed.
type splitRecord struct {
	Name  string       `json:"name"`
	Rows  int64        `json:"rows"`
	Files []fileRecord `json:"files"`
}

type fileRecord struct {
	Path  string `json:"path"` // from the dataset's folder
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
	size  int64  // of the rows as JSON
}

const datasetJSON = "dataset.json"

func readDatasetRecord(dir string) (r datasetRecord, err error) {
	text, err := os.ReadFile(filepath.Join(dir, datasetJSON))
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	return r, err
}

// rowsIn counts the rows that a dataset's folder has, in closed shards and beside them.
func rowsIn(dir string) (n int64, err error) {
	r, err := readDatasetRecord(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	for _, s := range r.Splits {
		for _, f := range s.Files {
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f.Path))); err == nil {
				n += f.Rows
			}
		}
	}
	open, err := fs.Glob(os.DirFS(dir), partFolder+"/*.jsonl")
	for _, path := range open {
		more, failed := countLines(filepath.Join(dir, filepath.FromSlash(path)))
		n, err = n+more, errors.Join(err, failed)
	}
	return n, err
}

// columnsOf are the columns of a row type, in its order.
func columnsOf(t reflect.Type) []component.Column {
	columns := []component.Column{}
	if t.Kind() != reflect.Struct {
		return columns
	}
	for i := range t.NumField() {
		f := component.FieldOf(t.Field(i))
		columns = append(columns, component.Column{Name: f.Name, Type: f.Type})
	}
	return columns
}
