package hclspec_test

import (
	"cmp"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

// What of the enabled of a sink depends on the environment is asked when the program runs, and the rest when it is compiled.
func TestConditions(t *testing.T) {
	tests := []struct {
		enabled string
		when    string // with which X it is on when the program runs, of "" (_), a and b; "" if that is decided before
		steps   int    // in the plan
	}{
		{`true`, "", 2},
		{`false`, "", 1},
		{`env("X") != ""`, "ab", 2},
		{`env("X") == "a"`, "a", 2},
		{`"a" == (env("X"))`, "a", 2},
		{`!(env("X") == "a")`, "_b", 2},
		{`env("X") == "a" || env("X") == ""`, "_a", 2},
		{`env("X") != "a" && env("X") != ""`, "b", 2},
		{`var.on && env("X") == var.what`, "b", 2},
		{`!var.on && env("X") == "b"`, "", 1},
		{`!var.on || env("X") == "b"`, "b", 2},
		{`var.on || env("X") == "b"`, "", 2},
		{`env(var.name) == "b"`, "b", 2},
		{`length(env("X")) > 0`, "", 1},
		{`env("X") == "a" ? true : false`, "", 1},
		{`local.x != ""`, "", 1},
	}
	for _, test := range tests {
		pipeline := `
variable "on" { default = true }
variable "what" { default = "b" }
variable "name" { default = "X" }
locals { x = env("X") }
step "rows" "answers" { rows = [{ instruction = "Why?", generation = "So." }] }
step "text_generation_to_argilla" "out" {
  from    = step.answers
  dataset = "answers"
  enabled = ` + test.enabled + `
}
`
		plan, report := hclspec.LoadBytes("pipeline.hcl", []byte(pipeline), hclspec.Options{})
		if plan == nil {
			t.Fatal(text(report))
		}
		on := ""
		if last := plan.Steps[len(plan.Steps)-1]; last.When != nil {
			for _, value := range []string{"", "a", "b"} {
				if last.When.Cond.Holds(func(name string) string { return map[string]string{"X": value}[name] }) {
					on += cmp.Or(value, "_")
				}
			}
			if last.When.Text != test.enabled {
				t.Errorf("%s has the text %s", test.enabled, last.When.Text)
			}
		}
		if len(plan.Steps) != test.steps || on != test.when {
			t.Errorf("%s: %d steps, on with %q; want %d, %q", test.enabled, len(plan.Steps), on, test.steps, test.when)
		}
		if len(plan.Datasets) != 1 || plan.Datasets[0].Step != "answers" {
			t.Errorf("%s: the rows are to be in a dataset, too: %+v", test.enabled, plan.Datasets)
		}
	}
}
