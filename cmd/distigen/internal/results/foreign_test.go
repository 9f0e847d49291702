package results

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// pair is a row as others write them: with columns that no pipeline could read, and numbers that are none.
type pair struct {
	Prompt   string  `parquet:"prompt"`
	Chosen   string  `parquet:"chosen"`
	Rejected string  `parquet:"rejected"`
	Good     float32 `parquet:"chosen_rating"`
	Bad      float32 `parquet:"rejected_rating"`
	Note     *string `parquet:"note,optional"`
	Raw      []byte  `parquet:"raw"`
}

// later has a column of another type, and one more.
type later struct {
	Prompt int64  `parquet:"prompt"`
	Extra  string `parquet:"extra"`
}

func writeFile[T any](t *testing.T, path string, rows []T) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := parquet.WriteFile(path, rows); err != nil {
		t.Fatal(err)
	}
}

// strangers is a folder that nothing of ours has written.
func strangers(t *testing.T) string {
	dir, note := t.TempDir(), "seen"
	writeFile(t, filepath.Join(dir, "data", "train-00000-of-00002.parquet"), []pair{
		{"a", "x", "y", 5, 1, &note, []byte{0xff}}, {"a", "x", "x", 2, 2, nil, nil}, {"b", "x", "y", 1, 3, nil, nil}, {"c", "p", "q", float32(math.NaN()), 1, nil, nil}})
	writeFile(t, filepath.Join(dir, "data", "test-00000-of-00001.parquet"), []pair{{"c", "x", "y", 5, 1, nil, nil}})
	writeFile(t, filepath.Join(dir, ".hidden", "train.parquet"), []later{{1, "x"}})
	return dir
}

func TestForeign(t *testing.T) {
	dir := strangers(t)
	server, address := hubtest.Start(t)
	for name, value := range map[string]string{"HF_ENDPOINT": address, "HF_TOKEN": hubtest.WriteToken, "HF_HUB_OFFLINE": "", "DISTIGEN_CACHE": t.TempDir()} {
		t.Setenv(name, value)
	}
	client, err := hub.FromEnv()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Push(t.Context(), hub.Target{ID: "acme/pairs"}, []hub.Set{{Name: "x", Dir: dir}}, hub.Options{}); err != nil {
		t.Fatal(err)
	}
	cache, _ := hub.DefaultCache()
	server.Forget()
	for name, find := range map[string]func() (*hub.Snapshot, error){
		"folder": func() (*hub.Snapshot, error) { return hub.Local(dir) },
		"hub":    func() (*hub.Snapshot, error) { return client.Resolve(t.Context(), "acme/pairs", "main", cache) },
	} {
		t.Run(name, func(t *testing.T) {
			s, err := find()
			if err != nil {
				t.Fatal(err)
			}
			all, err := Foreigners(t.Context(), s, 0)
			if err != nil || len(all) != 1 {
				t.Fatal(all, err)
			}
			f, err := all[0].Examine(2)
			if err != nil {
				t.Fatal(err)
			}
			if f.Rows != 5 || f.Repeated["prompt"] != 2 || len(f.Samples) != 2 || !strings.Contains(string(f.Samples[0].Row), `"note":"seen"`) {
				t.Errorf("found %+v", f)
			}
			if want := (Agreement{Pairs: 4, Higher: 2, Same: 1, Lower: 1, SameText: 1}); f.Agreement == nil || *f.Agreement != want {
				t.Errorf("the agreement is %+v", f.Agreement)
			}
			if s := all[0].Splits; len(s) != 2 || s[0].Name != "train" || s[0].Rows != 4 || s[1].Name != "test" || s[1].Looked != 1 {
				t.Errorf("the splits are %+v", s)
			}
			var columns []string
			for _, c := range all[0].Columns {
				kind := c.Type.String()
				if c.Problem != "" {
					kind = c.Problem
				}
				columns = append(columns, c.Name+" "+kind)
			}
			const want = "prompt string, chosen string, rejected string, chosen_rating optional(float), rejected_rating float, note optional(string), raw is binary"
			if got := strings.Join(columns, ", "); got != want {
				t.Errorf("the columns are %s", got)
			}
		})
	}
}

// Files that do not fit each other are looked at as far as they do, and no more rows than the limit says.
func TestForeignMisfits(t *testing.T) {
	dir := strangers(t)
	writeFile(t, filepath.Join(dir, "data", "train-00001-of-00002.parquet"), []later{{1, "x"}})
	s, err := hub.Local(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := Foreigners(t.Context(), s, 2)
	if err != nil {
		t.Fatal(err)
	}
	f, err := all[0].Examine(1)
	if err != nil {
		t.Fatal(err)
	}
	if f.Rows != 3 || all[0].Splits[0].Looked != 2 || all[0].Splits[0].Rows != 5 {
		t.Errorf("%d rows, %+v", f.Rows, all[0].Splits)
	}
	if got := all[0].Columns[0].Problem; got != "is of type string in some files and of type int in others" {
		t.Errorf("the column prompt %s", got)
	}
	if last := all[0].Columns[len(all[0].Columns)-1]; last.Name != "extra" || !last.Type.Optional {
		t.Errorf("the last column is %+v", last)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "train-2.parquet"), []byte("no Parquet"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = hub.Local(dir); err == nil {
		_, err = Foreigners(t.Context(), s, 2)
	}
	if err == nil || !strings.Contains(err.Error(), "data/train-2.parquet: it is no Parquet file, or a damaged one") {
		t.Errorf("the error is %v", err)
	}
}
