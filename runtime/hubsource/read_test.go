package hubsource

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/hub"
	"github.com/distigen/distigen/runtime/hub/hubtest"
)

type row struct {
	Instruction string `parquet:"instruction" json:"instruction"`
	Level       int    `parquet:"level" json:"level"`
}

// lab is a fake Hub with a dataset, and a folder of a pipeline.
type lab struct {
	*testing.T
	*hubtest.Server
	dir string
}

func newLab(t *testing.T) *lab {
	t.Helper()
	s, address := hubtest.Start(t)
	for name, value := range map[string]string{"HF_ENDPOINT": address, "HF_TOKEN": hubtest.WriteToken, "HF_HUB_OFFLINE": "", "DISTIGEN_CACHE": t.TempDir()} {
		t.Setenv(name, value)
	}
	return &lab{t, s, t.TempDir()}
}

// push pushes shards of so many rows.
func (l *lab) push(id, config string, sizes ...int) {
	l.Helper()
	dir, n := l.TempDir(), 0
	for i, size := range sizes {
		rows := make([]row, size)
		for k := range rows {
			rows[k], n = row{fmt.Sprintf("question %d", n), n}, n+1
		}
		path := filepath.Join(dir, "data", fmt.Sprintf("train-%05d-of-%05d.parquet", i, len(sizes)))
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := parquet.WriteFile(path, rows); err != nil {
			l.Fatal(err)
		}
	}
	l.pushFolder(id, config, dir)
}

func (l *lab) pushFolder(id, config, dir string) {
	l.Helper()
	c, err := hub.FromEnv()
	if err == nil {
		_, err = c.Push(l.Context(), hub.Target{ID: id}, []hub.Set{{Name: "x", Dir: dir, Config: config}}, hub.Options{})
	}
	if err != nil {
		l.Fatal(err)
	}
}

// check types the columns as the compiler does, and returns the source as it is generated.
func (l *lab) check(s Source) (Source, *component.Columns) {
	if s.Revision == "" {
		s.Revision = "main"
	}
	if s.Split == "" {
		s.Split = "train"
	}
	c := &component.Columns{Dir: l.dir}
	s.derive(c)
	return s.settle(c), c
}

func (l *lab) mustCheck(s Source) Source {
	l.Helper()
	s, c := l.check(s)
	if len(c.Problems) > 0 || len(c.Adds) == 0 {
		l.Fatalf("%+v", c)
	}
	return s
}

func read(s Source) ([]row, error) { return readAs[row](s) }

func readAs[T any](s Source) (rows []T, err error) {
	for fill, err := range s.Read("") {
		if err != nil {
			return rows, err
		}
		var r T
		if err := fill(&r); err != nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func (l *lab) downloads() int { return len(l.Log("GET", "/_lfs/get/")) }

// The types are known at check, the commit is pinned, and the run reads that commit from the cache, whatever comes later.
func TestPinned(t *testing.T) {
	l := newLab(t)
	l.push("acme/q", "", 3, 2)
	s, c := l.check(Source{RepoID: "acme/q"})
	want := []component.Column{{Name: "instruction", Type: component.Of(component.String)}, {Name: "level", Type: component.Of(component.Int)}}
	for i, w := range want {
		if i >= len(c.Adds) || !reflect.DeepEqual(c.Adds[i].Column, w) {
			t.Fatalf("the columns are %+v, %+v", c.Adds, c.Problems)
		}
	}
	text, _ := os.ReadFile(filepath.Join(l.dir, LockName))
	if !hub.IsCommit(s.Revision) || string(text) != fmt.Sprintf("{\n  \"acme/q@main\": %q\n}\n", s.Revision) {
		t.Errorf("pinned to %s; the lock file is %s", s.Revision, text)
	}
	l.push("acme/q", "", 9)
	l.Forget()
	t.Setenv("HF_HUB_OFFLINE", "1")
	if again := l.mustCheck(Source{RepoID: "acme/q"}); again.Revision != s.Revision {
		t.Errorf("the second check pins %s and not %s", again.Revision, s.Revision)
	}
	rows, err := read(s)
	if err != nil || len(rows) != 5 || rows[4].Instruction != "question 4" || s.Check("", reflect.TypeFor[row]()) != nil {
		t.Errorf("read %+v, %v", rows, err)
	}
	if n := len(l.Log("", "")); n > 0 {
		t.Errorf("the Hub was asked %d times for what is in the cache", n)
	}
	t.Setenv("HF_HUB_OFFLINE", "")
	if err := os.Remove(filepath.Join(l.dir, LockName)); err != nil {
		t.Fatal(err)
	}
	if moved := l.mustCheck(Source{RepoID: "acme/q"}); moved.Revision == s.Revision {
		t.Error("without the lock file the check does not move on")
	}
}

// No more files are downloaded than the limit needs.
func TestLimit(t *testing.T) {
	l := newLab(t)
	l.push("acme/q", "", 3, 3, 3)
	s := l.mustCheck(Source{RepoID: "acme/q", Limit: 4})
	if rows, err := read(s); err != nil || len(rows) != 4 || l.downloads() != 2 {
		t.Errorf("%d rows, %v, %d downloads", len(rows), err, l.downloads())
	}
}

// A download that breaks goes on where it was, in the same process and in the next; damage is found.
func TestBrokenDownloads(t *testing.T) {
	l := newLab(t)
	l.push("acme/q", "", 20000)
	s := l.mustCheck(Source{RepoID: "acme/q"})
	if _, err := read(s); err != nil {
		t.Fatal(err)
	}
	cache, _ := hub.DefaultCache()
	files, _ := filepath.Glob(filepath.Join(cache, "files", "*.parquet"))
	if len(files) != 1 {
		t.Fatalf("the cache has %q", files)
	}
	text, _ := os.ReadFile(files[0])
	for _, c := range []struct {
		name string
		part []byte
		want string // the status of each request
	}{{"half", text[:len(text)/2], "206"}, {"damaged", make([]byte, len(text)/2), "206 200"}, {"longer", append(make([]byte, 9), text...), "200"}} {
		os.Remove(files[0])
		os.WriteFile(files[0]+".part", c.part, 0o600)
		l.Forget()
		if rows, err := read(s); err != nil || len(rows) != 20000 {
			t.Errorf("%s: %d rows, %v", c.name, len(rows), err)
		}
		var got []string
		for _, r := range l.Log("GET", "/_lfs/get/") {
			got = append(got, fmt.Sprint(r.Status))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: the replies are %q, want %s", c.name, got, c.want)
		}
	}
	if got, _ := os.ReadFile(files[0]); string(got) != string(text) {
		t.Error("the file is not what it was")
	}
}

// What cannot be read is told with the way out.
func TestRefused(t *testing.T) {
	l := newLab(t)
	l.push("acme/q", "", 2)
	l.push("acme/two", "a", 2)
	l.push("acme/two", "b", 2)
	none := t.TempDir()
	os.WriteFile(filepath.Join(none, "rows.jsonl"), []byte("{}\n"), 0o644)
	l.pushFolder("acme/lines", "", none)
	for _, c := range []struct {
		s    Source
		want string
	}{
		{Source{RepoID: "acme/none"}, "It is not there, or the token may not see it"},
		{Source{RepoID: "a b"}, "The Hub has no dataset of that name"},
		{Source{RepoID: "acme/q", Revision: "v9"}, "There is no such revision"},
		{Source{RepoID: "acme/q", Split: "test"}, `has no split "test" in the config default, but train`},
		{Source{RepoID: "acme/q", Config: "x"}, `has no config "x", but default`},
		{Source{RepoID: "acme/two"}, "Add config, which is one of b, a"},
		{Source{RepoID: "acme/lines"}, "has no Parquet files, and the Hub has made none of it"},
		{Source{RepoID: "acme/q", Columns: component.Schema{{Column: "rating"}}}, `There are "instruction", "level"`},
	} {
		if _, columns := l.check(c.s); len(columns.Problems) != 1 || !strings.Contains(columns.Problems[0].Detail, c.want) {
			t.Errorf("%+v: %+v, want %s", c.s, columns.Problems, c.want)
		}
	}
	if s := l.mustCheck(Source{RepoID: "acme/two", Config: "b"}); !hub.IsCommit(s.Revision) {
		t.Errorf("%+v", s)
	}
	t.Setenv("HF_TOKEN", "")
	t.Setenv("HF_HOME", t.TempDir())
	if _, columns := l.check(Source{RepoID: "acme/q", Revision: "v9"}); len(columns.Problems) != 1 || !strings.Contains(columns.Problems[0].Detail, "There is no token") {
		t.Errorf("without a token: %+v", columns.Problems)
	}
}

// Declared columns need no Hub at check; a schema that is another stops the run by name.
func TestDeclared(t *testing.T) {
	l := newLab(t)
	l.push("acme/q", "", 2)
	l.Forget()
	s := l.mustCheck(Source{RepoID: "acme/q", Columns: component.Schema{{Column: "instruction", Type: "string"}, {Column: "rating", Type: "int"}}})
	if s.Revision != "main" || len(l.Log("", "")) > 0 {
		t.Errorf("%+v, %d requests", s, len(l.Log("", "")))
	}
	type rated struct {
		Instruction string `json:"instruction"`
		Rating      int    `json:"rating"`
	}
	if err := s.Check("", reflect.TypeFor[rated]()); err == nil || !strings.Contains(err.Error(), "rating") || !strings.Contains(err.Error(), "acme/q/data/train-00000-of-00001.parquet") {
		t.Errorf("the error is %v", err)
	}
}

// A file that comes with other bytes than the Hub says is refused.
func TestWrongBytes(t *testing.T) {
	l := newLab(t)
	l.push("acme/q", "", 2)
	s := l.mustCheck(Source{RepoID: "acme/q"})
	cache, _ := hub.DefaultCache()
	if err := os.RemoveAll(filepath.Join(cache, "files")); err != nil {
		t.Fatal(err)
	}
	l.Inject(hubtest.Fault{Method: "GET", Path: "/_lfs/get/", Status: 200, Body: strings.Repeat("x", 100000), Times: 9})
	if _, err := read(s); err == nil || !strings.Contains(err.Error(), "came with other bytes than the Hub says it has") {
		t.Errorf("the error is %v", err)
	}
}

// A column of images is refused by name, and the others can be read.
func TestMedia(t *testing.T) {
	l := newLab(t)
	type picture struct {
		Instruction string `parquet:"instruction"`
		Picture     struct {
			Bytes []byte `parquet:"bytes"`
			Path  string `parquet:"path"`
		} `parquet:"picture"`
	}
	dir := t.TempDir()
	features := parquet.KeyValueMetadata("huggingface", `{"info": {"features": {"instruction": {"dtype": "string", "_type": "Value"}, "picture": {"_type": "Image"}}}}`)
	if err := parquet.WriteFile(filepath.Join(dir, "train.parquet"), []picture{{Instruction: "What is this?"}}, features); err != nil {
		t.Fatal(err)
	}
	l.pushFolder("acme/pictures", "", dir)
	_, c := l.check(Source{RepoID: "acme/pictures"})
	const want = `column "picture" of acme/pictures/train.parquet is of the kind image, which is no data of a dataset here. Name the other columns in columns`
	if len(c.Problems) != 1 || !strings.Contains(c.Problems[0].Detail, want) {
		t.Errorf("%+v", c.Problems)
	}
	s := l.mustCheck(Source{RepoID: "acme/pictures", Columns: component.Schema{{Column: "instruction"}}})
	if rows, err := readAs[asked](s); err != nil || len(rows) != 1 {
		t.Errorf("%+v, %v", rows, err)
	}
}
