package hubsource

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
)

// wide is a row most of which is in a column that few read. Random letters do not get smaller in the file.
type wide struct {
	Instruction string   `parquet:"instruction" json:"instruction"`
	Blob        string   `parquet:"blob" json:"blob"`
	Level       *int     `parquet:"level,optional" json:"level"`
	Tags        []string `parquet:"tags,list" json:"tags"`
}

// asked is what the tests read of it.
type asked struct {
	Instruction string `json:"instruction"`
}

// pushWide pushes files of some 12 MB each, and returns their size in all.
func (l *lab) pushWide(id string, files int) (size int64) {
	l.Helper()
	dir := l.TempDir()
	letters := rand.New(rand.NewPCG(1, 2))
	for i := range files {
		path := filepath.Join(dir, "data", fmt.Sprintf("train-%05d-of-%05d.parquet", i, files))
		os.MkdirAll(filepath.Dir(path), 0o755)
		f, err := os.Create(path)
		if err != nil {
			l.Fatal(err)
		}
		w := parquet.NewGenericWriter[wide](f, parquet.MaxRowsPerRowGroup(1000))
		for k := range 3000 {
			blob := make([]byte, 4000)
			for j := range blob {
				blob[j] = byte(' ' + letters.IntN(90))
			}
			r := wide{Instruction: fmt.Sprintf("question %d", 3000*i+k), Blob: string(blob), Tags: []string{}}
			if k%2 == 0 {
				r.Level, r.Tags = &k, []string{"a", "b"}
			}
			if _, err := w.Write([]wide{r}); err != nil {
				l.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			l.Fatal(err)
		}
		info, _ := f.Stat()
		size += info.Size()
		f.Close()
	}
	l.pushFolder(id, "", dir)
	l.Forget()
	return size
}

// sent is how many bytes of files the Hub has sent.
func (l *lab) sent() (bytes int64) {
	for _, r := range l.Log("GET", "/_lfs/get/") {
		bytes += r.Sent
	}
	return bytes
}

// A check reads the footers and no more, and finds the types all the same.
func TestCheckReadsFooters(t *testing.T) {
	l := newLab(t)
	size := l.pushWide("acme/wide", 4)
	_, c := l.check(Source{RepoID: "acme/wide"})
	got := map[string]string{}
	for _, a := range c.Adds {
		got[a.Column.Name] = a.Column.Type.String()
	}
	want := map[string]string{"instruction": "string", "blob": "string", "level": "optional(int)", "tags": "list(string)"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the columns are %v, %+v", got, c.Problems)
	}
	if sent := l.sent(); sent == 0 || sent > size/20 {
		t.Errorf("%d bytes were sent of %d", sent, size)
	}
}

// Column selection and the limit reach the Hub, and what is in the cache is not asked for again.
func TestOnlyPartsAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		s    Source
		rows int
	}{
		"columns": {Source{RepoID: "acme/wide", Columns: component.Schema{{Column: "instruction"}}}, 6000},
		"limit":   {Source{RepoID: "acme/wide", Limit: 50}, 50},
		"both":    {Source{RepoID: "acme/wide", Columns: component.Schema{{Column: "instruction"}}, Limit: 3001}, 3001},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t)
			size := l.pushWide("acme/wide", 2)
			s := l.mustCheck(c.s)
			for range 2 {
				rows, err := readAs[asked](s)
				if err != nil || len(rows) != c.rows || rows[len(rows)-1].Instruction != fmt.Sprintf("question %d", c.rows-1) {
					t.Fatalf("%d rows, %v", len(rows), err)
				}
				t.Setenv("HF_HUB_OFFLINE", "1")
			}
			if sent := l.sent(); sent > size/8 {
				t.Errorf("%d bytes were sent of %d", sent, size)
			}
		})
	}
}

// Rows come while the files after the next one are not there yet, and files that no row is wanted of never come.
func TestOneFileAhead(t *testing.T) {
	l := newLab(t)
	size := l.pushWide("acme/wide", 4)
	s := l.mustCheck(Source{RepoID: "acme/wide"})
	before := l.sent()
	for fill, err := range s.Read("") {
		if err == nil {
			err = fill(&asked{})
		}
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if sent := l.sent() - before; sent > size/2 {
		t.Errorf("%d bytes were sent of %d for the first row", sent, size)
	}
	l.Forget()
	if rows, err := readAs[asked](s); err != nil || len(rows) != 12000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if sent := l.sent() + before; sent > size {
		t.Errorf("%d bytes were sent of %d: some of them twice", sent, size)
	}
}

// The parts that have come are used when the whole file is wanted, and damage in them is found.
func TestPartsBecomeWhole(t *testing.T) {
	l := newLab(t)
	l.pushWide("acme/wide", 1)
	part := l.mustCheck(Source{RepoID: "acme/wide", Limit: 50})
	if _, err := readAs[asked](part); err != nil {
		t.Fatal(err)
	}
	blocks, _ := filepath.Glob(filepath.Join(os.Getenv("DISTIGEN_CACHE"), "hub", "files", "*.blocks", "*"))
	if len(blocks) < 2 {
		t.Fatalf("the cache has the parts %q", blocks)
	}
	text, _ := os.ReadFile(blocks[0])
	os.WriteFile(blocks[0], []byte(strings.Repeat("x", len(text))), 0o600)
	whole := l.mustCheck(Source{RepoID: "acme/wide"})
	if rows, err := readAs[asked](whole); err != nil || len(rows) != 3000 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(blocks[0])), "*.blocks")); len(left) > 0 {
		t.Errorf("%q are left", left)
	}
}
