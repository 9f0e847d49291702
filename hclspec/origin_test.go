package hclspec_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

const traveller = `pipeline "traveller" {}

variable "topic" { default = "maths" }
variable "level" { default = 1 }
variable "api_key" { default = "none" }
variable "salt" {
  default   = "pepper"
  sensitive = true
}
variable "of_env" { default = "x" }

model "m" {
  name     = "tiny"
  base_url = "http://me:hunter2@127.0.0.1:9/v1"
}

step "rows" "q" {
  rows = [{ instruction = "${var.topic} ${var.level} ${var.salt} ${var.api_key} ${var.of_env} ${file("../outside.md")} ${jsondecode(file("data.json"))} ${file("token.txt")}" }]
}

step "text_generation" "answer" {
  from   = step.q
  model  = model.m
  prompt = file("prompts/a.md")
}
`

func travel(t *testing.T, dir string, o hclspec.Options) *hclspec.Plan {
	t.Helper()
	plan, report := hclspec.Load(dir, o)
	if plan == nil {
		var text strings.Builder
		_ = report.WriteText(&text, false)
		t.Fatal(text.String())
	}
	return plan
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What travels is the pipeline, its prompts and the values of its variables, and no secret is among it.
func TestOrigin(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"p/pipeline.hcl": traveller, "p/prompts/a.md": "Say {{ .instruction }}", "outside.md": "OUTSIDE", "p/data.json": `"DATA"`,
		"p/token.txt": "TOKEN", "p/unused.md": "UNUSED"} {
		put(t, filepath.Join(dir, name), text)
	}
	plan := travel(t, filepath.Join(dir, "p"), hclspec.Options{Vars: []string{"topic=physics", "api_key=KEY", "salt=SALT"},
		Environ: []string{"DISTIGEN_VAR_of_env=ENVIRON"}, Sets: []string{"step.answer.num_generations=2"}})
	o, all := plan.Origin, ""
	var names []string
	for _, f := range o.Files {
		names = append(names, f.Path)
		all += f.Text
	}
	if got := strings.Join(names, " "); got != "pipeline.hcl prompts/a.md variables.json" {
		t.Errorf("what travels is %s", got)
	}
	if !strings.Contains(all, "Say {{ .instruction }}") || !strings.Contains(all, `"topic": "physics"`) || strings.Contains(all, `"level":`) {
		t.Errorf("it lacks something:\n%s", all)
	}
	for _, secret := range []string{"hunter2", "pepper", "SALT", "KEY", "ENVIRON", "OUTSIDE", "DATA", "TOKEN", "UNUSED"} {
		if strings.Contains(all, secret) || strings.Contains(strings.Join(o.Args, " "), secret) {
			t.Errorf("%s travels", secret)
		}
	}
	if got := strings.Join(o.Args, " "); got != "--var-file pipeline/variables.json --set step.answer.num_generations=2" {
		t.Errorf("the arguments are %s", got)
	}
	apart := strings.Join(o.Apart, "\n")
	for _, want := range []string{"the file ../outside.md, which is outside", "the file data.json, which is no prompt", "the file token.txt, whose name", "variable api_key", "variable of_env",
		"variable salt, which is sensitive", "what looks like a password or key in pipeline.hcl"} {
		if !strings.Contains(apart, want) {
			t.Errorf("not said: %s\n%s", want, apart)
		}
	}
}

// What looks like a secret stays here, wherever it was written or given.
func TestOriginOfSecretsInValues(t *testing.T) {
	const key, word = "hf_abcdefghijklmnopqrstuvwx", "hunter2"
	dir := t.TempDir()
	put(t, filepath.Join(dir, "pipeline.hcl"), `variable "note" { default = "x" }
model "m" { name = "tiny" }
step "rows" "q" { rows = [{ instruction = "${var.note} http://a/b?api_key=`+word+`" }] }
step "text_generation" "t" {
  from   = step.q
  model  = model.m
  prompt = file("p.md")
}
`)
	put(t, filepath.Join(dir, "p.md"), "{{ .instruction }} "+key)
	o := travel(t, dir, hclspec.Options{Vars: []string{"note=" + key}, Sets: []string{"model.m.base_url=http://me:" + word + "@127.0.0.1:9/v1"}}).Origin
	all := strings.Join(o.Args, " ") + strings.Join(o.Apart, " ")
	for _, f := range o.Files {
		all += f.Text
	}
	if strings.Contains(all, key) || strings.Contains(all, word) || len(o.Files) != 2 {
		t.Errorf("a secret travels:\n%s", all)
	}
	for _, want := range []string{"variable note, which looks like a secret", "the setting model.m.base_url", "in pipeline.hcl", "in p.md"} {
		if !strings.Contains(strings.Join(o.Apart, "\n"), want) {
			t.Errorf("not said: %s\n%q", want, o.Apart)
		}
	}
}

// A pipeline that has travelled whole is the same one.
func TestOriginIsThePipeline(t *testing.T) {
	dir, again := t.TempDir(), t.TempDir()
	put(t, filepath.Join(dir, "a.hcl"), `pipeline "p" {}
variable "topics" { default = ["a"] }
variable "text" { type = string }
step "rows" "q" { rows = [for x in var.topics : { instruction = "${x} ${var.text}" }] }
`)
	put(t, filepath.Join(dir, "b.hcl"), `model "m" { name = "ministral-8b-latest" }
step "text_generation" "t" {
  from   = step.q
  model  = model.m
  prompt = templatefile("x.tmpl", { a = 1 })
}
`)
	put(t, filepath.Join(dir, "x.tmpl"), "Say ${a} {{ .instruction }}")
	plan := travel(t, dir, hclspec.Options{Vars: []string{`topics=["b","c"]`, "text=http://a/b?c=d"}})
	for _, f := range plan.Origin.Files {
		put(t, filepath.Join(again, filepath.FromSlash(f.Path)), f.Text)
	}
	if other := travel(t, again, hclspec.Options{VarFiles: []string{filepath.Join(again, "variables.json")}}); other.Hash != plan.Hash || plan.Origin.Apart != nil {
		t.Errorf("the hash was %s and is %s; apart is %q", plan.Hash, other.Hash, plan.Origin.Apart)
	}
}

// The commits of the datasets that are read travel too.
func TestOriginHasTheLock(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "pipeline.hcl"), `step "read_dataset" "q" {
  repo_id = "acme/questions"
  columns = { instruction = "string" }
}
`)
	const lock = "{\n  \"acme/questions@main\": \"3fba75be5924e90bce58cf5dce3115f700000000\"\n}\n"
	put(t, filepath.Join(dir, "hub.lock.json"), lock)
	files := travel(t, dir, hclspec.Options{}).Origin.Files
	if len(files) != 2 || files[0].Path != "hub.lock.json" || files[0].Text != lock {
		t.Errorf("what travels is %q", files)
	}
}
