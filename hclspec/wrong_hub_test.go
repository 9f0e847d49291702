package hclspec_test

import (
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

func TestWrongHubs(t *testing.T) {
	hub := func(name, body, want string) wrong {
		return wrong{name: name, old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  hub {\n    " + body + "\n  }\n}", want: want}
	}
	second := func(name, first, body, want string) wrong {
		return wrong{name: name, old: "  from = step.format_dpo\n}", want: want,
			new: "  from = step.format_dpo\n  hub {\n    " + first + "\n  }\n}\n\ndataset \"more\" {\n  from = step.format_dpo\n  hub {\n    " + body + "\n  }\n}"}
	}
	testWrong(t, "hub", []wrong{
		hub("empty", "", "DG202 hub"),
		hub("no name", `repo_id = ""`, "DG607 "),
		hub("from nowhere", `repo_id = env("HF_REPO")`, `DG607 env("HF_REPO")`),
		hub("address", `repo_id = "https://huggingface.co/datasets/acme/maths"`, "DG607 https://huggingface.co/datasets/acme/maths"),
		hub("with datasets", `repo_id = "datasets/acme/maths"`, "DG607 datasets/acme/maths"),
		hub("three parts", `repo_id = "acme/maths/v2"`, "DG607 acme/maths/v2"),
		hub("space", `repo_id = "acme/my maths"`, "DG607 acme/my maths"),
		hub("null", `repo_id = null`, "DG202 null"),
		hub("misspelt", `repo_di = "acme/maths"`, "DG201 repo_di"),
		hub("other word", `repo = "acme/maths"`, "DG201 repo"),
		hub("branch", "repo_id = \"acme/maths\"\n    branch = \"v2\"", "DG201 branch"),
		hub("public", "repo_id = \"acme/maths\"\n    public = true", "DG201 public"),
		hub("token", "repo_id = \"acme/maths\"\n    token = \"hf_secretsecret\"", "DG201 token"),
		hub("private as text", "repo_id = \"acme/maths\"\n    private = \"no\"", "DG203 no"),
		hub("revision", "repo_id = \"acme/maths\"\n    revision = \"v 2\"", "DG607 v 2"),
		hub("license", "repo_id = \"acme/maths\"\n    license = \"Apache 2.0\"", "DG607 Apache 2.0"),
		hub("step", "repo_id = step.judge", "DG107 step.judge"),
		hub("local", "repo_id = local.repo", "DG109 repo"),
		hub("block in it", "repo_id = \"acme/maths\"\n    card {}", "DG103 card"),
		hub("attribute", "repo_id = \"acme/maths\"\n  }\n  hub {\n    repo_id = \"acme/more\"", "DG106 hub"),
		{name: "as an argument", old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  hub = { repo_id = \"acme/maths\" }\n}", want: "DG201 hub"},
		{name: "label", old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  hub \"acme/maths\" {\n  }\n}", want: "DG202 hub; DG104 acme/maths"},
		{name: "misspelt block", old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  hup {\n  }\n}", want: "DG103 hup"},
		second("private and public", "repo_id = \"acme/m\"\n    private = true", "repo_id = \"acme/m\"\n    private = false", "DG207 false"),
		second("two licences", "repo_id = \"acme/m\"\n    license = \"mit\"", "repo_id = \"acme/m\"", "DG207 hub"),
	})
}

// Where a hub block is right, the plan says where each dataset goes.
func TestHubInPlan(t *testing.T) {
	plan, report := hclspec.LoadBytes("pipeline.hcl", []byte(`
step "rows" "questions" { rows = [{ instruction = "Why?" }] }
dataset "a" {
  from = step.questions
  hub {
    repo_id = "acme/maths"
    private = true
    license = "mit"
  }
}
dataset "b" {
  from = step.questions
  hub {
    repo_id = "acme/maths"
    private = true
    license = "mit"
  }
}
dataset "c" {
  from = step.questions
  hub {
    enabled = env("HF_REPO") != ""
    repo_id = env("HF_REPO")
  }
}
`), hclspec.Options{})
	if report.HasErrors() {
		t.Fatal(text(report))
	}
	got := string(plan.JSON())
	if strings.Count(got, `"repo_id": "acme/maths"`) != 2 || strings.Count(got, `"hub"`) != 2 || plan.Datasets[2].Hub != nil {
		t.Errorf("the plan is %s", got)
	}
}
