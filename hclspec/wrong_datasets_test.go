package hclspec_test

import "testing"

func TestWrongDatasetSettings(t *testing.T) {
	set := func(name, argument, want string) wrong {
		return wrong{name: name, old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  " + argument + "\n}", want: want}
	}
	testWrong(t, "dataset_settings", []wrong{
		set("another format", `format = "arrow"`, "DG204 arrow"),
		set("lists in CSV", `format = "csv"`, "DG605 csv"),
		set("percent", `splits = { train = 90, test = 10 }`, "DG606 { train = 90, test = 10 }"),
		set("some rows without a split", `splits = { train = 0.8, test = 0.1 }`, "DG606 { train = 0.8, test = 0.1 }"),
		set("nothing in a split", `splits = { train = 1, test = 0 }`, "DG606 0"),
		set("name of a split", `splits = { train = 0.9, "my-test" = 0.1 }`, "DG606 my-test"),
		set("a list of splits", `splits = ["train", "test"]`, "DG203 train"),
		set("no rows in a shard", `shard_rows = 0`, "DG205 0"),
		set("a size that is none", `shard_size = "much"`, "DG206 much"),
		set("a size in bytes", `shard_size = 1000000`, "DG206 1000000"),
		set("a step among the settings", `shard_rows = step.judge`, "DG107 step.judge"),
		set("license", `license = "Apache 2.0"`, "DG607 Apache 2.0"),
		set("licence", `licence = "mit"`, "DG201 licence"),
		set("one tag", `tags = "maths"`, "DG203 maths"),
		set("empty tag", `tags = ["maths", ""]`, "DG206 "),
		set("tag with a space around it", `tags = [" maths"]`, "DG206  maths"),
		set("tag of two lines", `tags = ["maths\nlicense: mit"]`, "DG206 maths\\nlicense: mit"),
		set("tag twice", `tags = ["maths", "dpo", "maths"]`, "DG206 maths"),
		set("misspelt", `split = { train = 1 }`, "DG201 split"),
		{name: "no fields", old: `{ input = t }`, new: `{ input = t, extra = {} }`, want: "DG605 default"},
	})
}
