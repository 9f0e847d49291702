package hclspec_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/hclspec/diag"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/steps"
)

const withVariable = `
variable "words" {
  type    = list(string)
  default = ["default"]
}

variable "n" {
  type    = number
  default = 1
}

step "rows" "r" {
  rows = [for w in var.words : { word = w, n = var.n, home = env("SOME_HOME") }]
}
`

func load(t *testing.T, pipeline string, opts hclspec.Options) *hclspec.Plan {
	t.Helper()
	plan, report := hclspec.LoadBytes("p.hcl", []byte(pipeline), opts)
	if report.HasErrors() {
		t.Fatal(text(report))
	}
	return plan
}

func TestValuesOfVariables(t *testing.T) {
	dir := t.TempDir()
	hclvars, json := filepath.Join(dir, "v.hclvars"), filepath.Join(dir, "v.json")
	write(t, hclvars, "words = [\"file\"]\nn = 2\n")
	write(t, json, `{"words": ["json", "${x}"]}`)
	env := []string{"DISTIGEN_VAR_words=[\"env\"]", "DISTIGEN_VAR_other=1", "SOME_HOME=here"}
	for _, c := range []struct {
		name string
		opts hclspec.Options
		word any
		n    any
	}{
		{"default", hclspec.Options{}, "default", 1},
		{"environment", hclspec.Options{Environ: env}, "env", 1},
		{"a file wins over the environment", hclspec.Options{Environ: env, VarFiles: []string{hclvars}}, "file", 2},
		{"the command line wins", hclspec.Options{Environ: env, VarFiles: []string{hclvars}, Vars: []string{`words=["x"]`, "n=7"}}, "x", 7},
		{"the last one wins", hclspec.Options{Vars: []string{"n=3", "n=4"}}, "default", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			row := load(t, withVariable, c.opts).Steps[0].Data[0]
			if row[0] != c.word || row[1] != c.n {
				t.Errorf("got %v, want %v and %v", row, c.word, c.n)
			}
			if len(c.opts.Environ) > 0 && row[2] != "here" || len(c.opts.Environ) == 0 && row[2] != "" {
				t.Errorf("env() is %q", row[2])
			}
		})
	}
	// Texts of a JSON file are no templates.
	if data := load(t, withVariable, hclspec.Options{VarFiles: []string{json}}).Steps[0].Data; data[1][0] != "${x}" {
		t.Errorf("got %v", data)
	}
}

const withTask = `
model "m" {
  name       = "ministral-8b-latest"
  generation = { temperature = 0.2, max_new_tokens = 10 }
}

step "rows" "r" {
  rows = [{ instruction = "x", answers = ["a", "b"] }]
}

step "ultra_feedback" "judge" {
  for_each = ["a", "b"]
  from     = step.r
  model    = model.m
  inputs   = { generations = "answers" }
}
`

func TestSets(t *testing.T) {
	plan := load(t, withTask, hclspec.Options{Sets: []string{
		"step.judge.aspect=honesty", "step.judge.temperature=0.5", "step.judge[b].temperature=0.75",
		"model.m.generation.temperature=1", "model.m.name=other-model", `step.judge.stop=["END"]`,
	}})
	a, b := plan.Steps[1].Params.(steps.UltraFeedback), plan.Steps[2].Params.(steps.UltraFeedback)
	if a.Aspect != "honesty" || b.Aspect != "honesty" || *a.Temperature != 0.5 || *b.Temperature != 0.75 || a.Stop[0] != "END" {
		t.Errorf("got %+v and %+v", a, b)
	}
	m := plan.Models[0].Params.(llm.Model)
	if *m.Generation.Temperature != 1 || *m.Generation.MaxNewTokens != 10 || m.Name != "other-model" || m.Alias != "m" {
		t.Errorf("got %+v", m)
	}
	if a.Model.Alias != "m" || a.Model.Name != "" || a.MaxAttempts != 3 {
		t.Errorf("A step's parameters have the model's alias alone, and the defaults: %+v", a)
	}
}

// What only --set takes the place of is not called unused: the pipeline is fine as it is.
func TestSetsLeaveNothingUnused(t *testing.T) {
	pipeline := `variable "question" { default = "Why?" }
locals { limit = 20 }
model "a" { name = "mistral-large-latest" }
model "b" { name = "mistral-large-latest" }
step "rows" "ask" { rows = [{ instruction = var.question }] }
step "text_generation" "answer" {
  from           = step.ask
  model          = model.a
  max_new_tokens = local.limit
}
step "text_generation" "again" {
  from    = step.ask
  model   = model.b
}
`
	_, report := hclspec.LoadBytes("p.hcl", []byte(pipeline), hclspec.Options{Now: today, Sets: []string{
		`step.ask.rows=[{ instruction = "How?" }]`, "step.answer.model=model.b", "step.answer.max_new_tokens=30"}})
	if len(report.Diags) > 0 {
		t.Errorf("%s", text(report))
	}
}

// The keys of instances may have dots and equals signs, and stand in quotes.
func TestSetsOfInstances(t *testing.T) {
	pipeline := strings.Replace(withTask, `["a", "b"]`+"\n  from", `["v1.5", "x=1", "a b"]`+"\n  from", 1)
	plan := load(t, pipeline, hclspec.Options{Sets: []string{
		"step.judge[v1.5].temperature=0.3", `step.judge["x=1"].temperature=0.4`, `step.judge[a b].system_prompt=a=b`, `step.judge["a b"].temperature=0.5`,
	}})
	for i, want := range []float64{0.3, 0.4, 0.5} {
		if got := plan.Steps[i+1].Params.(steps.UltraFeedback); *got.Temperature != want {
			t.Errorf("%s: %v", plan.Steps[i+1].Addr(), *got.Temperature)
		}
	}
	if got := plan.Steps[3].Params.(steps.UltraFeedback).SystemPrompt; got != "a=b" {
		t.Errorf("the system prompt is %q", got)
	}
}

// A key that stands in a pipeline by mistake is shown nowhere.
func TestKeysAreNotShown(t *testing.T) {
	const key = "sk-abcdefghijklmnop"
	for _, line := range []string{`api_key_env = "` + key + `"`, `api_key_env = local.k`, `api_key_env = env("K")`, `api_key = "` + key + `"`, `token = "${"` + key + `"}"`,
		"api_key_env = <<-EOT\n    " + key + "\n  EOT"} {
		pipeline := "locals {\n  k = \"" + key + "\"\n}\nmodel \"m\" {\n  name = \"x\"\n  " + line + "\n}\n"
		_, report := hclspec.LoadBytes("p.hcl", []byte(pipeline), hclspec.Options{Environ: []string{"K=" + key}})
		if !report.HasErrors() || strings.Contains(text(report)+string(report.JSON()), key) {
			t.Errorf("%s:\n%s", line, text(report))
		}
	}
}

func TestHash(t *testing.T) {
	base := load(t, withVariable, hclspec.Options{})
	if again := load(t, "# a comment\n"+withVariable, hclspec.Options{}); again.Hash != base.Hash || base.Hash == "" {
		t.Errorf("A comment changes the hash from %s to %s.", base.Hash, again.Hash)
	}
	if other := load(t, withVariable, hclspec.Options{Vars: []string{"n=2"}}); other.Hash == base.Hash {
		t.Error("A variable does not change the hash.")
	}
}

func TestSoonRetired(t *testing.T) {
	const p = "model \"m\" {\n  name = \"devstral-2512\"\n}\nstep \"rows\" \"r\" {\n  rows = [{ instruction = \"x\" }]\n}\nstep \"text_generation\" \"t\" {\n  from = step.r\n  model = model.m\n}\n"
	for day, want := range map[string]diag.Code{"2026-04-01": "", "2026-06-01": diag.SoonRetired, "2026-07-31": diag.SoonRetired, "2026-08-01": diag.Retired} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		_, report := hclspec.LoadBytes("p.hcl", []byte(p), hclspec.Options{Now: now})
		var got diag.Code
		for _, d := range report.Diags {
			got = diag.CodeOf(d)
		}
		if got != want {
			t.Errorf("On %s: %s, want %s", day, got, want)
		}
	}
}

// What is wrong with the files themselves.
func TestWrongFiles(t *testing.T) {
	golden, err := filepath.Abs("testdata/wrong/files.txt")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"p/pipeline.hcl":  "step \"rows\" \"r\" {\n  rows = [{ instruction = local.x }]\n}\nstep \"text_generation\" \"t\" {\n  from = step.r\n  model = model.m\n}\n",
		"p/models.hcl":    "model \"m\" {\n  name = \"x\"\n}\nlocals {\n  x = \"y\"\n}\n",
		"utf16/a.hcl":     "\xff\xfes\x00t\x00\n\x00a\x00\n\x00",
		"latin1/a.hcl":    "locals {\n  x = \"gr\xf6\xdfe\"\n}\n",
		"pipelines/a.hcl": "",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, name, text)
	}
	if err := os.Symlink("nowhere.hcl", "link.hcl"); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, path := range []string{"p/pipeline.hcl", "utf16", "latin1", "pipline", "p/pipelin.hcl", "link.hcl", "x\ny", "pipelines"} {
		_, report := hclspec.Load(path, hclspec.Options{})
		fmt.Fprintf(&out, "== %q\n%s\n", path, text(report))
	}
	compare(t, golden, out.String())
}

func TestNamesOfFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("my-pipeline", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "my-pipeline/b.hcl", "step \"rows\" \"r\" {\n  rows = [{ x = local.x }]\n}\n")
	write(t, "my-pipeline/a.hcl", "locals {\n  x = 1\n}\n")
	write(t, "my-pipeline/c.txt", "not HCL {")
	plan, report := hclspec.Load("my-pipeline", hclspec.Options{})
	if len(report.Diags) > 0 {
		t.Fatal(text(report))
	}
	abs, _ := filepath.Abs("my-pipeline")
	if plan.Name != "my-pipeline" || plan.Dir != abs || len(plan.Files) != 2 || plan.Files[0] != "a.hcl" {
		t.Errorf("got %q in %q of %q", plan.Name, plan.Dir, plan.Files)
	}
	if plan.Datasets[0].Name != "default" {
		t.Errorf("A lone leaf is called %q.", plan.Datasets[0].Name)
	}
	// One file of a folder is a pipeline of its own.
	if _, report := hclspec.Load("my-pipeline/b.hcl", hclspec.Options{}); len(report.Diags) != 1 || diag.CodeOf(report.Diags[0]) != diag.UnknownLocal {
		t.Error(text(report))
	}
}
