package hclspec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/distilabel"
	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
)

// Every code's example must give that code and nothing else, and its correction nothing at all.
func TestExplanations(t *testing.T) {
	for _, code := range diag.Codes() {
		t.Run(string(code), func(t *testing.T) {
			e, ok := diag.Explain(code)
			if !ok || e.Title == "" {
				t.Fatal("The code has no explanation.")
			}
			report := checkExample(t, e, e.Wrong, true)
			if len(report.Diags) != 1 || diag.CodeOf(report.Diags[0]) != code {
				t.Errorf("The example should give %s alone, and gives:\n%s", code, text(report))
			}
			if e.Right == "" {
				return
			}
			if report := checkExample(t, e, e.Right, false); len(report.Diags) > 0 {
				t.Errorf("The corrected example should be fine, and gives:\n%s", text(report))
			}
		})
	}
}

func checkExample(t *testing.T, e diag.Explanation, pipeline string, withFlags bool) *diag.Report {
	dir := t.TempDir()
	for name, content := range e.Files {
		write(t, filepath.Join(dir, name), content)
	}
	if file, ok := strings.CutPrefix(e.Command, "distigen import "); ok {
		_, report := distilabel.Import(file, []byte(e.Files[file]), dir)
		return report
	}
	if pipeline != "" {
		write(t, filepath.Join(dir, "pipeline.hcl"), pipeline)
	}
	opts := hclspec.Options{Now: today}
	if e.Date != "" {
		now, err := time.Parse(time.DateOnly, e.Date)
		if err != nil {
			t.Fatal(err)
		}
		opts.Now = now
	}
	words := strings.Fields(e.Command)
	for i, w := range words {
		switch {
		case !withFlags:
		case w == "--var":
			opts.Vars = append(opts.Vars, words[i+1])
		case w == "--set":
			opts.Sets = append(opts.Sets, words[i+1])
		case w == "--var-file":
			opts.VarFiles = append(opts.VarFiles, filepath.Join(dir, words[i+1]))
		}
	}
	_, report := hclspec.Load(dir, opts)
	return report
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func text(r *diag.Report) string {
	var out strings.Builder
	r.WriteText(&out, false)
	return out.String()
}

// today is the day of all checks in the tests.
var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
