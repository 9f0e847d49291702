package hclspec_test

import (
	"strings"
	"testing"
)

func TestWrongGraph(t *testing.T) {
	fromOf := func(name, from, want string) wrong {
		return wrong{name: name, old: "from   = step.combine_generations", new: "from   = " + from, want: want}
	}
	forEach := func(name, expr, want string) wrong {
		return wrong{name: name, old: "[model.small, model.medium]", new: expr, want: want}
	}
	testWrong(t, "graph", []wrong{
		{name: "no from", old: "  from    = step.self_instruct\n", new: "", want: "DG301 expand_columns"},
		{name: "no from, and nothing to read", old: "variable \"topics\"", new: "step \"monolingual_triplet_generator\" \"write\" {\n  model = model.small\n}\n\nvariable \"topics\"", want: "DG301 write"},
		{name: "source with from", old: "  rows =", new: "  from = step.judge\n  rows =", want: "DG302 from"},
		fromOf("text", `"combine_generations"`, "DG303 combine_generations"),
		fromOf("misspelt text", `"combine_generation"`, "DG303 combine_generation"),
		fromOf("list with a text", `[step.combine_generations, "generate"]`, "DG303 generate"),
		fromOf("model", "model.small", "DG303 model.small"),
		fromOf("null", "null", "DG303 null"),
		fromOf("empty list", "[]", "DG303 []"),
		fromOf("itself", "step.judge", "DG304 step.judge"),
		{name: "circle", old: "from  = step.load_dataset", new: "from  = step.judge", want: "DG304 step.judge"},
		{name: "circle of two", old: "from    = step.self_instruct", new: "from    = step.generate[0]", want: "DG304 step.generate[0]"},
		fromOf("all instances", "step.generate", "DG305 step.generate"),
		fromOf("two steps", "[step.combine_generations, step.expand_columns]", "DG305 [step.combine_generations, step.expand_columns]"),
		forEach("one branch", "[model.small]", "DG306 step.generate"),
		{name: "single step", old: "from    = step.generate\n", new: "from    = step.expand_columns\n", want: "DG306 step.expand_columns"},
		{name: "single instance", old: "from    = step.generate\n", new: "from    = step.generate[\"small\"]\n", want: "DG306 step.generate[\"small\"]"},
		{name: "instance twice", old: "from    = step.generate\n", new: "from    = [step.generate[0], step.generate[\"small\"]]\n", want: "DG306 step.generate[\"small\"]"},
		{name: "other rows", old: "from    = step.generate\n", new: "from    = [step.generate[0], step.load_dataset]\n", want: "DG307 step.load_dataset"},
		{name: "rows of samples", old: "model    = each.value", new: "model    = each.value\n  num_generations = 2", want: "DG307 step.generate"},
		forEach("for_each of a model", "model.small", "DG308 model.small"),
		forEach("for_each of a text", `"small"`, "DG308 small"),
		forEach("for_each of a number", "2", "DG308 2"),
		forEach("for_each of nothing", "[]", "DG308 []"),
		forEach("for_each of null", "null", "DG308 null"),
		forEach("for_each of the same", "[model.small, model.medium, model.small]", "DG308 model.small"),
		forEach("for_each of objects", "[{ model = model.small }]", "DG308 { model = model.small }"),
		forEach("for_each of a bad key", `{ "a/b" = model.small, c = model.medium }`, "DG308 a/b"),
		forEach("for_each of a step", "[step.expand_columns]", "DG107 step.expand_columns"),
		forEach("for_each of texts", `["small", "medium"]`, "DG203 each.value"),
		fromOf("unknown instance", `step.generate["smal"]`, "DG309 smal"),
		fromOf("instance by a large number", "step.generate[2]", "DG309 [2]"),
		fromOf("instance of one", "step.combine_generations[0]", "DG309 [0]"),
		fromOf("model as a key", "step.generate[model.small]", "DG107 model.small"),
		fromOf("key without quotes", "step.generate[small]", "DG107 small"),
		{name: "reads what is switched off", old: "aspect = ", new: "enabled = false\n  aspect = ", want: "DG310 step.judge"},
		{name: "one instance is left", old: "model    = each.value", new: "model    = each.value\n  enabled  = each.key == \"small\"", want: "DG306 step.generate"},
	})
}

// argilla is a step that sends rows out of the program.
const argilla = `step "preference_to_argilla" "to_argilla" {
  from    = step.judge
  dataset = "maths"
}
`

func TestWrongSinks(t *testing.T) {
	sink := func(name, old, new, want string) wrong {
		return wrong{name: name, new: strings.Replace(argilla, old, new, 1), want: want}
	}
	testWrong(t, "sinks", []wrong{
		{name: "none", new: argilla, want: ""},
		{name: "read by a step", new: argilla + "step \"keep_columns\" \"k\" {\n  from    = step.to_argilla\n  columns = [\"ratings\"]\n}\n", want: "DG312 step.to_argilla"},
		{name: "read by a dataset", new: argilla + "dataset \"sent\" {\n  from = step.to_argilla\n}\n", want: "DG312 step.to_argilla"},
		sink("no from", "  from    = step.judge\n", "", "DG301 to_argilla"),
		sink("no dataset", "  dataset = \"maths\"\n", "", "DG202 to_argilla"),
		sink("nothing to read", "step.judge", "step.expand_columns", "DG403 step.expand_columns"),
		sink("one answer", "step.judge", "step.generate[\"small\"]", "DG403 step.generate[\"small\"]"),
		sink("too few places", "\"maths\"", "\"maths\"\n  num_generations = 1", "DG415 1"),
		sink("outputs", "\"maths\"", "\"maths\"\n  outputs = { record = \"r\" }", "DG410 record"),
		sink("key", "\"maths\"", "\"maths\"\n  api_key = \"sk-3b6f0a3b6f0a3b6f0a3b6f0a\"", "DG201 api_key"),
		sink("key as the name of a variable", "\"maths\"", "\"maths\"\n  api_key_env = \"sk-3b6f0a3b6f0a3b6f0a3b6f0a\"", "DG206 ***************************"),
		sink("key as a value", "\"maths\"", "\"maths\"\n  api_key_env = env(\"ARGILLA_API_KEY\")", "DG206 env(\"ARGILLA_API_KEY\")"),
		sink("names of the reference", "dataset = ", "dataset_name = ", "DG201 dataset_name"),
		sink("condition of the environment", "\"maths\"", "\"maths\"\n  enabled = env(\"X\") != \"\"", ""),
		sink("text of the environment", "\"maths\"", "\"maths\"\n  enabled = env(\"X\")", "DG203 env(\"X\")"),
		{name: "number of generations not known", want: "DG415 to_argilla", new: "step \"rows\" \"texts\" {\n  rows = [{ instruction = \"Why?\", generations = [\"a\", \"b\"] }, " +
			"{ instruction = \"How?\", generations = [\"a\", \"b\", \"c\"] }]\n}\n" + strings.Replace(argilla, "step.judge", "step.texts", 1)},
	})
}

func TestWrongDatasets(t *testing.T) {
	testWrong(t, "datasets", []wrong{
		{name: "format", old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  format = \"parqet\"\n}", want: "DG204 parqet"},
		{name: "for_each", old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  for_each = [1]\n}", want: "DG201 for_each"},
		{name: "name twice", new: "dataset \"default\" {\n  from = step.judge\n}\n", want: "DG602 default"},
		{name: "name of a leaf", old: "dataset \"default\" {\n  from = step.format_dpo", new: "dataset \"format_dpo\" {\n  from = step.judge", want: "DG602 format_dpo"},
		{name: "name", old: "dataset \"default\"", new: "dataset \"my/data\"", want: "DG603 my/data"},
		{name: "all instances", old: "from = step.format_dpo", new: "from = step.generate", want: "DG604 step.generate"},
		{name: "no from", old: "from = step.format_dpo", new: "", want: "DG202 default"},
		{name: "from misspelt", old: "from = step.format_dpo", new: "form = step.format_dpo", want: "DG201 form"},
		{name: "step misspelt", old: "from = step.format_dpo", new: "from = step.format_dop", want: "DG111 format_dop"},
		{name: "text", old: "from = step.format_dpo", new: "from = \"format_dpo\"", want: "DG303 format_dpo"},
		{name: "stray leaf", new: "step \"keep_columns\" \"k\" {\n  from    = step.judge\n  columns = [\"ratings\"]\n}\n", want: "DG704 k"},
		{name: "stray source", new: "step \"rows\" \"more\" {\n  rows = [{ x = 1 }]\n}\n", want: "DG704 more"},
		{name: "unused", new: "model \"x\" {\n  name = \"mistral-small-latest\"\n}\n\nvariable \"y\" {\n  default = 1\n}\n\nlocals {\n  z = 2\n}\n",
			want: "DG702 x; DG701 y; DG703 z"},
		{name: "retired", old: "ministral-8b-latest", new: "open-mistral-7b", want: "DG705 open-mistral-7b"},
		{name: "model name misspelt", old: "ministral-8b-latest", new: "ministral-8b-lastest", want: "DG710 ministral-8b-lastest"},
	})
}
