package hclspec_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
)

// Whatever the text is: no panic, a plan or errors, a code for each, and ranges that lie in their source.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/clean/*/*.hcl", "testdata/many/*.hcl", "../golden/*/*.hcl", "../golden/modules/*/*.hcl"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, p := range paths {
			text, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, code := range diag.Codes() {
		e, _ := diag.Explain(code)
		f.Add([]byte(e.Wrong))
	}
	f.Fuzz(func(t *testing.T, pipeline []byte) {
		plan, report := hclspec.LoadBytes("p.hcl", pipeline, hclspec.Options{Now: today, Check: true})
		if (plan == nil) != report.HasErrors() {
			t.Errorf("plan %v, errors %v", plan != nil, report.HasErrors())
		}
		if plan != nil {
			plan.JSON()
		}
		text(report)
		report.JSON()
		for _, d := range report.Diags {
			source, ok := report.Sources[d.Subject.Filename]
			if diag.CodeOf(d) == "" || d.Summary == "" || d.Detail == "" {
				t.Errorf("incomplete: %+v", d)
			}
			if ok && (d.Subject.Start.Byte > d.Subject.End.Byte || d.Subject.End.Byte > len(source)) {
				t.Errorf("%v is outside of its source", d.Subject)
			}
		}
	})
}
