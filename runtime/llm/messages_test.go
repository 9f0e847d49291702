package llm

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestMessages(t *testing.T) {
	task := Task{Prompt: "About {{ .topic }} at {{ .level }}:\n", ReplyFormat: "{{ if .json }}as JSON{{ else }}as text{{ end }} in {{ .n }}\n"}
	values := map[string]any{"topic": "{{ .n }}", "n": 3}
	vars := Vars{"level": 2, "topic": "the task's own value wins"}
	got, err := task.Messages("Be exact.", values, vars)
	want := []Message{{"system", "Be exact."}, {"user", "About {{ .n }} at 2:\n\nas JSON in 3"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
	task.Model.Reply = "text"
	got, err = task.Messages("", values, vars)
	if err != nil || len(got) != 1 || !strings.HasSuffix(got[0].Content, "as text in 3") {
		t.Errorf("got %q, %v", got, err)
	}
	if len(vars) != 2 || len(values) != 2 {
		t.Errorf("the maps of the row were changed: %v, %v", vars, values)
	}
}

func TestMessagesJSON(t *testing.T) {
	for reply, want := range map[string]bool{"": true, "json_schema": true, "json_object": true, "text": false} {
		if got := (Task{Model: Model{Reply: reply}}).JSON(); got != want {
			t.Errorf("reply_format %q: JSON is %v", reply, got)
		}
	}
}

func TestMessagesFail(t *testing.T) {
	var row *RowError
	if _, err := (Task{Prompt: "{{ .absent }}"}).Messages("", nil, nil); !errors.As(err, &row) || !strings.Contains(row.Message, "absent") {
		t.Errorf("a missing column: %v", err)
	}
	if _, err := (Task{Prompt: " {{ .a }} "}).Messages("", map[string]any{"a": "\n"}, nil); !errors.As(err, &row) || !strings.Contains(row.Message, "empty") {
		t.Errorf("an empty prompt: %v", err)
	}
	var fatal *FatalError
	if _, err := (Task{Prompt: "{{ if }}"}).Messages("", nil, nil); !errors.As(err, &fatal) {
		t.Errorf("a broken template: %v", err)
	}
}
