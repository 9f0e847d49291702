package steps

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/distigen/distigen/runtime/llm"
)

// promptID tells the rows of one prompt together.
func promptID(prompt string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(prompt))) }

// dialogue is an instruction and its answer as messages, after the system's if there is one.
func dialogue(system *string, instruction, answer string) []llm.Message {
	var messages []llm.Message
	if system != nil && *system != "" {
		messages = append(messages, llm.Message{Role: "system", Content: *system})
	}
	return append(messages, llm.Message{Role: "user", Content: instruction}, llm.Message{Role: "assistant", Content: answer})
}

// answered is a conversation with the answer that comes next. It has to end with the user, whom the answer answers.
func answered(messages []llm.Message, answer string) ([]llm.Message, error) {
	if n := len(messages); n == 0 || messages[n-1].Role != "user" {
		return nil, badChat("The conversation does not end with a message of the user, so there is nothing that the answer could answer.")
	}
	return append(slices.Clone(messages), llm.Message{Role: "assistant", Content: answer}), nil
}

// firstOfUser is what the user says first: the prompt of a conversation.
func firstOfUser(messages []llm.Message) (string, error) {
	for _, m := range messages {
		if m.Role == "user" {
			return m.Content, nil
		}
	}
	return "", badChat("The conversation has no message of the user, so it has no prompt.")
}

func badChat(message string) error { return &llm.RowError{Class: llm.BadRow, Message: message} }
