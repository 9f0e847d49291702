package hclspec_test

import "testing"

// The arguments of a step "prompt" beside the tutorial, whose judge has the columns input, instruction, generations and ratings.
func TestWrongForms(t *testing.T) {
	step := func(name, args, want string) wrong {
		return wrong{name: name, want: want, new: "dataset \"labels\" { from = step.label }\n\nstep \"prompt\" \"label\" {\n  from  = step.expand_columns\n  model = model.small\n" + args + "\n}\n"}
	}
	output := func(name, typ, want string) wrong {
		return step(name, "  prompt = \"{{ .instruction }}\"\n  output = "+typ, want)
	}
	examples := func(name, list, want string) wrong {
		return step(name, "  prompt = \"{{ .instruction }}\"\n  output = { label = enum(\"good\", \"bad\") }\n  examples = "+list, want)
	}
	inText := func(name, typ, want string) wrong {
		return wrong{name: name, want: want, old: "dataset \"default\"", new: "model \"lines\" {\n  name = \"mistral-small-latest\"\n  reply_format = \"text\"\n}\n\n" +
			"dataset \"labels\" { from = step.label }\n\nstep \"prompt\" \"label\" {\n  from = step.expand_columns\n  model = model.lines\n  prompt = \"{{ .instruction }}\"\n  output = " + typ + "\n}\n\ndataset \"default\""}
	}
	testWrong(t, "forms", []wrong{
		output("all types", `{ a = string, b = optional(int({ min = 1 })), c = list(enum("x", "y"), { max = 2 }), d = object({ e = float, f = bool }) }`, ""),
		output("values of a variable", `enum(var.topics...)`, ""),
		output("values of a list", `enum([for t in var.topics : lower(t)])`, ""),
		output("other name for text", `text`, "DG203 text"),
		output("misspelt", `{ a = strng }`, "DG203 strng"),
		output("in quotes", `"string"`, "DG203 string"),
		output("a number", `5`, "DG203 5"),
		output("reference", `var.topics`, "DG203 var.topics"),
		output("list of nothing", `list`, "DG203 list"),
		output("object without object", `{ a = { b = string } }`, "DG203 { b = string }"),
		output("empty object", `object({})`, "DG206 {}"),
		output("empty enum", `enum()`, "DG206 enum()"),
		output("enum of numbers and objects", `enum(1, {})`, "DG203 {}"),
		output("twice in an enum", `enum("a", "A")`, "DG206 enum(\"a\", \"A\")"),
		output("unknown in an enum", `enum(var.topcs...)`, "DG108 topcs"),
		output("wrong way round", `int({ min = 5, max = 1 })`, "DG206 int({ min = 5, max = 1 })"),
		output("unknown limit", `int({ mn = 5 })`, "DG201 mn = 5"),
		output("limits of a bool", `bool({ min = 5 })`, "DG201 min = 5"),
		output("limit of a wrong type", `int({ min = "few" })`, "DG203 min = \"few"),
		output("no pattern", `string({ pattern = "[" })`, "DG206 string({ pattern = \"[\" })"),
		output("column that is there", `{ instruction = string }`, "DG407 string"),
		output("two keys", `{ a = string, a = int }`, "DG106 a"),
		step("no prompt", "  output = string", "DG202 label"),
		step("reads no column", "  prompt = \"Say something.\"", "DG708 Say something."),
		step("unknown column in the system prompt", "  system_prompt = \"About {{ .inptu }}\"\n  prompt = \"{{ .instruction }}\"", "DG502 inptu"),
		step("list as a text", "  prompt = \"{{ .instruction.title }}\"", "DG502 title"),
		step("scale", "  prompt = \"{{ .instruction }}\"\n  scale = { min = 1, max = 5 }", ""),
		step("scale of one end", "  prompt = \"{{ .instruction }}\"\n  scale = { min = 1 }", "DG415 { min = 1 }"),
		step("scale the wrong way round", "  prompt = \"{{ .instruction }}\"\n  scale = { min = 5, max = 1 }", "DG415 { min = 5, max = 1 }"),
		step("scale beside output", "  prompt = \"{{ .instruction }}\"\n  output = string\n  scale = { min = 1, max = 5 }", "DG415 { min = 1, max = 5 }"),
		step("declared and not read", "  prompt = \"{{ .instruction }}\"\n  columns = [\"instruction\", \"input\"]", "DG714 input"),
		step("declared and read by the system prompt", "  prompt = \"{{ .instruction }}\"\n  system_prompt = \"{{ .input }}\"\n  columns = [\"instruction\", \"input\"]", ""),
		step("output of another name", "  prompt = \"{{ .instruction }}\"\n  outputs = { generation = \"text\", rating = \"r\" }", "DG410 rating"),
		examples("examples", `[{ instruction = "Add.", label = "good" }]`, ""),
		examples("JSON lines", `"{\"instruction\":\"Add.\",\"label\":\"bad\"}\n"`, ""),
		examples("text for an example", `["Add."]`, "DG203 Add."),
		examples("without what the prompt reads", `[{ label = "good" }]`, "DG202 { label = \"good\" }"),
		examples("without the reply", `[{ instruction = "Add." }]`, "DG202 { instruction = \"Add.\" }"),
		examples("reply out of the enum", `[{ instruction = "Add.", label = "fine" }]`, "DG203 label = \"fine"),
		examples("wrong type", `[{ instruction = 5, label = "good" }]`, "DG203 instruction = 5"),
		examples("not read", `[{ instruction = "Add.", label = "good", why = "It is." }, { instruction = "Add.", label = "good", why = "x" }]`, "DG714 why = \"It is."),
		inText("records in text", "list(object({ name = string }))", "DG207 list(object({ name = string }))"),
		inText("list in text", "list(string)", ""),
		inText("values in text", "{ a = string, b = int }", ""),
	})
}
