package hclspec_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

const lengthModule = `variable "unit" {
  default   = "letters"
  sensitive = true
}

input "rows" {
  columns = { instruction = string }
}

step "derive" "count" {
  from    = input.rows
  columns = { length = length(row.instruction), hint = "${file("hint.md")} in ${var.unit}" }
}

output "rows" {
  from    = step.count
  columns = ["length", "hint"]
}
`

// Modules travel with what they read, those from elsewhere too, and what has travelled is the same pipeline.
func TestOriginOfModules(t *testing.T) {
	dir := t.TempDir()
	outer := "input \"rows\" {\n  columns = { instruction = string }\n}\n\nmodule \"length\" {\n  source = \"../../length\"\n  from   = input.rows\n}\n\n" +
		"output \"rows\" {\n  from    = module.length\n  columns = [\"length\"]\n}\n"
	for name, text := range map[string]string{
		"p/pipeline.hcl": "pipeline \"lengths\" {}\n\nstep \"rows\" \"q\" {\n  rows = [{ instruction = \"Why?\" }]\n}\n\n" +
			"module \"near\" {\n  source  = \"./parts/length\"\n  from    = step.q\n  outputs = { length = \"n\", hint = \"h\" }\n}\n\n" +
			"module \"far\" {\n  source = \"../lib/outer\"\n  from   = module.near\n}\n",
		"p/parts/length/module.hcl": lengthModule, "p/parts/length/hint.md": "Near",
		"lib/outer/module.hcl": outer,
		"length/module.hcl":    lengthModule, "length/hint.md": "Far",
	} {
		put(t, filepath.Join(dir, name), text)
	}
	plan := travel(t, filepath.Join(dir, "p"), hclspec.Options{})
	var names []string
	for _, f := range plan.Origin.Files {
		names = append(names, f.Path)
		put(t, filepath.Join(dir, "copy", f.Path), f.Text)
		if strings.Contains(f.Text, "letters") {
			t.Errorf("%s has the default of a sensitive variable:\n%s", f.Path, f.Text)
		}
	}
	want := "modules/length/hint.md modules/length/module.hcl modules/outer/module.hcl parts/length/hint.md parts/length/module.hcl pipeline.hcl"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("what travels is %s\nwant %s", got, want)
	}
	for _, name := range []string{"modules/length/module.hcl", "parts/length/module.hcl"} { // whoever has it decides
		file := filepath.Join(dir, "copy", name)
		put(t, file, strings.Replace(lengthModule, "  sensitive = true\n", "", 1))
	}
	again := travel(t, filepath.Join(dir, "copy"), hclspec.Options{})
	if again.Hash != plan.Hash {
		t.Errorf("the copy is another pipeline:\n%s\nwant\n%s", again.JSON(), plan.JSON())
	}
}
