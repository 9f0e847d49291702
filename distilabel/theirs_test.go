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
	named := map[string]string{pushToHub: "the block hub"}
	for _, d := range catalog.All() {
		for _, was := range d.Was {
			named[was] = "the component " + d.Name
		}
	}
	for class := range servers {
		named[class] = "a model block"
	}
	for _, reasons := range []map[string]string{without, withoutServer} {
		for class, why := range reasons {
			if named[class] != "" {
				t.Errorf("%s is %s, and theirs.go says why there is none. Delete its line there.", class, named[class])
			}
			if why == "" {
				t.Errorf("theirs.go has no reason for %s.", class)
			}
			named[class] = why
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
			if named[class] == "" {
				t.Errorf("%s: nothing is known of %s. Name it in the Was of a component, or write in theirs.go why there is none.", file, class)
			}
		}
	}
}
