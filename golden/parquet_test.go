package golden

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/parquet/rowjson"
)

var downloadSize = regexp.MustCompile(`download_size: \d+`)

// readable puts JSON lines into the place of what is in Parquet files, so that what is recorded can be reviewed, and takes the
// sizes of files out, which follow from the libraries as well.
func readable(t *testing.T, files map[string]string) {
	t.Helper()
	for path, text := range files {
		switch {
		case strings.HasSuffix(path, ".parquet"):
			lines, err := rowjson.Lines(strings.NewReader(text), int64(len(text)))
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			delete(files, path)
			files[path+".jsonl"] = lines
		case strings.HasSuffix(path, "/README.md"):
			files[path] = downloadSize.ReplaceAllString(text, "download_size: SIZE")
		case strings.HasSuffix(path, "/dataset.json"):
			var record any
			if err := json.Unmarshal([]byte(text), &record); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			forget(record, "bytes")
			short, err := json.MarshalIndent(record, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			files[path] = string(short) + "\n"
		}
	}
}

// A program links what reads and writes Parquet only where a dataset is Parquet.
func TestParquetIsLinkedWhereItIsUsed(t *testing.T) {
	for name, want := range map[string]bool{"plain_datasets": false, "datasets": true} {
		out, err := exec.Command("go", "list", "-deps", "./"+name+"/gen").CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got := strings.Contains(string(out), "parquet"); got != want {
			t.Errorf("that %s links Parquet is %v", name, got)
		}
	}
}
