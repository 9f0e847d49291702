package hclspec_test

import "testing"

func TestWrongTrainers(t *testing.T) {
	set := func(name, arguments, want string) wrong {
		return wrong{name: name, old: "  from = step.format_dpo\n}", new: "  from = step.format_dpo\n  " + arguments + "\n}", want: want}
	}
	rows := func(name, row, arguments, want string) wrong {
		return wrong{name: name, new: "step \"rows\" \"more\" {\n  rows = [{ " + row + " }]\n}\ndataset \"more\" {\n  from = step.more\n  " + arguments + "\n}\n", want: want}
	}
	const messages = `[{ role = "user", content = "a" }, { role = "assistant", content = "b" }]`
	testWrong(t, "trainers", []wrong{
		set("right", `format = "trl/dpo"`, ""),
		set("in another shape", `format = "llamafactory/sharegpt/dpo"`, ""),
		set("a trainer without a form", `format = "trl"`, "DG204 trl"),
		set("misspelt", `format = "trl/dop"`, "DG204 trl/dop"),
		set("another form of the trainer", `format = "llamafactory/ppo"`, "DG204 llamafactory/ppo"),
		set("nothing to label", `format = "axolotl/kto/chatml.intel"`, "DG608 axolotl/kto/chatml.intel"),
		set("files of a format", "format = \"jsonl\"\n  files  = \"jsonl\"", "DG207 files"),
		set("columns of a format", "format = \"jsonl\"\n  columns = { prompt = \"instruction\" }", "DG207 columns"),
		set("files that no trainer reads", "format = \"trl/dpo\"\n  files  = \"csv\"", "DG204 csv"),
		set("column of another type", "format = \"trl/dpo\"\n  columns = { prompt = \"instructions\" }", "DG609 instructions"),
		set("misspelt column", "format = \"trl/dpo\"\n  columns = { prompt = \"instuction\" }", "DG401 instuction"),
		set("made later or elsewhere", "format = \"trl/dpo\"\n  columns = { prompt = \"generation\" }", "DG404 generation"),
		set("no such column of the trainer", "format = \"trl/dpo\"\n  columns = { promt = \"instruction\" }", "DG610 promt"),
		set("of two forms", "format = \"trl/sft\"\n  columns = { text = \"instruction\", prompt = \"instruction\" }", "DG610 { text = \"instruction\", prompt = \"instruction\" }"),
		rows("null", `prompt = "a", completion = null`, `format = "trl/sft"`, "DG609 trl/sft"),
		rows("whole numbers for bools", `prompt = "a", completion = "b", label = 1`, `format = "trl/kto"`, "DG609 trl/kto"),
		rows("messages for texts", "prompt = \"a\", completion = "+messages, `format = "trl/sft"`, "DG609 trl/sft"),
		rows("another name", "prompt = \"a\", answer = \"b\"", `format = "trl/sft"`, "DG608 trl/sft"),
		rows("one of several texts", "question = \"a\", completion = \"b\", source = \"c\"", `format = "trl/sft"`, "DG608 trl/sft"),
		rows("conversations", "conversation = "+messages, `format = "axolotl/chat_template"`, "DG608 axolotl/chat_template"),
		rows("renamed", "conversation = "+messages, "format = \"axolotl/chat_template\"\n  columns = { messages = \"conversation\" }", ""),
	})
}
