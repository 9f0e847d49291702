package contract

// Axolotl is a form of data of Axolotl. What stands before the last slash is the method, as rl has it, and the rest is the type.
func Axolotl(form string) *Contract { return named(axolotl(), "axolotl/"+form) }

func axolotl() (all []Contract) {
	const docs = "https://docs.axolotl.ai/docs/"
	add := func(name, page, doc string, usage Usage, forms ...Form) {
		all = append(all, Contract{Name: "axolotl/" + name, Doc: doc, Forms: forms, Usage: usage, Trainer: "Axolotl", Link: docs + page,
			Avoid: []string{"input_ids", "attention_mask", "labels", "tools", "system", "images", "chat_template_kwargs"}})
	}
	exchange := []Input{{"prompt", PromptText, false}, {"completion", CompletionText, false}, system}
	add("chat_template", "dataset-formats/conversation.html", "Fine-tuning on the answers in conversations, with the model's chat template.",
		axolotlUsage("", "chat_template", "field_messages: messages"),
		Form{[]Input{{"messages", Conversation, false}}, []Output{{"messages", conversation}}},
		Form{[]Input{{"prompt", Prompt, false}, {"completion", Completion, false}}, []Output{{"messages", conversation}}},
		Form{exchange, []Output{{"messages", conversation}}})
	add("alpaca", "dataset-formats/inst_tune.html", "Fine-tuning on answers to instructions, with the prompt of Alpaca.",
		axolotlUsage("", "alpaca"),
		Form{[]Input{{"instruction", PromptText, false}, {"output", CompletionText, false}, {"input", InputText, true}},
			[]Output{{"instruction", promptText}, {"input", inputText}, {"output", completionText}}})
	add("completion", "dataset-formats/pretraining.html", "Training on texts as they are.",
		axolotlUsage("", "completion", "field: text"), Form{[]Input{{"text", WholeText, false}}, []Output{{"text", wholeText}}})
	axolotlPreferences(add)
	axolotlLabels(add)
	return all
}

type addForms func(name, page, doc string, usage Usage, forms ...Form)

// templates are what Axolotl writes prompts with, where it does not take the model's.
var templates = []string{"chatml", "llama3"}

func axolotlPreferences(add addForms) {
	const page, doc = "rlhf.html", "Preference of one answer to another, for DPO and IPO"
	whole := []Output{{"chosen", chosenConversation}, {"rejected", rejectedConversation}}
	message := []Output{{"messages", promptMessages}, {"chosen", chosenMessage}, {"rejected", rejectedMessage}}
	given := []Input{{"messages", Prompt, false}, {"chosen", Chosen, false}, {"rejected", Rejected, false}}
	texts := with(textPair("prompt", "chosen", "rejected"), system)
	add("dpo/chat_template.default", page, doc+", with the model's chat template.",
		axolotlUsage("dpo", "chat_template.default", "field_messages: messages", "field_chosen: chosen", "field_rejected: rejected"),
		Form{given, message}, Form{splitPair, message}, Form{wholePair, message}, Form{texts, message})
	add("dpo/chat_template.argilla_chat", page, doc+", with the model's chat template.", axolotlUsage("dpo", "chat_template.argilla_chat"),
		Form{wholePair, whole}, Form{splitPair, whole}, Form{texts, whole})
	for _, template := range templates {
		withTemplate := doc + ", with the template " + template + "."
		for _, k := range []struct{ kind, prompt, chosen, rejected string }{
			{"argilla", "instruction", "chosen_response", "rejected_response"},
			{"icr", "input", "chosen", "rejected"},
			{"intel", "question", "chosen", "rejected"},
			{"prompt_pairs", "prompt", "chosen", "rejected"},
		} {
			out := []Output{{"system", systemText}, {k.prompt, promptText}, {k.chosen, chosenText}, {k.rejected, rejectedText}}
			add("dpo/"+template+"."+k.kind, page, withTemplate, axolotlUsage("dpo", template+"."+k.kind),
				Form{with(textPair(k.prompt, k.chosen, k.rejected), system), out}, Form{splitPair, out}, Form{wholePair, out})
		}
		add("dpo/"+template+".argilla_chat", page, withTemplate, axolotlUsage("dpo", template+".argilla_chat"), Form{wholePair, whole}, Form{splitPair, whole})
		ultra := append([]Output{{"system", systemText}, {"prompt", promptText}}, whole...)
		add("dpo/"+template+".ultra", page, withTemplate, axolotlUsage("dpo", template+".ultra"), Form{wholePair, ultra}, Form{splitPair, ultra}, Form{texts, ultra})
	}
	add("orpo/chat_template.argilla", page, "Preference of one answer to another, for ORPO, with the model's chat template.",
		axolotlUsage("orpo", "chat_template.argilla", "remove_unused_columns: false"),
		Form{wholePair, whole}, Form{splitPair, whole}, Form{texts, whole})
}

func axolotlLabels(add addForms) {
	for _, template := range templates {
		for _, k := range []struct{ kind, prompt string }{{"argilla", "instruction"}, {"intel", "question"}, {"prompt_pairs", "prompt"}, {"ultra", "prompt"}} {
			out := []Output{{"system", systemText}, {k.prompt, promptText}, {"completion", completionText}, {"label", label}}
			add("kto/"+template+"."+k.kind, "rlhf.html", "Answers that are good or bad, each for itself, with the template "+template+".",
				axolotlUsage("kto", template+"."+k.kind, "remove_unused_columns: false"),
				Form{[]Input{{k.prompt, PromptText, false}, {"completion", CompletionText, false}, {"label", Label, false}, system}, out},
				Form{[]Input{{"prompt", Prompt, false}, {"completion", Completion, false}, {"label", Label, false}}, out})
		}
	}
}
