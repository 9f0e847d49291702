package contract

// LLaMAFactory is a form of data of LLaMA-Factory: its formatting, and the method behind it.
func LLaMAFactory(form string) *Contract { return named(llamafactory(), "llamafactory/"+form) }

func llamafactory() []Contract {
	const link = "https://github.com/hiyouga/LLaMA-Factory/blob/main/data/README.md"
	exchange := []Input{{"instruction", PromptText, false}, {"output", CompletionText, false}, {"input", InputText, true}, system}
	alpaca := []Output{{"instruction", promptText}, {"input", inputText}, {"output", completionText}, {"system", systemText}}
	alpacaPair := []Output{{"instruction", promptText}, {"input", inputText}, {"chosen", chosenText}, {"rejected", rejectedText}, {"system", systemText}}
	sharegpt := []Output{{"conversations", conversation}}
	sharegptPair := []Output{{"conversations", promptMessages}, {"chosen", chosenMessage}, {"rejected", rejectedMessage}}
	labelled := Input{"label", Label, false}
	pairs := []Input{{"conversations", Prompt, false}, {"chosen", Chosen, false}, {"rejected", Rejected, false}}
	shared := []Input{{"conversations", Conversation, false}}
	split := []Input{{"prompt", Prompt, false}, {"completion", Completion, false}}
	texts := []Input{{"prompt", PromptText, false}, {"completion", CompletionText, false}, system}
	talk := []Input{{"messages", Conversation, false}}
	all := []Contract{
		{Name: "llamafactory/alpaca", Doc: "Fine-tuning on answers to instructions.", Forms: []Form{{exchange, alpaca}}},
		{Name: "llamafactory/alpaca/dpo", Doc: "Preference of one answer to another, for DPO, ORPO and reward models.", Forms: []Form{
			{with(textPair("instruction", "chosen", "rejected"), Input{"input", InputText, true}, system), alpacaPair}, {splitPair, alpacaPair}, {wholePair, alpacaPair}}},
		{Name: "llamafactory/alpaca/kto", Doc: "Answers that are good or bad, each for itself.", Forms: []Form{{with(exchange, labelled), with(alpaca, Output{"label", label})}}},
		{Name: "llamafactory/sharegpt", Doc: "Fine-tuning on the answers in conversations.", Forms: []Form{{shared, sharegpt}, {talk, sharegpt}, {split, sharegpt}, {texts, sharegpt}}},
		{Name: "llamafactory/sharegpt/dpo", Doc: "Preference of one answer to another in conversations, for DPO, ORPO and reward models.", Forms: []Form{
			{pairs, sharegptPair}, {splitPair, sharegptPair}, {wholePair, sharegptPair}, {with(textPair("prompt", "chosen", "rejected"), system), sharegptPair}}},
		{Name: "llamafactory/sharegpt/kto", Doc: "Conversations whose last answer is good or bad, each for itself.", Forms: []Form{
			{with(shared, labelled), with(sharegpt, Output{"label", label})}, {with(talk, labelled), with(sharegpt, Output{"label", label})},
			{with(split, labelled), with(sharegpt, Output{"label", label})}, {with(texts, labelled), with(sharegpt, Output{"label", label})}}},
	}
	for i := range all {
		c := &all[i]
		c.Trainer, c.Link, c.Usage = "LLaMA-Factory", link, infoUsage
	}
	return all
}
