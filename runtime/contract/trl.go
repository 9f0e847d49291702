package contract

// TRL is a form of data of TRL, the trainers of Hugging Face.
func TRL(form string) *Contract { return named(trl(), "trl/"+form) }

// The forms in which pairs of answers are read. All of them have the answers of two models to one prompt.
var (
	splitPair = []Input{{"prompt", Prompt, false}, {"chosen", Chosen, false}, {"rejected", Rejected, false}}
	wholePair = []Input{{"chosen", BothChosen, false}, {"rejected", BothRejected, false}}
)

// textPair is a pair of texts.
func textPair(prompt, chosen, rejected string) []Input {
	return []Input{{prompt, PromptText, false}, {chosen, ChosenText, false}, {rejected, RejectedText, false}}
}

func with[T any](list []T, more ...T) []T { return append(list[:len(list):len(list)], more...) }

var system = Input{"system", SystemText, true}

func trl() []Contract {
	const link = "https://huggingface.co/docs/trl/dataset_formats"
	avoid := []string{"prompt", "completion", "chosen", "rejected", "messages", "conversations", "text", "label", "image", "images", "tools",
		"chat_template_kwargs", "input_ids", "prompt_ids", "completion_mask", "assistant_masks", "seq_lengths", "position_ids"}
	pairOut := []Output{{"prompt", promptMessages}, {"chosen", chosenMessages}, {"rejected", rejectedMessages}}
	pairs := []Form{
		{splitPair, pairOut},
		{wholePair, pairOut},
		{textPair("prompt", "chosen", "rejected"), []Output{{"prompt", promptText}, {"chosen", chosenText}, {"rejected", rejectedText}}},
		{[]Input{{"chosen", WholeChosen, false}, {"rejected", WholeRejected, false}}, []Output{{"chosen", wholeChosen}, {"rejected", wholeRejected}}},
	}
	labelled := []Form{
		{[]Input{{"prompt", Prompt, false}, {"completion", Completion, false}, {"label", Label, false}},
			[]Output{{"prompt", promptMessages}, {"completion", completionMessages}, {"label", label}}},
		{[]Input{{"prompt", PromptText, false}, {"completion", CompletionText, false}, {"label", Label, false}},
			[]Output{{"prompt", promptText}, {"completion", completionText}, {"label", label}}},
	}
	return []Contract{
		{Name: "trl/sft", Doc: "Fine-tuning on answers.", Forms: []Form{
			{[]Input{{"messages", Conversation, false}}, []Output{{"messages", conversation}}},
			{[]Input{{"prompt", Prompt, false}, {"completion", Completion, false}}, []Output{{"prompt", promptMessages}, {"completion", completionMessages}}},
			{[]Input{{"prompt", PromptText, false}, {"completion", CompletionText, false}}, []Output{{"prompt", promptText}, {"completion", completionText}}},
			{[]Input{{"text", WholeText, false}}, []Output{{"text", wholeText}}},
		}, Trainer: "TRL", Avoid: avoid, Link: link, Usage: trlUsage("SFTTrainer")},
		{Name: "trl/dpo", Doc: "Preference of one answer to another, for DPO and its kin.", Forms: pairs, Trainer: "TRL", Avoid: avoid, Link: link, Usage: trlUsage("DPOTrainer")},
		{Name: "trl/kto", Doc: "Answers that are good or bad, each for itself.", Forms: append(labelled, pairs...), Trainer: "TRL", Avoid: avoid, Link: link, Usage: trlUsage("KTOTrainer")},
	}
}
