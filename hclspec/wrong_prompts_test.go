package hclspec_test

import "testing"

func TestWrongPrompts(t *testing.T) {
	prompt := func(name, value, want string) wrong {
		return wrong{name: name, old: "  aspect = \"overall-rating\"\n", new: "  prompt = " + value + "\n", want: want}
	}
	file := func(name, text, want string) wrong {
		c := prompt(name, `file("judge.md")`, want)
		c.files = map[string]string{"judge.md": text}
		return c
	}
	testWrong(t, "prompts", []wrong{
		prompt("no file", `file("jugde.md")`, "DG115 jugde.md"),
		prompt("path", `"prompts/judge.md"`, "DG505 prompts/judge.md"),
		prompt("unknown", `"Rate {{ .generatoins }}"`, "DG502 generatoins"),
		prompt("unknown in a heredoc", "<<-EOT\n    Rate the texts.\n\n      {{ .instrution }}:\n    {{ range .generations }}{{ . }}{{ end }}\n  EOT", "DG502 instrution"),
		prompt("column of HCL", "\"Rate ${instruction}\"", "DG107 instruction"),
		file("unknown in a file", "Rate the texts.\n\nThe task: {{ .instrution }}\n", "DG502 instrution"),
		file("unknown in the style of others", "Rate {{ instrution }}\n", "DG502 instrution"),
		file("made later", "{{ .instruction }} {{ .chosen }}\n", "DG502 chosen"),
		file("gone", "{{ .instruction }} {{ .generation }}\n", "DG502 generation"),
		file("field of a text", "{{ .instruction.text }}\n", "DG502 instruction"),
		file("two mistakes", "{{ .instrution }}\n{{ .generatoins }}\n", "DG502 instrution; DG502 generatoins"),
		file("not closed", "{{ range .generations }}\n{{ . }}\n", "DG501 {{ range .generations }}"),
		file("one brace", "{{ .instruction }\n", "DG501 {{ .instruction }"),
		file("unknown function", "{{ shout .instruction }}\n", "DG501 shout .instruction }}"),
		file("no column", "Rate them all.\n", "DG708 file(\"judge.md\")"),
		{name: "declared and not used", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"instruction\", \"input\"]\n  prompt   = \"{{ .instruction }}\"", want: "DG503 input"},
		{name: "declared without a prompt", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"input\"]", want: "DG503 input"},
		{name: "declared and misspelt", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"instrution\"]\n  prompt   = \"{{ .instruction }}\"", want: "DG401 instrution"},
		{name: "may be null", old: "{ input = t }", new: "{ input = \"a\", hint = t == \"Linear Equations\" ? null : t }", want: ""},
		{name: "null in a prompt", old: "  from  = step.load_dataset", new: "  on_error = \"keep\"\n  from  = step.load_dataset", want: "DG406 instructions"},
		{name: "samples at zero", old: "model    = each.value", new: "model    = each.value\n  temperature = 0\n  num_generations = 2\n  group_generations = true", want: "DG709 2; DG405 step.combine_generations"},
	})
}
