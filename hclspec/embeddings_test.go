package hclspec_test

import (
	"testing"
)

// A model that chats and one that makes embeddings do not stand in for each other.
func TestWrongModels(t *testing.T) {
	embed := func(model, step string) string {
		return "model \"vectors\" {\n" + model + "\n}\n\nstep \"generate_embeddings\" \"embed\" {\n  from   = step.expand_columns\n  inputs = { text = \"instruction\" }\n  model  = model.vectors\n" + step + "\n}\n"
	}
	testWrong(t, "embeddings", []wrong{
		{name: "a model that chats", new: embed(`  name = "ministral-8b-latest"`, ""), want: "DG209 model.vectors"},
		{name: "a model that makes embeddings", old: `name       = "ministral-8b-latest"`, new: `name       = "mistral-embed"`, want: "DG209 model.small; DG209 each.value"},
		{name: "generation settings", new: embed("  name = \"mistral-embed\"\n  generation = { temperature = 0 }", ""), want: "DG209 { temperature = 0 }"},
		{name: "dimensions of a model that has its own", new: embed(`  name = "mistral-embed"`, "  dimensions = 256"), want: "DG209 256"},
		{name: "a server of another company", new: embed("  provider = \"openai\"\n  name = \"ministral-8b-latest\"\n  base_url = \"http://127.0.0.1:8080/v1\"", "  dimensions = 256"), want: "DG704 embed"},
		{name: "no score", new: embed(`  name = "mistral-embed"`, "") + "\nstep \"deita_filtering\" \"best\" {\n  from        = step.embed\n  data_budget = 5\n  scores      = [\"rating\"]\n}\n", want: "DG415 rating"},
	})
}
