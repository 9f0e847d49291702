package hub

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// A push makes a private repository and one commit, which has all files as they are.
func TestPush(t *testing.T) {
	l := newLab(t).write(shards(3, 6000)).write(map[string]string{"pipeline/pipeline.hcl": "pipeline \"maths\" {}\n", "empty.txt": "",
		".hidden": "not yet", ".new-1/data.parquet": "half"})
	r := l.mustPush(Target{License: "mit"})
	want := []string{".gitattributes", "README.md", "data/train-00000-of-00003.parquet", "data/train-00001-of-00003.parquet", "data/train-00002-of-00003.parquet",
		"empty.txt", "pipeline/pipeline.hcl"}
	if got := l.Files("tester/maths", "main"); !slices.Equal(got, want) {
		t.Errorf("the repository has %q, want %q", got, want)
	}
	l.has(firstOf3, strings.Repeat("row 0\n", 1000))
	l.has("README.md", "---\nconfigs:\n  - config_name: default\n    data_files:\n      - split: train\n        path: data/train-*\nlicense: mit\n---\n# Maths\n")
	if !l.Private("tester/maths") || l.Commits("tester/maths") != 2 {
		t.Errorf("private %v, %d commits, want a private repository with one commit besides the first", l.Private("tester/maths"), l.Commits("tester/maths"))
	}
	if r.Sent != 18000 || r.Files != 6 || !r.Created || r.URL != l.address+"/datasets/tester/maths" {
		t.Errorf("the result is %+v", r)
	}
}

// What is there is not sent again, and what changed is.
func TestPushAgain(t *testing.T) {
	l := newLab(t).write(shards(3, 6000))
	first := l.mustPush(Target{})
	l.Forget()
	second := l.mustPush(Target{})
	if n := len(l.Log("PUT", "")) + len(l.Log("POST", "/commit/")); n > 0 || second.Commit != first.Commit || l.meter.Sent() != 0 {
		t.Errorf("pushing the same again made %d requests and the commit %s, %d bytes", n, second.Commit, l.meter.Sent())
	}
	l.write(map[string]string{firstOf3: "other"})
	third := l.mustPush(Target{})
	if third.Files != 1 || third.Sent != 5 {
		t.Errorf("one file of 5 bytes has changed, and %d with %d bytes were pushed", third.Files, third.Sent)
	}
	l.has(firstOf3, "other")
}

// Shards of an earlier push that are no more go, and nothing else does.
func TestPushFewerShards(t *testing.T) {
	l := newLab(t).write(shards(3, 600)).write(map[string]string{"notes.md": "mine", "data/extra.parquet": "mine too"})
	l.mustPush(Target{})
	if err := os.RemoveAll(l.dir); err != nil {
		t.Fatal(err)
	}
	l.write(shards(2, 600))
	r := l.mustPush(Target{})
	want := []string{".gitattributes", "README.md", "data/extra.parquet", "data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet", "notes.md"}
	if got := l.Files("tester/maths", "main"); !slices.Equal(got, want) || r.Removed != 3 {
		t.Errorf("%d removed; the repository has %q, want %q", r.Removed, got, want)
	}
}

func TestPushToBranch(t *testing.T) {
	l := newLab(t).write(shards(1, 600))
	r := l.mustPush(Target{ID: "maths", Revision: "v2/try"})
	if r.ID != "tester/maths" || len(l.Files("tester/maths", "v2/try")) != 3 || len(l.Files("tester/maths", "main")) != 1 {
		t.Errorf("pushed to %s: v2/try has %q, main has %q", r.ID, l.Files("tester/maths", "v2/try"), l.Files("tester/maths", "main"))
	}
	l.mustPush(Target{ID: "maths", Revision: "v2/try"})
}

// Faults that pass by cost time and nothing else.
func TestPushThroughFaults(t *testing.T) {
	for name, f := range map[string]hubtest.Fault{
		"reset in an upload":        {Method: "PUT", Path: "/_lfs/put/", Break: 2000, Times: 3},
		"reset at the start":        {Path: "/batch", Times: 2},
		"no reply to an upload":     {Method: "PUT", Path: "/_lfs/put/", Lose: true},
		"no reply to a commit":      {Path: "/commit/", Lose: true},
		"no reply to a creation":    {Path: "/create", Lose: true},
		"silence":                   {Method: "PUT", Path: "/_lfs/put/", Hang: time.Hour},
		"429":                       {Path: "/preupload", Status: 429, Times: 3},
		"429 at the commit":         {Path: "/commit/", Status: 429, Times: 2},
		"429 with the time to wait": {Path: "/tree/", Status: 429, Header: map[string]string{"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}},
		"500":                       {Path: "/whoami|/tree/|/verify", Status: 500, Times: 3},
		"503 of the store":          {Method: "PUT", Path: "/_lfs/put/", Status: 503, Times: 4},
		"500 after the commit":      {Path: "/commit/", Status: 500, Times: 3},
		"412":                       {Path: "/commit/", Status: 412, Times: 2},
		"409 at the commit":         {Path: "/commit/", Status: 409},
		"conflict at the creation":  {Path: "/create", Status: 409, Body: `{"error":"another conflicting operation is in progress"}`, Times: 2},
		"leave has run out":         {Method: "PUT", Path: "/_lfs/put/", Status: 403, Times: 2},
		"no such check of cards":    {Path: "/validate-yaml", Status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t).write(shards(3, 6000))
			if f.Hang > 0 {
				l.client.patience = 100 * time.Millisecond
			}
			if err := l.Inject(f); err != nil {
				t.Fatal(err)
			}
			r := l.mustPush(Target{})
			l.has(firstOf3, strings.Repeat("row 0\n", 1000))
			if n := l.Commits("tester/maths"); n != 2 || r.Commit == "" {
				t.Errorf("%d commits, want one besides the first; the result is %+v", n, r)
			}
			if l.meter.Done() != l.meter.Total() || l.meter.Total() != 18000 {
				t.Errorf("the meter stands at %d of %d", l.meter.Done(), l.meter.Total())
			}
		})
	}
}

// Somebody else commits between: what he did stays, and his configs too.
func TestPushBesideOthers(t *testing.T) {
	l := newLab(t).write(shards(1, 600))
	other := t.TempDir()
	os.MkdirAll(filepath.Join(other, "data"), 0o755)
	os.WriteFile(filepath.Join(other, "data", "test-00000-of-00001.parquet"), []byte("theirs"), 0o644)
	_, err := l.client.Push(context.Background(), Target{ID: "tester/maths"}, []Set{{Name: "theirs", Dir: other, Config: "theirs"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.mustPush(Target{})
	text, _ := l.File("tester/maths", "main", "README.md")
	card, err := readFront(text)
	if err != nil {
		t.Fatal(err)
	}
	var configs []string
	for _, c := range entries(card.get("configs")) {
		configs = append(configs, nameOf(c))
	}
	if !slices.Equal(configs, []string{"default", "theirs"}) || !slices.Contains(l.Files("tester/maths", "main"), "theirs/data/test-00000-of-00001.parquet") {
		t.Errorf("the card has the configs %q, the repository %q", configs, l.Files("tester/maths", "main"))
	}
}

// A file that changes while it is pushed is found.
func TestPushOfChangingFile(t *testing.T) {
	l := newLab(t).write(shards(1, 6000))
	path := filepath.Join(l.dir, "data", "train-00000-of-00001.parquet")
	l.client.http.Transport = onPut(func() { os.Truncate(path, 100) })
	if _, err := l.push(Target{}); err == nil || !strings.Contains(err.Error(), "changed while it was pushed") {
		t.Errorf("the error is %v", err)
	}
	if l.Commits("tester/maths") != 1 {
		t.Error("there is a commit of it")
	}
}

type onPut func()

// RoundTrip does something before each PUT.
func (f onPut) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPut {
		f()
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestPushStopped(t *testing.T) {
	l := newLab(t).write(shards(2, 6000))
	ctx, stop := context.WithCancel(context.Background())
	l.client.http.Transport = onPut(stop)
	if _, err := l.client.Push(ctx, Target{ID: "tester/maths"}, []Set{{Dir: l.dir}}, Options{}); err == nil || ctx.Err() == nil {
		t.Errorf("the error is %v", err)
	}
}

func TestNothingToPush(t *testing.T) {
	l := newLab(t).write(map[string]string{"data.jsonl": "", "README.md": "# x"})
	if _, err := l.push(Target{}); err == nil || !strings.Contains(err.Error(), "has no rows") {
		t.Errorf("the error is %v", err)
	}
	if len(l.Log("", "")) > 0 {
		t.Error("the Hub was asked")
	}
}

// Several datasets have a folder and a config each, and a card that lists them.
func TestPushSeveral(t *testing.T) {
	l := newLab(t)
	dirs := map[string]string{}
	for _, name := range []string{"pairs", "sft"} {
		d := newLab(t).write(shards(1, 600))
		dirs[name] = d.dir
	}
	if _, err := l.client.Push(context.Background(), Target{ID: "tester/maths", License: "mit"}, Sets(dirs, []string{"pairs", "sft"}), Options{}); err != nil {
		t.Fatal(err)
	}
	want := []string{".gitattributes", "README.md", "pairs/README.md", "pairs/data/train-00000-of-00001.parquet", "sft/README.md", "sft/data/train-00000-of-00001.parquet"}
	if got := l.Files("tester/maths", "main"); !slices.Equal(got, want) {
		t.Errorf("the repository has %q, want %q", got, want)
	}
	l.has("README.md", `---
configs:
  - config_name: pairs
    data_files:
      - split: train
        path: pairs/data/train-*
  - config_name: sft
    data_files:
      - split: train
        path: sft/data/train-*
license: mit
---
# maths

The datasets of this repository, each a config of its own:

| config | card |
| --- | --- |
| `+"`pairs` | [pairs/README.md](pairs/README.md) |\n| `sft` | [sft/README.md](sft/README.md) |"+`

`+"```python"+`
from datasets import load_dataset

load_dataset("tester/maths", "pairs")
`+"```\n")
}

// The size of a card of several datasets is that of all together, also of one that was pushed before.
func TestPushSeveralSizes(t *testing.T) {
	card := func(rows string) map[string]string {
		return map[string]string{"README.md": "---\nsize_categories:\n- n<1K\ndataset_info:\n  config_name: default\n  splits:\n  - name: train\n    num_examples: " + rows +
			"\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*\n---\n# x\n"}
	}
	l, dirs := newLab(t), map[string]string{}
	for name, rows := range map[string]string{"a": "600", "b": "700", "c": "9000"} {
		dirs[name] = newLab(t).write(shards(1, 600)).write(card(rows)).dir
	}
	for _, step := range []struct {
		sets []Set
		want string
	}{
		{Sets(dirs, []string{"a", "b"}), "size_categories:\n  - 1K<n<10K\n"},
		{[]Set{{Name: "c", Dir: dirs["c"], Config: "c"}}, "size_categories:\n  - 10K<n<100K\n"},
	} {
		if _, err := l.client.Push(context.Background(), Target{ID: "tester/maths"}, step.sets, Options{}); err != nil {
			t.Fatal(err)
		}
		if text, _ := l.File("tester/maths", "main", "README.md"); !strings.Contains(string(text), step.want) {
			t.Errorf("want %s in\n%s", step.want, text)
		}
	}
}

// What is no more of the pipeline that made the data goes; the user's own files stay.
func TestPushOtherPipeline(t *testing.T) {
	pipeline := map[string]string{"dataset.json": "{}", "pipeline/pipeline.hcl": "x", "pipeline/prompts/old.md": "x", "notes.md": "mine"}
	l := newLab(t).write(shards(1, 600)).write(pipeline)
	l.mustPush(Target{})
	if err := os.Remove(filepath.Join(l.dir, "pipeline/prompts/old.md")); err != nil {
		t.Fatal(err)
	}
	r := l.mustPush(Target{})
	got := strings.Join(l.Files("tester/maths", "main"), " ")
	if r.Removed != 1 || strings.Contains(got, "old.md") || !strings.Contains(got, "pipeline/pipeline.hcl") || !strings.Contains(got, "notes.md") {
		t.Errorf("%d removed; the repository has %s", r.Removed, got)
	}
	if err := os.RemoveAll(filepath.Join(l.dir, "pipeline")); err != nil {
		t.Fatal(err)
	}
	if r := l.mustPush(Target{}); r.Removed != 0 {
		t.Errorf("%d removed from a repository by a folder that has no pipeline", r.Removed)
	}
}

// The readers of the Hub take one format for all of a repository.
func TestPushOfSeveralFormats(t *testing.T) {
	l := newLab(t).write(shards(1, 600)).write(map[string]string{"more.jsonl": "{}\n"})
	l.mustPush(Target{})
	if !strings.Contains(strings.Join(l.said, " "), "has data in several formats (.jsonl, .parquet)") {
		t.Errorf("said: %q", l.said)
	}
}

func TestSets(t *testing.T) {
	got := Sets(map[string]string{"a": "x/a", "b": "x/b"}, []string{"a"})
	if !reflect.DeepEqual(got, []Set{{Name: "a", Dir: "x/a"}}) {
		t.Errorf("one dataset is laid out as %+v", got)
	}
}

// Somebody commits just before: the push sees it, and keeps his config on the card.
func TestPushOvertaken(t *testing.T) {
	l, other := newLab(t).write(shards(1, 600)), newLab(t).write(shards(1, 300))
	once := false
	l.client.http.Transport = before(func(r *http.Request) {
		if once || !strings.Contains(r.URL.Path, "/commit/") {
			return
		}
		once = true
		if _, err := quick(t, l.address, hubtest.WriteToken).Push(context.Background(), Target{ID: "tester/maths"}, []Set{{Name: "theirs", Dir: other.dir, Config: "theirs"}}, Options{}); err != nil {
			t.Error(err)
		}
	})
	l.mustPush(Target{})
	if text, _ := l.File("tester/maths", "main", "README.md"); !strings.Contains(string(text), "config_name: theirs") || l.Commits("tester/maths") != 3 {
		t.Errorf("%d commits; the card is %s", l.Commits("tester/maths"), text)
	}
}

type before func(*http.Request)

// RoundTrip does something before each request.
func (f before) RoundTrip(r *http.Request) (*http.Response, error) {
	f(r)
	return http.DefaultTransport.RoundTrip(r)
}
