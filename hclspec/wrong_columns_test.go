package hclspec_test

import "testing"

func TestWrongColumns(t *testing.T) {
	judge := func(name, line, want string) wrong {
		return wrong{name: name, old: "  aspect = \"overall-rating\"\n", new: "  aspect = \"overall-rating\"\n  " + line + "\n", want: want}
	}
	expand := func(name, columns, want string) wrong {
		return wrong{name: name, old: `{ instructions = "instruction" }`, new: columns, want: want}
	}
	combine := func(name, columns, want string) wrong {
		return wrong{name: name, old: `{ generation = "generations", model_name = "generation_models" }`, new: columns, want: want}
	}
	rows := func(name, value string, files map[string]string, want string) wrong {
		return wrong{name: name, old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: value, files: files, want: want}
	}
	lines := func(name, arguments string, files map[string]string, want string) wrong {
		return wrong{name: name, old: "step \"rows\" \"load_dataset\" {\n  rows = [for t in slice(var.topics, 0, 2) : { input = t }]",
			new: "step \"keep_columns\" \"k\" {\n  from    = step.judge\n  columns = [\"ratings\"]\n  enabled = length(var.topics) == 0\n}\nstep \"read_jsonl\" \"load_dataset\" {\n  " + arguments, files: files, want: want}
	}
	testWrong(t, "columns", []wrong{
		expand("misspelt", `{ instrutions = "instruction" }`, "DG401 instrutions"),
		expand("misspelt in a list", `["instrutions"]`, "DG401 instrutions"),
		expand("misspelt when made", `{ instructions = "instrucion" }`, "DG401 step.expand_columns"),
		{name: "misspelt in the source", old: "{ input = t }", new: "{ inptu = t }", want: "DG401 step.load_dataset"},
		{name: "other name in the source", old: "{ input = t }", new: "{ topic = t }", want: "DG401 step.load_dataset"},
		combine("misspelt in a join", `{ generaton = "generations", model_name = "generation_models" }`, "DG401 generaton"),
		combine("misspelt by a join", `{ generation = "generatoins", model_name = "generation_models" }`, "DG401 step.combine_generations"),
		judge("misspelt in inputs", `inputs = { generations = "generation" }`, "DG404 generation"),
		judge("unknown in inputs", `inputs = { generations = "answers" }`, "DG401 answers"),
		judge("not made for the aspect", "outputs = { types = \"kinds\" }", "DG410 types"),
		expand("made later", `{ ratings = "instruction" }`, "DG402 ratings"),
		expand("made by itself", `{ instruction = "instruction" }`, "DG402 instruction"),
		{name: "judge left out", old: "from = step.judge", new: "from = step.combine_generations", want: "DG403 step.combine_generations"},
		{name: "combine left out", old: "from   = step.combine_generations", new: "from   = step.generate[\"small\"]", want: "DG403 step.generate[\"small\"]"},
		{name: "left out before", new: "step \"keep_columns\" \"k\" {\n  from    = step.judge\n  columns = [\"generation\"]\n}\ndataset \"k\" {\n  from = step.k\n}\n", want: "DG404 generation"},
		{name: "renamed before", old: "  model    = each.value", new: "  model    = each.value\n  outputs  = { generation = \"answer\" }", want: "DG404 generation"},
		{name: "list in the source", old: "{ input = t }", new: "{ input = [t] }", want: "DG405 step.load_dataset"},
		{name: "number in the source", old: "{ input = t }", new: "{ input = length(t) }", want: "DG405 step.load_dataset"},
		expand("no list", `["input"]`, "DG405 input"),
		judge("one answer for a list", `inputs = { generations = "input" }`, "DG408 input"),
		judge("kept nulls", `on_error = "keep"`, "DG406 step.judge"),
		{name: "null in the source", old: "{ input = t }", new: "{ input = t == \"Linear Equations\" ? null : t }", want: "DG406 step.load_dataset"},
		judge("overwritten", `outputs = { ratings = "instruction" }`, "DG407 instruction"),
		expand("overwritten by an element", `{ instructions = "input" }`, "DG407 input"),
		combine("overwritten by a list", `{ generation = "input", model_name = "models" }`, "DG407 input"),
		{name: "overwritten by default", old: "{ input = t }", new: "{ input = t, generation = t }", want: "DG407 generate"},
		combine("uncombined", `{ generation = "generations" }`, "DG409 { generation = \"generations\" }"),
		judge("input misspelt", `inputs = { generatoins = "generations" }`, "DG410 generatoins"),
		judge("input the wrong way round", `inputs = { instructions = "instruction" }`, "DG410 instructions"),
		judge("output misspelt", `outputs = { rating = "score" }`, "DG410 rating"),
		judge("inputs of a list", `inputs = ["generations"]`, "DG203 [\"generations\"]"),
		judge("output of a number", `outputs = { ratings = 1 }`, "DG203 1"),
		{name: "inputs of a source", old: "  rows =", new: "  inputs = { a = \"b\" }\n  rows =", want: "DG410 a"},
		{name: "outputs of an expansion", old: "  columns = { instructions = \"instruction\" }", new: "  columns = { instructions = \"instruction\" }\n  outputs = { instruction = \"x\" }", want: "DG410 instruction"},
		judge("two of one name", `outputs = { ratings = "r", rationales = "r" }`, "DG411 r"),
		combine("two lists of one name", `{ generation = "g", model_name = "g" }`, "DG411 g"),
		judge("replace misspelt", `replace = ["rating"]`, "DG412 rating"),
		judge("replace of what is not there", `replace = ["ratings"]`, "DG412 ratings"),
		{name: "types", old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: "[{ input = \"a\" }, { input = 2 }]", want: "DG413 2"},
		{name: "types inside", old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: "[{ input = \"a\", x = [1] }, { input = \"b\", x = [\"c\"] }]", want: "DG413 c"},
		{name: "comma in a name", old: "{ input = t }", new: "{ input = t, \"a,b\" = t }", want: "DG415 a,b"},
		{name: "quote in a field", old: "{ input = t }", new: "{ input = t, book = [{ \"a\\\"b\" = t }] }", want: "DG415 a\\\"b"},
		judge("emoji as a name", `outputs = { ratings = "😀" }`, "DG415 😀"),
		{name: "key misspelt in a row", old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: "[{ input = \"a\", hint = \"x\" }, { input = \"b\", hnit = \"y\" }, { input = \"c\", hint = \"z\" }]", want: "DG701 topics; DG713 hnit"},
		{name: "column misspelt in a row", old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: "[{ inptu = \"a\" }, { input = \"b\" }]", want: "DG713 input; DG406 step.load_dataset"},
		{name: "column misspelt in a line", old: "step \"rows\" \"load_dataset\" {\n  rows = [for t in slice(var.topics, 0, 2) : { input = t }]", new: "step \"read_jsonl\" \"load_dataset\" {\n  path = \"t.jsonl\"",
			files: map[string]string{"t.jsonl": "{\"input\": \"a\"}\n{\"inptu\": \"b\"}\n"}, want: "DG406 step.load_dataset"},
		{name: "keys with numbers", old: "{ input = t }", new: "{ input = t, \"q${length(t) % 2}\" = t }", want: ""},
		{name: "no rows", old: "slice(var.topics, 0, 2)", new: "[]", want: "DG414 [for t in [] : { input = t }]"},
		{name: "empty row", old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: "[{ input = \"a\" }, {}]", want: "DG414 {}"},
		{name: "rows of texts", old: "{ input = t }", new: "t", want: "DG203 [for t in slice(var.topics, 0, 2) : t]"},
		{name: "single row", old: "[for t in slice(var.topics, 0, 2) : { input = t }]", new: "{ input = \"a\" }", want: "DG203 { input = \"a\" }"},
		{name: "no file", old: "step \"rows\" \"load_dataset\" {\n  rows = [for t in slice(var.topics, 0, 2) : { input = t }]", new: "step \"read_jsonl\" \"load_dataset\" {\n  path = \"topics.jsonl\"", want: "DG115 topics.jsonl"},
		{name: "file of two types", old: "step \"rows\" \"load_dataset\" {\n  rows = [for t in slice(var.topics, 0, 2) : { input = t }]", new: "step \"read_jsonl\" \"load_dataset\" {\n  path = \"t.jsonl\"",
			files: map[string]string{"t.jsonl": "{\"input\": 1}\n{\"input\": \"a\"}\n"}, want: "DG415 t.jsonl"},
		lines("list in the place of lines", `path = "t.json"`, map[string]string{"t.json": "[{\"input\": \"a\"}]\n"}, "DG415 t.json"),
		lines("CSV in the place of lines", "path = \"t.csv\"\n  columns = { input = \"string\" }", map[string]string{"t.csv": "input,level\na,1\n"}, "DG415 t.csv"),
		lines("objects without keys", `path = "t.jsonl"`, map[string]string{"t.jsonl": "{}\n{}\n"}, "DG415 t.jsonl"),
		lines("elements of two types", `path = "t.jsonl"`, map[string]string{"t.jsonl": "{\"input\": \"a\", \"t\": [1, \"a\"]}\n"}, "DG415 t.jsonl"),
		lines("empty path", `path = ""`, nil, "DG206 "),
		lines("folder", `path = "."`, nil, "DG115 ."),
		lines("limit out of range", "path = \"t.jsonl\"\n  limit = -1", map[string]string{"t.jsonl": "{\"input\": \"a\"}\n"}, "DG205 -1"),
		lines("switched off, with its file", "path = \"t.jsonl\"\n  enabled = fileexists(\"t.jsonl\")", map[string]string{"t.jsonl": "{\"input\": \"a\"}\n"}, ""),
		lines("switched off, without its file", "path = \"t.jsonl\"\n  enabled = fileexists(\"t.jsonl\")", nil, "DG310 step.load_dataset"),
		rows("lines decoded", `jsondecode(file("t.jsonl"))`, map[string]string{"t.jsonl": "{\"input\": \"a\"}\n{\"input\": \"b\"}\n"}, "DG114 file(\"t.jsonl\")"),
		rows("name of a file decoded", `jsondecode("t.json")`, nil, "DG114 t.json"),
		rows("name of a CSV file decoded", `csvdecode("t.csv")`, nil, "DG414 t.csv"),
		rows("byte order mark in JSON", `jsondecode(file("t.json"))`, map[string]string{"t.json": "\ufeff[{\"input\": \"a\"}]\n"}, "DG701 topics"),
		rows("byte order mark in CSV", `csvdecode(file("t.csv"))`, map[string]string{"t.csv": "\ufeffinput,n\na,1\n"}, "DG701 topics"),
		rows("elements of two types in a row", `[{ input = "a", t = [1, "a"] }]`, nil, "DG413 a"),
		{name: "type of a column", old: "step \"rows\" \"load_dataset\" {\n  rows = [for t in slice(var.topics, 0, 2) : { input = t }]", new: "step \"read_jsonl\" \"load_dataset\" {\n  path = \"t.jsonl\"\n  columns = { input = \"text\" }",
			want: "DG415 text"},
		{name: "answers of one model", old: "model    = each.value", new: "model    = each.value\n  num_generations = 2\n  group_generations = true", want: "DG405 step.combine_generations"},
		{name: "one answer", old: "  from   = step.combine_generations", new: "  from   = step.generate[0]\n  inputs = { generations = \"generation\" }", want: "DG408 generation"},
		{name: "second answer", new: "step \"text_generation\" \"again\" {\n  from  = step.generate[0]\n  model = model.small\n}\n\ndataset \"again\" {\n  from = step.again\n}\n", want: "DG407 again"},
		{name: "infinite", old: "{ input = t }", new: "{ input = t, x = 1 / 0 }", want: "DG203 [for t in slice(var.topics, 0, 2) : { input = t, x = 1 / 0 }]"},
		{name: "model in a row", old: "{ input = t }", new: "{ input = t, x = model.small }", want: "DG203 [for t in slice(var.topics, 0, 2) : { input = t, x = model.small }]"},
		combine("the wrong way round", `{ generations = "generation", generation_models = "model_name" }`, "DG401 { generations = \"generation\", generation_models = \"model_name\" }"),
		combine("half the wrong way round", `{ generations = "generation", model_name = "generation_models" }`, "DG401 { generations = \"generation\", model_name = \"generation_models\" }"),
		expand("the wrong way round", `{ question = "instructions" }`, "DG401 { question = \"instructions\" }"),
		expand("twice", `["instructions", "instructions"]`, "DG411 instructions"),
		combine("twice", `["generation", "model_name", "generation"]`, "DG411 generation"),
		combine("of all in common", `{ generation = "generations", model_name = "generation_models", instruction = "instructions" }`, "DG407 instructions"),
		combine("of one in common", `{ generation = "generations", model_name = "generation_models", instruction = "all" }`, "DG404 step.combine_generations"),
		combine("names of another tool", "[\"generation\", \"model_name\"]\n  output_columns = [\"generations\", \"generation_models\"]", "DG201 output_columns"),
		{name: "keep twice", new: "step \"keep_columns\" \"k\" {\n  from    = step.judge\n  columns = [\"ratings\", \"ratings\"]\n}\ndataset \"k\" {\n  from = step.k\n}\n", want: "DG411 ratings"},
		{name: "nulls of a branch", old: "model    = each.value", new: "model    = each.value\n  on_error = \"keep\"", want: "DG406 step.combine_generations"},
		{name: "nulls of one branch alone", old: "model    = each.value", new: "model    = each.value\n  on_error = each.key == \"small\" ? \"keep\" : \"reject\"", want: "DG415 generations; DG415 generation_models"},
		{name: "number as a system prompt", old: "{ input = t }", new: "{ input = t, system_prompt = 3 }", want: "DG405 step.expand_columns"},
		{name: "outputs of another tool", old: "model    = each.value", new: "model    = each.value\n  output_mappings = { generation = \"answer\" }", want: "DG201 output_mappings"},
		{name: "no judge", old: "step \"ultra_feedback\" \"judge\" {\n  from   = step.combine_generations\n  model  = model.large\n  aspect = \"overall-rating\"\n}\n\nstep \"format_text_generation_dpo\" \"format_dpo\" { from = step.judge }",
			new: "step \"format_text_generation_dpo\" \"format_dpo\" { from = step.combine_generations }", want: "DG401 step.combine_generations"},
		{name: "ratings of other answers", new: "step \"rows\" \"r\" {\n  rows = [{ instruction = \"a\", generations = [\"a\", \"b\", \"c\"], ratings = [1, 2] }]\n}\nstep \"format_text_generation_dpo\" \"x\" {\n  from = step.r\n}\ndataset \"x\" {\n  from = step.x\n}\n", want: "DG416 step.r"},
		{name: "models of other answers", new: "step \"rows\" \"r\" {\n  rows = [{ instruction = \"a\", generations = [\"a\", \"b\"], ratings = [1, 2], m = [\"x\", \"y\", \"z\"] }]\n}\nstep \"format_text_generation_dpo\" \"x\" {\n  from = step.r\n  inputs = { generation_models = \"m\" }\n}\ndataset \"x\" {\n  from = step.x\n}\n", want: "DG416 m"},
		{name: "other names of models", old: `"generation_models"`, new: `"model_names"`, want: "DG707 format_dpo"},
	})
}
