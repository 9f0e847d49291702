package results

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/parquet/rowjson"
)

// Each yields the rows as JSON, split by split, in their order: those of the finished files, and while the run goes on, or after
// it was killed, those that are in no such file yet.
func (d *Dataset) Each() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		dir := filepath.Join(d.run.Dir, filepath.FromSlash(d.Path))
		for _, s := range d.Splits {
			var paths []string
			for _, f := range s.Files {
				paths = append(paths, filepath.Join(dir, filepath.FromSlash(f.Path)))
			}
			open, _ := filepath.Glob(filepath.Join(dir, "unfinished", s.Name+"-*.jsonl")) // the pattern is right
			slices.Sort(open)
			for _, path := range append(paths, open...) {
				for row, err := range d.eachOf(path) {
					if !yield(row, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// eachOf yields the rows of a file.
func (d *Dataset) eachOf(path string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		var rows iter.Seq2[[]byte, error]
		switch filepath.Ext(path) {
		case ".parquet":
			info, err := f.Stat()
			if err != nil {
				yield(nil, err)
				return
			}
			rows = rowjson.Each(f, info.Size())
		case ".csv":
			rows = eachRecord(f, d.Columns)
		default:
			rows = eachLine(f)
		}
		for row, err := range rows {
			if err != nil {
				err = fmt.Errorf("%s: %w", path, err)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func eachLine(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		lines := bufio.NewReaderSize(r, 64<<10)
		for {
			line, err := lines.ReadBytes('\n')
			if err == io.EOF {
				return // what has no end is being written
			}
			if !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// eachRecord yields the rows of a CSV file. An empty field is an empty text, or null where the column is no text.
func eachRecord(r io.Reader, columns []component.Column) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		records := csv.NewReader(r)
		_, err := records.Read() // the names
		for err == nil {
			var cells []string
			if cells, err = records.Read(); err != nil {
				break
			}
			var row bytes.Buffer
			for i, c := range columns {
				name, _ := json.Marshal(c.Name) // a string
				row.WriteByte("{,"[min(i, 1)])
				row.Write(append(name, ':'))
				row.Write(jsonOf(cells[i], c.Type))
			}
			row.WriteByte('}')
			if !yield(row.Bytes(), nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(nil, err)
		}
	}
}

func jsonOf(cell string, t component.Type) []byte {
	var v any = cell
	switch {
	case t.Kind == component.String:
	case cell == "":
		return []byte("null")
	case t.Kind == component.Bool:
		v = cell == "true"
	case t.Kind == component.Float:
		v, _ = strconv.ParseFloat(cell, 64) // as it was written
	default:
		v = json.Number(cell)
	}
	text, err := json.Marshal(v)
	if err != nil {
		return []byte("null")
	}
	return text
}

// eachLineage reads the lineage of a dataset's rows, with their numbers in the order of Each; without a dataset that of the
// rejects.
func (r *Run) eachLineage(d *Dataset, do func(row int64, l runtime.Lineage) error) error {
	if d == nil {
		return runtime.EachLineage(r.Dir, "", do)
	}
	next, first := map[string]int64{}, int64(0)
	for _, s := range d.Splits {
		next[s.Name] = first
		first += s.Rows
	}
	return runtime.EachLineage(r.Dir, d.Name, func(row int64, l runtime.Lineage) error {
		if l.Split != "" {
			next[l.Split]++
			row = next[l.Split]
		}
		return do(row, l)
	})
}
