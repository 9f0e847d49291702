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
		hub("another licence than the dataset's", "repo_id = \"acme/m\"\n    license = \"mit\"\n  }\n  license = \"cc-by-4.0\"\n  splits = {\n    train = 1", "DG207 mit"),
		second("a licence in one dataset", "repo_id = \"acme/m\"\n    license = \"mit\"", "repo_id = \"acme/m\"\n  }\n  license = \"cc-by-4.0\"\n  splits = {\n    train = 1", "DG207 cc-by-4.0"),
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
dataset "d" {
  from = step.questions
  hub {
    enabled = false
    repo_id = "acme/maths"
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
	if plan.Datasets[0].HubOff != "" || plan.Datasets[2].HubOff != `env("HF_REPO") != ""` || plan.Datasets[3].HubOff != "" {
		t.Errorf("the plan is %s", got)
	}
}

// A dataset and its hub block have one licence, whichever says it.
func TestLicenseInPlan(t *testing.T) {
	for name, c := range map[string]struct{ dataset, hub, want, pushed string }{
		"the dataset's":       {`license = "mit"`, `repo_id = "a/b"`, "mit", "mit"},
		"the hub block's":     {"", "repo_id = \"a/b\"\nlicense = \"mit\"", "mit", "mit"},
		"of both":             {`license = "mit"`, "repo_id = \"a/b\"\nlicense = \"mit\"", "mit", "mit"},
		"none":                {"", `repo_id = "a/b"`, "", ""},
		"of a block left out": {"", "repo_id = \"a/b\"\nlicense = \"mit\"\nenabled = false", "", "-"},
		"beside one left out": {`license = "cc-by-4.0"`, "repo_id = \"a/b\"\nlicense = \"mit\"\nenabled = false", "cc-by-4.0", "-"},
	} {
		plan, report := hclspec.LoadBytes("pipeline.hcl", []byte("step \"rows\" \"q\" { rows = [{ x = 1 }] }\ndataset \"d\" {\n  from = step.q\n"+c.dataset+"\nhub {\n"+c.hub+"\n}\n}\n"),
			hclspec.Options{})
		if report.HasErrors() {
			t.Fatalf("%s: %s", name, text(report))
		}
		d, pushed := plan.Datasets[0], "-"
		if d.Hub != nil {
			pushed = d.Hub.License
		}
		if d.Settings.License != c.want || pushed != c.pushed {
			t.Errorf("%s: the dataset has the licence %q, and %q is pushed", name, d.Settings.License, pushed)
		}
	}
}
