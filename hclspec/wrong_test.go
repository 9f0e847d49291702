package hclspec_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files of this package")

// wrong is the tutorial's pipeline with one mistake: old is replaced by new, and what is to be said about it is a code
// and the token that it points at. old "" appends new.
type wrong struct {
	name, old, new string
	want           string // "DG401 instrution"; of several diagnostics in order, separated by "; "
	files          map[string]string
	opts           hclspec.Options
}

// testWrong checks each case, and all their texts against testdata/wrong/TOPIC.txt.
func testWrong(t *testing.T, topic string, cases []wrong) {
	base, err := os.ReadFile("testdata/clean/tutorial/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	var golden strings.Builder
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pipeline := string(base) + "\n" + c.new
			if c.old != "" {
				if pipeline = strings.Replace(string(base), c.old, c.new, 1); pipeline == string(base) {
					t.Fatalf("The tutorial has no %q.", c.old)
				}
			}
			report := loadIn(t, pipeline, c.files, c.opts)
			var got []string
			for _, d := range report.Diags {
				got = append(got, fmt.Sprintf("%s %s", diag.CodeOf(d), token(report, *d.Subject)))
			}
			if joined := strings.Join(got, "; "); joined != c.want {
				t.Errorf("got  %s\nwant %s\n%s", joined, c.want, text(report))
			}
			fmt.Fprintf(&golden, "== %s\n%s\n", c.name, text(report))
		})
	}
	compare(t, filepath.Join("testdata/wrong", topic+".txt"), golden.String())
}

// loadIn checks a pipeline in a folder of its own, with file names relative to it.
func loadIn(t *testing.T, pipeline string, files map[string]string, opts hclspec.Options) *diag.Report {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		write(t, name, content)
	}
	write(t, "pipeline.hcl", pipeline)
	opts.Now = today
	plan, report := hclspec.Load(".", opts)
	if (plan == nil) != report.HasErrors() {
		t.Errorf("The plan is there: %v, and the report has errors: %v.", plan != nil, report.HasErrors())
	}
	return report
}

// token is the text that a range covers, without quotes.
func token(r *diag.Report, at hcl.Range) string {
	source := r.Sources[at.Filename]
	if at.End.Byte > len(source) || at.Start.Byte > at.End.Byte {
		return fmt.Sprintf("range %v is outside of its source", at)
	}
	return strings.Trim(string(source[at.Start.Byte:at.End.Byte]), `"`)
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, got)
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v. Run the test with -update.", err)
	}
	if got != string(want) {
		t.Errorf("%s has changed. Run the test with -update, and look at the difference.\n%s", path, got)
	}
}
