package reply

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestJSON(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"alone":                         {`{"a": 1}`, "1"},
		"fence":                         {"```json\n{\"a\": 1}\n```", "1"},
		"preamble":                      {"Here is {the} object:\n{\"a\": 1}\nHope that helps {}.", "1"},
		"nested":                        {`{"a": {"a": 2}}`, `{"a": 2}`},
		"second is right":               {`{"b": 1} {"a": 2}`, "2"},
		"thoughts":                      {`<think>{"a": 1}</think>{"a": 2}`, "2"},
		"braces in text":                {`{"a": "}{"}`, `"}{"`},
		"the same twice":                {`{"a": 1} or, more plainly: { "a":1 }`, "1"},
		"a set before":                  {`Of {1, 2, {3}} and {x: {"a": 5}} I say {"a": 1}`, "1"},
		"open brace":                    {`I begin with { and then {"a": 1}`, "1"},
		"wrong, then right, then wrong": {`{"b": 1} {"a": 2} {"b": 3}`, "2"},
	} {
		var got string
		err := JSON(c.text, func(object []byte) error {
			m, err := Object(object)
			if err != nil {
				return err
			}
			if m["a"] == nil {
				return errors.New("no a")
			}
			got = string(m["a"])
			return nil
		})
		if err != nil || got != c.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "words": "I cannot do that.", "cut": `{"a": [1, 2`, "array": `[1, 2]`, "trailing comma": `{"a": 1,}`,
		"other key": `{"b": 1}`, "two answers": `A draft: {"a": 1}. The final one: {"a": 2}`, "within a broken one": `{"b": {"a": 1},}`,
		"within one that is cut":  `{"b": {"a": 1}, "x": [`,
		"thoughts without an end": `<think>Perhaps {"a": 1}, or`, "twice": `{"a": 1, "a": 2}`, "braces": strings.Repeat("{", 100_000),
	} {
		if err := JSON(text, func(object []byte) error {
			m, err := Object(object)
			if err == nil && m["a"] == nil {
				err = errors.New("no a")
			}
			return err
		}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestText(t *testing.T) {
	members := map[string]json.RawMessage{"ok": []byte(`" yes "`), "blank": []byte(`" "`), "null": []byte("null"), "int": []byte("3")}
	if s, err := Text(members, "ok"); s != "yes" || err != nil {
		t.Errorf("got %q, %v", s, err)
	}
	for _, key := range []string{"blank", "null", "int", "missing"} {
		if s, err := Text(members, key); err == nil {
			t.Errorf("%s: got %q", key, s)
		}
	}
}

// What is told to the model is about the object it meant, not about one inside.
func TestJSONTellsTheOuterMistake(t *testing.T) {
	for text, want := range map[string]string{
		`{"text_1": {"a": 1},}`:        "its JSON cannot be read",
		`{"text_1": {"a": NaN}}`:       "its JSON cannot be read",
		`{"a": 1} {"a": 2}`:            "two answers that differ",
		`{"text_1": {"b": 1}, "text_2`: "no complete JSON object",
	} {
		err := JSON(text, func(object []byte) error {
			if m, err := Object(object); err != nil || m["a"] == nil {
				return errors.New("no a")
			}
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A reply that is full of braces is read in no time, however long it is.
func TestBracesThatNothingCloses(t *testing.T) {
	for _, text := range []string{"{", `{"a":`, `{"a":[1,"x`, `{ x `} {
		began := time.Now()
		if err := JSON(strings.Repeat(text, 300_000/len(text)), func([]byte) error { return nil }); err == nil {
			t.Errorf("%q is taken", text)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%q takes %v", text, took)
		}
	}
	answer := ""
	err := JSON(strings.Repeat("{ x ", 1000)+`{"rating": 4}`, func(object []byte) error { answer = string(object); return nil })
	if err != nil || answer != `{"rating": 4}` {
		t.Errorf("after braces that nothing closes: %q, %v", answer, err)
	}
}
