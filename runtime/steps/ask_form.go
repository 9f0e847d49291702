package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/distigen/distigen/runtime/form"
	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

// conversation is what a task with a reply struct says to the model.
type conversation struct {
	system   string
	values   map[string]any
	vars     llm.Vars
	examples llm.Examples
}

// askForm asks for a reply that fills the struct R.
func askForm[R any](ctx context.Context, ask llm.Asker, t llm.Task, c conversation) (out Replied[R], err error) {
	columns := formOf(reflect.TypeFor[R]())
	if !t.JSON() {
		if err := columns.InText(); err != nil {
			return out, &llm.FatalError{Class: llm.InvalidParams, Message: fmt.Sprintf("The reply cannot be asked for as text: %v.", err),
				Remedy: "Remove reply_format = \"text\" from the model, or choose a simpler output.", Err: err}
		}
	}
	if columns.Plain() { // there is no form to tell
		t.ReplyFormat = ""
	}
	messages, err := c.messages(t, columns)
	if err != nil {
		return out, err
	}
	r, err := ask.Ask(ctx, messages, schemaOf(t, columns), func(text string) error {
		if err := empty(text); err != nil {
			return err
		}
		var into R // anew for each reply, of which nothing is to stay
		err := readForm(t, columns, text, &into)
		out.Reply = into
		return unusable(err)
	})
	out.ModelName = r.Model
	return out, err
}

// messages are the conversation: the system message, the examples as turns of it, and the request.
func (c conversation) messages(t llm.Task, columns form.Columns) ([]llm.Message, error) {
	told := map[string]any{"form": columns.Sketch(), "lines": ""}
	if !t.JSON() {
		told["form"], told["lines"] = columns.TextSketch(), columns.Lines()
	}
	request, err := t.MessagesWith(c.system, c.values, c.vars, told)
	if err != nil || c.examples == "" {
		return request, err
	}
	examples, err := examplesOf(c.examples)
	if err != nil {
		return nil, err
	}
	var turns []llm.Message
	for i, e := range examples {
		asked, err := t.MessagesWith("", nil, e.vars, told)
		if err != nil {
			return nil, fmt.Errorf("example %d: %w", i+1, err)
		}
		answer, err := writeReply(t, columns, e.values)
		if err != nil {
			return nil, &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("Example %d does not have the form of a reply: %v.", i+1, err),
				Remedy: "Correct it and build again.", Err: err}
		}
		turns = append(turns, asked[0], llm.Message{Role: "assistant", Content: answer})
	}
	return slices.Insert(request, len(request)-1, turns...), nil
}

func schemaOf(t llm.Task, columns form.Columns) *llm.Schema {
	if columns.Plain() || !t.JSON() {
		return nil
	}
	openAI := t.Model.Provider == "openai" && t.Model.BaseURL == "" // refuses lengths in strict mode
	return &llm.Schema{Name: "reply", JSON: columns.Schema(!openAI)}
}

func readForm(t llm.Task, columns form.Columns, text string, to any) error {
	if columns.Plain() || !t.JSON() {
		return columns.ReadText(text, to)
	}
	return reply.JSON(text, func(object []byte) error { return columns.ReadJSON(object, to) })
}

func writeReply(t llm.Task, columns form.Columns, values map[string]json.RawMessage) (string, error) {
	if columns.Plain() || !t.JSON() {
		return columns.WriteText(values)
	}
	return columns.WriteJSON(values)
}

// forms keeps the forms of reply structs, of which a program has few.
var forms sync.Map // reflect.Type to form.Columns

func formOf(t reflect.Type) form.Columns {
	if c, ok := forms.Load(t); ok {
		return c.(form.Columns)
	}
	c, _ := forms.LoadOrStore(t, form.ColumnsOf(t))
	return c.(form.Columns)
}

// example is one example: all of its values, for the prompt and as JSON.
type example struct {
	vars   llm.Vars
	values map[string]json.RawMessage
}

// parsedExamples keeps the examples of a program, which are few, by their text.
var parsedExamples sync.Map // llm.Examples to []example

func examplesOf(text llm.Examples) ([]example, error) {
	if all, ok := parsedExamples.Load(text); ok {
		return all.([]example), nil
	}
	var all []example
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		e := example{vars: llm.Vars{}}
		err := json.Unmarshal([]byte(line), &e.values)
		for name, raw := range e.values {
			var v any
			if err == nil {
				err = json.Unmarshal(raw, &v)
			}
			e.vars[name] = wholeNumbers(v)
		}
		if err != nil {
			return nil, &llm.FatalError{Class: llm.StepFailed, Message: fmt.Sprintf("Example %d cannot be read: %v.", len(all)+1, err),
				Remedy: "The examples of a prompt are JSON lines, an object each. Correct it and build again.", Err: err}
		}
		all = append(all, e)
	}
	parsedExamples.Store(text, all)
	return all, nil
}

// wholeNumbers makes ints of the numbers that are, so that templates print and compare them as such.
func wholeNumbers(v any) any {
	switch v := v.(type) {
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int(v)
		}
	case []any:
		for i := range v {
			v[i] = wholeNumbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = wholeNumbers(v[k])
		}
	}
	return v
}
