package steps

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

func selfInstructTask(t *testing.T, asJSON bool) SelfInstruct {
	return SelfInstruct{Task: task(t, "self_instruct", asJSON), NumInstructions: 2, Application: "a maths tutor", Criteria: []string{"Be brief.", "Be kind."}}
}

func TestSelfInstruct(t *testing.T) {
	two := []string{"Add 1 and 2.", "What is a prime?"}
	for name, c := range map[string]struct {
		json  bool
		reply string
	}{
		"json as told":     {true, `{"instructions": ["Add 1 and 2.", "What is a prime?"]}`},
		"json in a fence":  {true, "Here you are:\n```json\n{\"instructions\": [\"1. Add 1 and 2.\", \"2. What is a prime?\"]}\n```"},
		"json, too many":   {true, `{"instructions": ["Add 1 and 2.", "What is a prime?", "And a third."]}`},
		"json, repetition": {true, `{"instructions": ["Add 1 and 2.", "add 1 and 2.", " ", "What is a prime?"]}`},
		"text as told":     {false, "1. Add 1 and 2.\n2. What is a prime?"},
		"text, preamble":   {false, "Sure, here are 2 instructions:\r\n\r\n1) \"Add 1 and 2.\"\r\n2) **What is a prime?**\r\n"},
	} {
		m := &fakeModel{replies: []string{c.reply}}
		out, err := selfInstructTask(t, c.json).Run(context.Background(), m, SelfInstructIn{Input: "Algebra"})
		if err != nil || !reflect.DeepEqual(out, SelfInstructOut{two, "fake-1"}) {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
}

func TestSelfInstructAsksAgain(t *testing.T) {
	for reply, want := range map[string]llm.Class{
		"":                                      llm.Empty,
		" \n":                                   llm.Empty,
		"I cannot do that.":                     llm.Unparseable,
		`{"instructions": ["only one"]}`:        llm.Unparseable,
		`{"instructions": ["same", "Same"]}`:    llm.Unparseable,
		`{"instructions": ["...", "a"]}`:        llm.Unparseable,
		`{"instructions": "a, b"}`:              llm.Unparseable,
		`{"instructions": [1, 2]}`:              llm.Unparseable,
		`{"instructions": ["a", "b"`:            llm.Unparseable,
		`{"questions": ["a", "b"]}`:             llm.Unparseable,
		`{"instructions": null}`:                llm.Unparseable,
		`["a", "b"]`:                            llm.Unparseable,
		`{"instructions": [{"a": 1}, {"b":2}]}`: llm.Unparseable,
	} {
		m := &fakeModel{replies: []string{reply, `{"instructions": ["a", "b"]}`}}
		if out, err := selfInstructTask(t, true).Run(context.Background(), m, SelfInstructIn{Input: "x"}); err != nil || m.asked != 2 || len(out.Instructions) != 2 {
			t.Errorf("%q: asked %d times, got %+v, %v", reply, m.asked, out, err)
		}
		m = &fakeModel{replies: []string{reply}}
		if _, err := selfInstructTask(t, true).Run(context.Background(), m, SelfInstructIn{Input: "x"}); class(err) != want {
			t.Errorf("%q: %v, want class %s", reply, err, want)
		}
	}
	m := &fakeModel{replies: []string{"1. just one"}}
	if _, err := selfInstructTask(t, false).Run(context.Background(), m, SelfInstructIn{Input: "x"}); class(err) != llm.Unparseable {
		t.Errorf("text with one item: %v", err)
	}
}

func TestSelfInstructRequest(t *testing.T) {
	m := &fakeModel{replies: []string{`{"instructions": ["a", "b"]}`}}
	s := selfInstructTask(t, true)
	s.SystemPrompt = "Be exact."
	if _, err := s.Run(context.Background(), m, SelfInstructIn{Input: "Algebra {{ .x }}"}); err != nil {
		t.Fatal(err)
	}
	if m.messages[0] != (llm.Message{Role: "system", Content: "Be exact."}) || len(m.messages) != 2 {
		t.Errorf("messages are %v", m.messages)
	}
	for _, part := range []string{"a maths tutor", "- Be brief.\n- Be kind.", "Algebra {{ .x }}", "exactly 2 strings", `"instructions"`} {
		if !strings.Contains(m.request(), part) {
			t.Errorf("the request lacks %q:\n%s", part, m.request())
		}
	}
	var schema struct {
		Properties struct {
			Instructions struct{ MinItems, MaxItems int }
		}
	}
	if err := json.Unmarshal(m.schema.JSON, &schema); err != nil || schema.Properties.Instructions.MinItems != 2 || schema.Properties.Instructions.MaxItems != 2 {
		t.Errorf("schema is %s: %v", m.schema.JSON, err)
	}
	m = &fakeModel{replies: []string{"1. a\n2. b"}}
	if _, err := selfInstructTask(t, false).Run(context.Background(), m, SelfInstructIn{Input: "x"}); err != nil || m.schema != nil || strings.Contains(m.request(), "JSON") {
		t.Errorf("%v: a schema or JSON for a model that knows neither:\n%s", err, m.request())
	}
}

func FuzzSelfInstruct(f *testing.F) {
	f.Add(`{"instructions": ["a", "b"]}`, true)
	f.Add("1. a\n2. b", false)
	f.Fuzz(func(t *testing.T, reply string, asJSON bool) {
		s := SelfInstruct{NumInstructions: 2}
		if !asJSON {
			s.Model.Reply = "text"
		}
		items, err := textList{"instructions", s.NumInstructions}.parse(s.Task, reply)
		if err == nil && (len(items) != 2 || items[0] == "" || items[1] == "" || items[0] == items[1]) {
			t.Errorf("%q: accepted %q", reply, items)
		}
	})
}
