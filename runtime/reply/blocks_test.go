package reply

import (
	"strings"
	"testing"
)

func TestBlocks(t *testing.T) {
	for name, text := range map[string]string{
		"as told":      "[1]\nRationale: a\nRating: 5\n\n[2]\nRationale: b\nRating: 1\n",
		"reordered":    "[2]\nRationale: b\nRating: 1\n[1]\nRating: 5\nRationale: a",
		"preamble":     "I compared both.\n\nRating: 9\n[1]\nRationale: a\nRating: 5\n[2]\nRationale: b\nRating: 1\n\nSo Text 1 is better.",
		"blank lines":  "[1]\n\nRationale: a\n\nRating: 5\n\n\n[2]\n\nRationale: b\n\nRating: 1",
		"bold":         "**[1]**\n**Rationale:** a\n**Rating:** 5\n\n**Text 2**\n- **Rationale**: b\n- **Rating**: 1",
		"headings":     "### Text 1\nRationale: a\nRating: 5\n### Text 2:\nRationale: b\nRating: 1",
		"same line":    "[1] Rationale: a\nRating: 5\n[2] Rationale: b\nRating: 1",
		"lower case":   "text 1:\nrationale: a\nrating: 5\ntext 2:\nrationale: b\nrating: 1",
		"windows":      "[1]\r\nRationale: a\r\nRating: 5\r\n[2]\r\nRationale: b\r\nRating: 1\r\n",
		"fence":        "```\n[1]\nRationale: a\nRating: 5\n[2]\nRationale: b\nRating: 1\n```",
		"on next line": "[1]\nRationale:\na\nRating:\n5\n[2]\nRationale: b\nRating: 1",
	} {
		got, err := Blocks(text, 2, []string{"rationale"}, []string{"rating"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got[0]["rationale"] != "a" || got[0]["rating"] != "5" || got[1]["rationale"] != "b" || got[1]["rating"] != "1" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestBlocksParagraphs(t *testing.T) {
	got, err := Blocks("[1]\nRationale: First.\n\nText 1 says more: much more.\nRating: 5\nThe end.", 1, []string{"rationale"}, []string{"rating"})
	if err != nil || got[0]["rationale"] != "First.\n\nText 1 says more: much more." || got[0]["rating"] != "5" {
		t.Errorf("got %q, %v", got, err)
	}
}

// A text of several lines stays as it was written: its paragraphs, its code, what it quotes.
func TestFieldsKeep(t *testing.T) {
	const code = "Use a loop:\n\n```python\nfor i in x:\n    print(i)\n```\n\n[1] Score: 5\nText 2:\nThat is all."
	for _, said := range []string{
		"Score: 4\nReason: " + code,
		"Reason:\n" + code + "\n\n**Score:** 4",
		"[1]\r\nScore: 4\r\nReason:\r\n\r\n" + strings.ReplaceAll(code, "\n", "\r\n") + "\r\n",
		"Here it is:\n```text\nScore: 4\nReason: " + code + "\n```\nI hope that helps.",
	} {
		got, err := Fields(said, []string{"reason"}, []string{"score"})
		if err != nil || got["reason"] != code || got["score"] != "4" {
			t.Errorf("%q: got %q, %v", said, got, err)
		}
	}
	got, err := Fields("Reason:\n    if x:\n        y\nScore: 4", []string{"reason"}, []string{"score"})
	if err != nil || got["reason"] != "    if x:\n        y" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestBlocksRefuse(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":   "",
		"refusal":   "I cannot rate these texts.",
		"missing":   "[1]\nRationale: a\nRating: 5",
		"extra":     "[1]\nRationale: a\nRating: 5\n[2]\nRationale: b\nRating: 1\n[3]\nRationale: c\nRating: 2",
		"twice":     "[1]\nRationale: a\nRating: 5\n[2]\nRationale: b\nRating: 1\n[1]\nRationale: a\nRating: 4",
		"no rating": "[1]\nRationale: a\n[2]\nRationale: b\nRating: 1",
		"no reason": "[1]\nRating: 5\n[2]\nRationale: b\nRating: 1",
		"two":       "[1]\nRationale: a\nRating: 5\nRating: 4\n[2]\nRationale: b\nRating: 1",
		"no index":  "Rationale: a\nRating: 5\n\nRationale: b\nRating: 1",
		"thoughts":  "<think>\n[1]\nRationale: a\nRating: 5\n[2]\nRationale: b\nRating: 1\nOr is it",
		"digits":    "[１]\nRationale: a\nRating: 5\n[２]\nRationale: b\nRating: 1",
		"form":      "[1]\nRationale: a\nRating: 5\n[2]\nRationale: <reasons>\nRating: 1",
		"zero":      "[0]\nRationale: a\nRating: 5\n[1]\nRationale: b\nRating: 1",
	} {
		if got, err := Blocks(text, 2, []string{"rationale"}, []string{"rating"}); err == nil {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add("[1]\nRationale: a\nRating: 5\n[2]\nRationale: b\nRating: 1", 2)
	f.Add("**Text 1**\n- **Rating**: 4/5", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		n = n&7 + 1
		got, err := Blocks(text, n, []string{"rationale"}, []string{"rating"})
		if err != nil {
			return
		}
		if len(got) != n {
			t.Fatalf("%d blocks of %d", len(got), n)
		}
		for _, b := range got {
			if b["rationale"] == "" || b["rating"] == "" {
				t.Errorf("a field is missing: %q", b)
			}
		}
	})
}
