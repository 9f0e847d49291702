package journal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnstored(t *testing.T) {
	dir := t.TempDir()
	j, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	path := filepath.Join(dir, unstoredName)
	want := func(a Amount) {
		t.Helper()
		again, err := Open(dir, Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		for _, from := range []*Journal{j, again} {
			if got, err := from.Unstored(); err != nil || got != a {
				t.Errorf("%+v, %v", got, err)
			}
		}
	}
	want(Amount{})
	for i := range int64(5) {
		if err := j.NoteUnstored(Amount{10 * i, 1000 - i}); err != nil {
			t.Fatal(err)
		}
		want(Amount{10 * i, 1000 - i})
	}
	// A write that was interrupted leaves the note before.
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	torn := strings.Replace(string(text), string(text[noteSize:noteSize+12]), strings.Repeat("x", 12), 1)
	if err := os.WriteFile(path, []byte(torn), 0o666); err != nil {
		t.Fatal(err)
	}
	want(Amount{30, 997})
	if err := j.NoteUnstored(Amount{7, 8}); err != nil {
		t.Fatal(err)
	}
	want(Amount{7, 8})
	for what, text := range map[string]string{"empty": "", "torn at first": strings.Repeat("\x00", 56), "short": strings.Repeat("\x00", 28) + "abc"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got, err := j.Unstored(); err != nil || got != (Amount{}) {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("damage..", 7)), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Unstored(); err == nil || !strings.Contains(err.Error(), "unstored is damaged. Remove it") {
		t.Errorf("%v", err)
	}
}

// What compacting drops was paid for all the same.
func TestCompactKeepsWhatWasSpent(t *testing.T) {
	dir := t.TempDir()
	j, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*Entry{{Key: Key{1}, NanoUSD: 5}, {Key: Key{1}, NanoUSD: 7}, {Key: Key{2}, NanoUSD: 9}, {Key: Key{3}, Mark: true}} {
		if err := j.Put(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.NoteUnstored(Amount{2, 3}); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Compact(dir); err != nil {
		t.Fatal(err)
	}
	j, err = Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if a, err := j.Unstored(); err != nil || a != (Amount{3, 8}) || j.Totals() != (Totals{Calls: 2, NanoUSD: 16}) {
		t.Errorf("%+v and %+v, %v", j.Totals(), a, err)
	}
}
