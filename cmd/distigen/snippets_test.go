package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/internal/snippets"
)

// Every pipeline in the docs checks without a word. One that is tagged partial leaves out what it refers to, and parses.
// Other files with a name in their tag are there beside it, and those of modules check on their own as well.
func TestSnippets(t *testing.T) {
	whole := 0
	for _, path := range markdown(t) {
		all := snippets.Of(page(t, path))
		for _, s := range all {
			if s.Lang != "hcl" {
				continue
			}
			if _, diags := hclsyntax.ParseConfig([]byte(s.Text), path, hcl.InitialPos); diags.HasErrors() {
				t.Errorf("%s: %v\n%s", path, diags, s.Text)
				continue
			}
			if formatted := hclwrite.Format([]byte(s.Text)); string(formatted) != s.Text {
				t.Errorf("%s: not in the layout of distigen fmt:\n%s", path, s.Text)
			}
			switch {
			case s.Tag == "partial":
			case s.Tag == "":
				whole++
				checkSnippet(t, path, s.Text, all)
			case s.IsModule():
				checkModule(t, path, filepath.Dir(filepath.FromSlash(s.Tag)), all)
			default:
				t.Errorf("%s: a snippet has the unknown tag %q", path, s.Tag)
			}
		}
	}
	if whole < 10 {
		t.Errorf("only %d whole pipelines were found in the docs", whole)
	}
}

func checkSnippet(t *testing.T, path, text string, beside []snippets.Snippet) {
	dir := filesBeside(t, beside)
	quiet(t, path, func() (*hclspec.Plan, *diag.Report) {
		return hclspec.LoadBytes(filepath.Join(dir, "pipeline.hcl"), []byte(text), hclspec.Options{})
	})
}

func checkModule(t *testing.T, path, folder string, beside []snippets.Snippet) {
	dir := filesBeside(t, beside)
	quiet(t, path, func() (*hclspec.Plan, *diag.Report) {
		return hclspec.Load(filepath.Join(dir, folder), hclspec.Options{Check: true})
	})
}

// filesBeside writes the snippets that are files into a folder.
func filesBeside(t *testing.T, beside []snippets.Snippet) string {
	dir := t.TempDir()
	if err := snippets.WriteFiles(beside, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func quiet(t *testing.T, path string, check func() (*hclspec.Plan, *diag.Report)) {
	if plan, report := check(); len(report.Diags) > 0 || plan == nil {
		var out bytes.Buffer
		report.WriteText(&out, false)
		t.Errorf("%s: a pipeline does not check:\n%s", path, out.String())
	}
}

// The component of the guide compiles in its place, and is vetted.
func TestGuideCompiles(t *testing.T) {
	root := repository(t)
	overlay := map[string]map[string]string{"Replace": {}}
	for _, s := range snippets.Of(page(t, "docs/add-a-component.md")) {
		if s.Lang == "go" && s.Tag != "" {
			file := filepath.Join(t.TempDir(), "snippet.go")
			if err := os.WriteFile(file, []byte(s.Text), 0o666); err != nil {
				t.Fatal(err)
			}
			overlay["Replace"][filepath.Join(root, filepath.FromSlash(s.Tag))] = file
		}
	}
	if len(overlay["Replace"]) != 1 {
		t.Fatal("the guide has no component")
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(config, text, 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-overlay", config, "./runtime/steps")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("the component of docs/add-a-component.md does not compile: %v\n%s", err, out)
	}
}
