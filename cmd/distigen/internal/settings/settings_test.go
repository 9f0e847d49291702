package settings

import (
	"slices"
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
