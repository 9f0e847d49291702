package reply

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"alone":           {`{"a": 1}`, "1"},
		"fence":           {"```json\n{\"a\": 1}\n```", "1"},
		"preamble":        {"Here is {the} object:\n{\"a\": 1}\nHope that helps {}.", "1"},
		"nested":          {`{"a": {"a": 2}}`, `{"a": 2}`},
		"second is right": {`{"b": 1} {"a": 2}`, "2"},
		"thoughts":        {`<think>{"a": 1}</think>{"a": 2}`, "2"},
		"braces in text":  {`{"a": "}{"}`, `"}{"`},
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
		"other key": `{"b": 1}`, "twice": `{"a": 1, "a": 2}`, "braces": strings.Repeat("{", 100_000),
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
