package llm

import (
	"fmt"
	"slices"
	"strings"
)

// ChatTemplate is how a model writes a chat as one text: the turn of each role, with {text} in the place of what is said. It is for
// steps that have the model go on with such a text.
type ChatTemplate struct {
	Preset    string `param:"preset" enum:"chatml,llama3,qwen2,gemma,mistral,phi3,phi4,zephyr" doc:"A template by its name: chatml, qwen2 (the same), llama3 (3, 3.1, 3.2 and 3.3), gemma (2 and 3), mistral (its v7 tokenizer), phi3, phi4 or zephyr."`
	System    string `param:"system" doc:"The system message, such as \"<|im_start|>system\\n{text}<|im_end|>\\n\". It replaces the preset's."`
	User      string `param:"user" doc:"A turn of the user: what stands before {text} is all that the model gets to see of it, what stands behind it ends it."`
	Assistant string `param:"assistant" doc:"A turn of the assistant."`
}

// textMark stands in a template for what is said.
const textMark = "{text}"

// presets are templates by name. The sign that begins a text is left out, since servers put it there.
var presets = map[string]ChatTemplate{
	"chatml": chatML, "qwen2": chatML,
	"llama3": {
		System:    "<|start_header_id|>system<|end_header_id|>\n\n{text}<|eot_id|>",
		User:      "<|start_header_id|>user<|end_header_id|>\n\n{text}<|eot_id|>",
		Assistant: "<|start_header_id|>assistant<|end_header_id|>\n\n{text}<|eot_id|>",
	},
	"gemma": {
		User:      "<start_of_turn>user\n{text}<end_of_turn>\n",
		Assistant: "<start_of_turn>model\n{text}<end_of_turn>\n",
	},
	"mistral": {
		System:    "[SYSTEM_PROMPT]{text}[/SYSTEM_PROMPT]",
		User:      "[INST]{text}[/INST]",
		Assistant: "{text}</s>",
	},
	"phi3": {
		System:    "<|system|>\n{text}<|end|>\n",
		User:      "<|user|>\n{text}<|end|>\n",
		Assistant: "<|assistant|>\n{text}<|end|>\n",
	},
	"phi4": {
		System:    "<|im_start|>system<|im_sep|>{text}<|im_end|>",
		User:      "<|im_start|>user<|im_sep|>{text}<|im_end|>",
		Assistant: "<|im_start|>assistant<|im_sep|>{text}<|im_end|>",
	},
	"zephyr": {
		System:    "<|system|>\n{text}</s>\n",
		User:      "<|user|>\n{text}</s>\n",
		Assistant: "<|assistant|>\n{text}</s>\n",
	},
}

var chatML = ChatTemplate{
	System:    "<|im_start|>system\n{text}<|im_end|>\n",
	User:      "<|im_start|>user\n{text}<|im_end|>\n",
	Assistant: "<|im_start|>assistant\n{text}<|im_end|>\n",
}

// IsZero reports whether there is no template.
func (t ChatTemplate) IsZero() bool { return t == ChatTemplate{} }

// Check says what is wrong with a template for chats in which these roles speak, and with the turn of which one; nil if nothing is.
func (t ChatTemplate) Check(roles []string) (role string, err error) {
	for _, role := range roles {
		turn := t.turn(role)
		switch n := strings.Count(turn, textMark); {
		case turn == "":
			return role, fmt.Errorf("it has no turn of the %s", role)
		case n != 1:
			return role, fmt.Errorf("%s stands in the turn of the %s %d times, and once is right", textMark, role, n)
		}
		if role == "user" && (t.Open(role) == "" || t.end(role) == "") {
			return role, fmt.Errorf("nothing stands before or behind %s in the turn of the user, so that nobody can tell where it begins and ends", textMark)
		}
	}
	return "", nil
}

// turn is the template of a role, of the preset where it has none of its own.
func (t ChatTemplate) turn(role string) string {
	preset := presets[t.Preset]
	for _, own := range []ChatTemplate{t, preset} {
		if turn := map[string]string{"system": own.System, "user": own.User, "assistant": own.Assistant}[role]; turn != "" {
			return turn
		}
	}
	return ""
}

// Open is what begins a turn.
func (t ChatTemplate) Open(role string) string {
	open, _, _ := strings.Cut(t.turn(role), textMark)
	return open
}

// Write is a chat as one text.
func (t ChatTemplate) Write(messages []Message) string {
	var text strings.Builder
	for _, m := range messages {
		text.WriteString(strings.Replace(t.turn(m.Role), textMark, m.Content, 1))
	}
	return text.String()
}

// Stop lists what ends a turn of the user or the assistant: what stands behind it, or what begins the next one.
func (t ChatTemplate) Stop() (ends []string) {
	for _, role := range []string{"user", "assistant"} {
		if end := t.end(role); end != "" && !slices.Contains(ends, end) {
			ends = append(ends, end)
		}
	}
	return ends
}

func (t ChatTemplate) end(role string) string {
	_, end, _ := strings.Cut(t.turn(role), textMark)
	if end = strings.TrimSpace(end); end != "" || t.turn(role) == "" {
		return end
	}
	other := map[string]string{"user": "assistant", "assistant": "user"}[role]
	return strings.TrimSpace(t.Open(other))
}

// Said is what a model has said of its turn: without what ends it, and without a next turn that it has begun.
func (t ChatTemplate) Said(text string) string {
	marks := t.Stop()
	for _, role := range []string{"system", "user", "assistant"} {
		if open := strings.TrimSpace(t.Open(role)); open != "" {
			marks = append(marks, open)
		}
	}
	for _, mark := range marks {
		text, _, _ = strings.Cut(text, mark)
	}
	return strings.TrimSpace(text)
}
