package distilabel

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/catalog"
)

// Each class of distilabel has a counterpart, or a reason why there is none, and not both. classes.txt is what the packages have.
func TestClasses(t *testing.T) {
	named := map[string]Class{}
	for _, c := range Gallery(catalog.All()) {
		other, twice := named[c.Name]
		named[c.Name] = c
		switch {
		case twice && (c.Component == "" || other.Component == ""):
			t.Errorf("%s has a counterpart, and theirs.go says why there is none, or two. Delete its line there.", c.Name)
		case c.Component == "" && c.Block == "" && c.Note == "":
			t.Errorf("theirs.go has no reason for %s.", c.Name)
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "1.*", "classes.txt"))
	if err != nil || len(files) != 2 {
		t.Fatalf("there are %d lists of classes: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for class := range strings.FieldsSeq(string(text)) {
			if _, ok := named[class]; !ok {
				t.Errorf("%s: nothing is known of %s. Name it in the Was of a component, or write in theirs.go why there is none.", file, class)
			}
		}
	}
}
