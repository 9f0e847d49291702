package contract

import (
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
)

// View is how a part of an example is shown to a trainer.
type View struct {
	Doc  string // what it is, for the docs
	Type reflect.Type
	of   func(e *example) (any, error)
}

func messages(doc string, of func(e *example) []llm.Message) View {
	return View{doc, reflect.TypeFor[[]llm.Message](), func(e *example) (any, error) { return of(e), nil }}
}

func text(doc string, of func(e *example) (string, error)) View {
	return View{doc, reflect.TypeFor[string](), func(e *example) (any, error) { return of(e) }}
}

// asText shows a text as the row has it.
func asText(p Part, doc string) View {
	return text(doc, func(e *example) (string, error) { return e.texts[p], nil })
}

// Messages as a trainer reads them.
var (
	promptMessages     = messages("the messages up to the answer", (*example).before)
	completionMessages = messages("the answer, as messages", func(e *example) []llm.Message { return e.answers(e.completion, CompletionText) })
	chosenMessages     = messages("the better answer, as messages", func(e *example) []llm.Message { return e.answers(e.chosen, ChosenText) })
	rejectedMessages   = messages("the worse answer, as messages", func(e *example) []llm.Message { return e.answers(e.rejected, RejectedText) })
	conversation       = messages("the messages from the prompt to the answer", func(e *example) []llm.Message {
		return join(e.before(), e.answers(e.completion, CompletionText))
	})
	chosenConversation = messages("the messages from the prompt to the better answer", func(e *example) []llm.Message {
		return join(e.before(), e.answers(e.chosen, ChosenText))
	})
	rejectedConversation = messages("the messages from the prompt to the worse answer", func(e *example) []llm.Message {
		return join(e.before(), e.answers(e.rejected, RejectedText))
	})
	chosenMessage   = single("the better answer, as one message", func(e *example) []llm.Message { return e.answers(e.chosen, ChosenText) })
	rejectedMessage = single("the worse answer, as one message", func(e *example) []llm.Message { return e.answers(e.rejected, RejectedText) })
	label           = View{"whether the answer is good", reflect.TypeFor[bool](), func(e *example) (any, error) { return e.label, nil }}
)

// Texts of an exchange of one prompt and one answer.
var (
	systemText     = text("the system message, or an empty text", (*example).systemText)
	promptText     = text("what the user says", (*example).promptText)
	completionText = text("the answer", func(e *example) (string, error) { return e.answerText(e.completion, CompletionText) })
	chosenText     = text("the better answer", func(e *example) (string, error) { return e.answerText(e.chosen, ChosenText) })
	rejectedText   = text("the worse answer", func(e *example) (string, error) { return e.answerText(e.rejected, RejectedText) })
	inputText      = asText(InputText, "what belongs to the prompt, or an empty text")
	wholeText      = asText(WholeText, "a text to be trained on as it is")
	wholeChosen    = asText(WholeChosen, "the prompt with the better answer")
	wholeRejected  = asText(WholeRejected, "the prompt with the worse answer")
)

func single(doc string, of func(e *example) []llm.Message) View {
	return View{doc, reflect.TypeFor[llm.Message](), func(e *example) (any, error) {
		all := of(e)
		if len(all) != 1 {
			return nil, tooLong(len(all))
		}
		return all[0], nil
	}}
}

func tooLong(n int) error {
	return bad(llm.BadTurns, "The answer is %d messages, and this form has room for one. Take a form of messages, in which conversations may go on.", n)
}

func join(a, b []llm.Message) []llm.Message { return append(a[:len(a):len(a)], b...) }

// before is what comes before the answer.
func (e *example) before() []llm.Message {
	if e.prompt != nil {
		return e.prompt
	}
	var all []llm.Message
	if system := e.texts[SystemText]; strings.TrimSpace(system) != "" {
		all = append(all, llm.Message{Role: "system", Content: system})
	}
	return append(all, llm.Message{Role: "user", Content: e.texts[PromptText]})
}

func (e *example) answers(messages []llm.Message, p Part) []llm.Message {
	if messages != nil {
		return messages
	}
	return []llm.Message{{Role: "assistant", Content: e.texts[p]}}
}

func (e *example) answerText(messages []llm.Message, p Part) (string, error) {
	if messages == nil {
		return e.texts[p], nil
	}
	if len(messages) != 1 {
		return "", tooLong(len(messages))
	}
	return messages[0].Content, nil
}

func (e *example) systemText() (string, error) {
	if len(e.prompt) > 0 && e.prompt[0].Role == "system" {
		return e.prompt[0].Content, nil
	}
	return e.texts[SystemText], nil
}

func (e *example) promptText() (string, error) {
	messages := e.prompt
	if messages == nil {
		return e.texts[PromptText], nil
	}
	if messages[0].Role == "system" {
		messages = messages[1:]
	}
	if len(messages) != 1 {
		return "", bad(llm.BadTurns, "The prompt is %d messages, and this form has room for one of the user. Take a form of messages, in which conversations may go on.", len(messages))
	}
	return messages[0].Content, nil
}
