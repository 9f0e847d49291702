package author

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, format Format, prompt string) string {
	t.Helper()
	reply, _, err := Write(Request{Model: "mistral-large-latest", Format: format, Messages: []Message{{"user", prompt}}})
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// A prompt that says how to reply is obeyed, whoever wrote it.
func TestForms(t *testing.T) {
	for name, c := range map[string]struct {
		format       Format
		prompt, want string
	}{
		"numbered":          {Text, "Topic: Deep lakes\n\nReply with exactly 3 numbered lines:\n\n1. <question>\n2. <question>", `^1\. .*Deep lakes.*\n2\. .*Deep lakes.*\n3\. .*Deep lakes.*$`},
		"numbered, no form": {Text, "Write 4 questions on fractions.", `^1\. [^\n]+\n2\. [^\n]+\n3\. [^\n]+\n4\. [^\n]+$`},
		"blocks":            {Text, "Judge.\nText 1: a\nText 2: b\n\nAnswer with one block each:\n\n[1]\nReason: <why>\nScore: <0 to 9>\n\n[2]\nReason: <why>\nScore: <0 to 9>", `^\[1\]\nReason: .+\nScore: \d\n\n\[2\]\nReason: .+\nScore: \d$`},
		"JSON in words":     {Text, "Rate it. Reply with JSON, as here:\n{\"score\": 3, \"ok\": true, \"why\": \"...\"}", `^\{"score": [1-5], "ok": (true|false), "why": ".+"\}$`},
		"placeholders":      {JSONObject, "Reply in JSON: {\"items\": [{\"n\": <1-3>, \"labels\": [\"<label>\", ...]}], \"mean\": 0.5}", `^\{"items": \[\{"n": [123], "labels": \[.+\]\}.*\], "mean": [\d.]+\}$`},
		"no form":           {JSONObject, "Why is the sky blue? Use JSON.", `^\{"answer": ".+"\}$`},
		"list, no form":     {JSONObject, "List 3 questions about lakes as JSON.", `^\{"questions": \[".+", ".+", ".+"\]\}$`},
		"an answer":         {Text, "Is {x | x < 3} a set?", `x \| x < 3`},
		"nothing":           {Text, "", `.`},
	} {
		got := write(t, c.format, c.prompt)
		if !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, c.want)
		}
		if c.format == JSONObject && !json.Valid([]byte(got)) {
			t.Errorf("%s: no JSON: %s", name, got)
		}
	}
}

// A judge who compares prefers the better text, wherever it stands; a problem comes to one number in most cases.
func TestVerdicts(t *testing.T) {
	strong, weak := tells()
	good, bad := "Text %d:\n<text>\n"+strings.Join(strong[:5], " ")+"\n</text>\n", "Text %d:\n<text>\n"+strings.Join(weak[:4], " ")+"\n</text>\n"
	form := "\nReply with JSON: {\"reason\": \"<why>\", \"better\": <1-2>}"
	if got := write(t, JSONObject, fmt.Sprintf(good, 1)+fmt.Sprintf(bad, 2)+form); !strings.HasSuffix(got, `"better": 1}`) {
		t.Errorf("the first one is better: %s", got)
	}
	if got := write(t, JSONObject, fmt.Sprintf(bad, 1)+fmt.Sprintf(good, 2)+form); !strings.HasSuffix(got, `"better": 2}`) {
		t.Errorf("the second one is better: %s", got)
	}
	seen := map[string]int{}
	for i := range 20 {
		seen[write(t, JSONObject, fmt.Sprintf("<problem>\nWhat is 3/4 of 20?\n</problem>\nTry %d.\nReply with JSON: {\"final_answer\": \"<number>\"}", i))]++
	}
	if len(seen) < 2 || seen[slices.MaxFunc(slices.Collect(maps.Keys(seen)), func(a, b string) int { return seen[a] - seen[b] })] < 10 {
		t.Errorf("answers are %v", seen)
	}
}

// All templates can be filled, and each topic has enough of them.
func TestData(t *testing.T) {
	r := rng(1)
	for _, topic := range append(topics(), general()) {
		if len(topic.questions) < 8 || len(topic.methods) < 3 {
			t.Errorf("%s: %d questions, %d methods", topic.name, len(topic.questions), len(topic.methods))
		}
		for _, q := range topic.questions {
			text := fill(q, &r, "lakes", 0)
			if strings.ContainsAny(strings.ReplaceAll(text, "lim_{x", ""), "{}") {
				t.Errorf("%s became %s", q, text)
			}
		}
		if topic.name != "" && topicOf(topic.name) != topic {
			t.Errorf("%s: not found by its name", topic.name)
		}
	}
	for kind, all := range phrases() {
		for _, p := range all {
			if strings.ContainsAny(fill(p, &r, "lakes", 2), "{}") {
				t.Errorf("%s: %s", kind, p)
			}
		}
	}
}

// More questions than there are templates still differ.
func TestManyQuestions(t *testing.T) {
	got := strings.Split(write(t, Text, "Topic: Determinants\n\nReply with exactly 100 numbered lines:\n\n1. <question>"), "\n")
	seen := map[string]bool{}
	for _, line := range got {
		_, q, _ := strings.Cut(line, ". ")
		seen[q] = true
	}
	if len(got) != 100 || len(seen) != 100 {
		t.Errorf("%d lines, %d different", len(got), len(seen))
	}
}

func TestTextsIn(t *testing.T) {
	for prompt, want := range map[string]string{
		"Text 1:\n<text>\na\nb\n</text>\n\nText 2:\n<text>\nsays </text> and Text 9: here\n</text>\n\nReply with it.": "a\nb|says </text> and Text 9: here",
		"Rate.\nResponse 1: one\n\nResponse 2: two\nlines\n\nThat is all.":                                            "one|two\nlines",
		"There is no Text 1: in the middle of a line.":                                                                "",
		"Text 1:": "",
	} {
		if got := strings.Join(textsIn(prompt), "|"); got != want {
			t.Errorf("%q: got %q, want %q", prompt, got, want)
		}
	}
}

// A judge that sees the author's own texts knows the good from the bad.
func TestMerit(t *testing.T) {
	sum := map[string]float64{}
	const n = 300
	for i := range n {
		for _, model := range []string{"ministral-3b-latest", "mistral-small-latest", "mistral-large-latest"} {
			text, _, _ := Write(Request{Model: model, Seed: string(rune('a' + i)), Messages: []Message{{"user", "What is a prime?"}}})
			sum[model] += merit(text) / n
		}
	}
	if !(sum["ministral-3b-latest"]+0.1 < sum["mistral-small-latest"] && sum["mistral-small-latest"]+0.1 < sum["mistral-large-latest"]) {
		t.Errorf("mean merits %v", sum)
	}
}

// Ties are left to the fault of that name: a newcomer's first run shall reject no pair.
func TestNoTies(t *testing.T) {
	var spread [6]int
	for i := range 2000 {
		var texts []string
		for _, model := range []string{"ministral-8b-latest", "mistral-medium-latest"} {
			text, _, _ := Write(Request{Model: model, Seed: fmt.Sprint(i), Messages: []Message{{"user", "What is a prime?"}}})
			texts = append(texts, text)
		}
		w := newWriter(Request{Seed: fmt.Sprint(i), Messages: []Message{{"user", "Text 1:\n<text>" + texts[0] + "</text>\nText 2:\n<text>" + texts[1] + "</text>"}}})
		one, two := w.rate(1, 1, 5), w.rate(2, 1, 5)
		if one == two {
			t.Errorf("both rated %d:\n%s\n%s", one, texts[0], texts[1])
		}
		spread[one]++
		spread[two]++
	}
	for rating := 1; rating <= 5; rating++ {
		if spread[rating] < 200 || spread[rating] > 1600 {
			t.Errorf("ratings %v", spread[1:])
		}
	}
	same := newWriter(Request{Messages: []Message{{"user", "Text 1:\n<text>a</text>\nText 2:\n<text>a</text>"}}})
	if same.rate(1, 1, 5) != same.rate(2, 1, 5) {
		t.Error("equal texts are rated differently")
	}
}
