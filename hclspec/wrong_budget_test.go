package hclspec_test

import "testing"

func TestWrongBudgets(t *testing.T) {
	budget := func(name, body, want string) wrong {
		return wrong{name: name, new: "budget {\n  " + body + "\n}\n", want: want}
	}
	testWrong(t, "budget", []wrong{
		budget("no cap", "", "DG202 budget"),
		budget("nothing", "max_usd = 0", "DG205 0"),
		budget("less than nothing", "max_usd = -5", "DG205 -5"),
		budget("no calls", "max_calls = 0", "DG205 0"),
		budget("half a call", "max_calls = 1.5", "DG203 1.5"),
		budget("with a currency", `max_usd = "5 USD"`, "DG203 5 USD"),
		budget("misspelt", "max_cals = 5", "DG201 max_cals"),
		budget("a reference", "max_calls = local.most", "DG109 most"),
		budget("a step", "max_calls = step.judge", "DG107 step.judge"),
		budget("a block in it", "usd { max = 5 }", "DG103 usd"),
		{name: "in a model", old: `name = "mistral-large-latest"`, new: "name = \"mistral-large-latest\"\n  max_usd = 5", want: "DG201 max_usd"},
		{name: "rate by another name", old: `name = "mistral-large-latest"`, new: "name = \"mistral-large-latest\"\n  rpm = 5", want: "DG201 rpm"},
		{name: "labelled", new: "budget \"small\" {\n  max_usd = 5\n}\n", want: "DG104 small"},
		{name: "twice", new: "budget {\n  max_usd = 5\n}\nbudget {\n  max_calls = 5\n}\n", want: "DG106 budget"},
		{name: "misspelt block", new: "bugdet {\n  max_usd = 5\n}\n", want: "DG103 bugdet"},
		{name: "no price", old: `name = "mistral-large-latest"`, new: "provider = \"openai\"\n  name = \"gpt-5-nano\"\n}\n\nbudget {\n  max_usd = 5", want: "DG208 5"},
		{name: "no end", old: `name = "mistral-large-latest"`, new: "provider = \"openai\"\n  name = \"gpt-5-nano\"\n  price = { input = 1, output = 2 }\n}\n\nbudget {\n  max_usd = 5", want: "DG208 5"},
	})
}
