package hclspec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
)

// scoreModule is a module that judges answers.
const scoreModule = `variable "aspect" {
  type = string
}

variable "most" {
  type    = number
  default = 5
}

model "judge" {
  name = "mistral-large-latest"
}

input "answers" {
  columns = {
    instruction = string
    generations = list(string)
  }
}

step "ultra_feedback" "judge" {
  from   = input.answers
  model  = model.judge
  aspect = var.aspect
}

step "filter" "good" {
  from  = step.judge
  where = length(row.ratings) <= var.most
}

output "scored" {
  from    = step.good
  columns = ["ratings", "rationales"]
}
`

// useOfScore is a block that uses it, after the tutorial's step.
const useOfScore = `module "scored" {
  source = "./score"
  from   = step.combine_generations
  aspect = "honesty"
}

dataset "scored" {
  from = module.scored
}
`

// Mistakes of those who use a module are told at their block.
func TestWrongModules(t *testing.T) {
	files := map[string]string{
		"score/module.hcl":   scoreModule,
		"plain/pipeline.hcl": "step \"rows\" \"q\" {\n  rows = [{ a = 1 }]\n}\n",
		"empty/README.md":    "Nothing.\n",
		"left/module.hcl":    strings.Replace(scoreModule, "  name = \"mistral-large-latest\"\n", "", 1),
		"two/module.hcl":     scoreModule + "\noutput \"judged\" {\n  from    = step.judge\n  columns = [\"ratings\"]\n}\n",
		"made/module.hcl":    "step \"rows\" \"q\" {\n  rows = [{ a = 1 }]\n}\n\noutput \"rows\" {\n  from    = step.q\n  columns = [\"a\"]\n}\n",
		"none/module.hcl":    "input \"rows\" {\n  columns = { instruction = string }\n}\n\nstep \"text_generation_to_argilla\" \"send\" {\n  from    = input.rows\n  dataset = \"x\"\n  inputs  = { generation = \"instruction\" }\n}\n",
		"ring/module.hcl":    "module \"next\" {\n  source = \"../ring2\"\n}\n\noutput \"rows\" {\n  from    = module.next\n  columns = []\n}\n",
		"ring2/module.hcl":   "module \"next\" {\n  source = \"../ring\"\n}\n\noutput \"rows\" {\n  from    = module.next\n  columns = []\n}\n",
		"file.hcl":           "",
	}
	use := func(name, old, new, want string) wrong {
		text := strings.Replace(useOfScore, old, new, 1)
		if old != "" && text == useOfScore {
			t.Fatalf("%s: the block has no %q", name, old)
		}
		return wrong{name: name, new: text, want: want, files: files}
	}
	source := func(name, path, want string) wrong { return use(name, `"./score"`, path, want) }
	testWrong(t, "modules", []wrong{
		use("none", "", "", ""),

		source("absolute", `"/srv/score"`, "DG125 /srv/score"),
		source("home", `"~/score"`, "DG125 ~/score"),
		source("address", `"https://example.com/score"`, "DG125 https://example.com/score"),
		source("repository", `"git::ssh://example.com/score.git"`, "DG125 git::ssh://example.com/score.git"),
		source("registry", `"acme/score/distigen"`, "DG125 acme/score/distigen"),
		source("bare", `"score"`, "DG125 score"),
		source("misspelt", `"./scor"`, "DG125 ./scor"),
		source("reference", `var.topics`, "DG125 var.topics"),
		source("number", `1`, "DG125 1"),
		source("file", `"./file.hcl"`, "DG125 ./file.hcl"),
		source("no HCL", `"./empty"`, "DG125 ./empty"),
		source("no module", `"./plain"`, "DG125 ./plain"),
		source("itself", `"."`, "DG126 ."),
		use("no source", "  source = \"./score\"\n", "", "DG202 scored"),
		use("source misspelt", "source", "sorce", "DG201 sorce"),
		{name: "circle", new: "module \"a\" {\n  source = \"./ring\"\n}\n\ndataset \"x\" {\n  from = module.a\n}\n", want: "DG126 ../ring", files: files},

		use("no from", "  from   = step.combine_generations\n", "", "DG301 scored"),
		use("from of several", "step.combine_generations", "step.generate", "DG305 step.generate"),
		use("from misspelt", "step.combine_generations", "step.combine_generation", "DG111 combine_generation"),
		use("from itself", "step.combine_generations", "module.scored", "DG304 module.scored"),
		use("from a text", "step.combine_generations", `"combine_generations"`, "DG303 combine_generations"),
		use("from a sink", "step.combine_generations", "step.send", "DG111 send"),
		use("from where there is no input", `"./score"`, `"./made"`, "DG302 from; DG201 aspect"),

		use("missing column", "step.combine_generations", `step.generate["small"]`, "DG403 step.generate[\"small\"]"),
		use("wrong type", "aspect", "inputs = { instruction = \"generations\" }\n  aspect", "DG405 generations"),
		use("misspelt column", "aspect", "inputs = { instruction = \"instrution\" }\n  aspect", "DG401 instrution"),
		use("unknown input column", "aspect", "inputs = { question = \"instruction\" }\n  aspect", "DG410 question"),
		use("column twice", "aspect", "inputs = { generations = \"instruction\" }\n  aspect", "DG411 instruction"),
		use("inputs of no object", "aspect", "inputs = [\"instruction\"]\n  aspect", "DG203 [\"instruction\"]"),
		use("unknown output column", "aspect", "outputs = { rating = \"marks\" }\n  aspect", "DG410 rating"),
		use("overwritten", "step.combine_generations", "step.judge", "DG407 scored; DG407 scored"),
		use("overwritten by its new name", "aspect", "outputs = { ratings = \"instruction\" }\n  aspect", "DG407 instruction"),
		use("replaced", "aspect", "outputs = { ratings = \"instruction\" }\n  replace = [\"instruction\"]\n  aspect", ""),
		use("replaces null", "aspect", "replace = null\n  aspect", ""),
		use("not replaced", "aspect", "replace = [\"instruction\"]\n  aspect", "DG412 instruction"),

		use("missing variable", "  aspect = \"honesty\"\n", "", "DG202 scored"),
		use("wrong variable", "\"honesty\"", "[\"honesty\"]", "DG120 [\"honesty\"]"),
		use("not allowed in the step", "\"honesty\"", "\"honestly\"", "DG204 var.aspect"),
		use("unknown variable", "aspect", "aspects", "DG201 aspects"),
		use("reference in a variable", "\"honesty\"", "var.aspect", "DG108 aspect"),
		use("step in a variable", "\"honesty\"", "step.judge", "DG107 step.judge"),
		use("for_each", "aspect", "for_each = [model.small]\n  aspect", "DG201 for_each"),
		use("count", "aspect", "count = 2\n  aspect", "DG201 count"),
		use("providers", "aspect", "providers = {}\n  aspect", "DG201 providers"),
		use("a block in it", "  aspect", "  models {}\n  aspect", "DG103 models"),

		use("unknown model", "aspect", "models = { jugde = model.small }\n  aspect", "DG110 jugde"),
		use("model of no block", "aspect", "models = { judge = model.smal }\n  aspect", "DG110 smal"),
		use("model as a text", "aspect", "models = { judge = \"small\" }\n  aspect", "DG203 small"),
		use("model alone", "aspect", "models = model.small\n  aspect", "DG203 model.small"),
		use("model as an argument", "aspect", "judge = model.small\n  aspect", "DG201 judge"),
		use("model that is left to the user", `"./score"`, `"./left"`, "DG202 scored"),
		use("model that the user gives", `source = "./score"`, "source = \"./left\"\n  models = { judge = model.small }", ""),

		use("unknown module", "module.scored", "module.score", "DG127 score"),
		use("output by name", "module.scored\n", "module.scored.scored\n", ""),
		use("unknown output", "module.scored\n", "module.scored.score\n", "DG128 score"),
		use("step of the module", "module.scored\n", "step.scored.judge\n", "DG111 scored"),
		use("column of the output", "module.scored\n", "module.scored.scored.ratings\n", "DG107 ratings"),
		use("instance of the module", "module.scored\n", "module.scored[0]\n", "DG128 [0]"),
		use("several outputs", `"./score"`, `"./two"`, "DG128 module.scored"),
		{name: "column that stays inside", new: useOfScore + keeps("model_name"), want: "DG404 model_name", files: files},
		{name: "column under its own name", new: strings.Replace(useOfScore, "  aspect", "  outputs = { ratings = \"marks\" }\n  aspect", 1) + keeps("ratings"), want: "DG404 ratings", files: files},
		{name: "no output", new: "module \"m\" {\n  source = \"./none\"\n  from   = step.expand_columns\n}\n\ndataset \"x\" {\n  from = module.m\n}\n", want: "DG128 module.m", files: files},
		use("module in another argument", "\"honesty\"", "module.scored", "DG107 module.scored"),

		{name: "name of a step", new: strings.ReplaceAll(useOfScore, "scored", "judge"), want: "DG106 judge", files: files},
		{name: "twice", new: useOfScore + "\n" + strings.Split(useOfScore, "\ndataset")[0], want: "DG106 scored", files: files},
		{name: "name", new: strings.Replace(useOfScore, "\"scored\"", "\"my scores\"", 1), want: "DG105 my scores; DG127 scored", files: files},
		{name: "reserved name", new: strings.ReplaceAll(useOfScore, "scored", "input"), want: "DG105 input", files: files},
		{name: "no name", new: "module {\n  source = \"./score\"\n}\n", want: "DG104 module", files: files},
		{name: "unread", new: strings.Split(useOfScore, "\ndataset")[0], want: "DG704 scored", files: files},

		{name: "set of its step", new: useOfScore, want: "DG204 nothing", files: files, opts: hclspec.Options{Sets: []string{"step.scored.judge.aspect=nothing"}}},
		{name: "set of an unknown step", new: useOfScore, want: "DG123 juge", files: files, opts: hclspec.Options{Sets: []string{"step.scored.juge.aspect=honesty"}}},
		{name: "set of its model", new: useOfScore, want: "DG203 x", files: files, opts: hclspec.Options{Sets: []string{"model.scored.judge.timeout=x"}}},
	})
}

// keeps is a step that reads a column of the module's rows.
func keeps(column string) string {
	return fmt.Sprintf("\nstep \"keep_columns\" \"k\" {\n  from    = module.scored\n  columns = [%q]\n}\n\ndataset \"k\" {\n  from = step.k\n}\n", column)
}

// Mistakes in a module are told there, with the block by which it is reached.
func TestWrongInModules(t *testing.T) {
	out := "step \"go\" \"tidy\" {\n  func = \"./text.Tidy\"\n  from = input.rows\n}\n\ninput \"rows\" {\n  columns = { instruction = string }\n}\n\noutput \"rows\" {\n  from    = step.tidy\n  columns = []\n}\n"
	module := func(name, old, new, want string) wrong {
		text := scoreModule + new
		if old != "" {
			if text = strings.Replace(scoreModule, old, new, 1); text == scoreModule {
				t.Fatalf("%s: the module has no %q", name, old)
			}
		}
		return wrong{name: name, new: useOfScore, want: want, files: map[string]string{"score/module.hcl": text, "score/hint.md": "{{ .instruction }} {{ .input }}"}}
	}
	testWrong(t, "inmodules", []wrong{
		{name: "Go outside", new: "module \"tidy\" {\n  source = \"../outside\"\n  from   = step.expand_columns\n}\n\ndataset \"tidy\" {\n  from = module.tidy\n}\n", want: "DG801 ./text.Tidy",
			files: map[string]string{"../outside/module.hcl": out, "../outside/text/text.go": "package text\n\ntype In struct{ Instruction string }\n\nfunc Tidy(in In) bool { return true }\n"}},
		module("syntax", "variable \"aspect\" {", "variable \"aspect\" ", "DG101 \n"),
		module("unknown step", "step.judge", "step.juge", "DG111 juge"),
		module("step of the pipeline", "step.judge", "step.generate", "DG111 generate"),
		module("variable of the pipeline", "var.aspect", "var.topics", "DG108 topics"),
		module("model of the pipeline", "model.judge", "model.small", "DG110 small"),
		module("unknown input", "input.answers", "input.rows", "DG129 rows"),
		module("column of the input", "from   = input.answers", "from   = input.answers.instruction", "DG107 instruction"),
		module("input as a value", "var.most", "input.answers", "DG107 input.answers"),
		module("undeclared column", "row.ratings", "row.generation_models", "DG401 generation_models"),
		{name: "column by the name outside", new: strings.Replace(useOfScore, "  aspect", "  inputs = { instruction = \"input\" }\n  aspect", 1), want: "DG502 input",
			files: map[string]string{"score/module.hcl": strings.Replace(scoreModule, "var.aspect", "var.aspect\n  prompt = \"{{ .input }} {{ .generations }} {{ .instruction }}\"", 1)}},
		module("undeclared column in a prompt", "var.aspect", "var.aspect\n  prompt = file(\"hint.md\")", "DG502 input"),
		module("unknown column in the output", `"rationales"]`, `"rationale"]`, "DG401 rationale"),
		module("column twice in the output", `"rationales"]`, `"ratings"]`, "DG411 ratings"),
		module("columns of a text", `["ratings", "rationales"]`, `"ratings"`, "DG203 ratings"),
		module("output of types", `["ratings", "rationales"]`, `{ ratings = list(int), rationales = list(string) }`, ""),
		module("output of another type", `["ratings", "rationales"]`, `{ ratings = list(string) }`, "DG405 ratings"),
		module("output of no type", `["ratings", "rationales"]`, `{ ratings = "marks" }`, "DG203 marks"),
		module("output of types, unknown", `["ratings", "rationales"]`, `{ rating = int }`, "DG401 rating"),
		module("output without columns", "  columns = [\"ratings\", \"rationales\"]\n", "", "DG202 scored"),
		module("output without from", "  from    = step.good\n", "", "DG202 scored"),
		module("output of a module", "", "\noutput \"more\" {\n  from    = module.x\n  columns = []\n}\n", "DG128 module.scored; DG127 x"),
		module("output twice", "", "\noutput \"scored\" {\n  from    = step.good\n  columns = []\n}\n", "DG106 scored"),
		module("no type", "= string\n    gen", "= strng\n    gen", "DG203 strng"),
		module("type in quotes", "= string\n    gen", "= \"string\"\n    gen", "DG203 string"),
		module("columns as a list", "columns = {\n    instruction = string\n    generations = list(string)\n  }", "columns = [\"instruction\", \"generations\"]", "DG203 [\"instruction\", \"generations\"]"),
		module("input without columns", "  columns = {\n    instruction = string\n    generations = list(string)\n  }\n", "", "DG202 answers"),
		module("two inputs", "", "\ninput \"more\" {\n  columns = {}\n}\n", "DG130 more"),
		module("dataset", "", "\ndataset \"x\" {\n  from = step.good\n}\n", "DG130 x"),
		module("budget", "", "\nbudget {\n  max_calls = 1\n}\n", "DG130 budget"),
		module("unread step", "", "\nstep \"keep_columns\" \"k\" {\n  from    = step.judge\n  columns = [\"ratings\"]\n}\n", "DG313 k"),
		module("unread input", "from   = input.answers", "from   = step.q", "DG111 q"),
		module("unused variable", "", "\nvariable \"x\" {\n  default = 1\n}\n", "DG701 x"),
		module("variable of a taken name", "", "\nvariable \"from\" {\n  default = 1\n}\n\nlocals {\n  x = var.from\n}\n", "DG105 from"),
		module("file", "var.aspect", "var.aspect\n  prompt = file(\"hnt.md\")", "DG115 hnt.md"),
		module("replace in itself", "aspect = var.aspect", "aspect = var.aspect\n  outputs = { ratings = \"instruction\" }", "DG407 instruction"),
	})
}
