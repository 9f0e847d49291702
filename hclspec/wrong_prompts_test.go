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
		prompt("path with a space", `"my prompts/judge.md"`, "DG505 my prompts/judge.md"),
		prompt("unknown", `"Rate {{ .generatoins }}"`, "DG502 generatoins"),
		prompt("unknown in a heredoc", "<<-EOT\n    Rate the texts.\n\n      {{ .instrution }}:\n    {{ range .generations }}{{ . }}{{ end }}\n  EOT", "DG502 instrution"),
		prompt("column of HCL", "\"Rate ${instruction}\"", "DG107 instruction"),
		file("unknown in a file", "Rate the texts.\n\nThe task: {{ .instrution }}\n", "DG502 instrution"),
		file("unknown in the style of others", "Rate {{ instrution }}\n", "DG502 instrution"),
		file("made later", "{{ .instruction }} {{ .chosen }}\n", "DG502 chosen"),
		file("gone", "{{ .instruction }} {{ .generation }}\n", "DG502 generation"),
		file("field of a text", "{{ .instruction.text }}\n", "DG502 text"),
		file("two mistakes", "{{ .instrution }}\n{{ .generatoins }}\n", "DG502 instrution; DG502 generatoins"),
		file("not closed", "{{ range .generations }}\n{{ . }}\n", "DG501 {{ range .generations }}"),
		file("one brace", "{{ .instruction }\n", "DG501 {{ .instruction }"),
		file("unknown function", "{{ shout .instruction }}\n", "DG501 shout"),
		file("not closed, in the middle", "{{ range .generations }}\n{{ .\n{{ end }}\n", "DG501 {{ ."),
		file("second action of a line", "{{ .instruction }} and {{ end }}\n", "DG501 {{ end }}"),
		file("sign in a name", "{{ .instruction }} {{ .my'col }}\n", "DG501 {{ .my'col }}"),
		file("no column", "Rate them all.\n", "DG708 file(\"judge.md\")"),
		file("byte order mark", "\ufeff{{ .generations }} {{ .instrution }}\n", "DG502 instrution"),
		file("combining characters", "e\u0301e\u0301 漢 👩‍👩‍👧 {{ .generations }} {{ .instrution }}\n", "DG502 instrution"),
		file("Windows", "Rate\r\n{{ .generations }} {{ .instrution }}\r\n", "DG502 instrution"),
		prompt("empty", `""`, "DG206 "),
		prompt("space", `" \n "`, "DG206  \\n "),
		file("empty file", "", "DG206 file(\"judge.md\")"),
		prompt("nothing", "null", ""),
		prompt("without the answers", `"Rate {{ .instruction }}"`, "DG711 Rate {{ .instruction }}"),
		prompt("answers by their column", `"Rate {{ .generations }} of {{ .instruction }} by {{ .aspect }}"`, ""),
		prompt("Jinja", `"{% if instruction %}{{ instruction }}{% endif %}{{ generations }}"`, "DG712 {% if instruction %}"),
		prompt("Jinja alone", `"{% for g in generations %}{{ instruction }}{{ generations }}{% endfor %}"`, "DG712 {% for g in generations %}"),
		prompt("percent", `"100 {%} of {{ instruction }} {% x %} {{ generations }}"`, ""),
		{name: "template in the system prompt", old: "  aspect = \"overall-rating\"\n", new: "  system_prompt = \"You judge {{ .instruction }}.\"\n", want: "DG712 {{ .instruction }}"},
		{name: "file in the system prompt", old: "  aspect = \"overall-rating\"\n", new: "  system_prompt = \"prompts/judge.md\"\n", want: "DG505 prompts/judge.md"},
		{name: "system prompt of a file", old: "  aspect = \"overall-rating\"\n", new: "  system_prompt = file(\"s.md\")\n", files: map[string]string{"s.md": "You\njudge {{ .instruction }}.\n"}, want: "DG712 {{ .instruction }}"},
		{name: "declared and not used", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"instruction\", \"input\"]\n  prompt   = \"{{ .instruction }}\"", want: "DG503 input"},
		{name: "declared without a prompt", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"input\"]", want: "DG503 input"},
		{name: "declared and misspelt", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"instrution\"]\n  prompt   = \"{{ .instruction }}\"", want: "DG401 instrution"},
		{name: "declared, and misspelt in the prompt", old: "  model    = each.value", new: "  model    = each.value\n  columns  = [\"instruction\", \"input\"]\n  prompt   = \"{{ instruction }} {{ inptu }}\"", want: "DG502 inptu"},
		{name: "may be null", old: "{ input = t }", new: "{ input = \"a\", hint = t == \"Linear Equations\" ? null : t }", want: ""},
		{name: "null in a prompt", old: "  from  = step.load_dataset", new: "  on_error = \"keep\"\n  from  = step.load_dataset", want: "DG406 instructions"},
		{name: "samples at zero", old: "model    = each.value", new: "model    = each.value\n  temperature = 0\n  num_generations = 2\n  group_generations = true", want: "DG709 2; DG405 step.combine_generations"},
	})
}

// A place in a template is shown wherever its text stands, and told in words where it is computed.
func TestPlacesInPrompts(t *testing.T) {
	prompt := func(name, value, want string) wrong {
		return wrong{name: name, old: "  aspect = \"overall-rating\"\n", new: "  prompt = " + value + "\n", want: want,
			files: map[string]string{"a.md": "\n  {{ .generations }}\n  {{ .instrution }}\n\n", "t.md": "${name} says $${x}: {{ .generations }} ${upper(\"{{ .instrution }}\")}{{ .instrution }}\n"}}
	}
	heredoc := "<<-EOT\n    Rate ${var.topics[0]} and $${x}.\n      {{ .generations }}\n    {{ .instrution }}\n  EOT\n"
	testWrong(t, "places", []wrong{
		prompt("interpolation", `"Rate ${var.topics[0]}: {{ .generations }} {{ .instrution }}"`, "DG502 instrution"),
		prompt("escapes", `"Rate \"these\":\n$${x} %%{y} \u00e9\t{{ .generations }} {{ .instrution }}"`, "DG502 instrution"),
		prompt("heredoc", heredoc, "DG502 instrution"),
		prompt("chomped heredoc", "chomp("+heredoc+")", "DG502 instrution"),
		prompt("trimmed file", `trimspace(file("a.md"))`, "DG502 instrution"),
		prompt("directive", `"%{ if length(var.topics) > 1 ~} {{ .generations }} {{ .instrution }}%{ else }{{ .x }}%{ endif }"`, "DG502 instrution"),
		prompt("condition", `length(var.topics) > 1 ? "{{ .generations }} {{ .instrution }}" : "{{ .x }}"`, "DG502 instrution"),
		prompt("joined", `join("\n\n", ["{{ .generations }}", "And {{ .instrution }}"])`, "DG502 instrution"),
		prompt("template file", `templatefile("t.md", { name = "Bob" })`, `DG502 upper("{{ .instrution }}"); DG502 instrution`),
		prompt("file in a text", `"${file("a.md")} and no more"`, "DG502 instrution"),
		prompt("computed", `format("{{ .generations }}\n%s", "{{ .instrution }}")`, `DG502 format("{{ .generations }}\n%s", "{{ .instrution }}")`),
		prompt("computed in a text", `"{{ .generations }} ${lower("{{ .instrution }}")}"`, `DG502 lower("{{ .instrution }}")`),
		prompt("computed, null", `replace("{{ .generations }} {{ .generations.x }}", "a", "a")`, `DG502 replace("{{ .generations }} {{ .generations.x }}", "a", "a")`),
		{name: "local", old: "  aspect = \"overall-rating\"\n}", new: "  prompt = local.p\n}\nlocals {\n  p = \"{{ .generations }} {{ .instrution }}\"\n}\n", want: "DG502 instrution"},
		{name: "instances", old: "  model    = each.value", new: "  model    = each.value\n  prompt   = \"${each.key}: {{ .instrution }}\"", want: "DG502 instrution"},
	})
}

// The types of columns are followed through templates; what hclspec/promptcheck finds is shown with the column.
func TestTypesInPrompts(t *testing.T) {
	prompt := func(name, template, want string) wrong {
		return wrong{name: name, want: want, files: map[string]string{"p.md": template}, new: `
step "rows" "r" {
  rows = [
    { instruction = "a", level = 1, n = 1, tags = ["x"], gaps = ["x", null], book = { title = "T", note = null }, "x y" = null },
    { instruction = "b", level = null, n = 2, tags = ["y"], gaps = [], book = { title = "U", note = "n" }, "x y" = "z" },
  ]
}

step "text_generation" "t" {
  from     = step.r
  model    = model.small
  on_error = "keep"
  prompt   = file("p.md")
}

step "text_generation" "again" {
  from    = step.t
  model   = model.small
  inputs  = { instruction = "instruction" }
  outputs = { generation = "second" }
  prompt  = "{{ instruction }}{{ if .generation }}{{ .generation }}{{ end }}"
}

dataset "t" {
  from = step.again
}
`}
	}
	testWrong(t, "types", []wrong{
		prompt("right", "{{ .instruction }}{{ if .level }}{{ inc .level }}{{ end }}{{ range .tags }}{{ . }}{{ end }}{{ .book.title }}{{ or .level 1 }}{{ with index $ \"x y\" }}{{ . }}{{ end }}", ""),
		prompt("unguarded after a guard", "{{ if .level }}L{{ end }} level {{ .level }}\n", "DG504 .level"),
		prompt("in the other branch", "{{ if .level }}L{{ else }}level {{ .level }}{{ end }}\n", "DG504 .level"),
		prompt("guarded the wrong way", "{{ if not .level }}level {{ .level }}{{ end }}\n", "DG504 .level"),
		prompt("its name in a text", "{{ if eq .instruction \"level\" }}x{{ end }} {{ .level }}\n", "DG504 .level"),
		prompt("field that may be null", "{{ .book.note }}\n", "DG504 .book.note"),
		prompt("elements that may be null", "{{ range .gaps }}{{ . }}{{ end }}{{ .gaps }}\n", "DG504 .; DG504 .gaps"),
		prompt("compared", "{{ if gt .level 1 }}x{{ end }}\n", "DG504 .level"),
		prompt("name in quotes", "{{ index . \"x y\" }}\n", "DG504 index"),
		prompt("field", "{{ with .book }}{{ .titel }}{{ end }}{{ range .tags }}{{ .name }}{{ end }}\n", "DG502 titel; DG502 name"),
		prompt("uses", "{{ range .instruction }}{{ end }}{{ len .n }}{{ join .tags \",\" }}{{ eq .n \"1\" }}{{ index .tags 3 }}{{ upper .n .n }}\n", "DG506 .instruction; DG506 .n; DG506 .tags; DG506 1; DG506 3; DG506 upper"),
		prompt("name with a space", "{{ .x y }}\n", "DG506 .x y"),
		prompt("unknown with a space", "{{ index . \"x-y\" }}\n", "DG502 x-y"),
		prompt("kept nulls", "{{ .instruction }}\n", ""),
		{name: "name with hyphens", old: "step \"format_text", new: "step \"text_generation\" \"x\" {\n  from = step.judge\n  model = model.small\n  prompt = \"{{ .rationales-for-ratings }} {{ rationales-of-ratings }}\"\n}\nstep \"format_text", want: "DG502 rationales-for-ratings; DG502 rationales-of-ratings"},
	})
}
