package results

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime"
	"github.com/distigen/distigen/runtime/journal"
)

// An id that no row at an end has leads on: to what was made of it, to who asked about it, or to ids near it.
func TestMissingIDs(t *testing.T) {
	dir := t.TempDir()
	parent := runtime.Lineage{Source: "s", Row: 1, SourceID: strings.Repeat("a", 32), Path: []int{0}}
	child := parent.Ancestors()[1]
	var lines []string
	for i := range 7 {
		l := runtime.Lineage{SourceID: parent.SourceID, Path: []int{i}}
		lines = append(lines, fmt.Sprintf(`{"id":%q,"source":"s","row":1,"source_id":%q,"path":[%d]}`, l.Ancestors()[1], parent.SourceID, i))
	}
	write := func(path, text string) {
		path = filepath.Join(dir, path)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("run.json", `{"distigen": "v", "steps": [{"step": "gen"}], "datasets": [{"name": "default", "splits": [{"name": "train", "rows": 7}]}]}`)
	write("lineage/default.jsonl", strings.Join(lines, "\n")+"\n")
	write("lineage/.rejects.jsonl", fmt.Sprintf(`{"id":%q,"source":"s","row":2,"source_id":%[1]q,"path":[]}`+"\n", strings.Repeat("d", 32)))
	j, err := journal.Open(runtime.JournalIn(dir, false), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	filtered := strings.Repeat("e", 32)
	if err := j.Put(&journal.Entry{Step: "gen", Row: filtered, Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		strings.Repeat("a", 8):       "what was made of it is: default:1, default:2, default:3, default:4, default:5 and 2 more. Name one",
		filtered:                     "is in no dataset, and was not rejected: a later step has filtered it out, or the run was stopped before its end. gen asked",
		child[:9] + "zzz":            "Near it are " + child + ". Name a row",
		strings.Repeat("d", 5) + "0": "Near it are " + strings.Repeat("d", 32) + ". Name a row",
		"zzz":                        `begins with "zzz". Name a row by its number in a dataset, such as default:1`,
	} {
		if _, err := r.Find(id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", id, err, want)
		}
	}
}
