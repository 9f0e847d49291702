package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

const pipeline = `
model "small" {
  name = "ministral-8b-latest"
}

model "large" {
  name = "mistral-large-latest"
}

step "rows" "questions" {
  rows = [{ instruction = "What is 3/4 of 20?" }]
}

step "text_generation" "answer" {
  for_each = [model.small, model.large]
  from     = step.questions
  model    = each.value
}

step "combine_columns" "answers" {
  from    = step.answer
  columns = { generation = "generations", model_name = "generation_models" }
}

step "ultra_feedback" "judge" {
  from  = step.answers
  model = model.large
}
`

// Steps and models of modules are named with the module's name before theirs.
func TestSplitInModules(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"pipeline.hcl": "module \"a\" {\n  source = \"./m\"\n}\n",
		"m/module.hcl": strings.Replace(pipeline, "mistral-large-latest\"\n}", "mistral-large-latest\"\n}\n\noutput \"judged\" {\n  from    = step.judge\n  columns = [\"ratings\"]\n}", 1),
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	for set, run := range map[string]string{
		"step.a.answer.temperature=0.20":              "step.a.answer.temperature=0.2",
		"step.a.answer[small].temperature=0":          "step.a.answer[small].temperature=0",
		`step.a.answer["small"].temperature=0`:        "step.a.answer[small].temperature=0",
		"step.a.answer.system_prompt=a = b.c":         "step.a.answer.system_prompt=a = b.c",
		"model.a.small.name=mistral-small-latest":     "model.a.small.name=mistral-small-latest",
		"model.a.small.generation.temperature=0":      "",
		"step.a.judge.aspect=honesty":                 "",
		"step.a.questions.rows=[{instruction=\"x\"}]": "",
	} {
		plan, report := hclspec.Load(dir, hclspec.Options{Sets: []string{set}})
		if plan == nil {
			t.Errorf("%s is wrong: %s", set, report.JSON())
			continue
		}
		if _, got := Split(plan, []string{set}); strings.Join(got, " ") != run {
			t.Errorf("%s: run %q, want %q", set, got, run)
		}
	}
	for _, set := range []string{"step.answer.temperature=1", "step.a.answr.temperature=1", "step.a[small].answer.temperature=1", "model.small.name=x", "step.a.temperature=1", "step.a=1"} {
		if plan, _ := hclspec.Load(dir, hclspec.Options{Sets: []string{set}}); plan != nil {
			t.Errorf("%s is taken", set)
		}
	}
}

func TestSplit(t *testing.T) {
	const built = "" // in the column run
	for set, run := range map[string]string{
		"step.answer.temperature=0.20":              "step.answer.temperature=0.2",
		"step.answer[small].temperature=0":          "step.answer[small].temperature=0",
		`step.answer["small"].temperature=0`:        "step.answer[small].temperature=0",
		`step.answer.max_new_tokens="64"`:           "step.answer.max_new_tokens=64",
		"step.answer.max_attempts=1 + 1":            "step.answer.max_attempts=2",
		"step.answer.system_prompt=Be brief.":       "step.answer.system_prompt=Be brief.",
		`step.answer.system_prompt="Be ${"brief"}"`: "step.answer.system_prompt=Be brief",
		"model.small.name=mistral-small-latest":     "model.small.name=mistral-small-latest",
		"model.small.timeout=3":                     "model.small.timeout=3",

		"model.small.generation.temperature=0":           built, // of an object
		"step.judge.aspect=honesty":                      built, // fixed
		"step.answer.num_generations=1":                  built, // fixed
		"step.judge.model=model.small":                   built, // a reference
		"step.answer.prompt={{ .instruction }}!":         built, // its columns are checked
		`step.answer.stop=["END"]`:                       built, // a list
		`step.judge.outputs={ ratings = "marks" }`:       built, // no parameter
		`step.questions.rows=[{ instruction = "Why?" }]`: built, // fixed
	} {
		plan, report := hclspec.LoadBytes("pipeline.hcl", []byte(pipeline), hclspec.Options{Sets: []string{set}})
		if plan == nil {
			t.Errorf("%s is wrong: %s", set, report.JSON())
			continue
		}
		gotBuild, gotRun := Split(plan, []string{set})
		wantBuild, wantRun := []string{set}, []string(nil)
		if run != built {
			wantBuild, wantRun = nil, []string{run}
		}
		if !slices.Equal(gotBuild, wantBuild) || !slices.Equal(gotRun, wantRun) {
			t.Errorf("%s: build %q, run %q", set, gotBuild, gotRun)
		}
	}
}
