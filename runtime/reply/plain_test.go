package reply

import "testing"

func TestPlain(t *testing.T) {
	for said, want := range map[string]string{
		" a text \n":                      "a text",
		"<think>long\n</think>\na text":   "a text",
		"<thinking>x</thinking>a text":    "a text",
		"<think>a text, or":               "",
		"\"a text\"":                      "a text",
		"“a text”":                        "a text",
		"<response>\na text\n</response>": "a text",
		"\"a\" and \"b\"":                 "\"a\" and \"b\"",
		"<p>one</p> <p>two</p>":           "<p>one</p> <p>two</p>",
		"<div>a</div><div>b</div>":        "<div>a</div><div>b</div>",
		"x <response>a text</response>":   "x <response>a text</response>",
		"<response>a text</instruction>":  "<response>a text</instruction>",
		"1. a list\n2. stays a list":      "1. a list\n2. stays a list",
	} {
		if got := Plain(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}
