package endpoint

import (
	"strings"
	"testing"
)

func TestSecrets(t *testing.T) {
	s := secrets{"sk-0123456789abcdef", "none", "x", "lm-studio"}
	for text, want := range map[string]string{
		"key sk-0123456789abcdef, sk-0123456789abcdef": "key ***, ***",
		"none of x": "*** of x",
		"Post \"http://u:p@h/v1\": at https://me@h and http://a:b@c@d/": "Post \"http://h/v1\": at https://h and http://d/",
		" a\x1b[31m\n\t\u202eb\u0000  c. ":                              "a[31m b c",
		strings.Repeat("é", 400):                                        strings.Repeat("é", 150) + "…",
	} {
		if got := s.printable(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	var forms secrets
	forms.add("a+b/secret=key")
	for _, text := range []string{"a+b/secret=key", "a%2Bb%2Fsecret%3Dkey", "a+b%2Fsecret=key", `a+b\/secret=key`, "a+b/sec\u200bret=key", "a+b/\x00secret=key",
		"http://h/v1?key=a&k=b", "https://h/v1?secret"} {
		if got := forms.printable(text); got != hidden && got != "http://h/v1?***" && got != "https://h/v1?***" {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := s.hideInReply("none of lm-studio, sk-0123456789abcdef"); got != "none of lm-studio, ***" {
		t.Errorf("in a reply: %q", got)
	}
}

func TestClip(t *testing.T) {
	for text, want := range map[string]string{"": "", "abc": "abc", "abcd": "abc…", "aäö": "aä…", "\u4e16\u754c": "\u4e16…", "ab\u4e16": "ab…"} {
		if got := clip(text, 3); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
