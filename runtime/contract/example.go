package contract

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// example is what a row says to a trainer, whatever columns it says it in.
type example struct {
	prompt     []llm.Message // up to the answers
	completion []llm.Message
	chosen     []llm.Message
	rejected   []llm.Message
	texts      map[Part]string
	label      bool
}

// read takes a row apart, and refuses one that the trainer cannot learn from.
func (f *Form) read(cell func(in int) (reflect.Value, bool)) (*example, error) {
	e := &example{texts: map[Part]string{}}
	for i, in := range f.Reads {
		v, ok := cell(i)
		if !ok {
			continue
		}
		var err error
		switch in.Is.Type().Kind {
		case component.Messages:
			err = e.take(in, messagesOf(v))
		case component.Bool:
			e.label = v.Bool()
		default:
			err = e.takeText(in, v.String())
		}
		if err != nil {
			return nil, err
		}
	}
	return e, e.settle()
}

func (e *example) takeText(in Input, text string) error {
	if strings.TrimSpace(text) == "" && !in.Optional {
		return bad(llm.EmptyText, "The column %s is empty.", in.Name)
	}
	e.texts[in.Is] = text
	return nil
}

func (e *example) take(in Input, messages []llm.Message) error {
	if len(messages) == 0 {
		return bad(llm.EmptyText, "The column %s has no messages.", in.Name)
	}
	for i, m := range messages {
		if strings.TrimSpace(m.Content) == "" {
			return bad(llm.EmptyText, "Message %d of the column %s, which is the %s's, is empty.", i+1, in.Name, m.Role)
		}
	}
	switch in.Is {
	case Prompt:
		e.prompt = messages
		return turns(in.Name, messages, true, "user")
	case Conversation:
		last := len(messages) - 1
		e.prompt, e.completion = messages[:last], messages[last:]
	case BothChosen:
		e.chosen = messages
	case BothRejected:
		e.rejected = messages
		if err := turns(in.Name, messages, true, "assistant"); err != nil {
			return err
		}
		return e.part()
	case Completion, Chosen, Rejected:
		*map[Part]*[]llm.Message{Completion: &e.completion, Chosen: &e.chosen, Rejected: &e.rejected}[in.Is] = messages
		return turns(in.Name, messages, false, "assistant")
	}
	return turns(in.Name, messages, true, "assistant")
}

// part finds the prompt that two conversations begin with.
func (e *example) part() error {
	n := 0
	for n < min(len(e.chosen), len(e.rejected)) && e.chosen[n] == e.rejected[n] {
		n++
	}
	if n == len(e.chosen) && n == len(e.rejected) {
		return bad(llm.SameAnswers, "Chosen and rejected are the same conversation.")
	}
	if n == len(e.chosen) || n == len(e.rejected) {
		return bad(llm.BadTurns, "One of chosen and rejected is the beginning of the other, so that there are no two answers to compare.")
	}
	if n == 0 || e.chosen[n].Role != "assistant" || e.rejected[n].Role != "assistant" {
		return bad(llm.PromptsDiffer, "Chosen and rejected differ in message %d, before the answer begins.", n+1)
	}
	e.prompt, e.chosen, e.rejected = e.chosen[:n], e.chosen[n:], e.rejected[n:]
	return nil
}

// turns checks that user and assistant take turns, and who has the last word. Where it is a beginning, the system may speak first,
// then the user; otherwise the assistant begins.
func turns(column string, messages []llm.Message, beginning bool, last string) error {
	next, n := "assistant", 0
	if beginning {
		next = "user"
		if messages[0].Role == "system" {
			n = 1
		}
	}
	for ; n < len(messages); n++ {
		role := messages[n].Role
		if role != next {
			return bad(llm.BadTurns, "Message %d of the column %s is the %s's where it should be the %s's: user and assistant take turns.", n+1, column, role, next)
		}
		next = map[string]string{"user": "assistant", "assistant": "user"}[role]
	}
	if role := messages[len(messages)-1].Role; role != last {
		return bad(llm.BadTurns, "The column %s ends with a message of the %s, and not of the %s.", column, role, last)
	}
	return nil
}

// settle compares what is to be compared.
func (e *example) settle() error {
	same := len(e.chosen) > 0 && answer(e.chosen) == answer(e.rejected)
	for a, b := range map[Part]Part{ChosenText: RejectedText, WholeChosen: WholeRejected} {
		if text, ok := e.texts[a]; ok && strings.TrimSpace(text) == strings.TrimSpace(e.texts[b]) {
			same = true
		}
	}
	if same {
		return bad(llm.SameAnswers, "Chosen and rejected are the same text, so that there is nothing to prefer.")
	}
	if chosen, ok := e.texts[WholeChosen]; ok && chosen[0] != e.texts[WholeRejected][0] {
		return bad(llm.PromptsDiffer, "Chosen and rejected do not begin with the same prompt.")
	}
	return nil
}

// answer is what messages say, for comparing.
func answer(messages []llm.Message) string {
	var all strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&all, "%s\x00%s\x00", m.Role, strings.TrimSpace(m.Content))
	}
	return all.String()
}

// messagesOf reads messages, also those that are objects of the pipeline's own.
func messagesOf(v reflect.Value) []llm.Message {
	if messages, ok := v.Interface().([]llm.Message); ok {
		return messages
	}
	all := make([]llm.Message, v.Len())
	for i := range all {
		for k := range v.Type().Elem().NumField() {
			switch text := v.Index(i).Field(k).String(); component.FieldOf(v.Type().Elem().Field(k)).Name {
			case "role":
				all[i].Role = text
			case "content":
				all[i].Content = text
			}
		}
	}
	return all
}

func bad(class llm.Class, format string, args ...any) error {
	return &llm.RowError{Class: class, Message: fmt.Sprintf(format, args...)}
}
