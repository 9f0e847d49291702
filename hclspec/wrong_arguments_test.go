package hclspec_test

import (
	"testing"

	"github.com/distigen/distigen/hclspec"
)

func TestWrongArguments(t *testing.T) {
	judge := func(name, line, want string) wrong {
		return wrong{name: name, old: "  aspect = \"overall-rating\"\n", new: "  " + line + "\n", want: want}
	}
	large := func(name, line, want string) wrong {
		return wrong{name: name, old: "name = \"mistral-large-latest\"\n", new: "name = \"mistral-large-latest\"\n  " + line + "\n", want: want}
	}
	testWrong(t, "arguments", []wrong{
		judge("misspelt", `aspct = "honesty"`, "DG201 aspct"),
		judge("of a model", `generation = { temperature = 0 }`, "DG201 generation"),
		judge("of another tool", `max_tokens = 100`, "DG201 max_tokens"),
		judge("unlike any", `foo = 1`, "DG201 foo"),
		judge("its value is wrong as well", `foo = model.nothing`, "DG201 foo; DG110 nothing"),
		{name: "from misspelt", old: "  from    = step.self_instruct", new: "  form    = step.self_instruct", want: "DG201 form"},
		{name: "from of another tool", old: "  from    = step.self_instruct", new: "  depends_on = step.self_instruct", want: "DG201 depends_on"},
		{name: "required misspelt", old: "  model = model.small", new: "  modle = model.small", want: "DG201 modle"},
		{name: "required of another tool", old: "  model = model.small", new: "  llm = model.small", want: "DG201 llm"},
		large("api key", `api_key = "abc"`, "DG201 api_key"),
		large("temperature of a model", `temperature = 0.1`, "DG201 temperature"),
		{name: "model name misspelt", old: "name = \"mistral-large-latest\"", new: "model = \"mistral-large-latest\"", want: "DG201 model"},
		{name: "no model name", old: "name = \"mistral-large-latest\"", new: "", want: "DG202 large"},
		{name: "no model", old: "  model = model.small\n", new: "", want: "DG202 self_instruct"},
		{name: "null model", old: "= model.large", new: "= null", want: "DG202 null"},
		{name: "no rows", old: "  rows = [for t in slice(var.topics, 0, 2) : { input = t }]\n", new: "  rows = null\n", want: "DG202 null"},
		{name: "setting of generation", old: "max_new_tokens", new: "max_tokens", want: "DG201 max_tokens"},
		{name: "setting of generation misspelt", old: "temperature", new: "temprature", want: "DG201 temprature"},
		large("generation is no object", `generation = 0.7`, "DG203 0.7"),
		{name: "number of words", old: "= 512", new: "= \"many\"", want: "DG203 many"},
		{name: "number with a fraction", old: "= 512", new: "= 512.5", want: "DG203 512.5"},
		judge("list for a number", `max_attempts = [1]`, "DG203 [1]"),
		judge("list of one", `stop = "END"`, "DG203 END"),
		judge("null in a list", `stop = ["END", null]`, "DG203 null"),
		judge("number for a bool", `group_generations = 1`, "DG203 1"),
		judge("enabled", `enabled = "sometimes"`, "DG203 sometimes"),
		judge("step for a text", `system_prompt = model.small`, "DG203 model.small"),
		{name: "text for a model", old: "= model.large", new: "= \"large\"", want: "DG203 large"},
		{name: "API name for a model", old: "= model.large", new: "= \"mistral-large-latest\"", want: "DG203 mistral-large-latest"},
		{name: "list of models", old: "= model.large", new: "= [model.large]", want: "DG203 [model.large]"},
		{name: "text for columns", old: `{ instructions = "instruction" }`, new: `"instructions"`, want: "DG203 instructions"},
		{name: "number in columns", old: `{ instructions = "instruction" }`, new: `{ instructions = 1 }`, want: "DG203 1"},
		{name: "no columns", old: `{ instructions = "instruction" }`, new: `{}`, want: "DG206 {}"},
		judge("enum", `aspect = "overal-rating"`, "DG204 overal-rating"),
		judge("enum of a wrong case", `aspect = "Honesty"`, "DG204 Honesty"),
		judge("on_error", `on_error = "ignore"`, "DG204 ignore"),
		{name: "provider", old: "\"mistral\"\n", new: "\"mistrl\"\n", want: "DG204 mistrl"},
		{name: "temperature", old: "temperature = 0.7", new: "temperature = 7", want: "DG205 7"},
		{name: "temperature of mistral", old: "temperature = 0.7", new: "temperature = 1.8", want: "DG205 1.8"},
		judge("temperature of a step", `temperature = 1.8`, "DG205 1.8"),
		judge("negative", `max_attempts = -1`, "DG205 -1"),
		{name: "too many instructions", old: "  model = model.small\n", new: "  model = model.small\n  num_instructions = 1000\n", want: "DG205 1000"},
		{name: "too many generations", old: "model    = each.value", new: "model    = each.value\n  num_generations = 5000", want: "DG205 5000"},
		large("no URL", `base_url = "localhost:8000"`, "DG206 localhost:8000"),
		large("whole route", `base_url = "http://localhost:8000/v1/chat/completions"`, "DG206 http://localhost:8000/v1/chat/completions"),
		{name: "empty model name", old: "\"mistral-large-latest\"", new: "\"\"", want: "DG206 "},
		judge("keep of several", "on_error = \"keep\"\n  num_generations = 3", "DG207 keep"),
		{name: "type of a variable", old: "list(string)", new: "list(strng)", want: "DG118 strng"},
		{name: "type in quotes", old: "list(string)", new: "\"list(string)\"", want: "DG118 list(string)"},
		{name: "default of a wrong type", old: "[\"Algebraic Expressions\",", new: "[[\"a\"],", want: "DG120 [\"a\"]"},
		{name: "default with a reference", old: "[\"Algebraic Expressions\",", new: "[local.x,", want: "DG118 local.x"},
		{name: "no value", old: "  default = [\"Algebraic Expressions\", \"Linear Equations\", \"Quadratic Equations\", \"Polynomial Functions\"]\n", new: "", want: "DG119 topics"},
		{name: "unknown argument of a variable", old: "default =", new: "defualt =", want: "DG201 defualt"},
		{name: "undeclared", opts: hclspec.Options{Vars: []string{"topic=[]"}}, want: "DG122 topic"},
		{name: "given value of a wrong type", opts: hclspec.Options{Vars: []string{"topics=3"}}, want: "DG120 3"},
		{name: "given value that is no HCL", opts: hclspec.Options{Vars: []string{"topics=a, b"}}, want: "DG120 a, b"},
		{name: "given value without a value", opts: hclspec.Options{Vars: []string{"topics"}}, want: "DG124 topics"},
		{name: "environment of a wrong type", opts: hclspec.Options{Environ: []string{"DISTIGEN_VAR_topics=3"}}, want: "DG120 3"},
		{name: "file of values with another name", files: map[string]string{"v.hclvars": "topic = []\n"},
			opts: hclspec.Options{VarFiles: []string{"v.hclvars"}}, want: "DG122 topic"},
		{name: "JSON of values with another type", files: map[string]string{"v.json": "{\"topics\": 3}\n"},
			opts: hclspec.Options{VarFiles: []string{"v.json"}}, want: "DG120 3"},
		{name: "file of values that is not there", opts: hclspec.Options{VarFiles: []string{"v.hclvars"}}, want: "DG124 "},
		{name: "file of values that does not parse", files: map[string]string{"v.hclvars": "topics = [\n"},
			opts: hclspec.Options{VarFiles: []string{"v.hclvars"}}, want: "DG101 "},
	})
}
