package reply

import (
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
	if err != nil || got[0]["rationale"] != "First.\nText 1 says more: much more." || got[0]["rating"] != "5" {
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
