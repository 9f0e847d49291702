package steps

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/templates"
)

// fakeModel answers with its replies, one after the other, until one is accepted.
type fakeModel struct {
	replies  []string
	messages []llm.Message
	schema   *llm.Schema
	asked    int
}

func (m *fakeModel) Ask(_ context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	m.messages, m.schema = messages, schema
	var err error
	for _, text := range m.replies {
		m.asked++
		if err = accept(text); err == nil {
			return llm.Reply{Text: text, Model: "fake-1"}, nil
		}
	}
	return llm.Reply{}, err
}

// request is the text of the last message.
func (m *fakeModel) request() string { return m.messages[len(m.messages)-1].Content }

// task returns the task settings with the default prompt of that name, as the generator emits them.
func task(t *testing.T, name string, json bool) llm.Task {
	t.Helper()
	text, err := fs.ReadFile(templates.FS, "prompts/"+name+".md")
	if err != nil {
		t.Fatal(err)
	}
	format, err := fs.ReadFile(templates.FS, "prompts/"+name+".reply.md")
	if err != nil && !strings.Contains(name, "text_generation") {
		t.Fatal(err)
	}
	out := llm.Task{Prompt: llm.Prompt(text), ReplyFormat: llm.Prompt(format)}
	if !json {
		out.Model.Reply = "text"
	}
	return out
}

func class(err error) llm.Class {
	if row, ok := err.(*llm.RowError); ok {
		return row.Class
	}
	return ""
}
