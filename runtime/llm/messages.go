package llm

import (
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/distigen/distigen/runtime/prompt"
)

// JSON reports whether the task's structured replies are asked for as JSON rather than in a text format.
func (t Task) JSON() bool { return t.Model.Reply != "text" }

// Messages renders the task's prompt, and the part that says how to reply where there is one, into the conversation to
// send. values are what the task offers to its templates by own names; vars are the columns that a prompt of the
// user's reads beyond these. An empty system leaves the system message out.
func (t Task) Messages(system string, values map[string]any, vars Vars) ([]Message, error) {
	return t.MessagesWith(system, values, vars, nil)
}

// MessagesWith is Messages where the part that says how to reply reads further values.
func (t Task) MessagesWith(system string, values map[string]any, vars Vars, reply map[string]any) ([]Message, error) {
	all := maps.Clone(map[string]any(vars))
	if all == nil {
		all = make(map[string]any, len(values)+1)
	}
	maps.Copy(all, values)
	text, err := Render("prompt", t.Prompt, all)
	if err != nil {
		return nil, err
	}
	if t.ReplyFormat != "" {
		all["json"] = t.JSON()
		maps.Copy(all, reply)
		format, err := Render("reply format", t.ReplyFormat, all)
		if err != nil {
			return nil, err
		}
		text += "\n\n" + format
	}
	if strings.TrimSpace(text) == "" {
		return nil, &RowError{Class: StepFailed, Message: "The prompt of this row is empty. Check the columns that its template reads."}
	}
	if system == "" {
		return []Message{{Role: "user", Content: text}}, nil
	}
	return []Message{{Role: "system", Content: system}, {Role: "user", Content: text}}, nil
}

// parsed keeps the templates of a program, which are few, by their text.
var parsed sync.Map // Prompt to *prompt.Template

// Render fills a template with the values of a row, which what names in an error.
func Render(what string, text Prompt, values map[string]any) (string, error) {
	t, ok := parsed.Load(text)
	if !ok {
		tmpl, err := prompt.Parse(string(text), nil)
		if err != nil {
			return "", &FatalError{Class: StepFailed, Message: fmt.Sprintf("The template of the %s cannot be read: %v.", what, err),
				Remedy: "Correct it and build again.", Err: err}
		}
		t, _ = parsed.LoadOrStore(text, tmpl)
	}
	out, err := t.(*prompt.Template).Render(values)
	if err != nil {
		return "", &RowError{Class: StepFailed, Message: fmt.Sprintf("The %s cannot be made of this row: %v.", what, err), Err: err}
	}
	return strings.TrimSpace(out), nil
}
