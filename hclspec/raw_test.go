package hclspec_test

import (
	"fmt"
	"testing"
)

// A step that asks for raw completions takes a model that has them, and whose chat template is known.
func TestWrongRawModels(t *testing.T) {
	chat := func(model, step string) string {
		return fmt.Sprintf("model \"raw\" {\n  name = \"m-1\"\n%s\n}\n\nstep \"magpie\" \"chat\" {\n  from  = step.expand_columns\n  model = model.raw\n%s\n"+
			"  outputs = { %s model_name = \"chat_model\" }\n}\n\ndataset \"chats\" {\n  from = step.chat\n}\n", model, step, `instruction = "question",`)
	}
	const server = "  provider = \"openai\"\n  base_url = \"http://127.0.0.1:8080/v1\"\n"
	testWrong(t, "raw_models", []wrong{
		{name: "Mistral", new: chat("", ""), want: "DG210 model.raw"},
		{name: "OpenAI", new: chat("  provider = \"openai\"\n", ""), want: "DG210 model.raw"},
		{name: "OpenAI by its address", new: chat("  provider = \"openai\"\n  base_url = \"https://api.openai.com/v1\"", ""), want: "DG210 model.raw"},
		{name: "no template", new: chat(server, ""), want: "DG211 model.raw"},
		{name: "a preset that there is none of", new: chat(server+"  chat_template = { preset = \"lama3\" }", ""), want: "DG204 lama3"},
		{name: "no system message in it", new: chat(server+"  chat_template = { preset = \"gemma\" }", `  system_prompt = "You teach."`), want: `DG211 { preset = "gemma" }`},
		{name: "no turn of the assistant", new: chat(server+"  chat_template = { user = \"U {text} E\" }", ""), want: `DG211 { user = "U {text} E" }`},
		{name: "no beginning", new: chat(server+"  chat_template = { user = \"{text} E\", assistant = \"A {text} E\" }", ""), want: `DG211 { user = "{text} E", assistant = "A {text} E" }`},
		{name: "a prompt of the user's", new: chat(server+"  chat_template = { preset = \"chatml\" }", `  prompt = "Ask me."`), want: "DG201 prompt"},
		{name: "turns without an answer", new: chat(server+"  chat_template = { preset = \"chatml\" }", "  end_with_user = true"), want: "DG415 true"},
		{name: "an instruction of several turns", new: chat(server+"  chat_template = { preset = \"chatml\" }", "  n_turns = 2\n  only_instruction = true"), want: "DG415 true; DG410 instruction"},
		{name: "weights", new: chat(server+"  chat_template = { preset = \"chatml\" }",
			"  system_prompts = { math = \"You teach.\", code = \" \" }\n  system_prompt_weights = { maths = 1, code = -1 }"), want: "DG415  ; DG415 1; DG415 -1"},
		{name: "no weight at all", new: chat(server+"  chat_template = { preset = \"chatml\" }",
			"  system_prompts = { math = \"You teach.\" }\n  system_prompt_weights = { math = 0 }"), want: "DG415 { math = 0 }"},
		{name: "both kinds of system prompts", new: chat(server+"  chat_template = { preset = \"chatml\" }",
			"  system_prompt = \"You code.\"\n  system_prompts = { math = \"You teach.\" }"), want: "DG415 { math = \"You teach.\" }"},
	})
}
