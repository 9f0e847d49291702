package reply

import (
	"reflect"
	"testing"
)

func TestItems(t *testing.T) {
	three := []string{"Add 1 and 2.", "What is 3.5 times 2?", "Solve x = 4"}
	for name, text := range map[string]string{
		"as told":          "1. Add 1 and 2.\n2. What is 3.5 times 2?\n3. Solve x = 4",
		"windows":          "1. Add 1 and 2.\r\n2. What is 3.5 times 2?\r\n3. Solve x = 4\r\n",
		"plain lines":      "Add 1 and 2.\n\n   \nWhat is 3.5 times 2?\n\t\nSolve x = 4\n",
		"bullets":          "- Add 1 and 2.\n* What is 3.5 times 2?\n• Solve x = 4",
		"parentheses":      "(1) Add 1 and 2.\n(2) What is 3.5 times 2?\n3) Solve x = 4",
		"tight":            "1.Add 1 and 2.\n2.What is 3.5 times 2?\n3)Solve x = 4",
		"preamble":         "Sure! Here are 3 instructions:\n\n1. Add 1 and 2.\n2. What is 3.5 times 2?\n3. Solve x = 4\n\nLet me know if you want more.",
		"plain preamble":   "Here are three instructions:\nAdd 1 and 2.\nWhat is 3.5 times 2?\nSolve x = 4",
		"two preambles":    "Certainly.\nHere they are:\nAdd 1 and 2.\nWhat is 3.5 times 2?\nSolve x = 4",
		"quotes":           "1. \"Add 1 and 2.\"\n2. “What is 3.5 times 2?”\n3. 'Solve x = 4'",
		"bold":             "**1.** Add 1 and 2.\n**2. What is 3.5 times 2?**\n3. **Solve x = 4**",
		"labels":           "Instruction 1: Add 1 and 2.\nInstruction 2: What is 3.5 times 2?\nInstruction 3: Solve x = 4",
		"numbered labels":  "1. Question: Add 1 and 2.\n2. **Question:** What is 3.5 times 2?\n3. Query 3: Solve x = 4",
		"code fence":       "```\n1. Add 1 and 2.\n2. What is 3.5 times 2?\n3. Solve x = 4\n```",
		"plain code fence": "```text\nAdd 1 and 2.\nWhat is 3.5 times 2?\nSolve x = 4\n```",
		"repetition":       "1. Add 1 and 2.\n2. add 1  and 2.\n3. What is 3.5 times 2?\n4. Solve x = 4",
		"too many":         "1. Add 1 and 2.\n2. What is 3.5 times 2?\n3. Solve x = 4\n4. One more",
		"thoughts":         "<think>\n1. a draft\n</think>\n1. Add 1 and 2.\n2. What is 3.5 times 2?\n3. Solve x = 4",
		"placeholders":     "1. ...\n2. Add 1 and 2.\n3. What is 3.5 times 2?\n4. Solve x = 4",
	} {
		if got := Items(text, 3); !reflect.DeepEqual(got, three) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestItemsOfSeveralLines(t *testing.T) {
	got := Items("1. Solve this:\n   2x = 4\n2. Explain.\nThat is all.\n   Bye.", 2)
	if want := []string{"Solve this:\n2x = 4", "Explain."}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got = Items(" 1. Solve this:\n    1. 2x = 4\n    2. 3x = 9\n 2. Explain.", 2)
	if want := []string{"Solve this:\n1. 2x = 4\n2. 3x = 9", "Explain."}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	got = Items("Here are three:\n1. **Sums**\nWhat is 1 + 1?\n2. **Products**\nWhat is 2 times 3?\n3. **Squares**\nWhat is 4 squared?\nGood luck!", 3)
	if want := []string{"**Sums**\nWhat is 1 + 1?", "**Products**\nWhat is 2 times 3?", "**Squares**\nWhat is 4 squared?"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Numbers and bullets of a JSON list are stripped where all items have them, and are part of what an item says otherwise.
func TestList(t *testing.T) {
	for name, c := range map[string]struct{ items, want []string }{
		"plain":         {[]string{"Add.", " Solve. "}, []string{"Add.", "Solve."}},
		"numbers":       {[]string{"1. Add.", "2) Solve."}, []string{"Add.", "Solve."}},
		"tight":         {[]string{"1.Add.", "2.Solve."}, []string{"Add.", "Solve."}},
		"labels":        {[]string{"Question 1: Add.", "Question 2: Solve."}, []string{"Add.", "Solve."}},
		"bullets":       {[]string{"- Add.", "- Solve."}, []string{"Add.", "Solve."}},
		"quotes":        {[]string{`"Add."`, `"Solve."`}, []string{"Add.", "Solve."}},
		"one number":    {[]string{"1. Add."}, []string{"Add."}},
		"arithmetic":    {[]string{"(2) + (3) = ?", "- 5 + 3 = ?"}, []string{"(2) + (3) = ?", "- 5 + 3 = ?"}},
		"not in order":  {[]string{"7. is prime?", "9: odd?"}, []string{"7. is prime?", "9: odd?"}},
		"007":           {[]string{"007: who is that?", "Who else?"}, []string{"007: who is that?", "Who else?"}},
		"one minus":     {[]string{"- 5 + 3 = ?"}, []string{"- 5 + 3 = ?"}},
		"some quoted":   {[]string{`"Hamlet"`, "By whom?"}, []string{`"Hamlet"`, "By whom?"}},
		"repetitions":   {[]string{"1. Add.", "2. add.", "3. ", "4. Solve."}, []string{"Add.", "Solve."}},
		"more than two": {[]string{"Add.", "Solve.", "Explain."}, []string{"Add.", "Solve."}},
	} {
		if got := List(c.items, 2); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// What looks like a number, a bullet or a preamble but belongs to the text stays.
func TestItemsKeep(t *testing.T) {
	for _, text := range []string{"3.5 is between which whole numbers?", "100 metres: how many feet?", "-5 plus 3 is what?", "Here is a list: sort it", `Explain "prime" and "even"`, "It's 'odd'", "*Hamlet* is by whom?"} {
		if got := Items(text, 1); !reflect.DeepEqual(got, []string{text}) {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestItemsOfNothing(t *testing.T) {
	for _, text := range []string{"", "\n\r\n  ", "1.\n2.\n", "```\n```", `{"tasks": ["a", "b", "c"]}`, "```json\n{\n\"tasks\": [\n\"a\",\n\"b\"]}\n```", `["a", "b"]`} {
		if got := Items(text, 3); len(got) != 0 {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func FuzzItems(f *testing.F) {
	f.Add("1. a\n2. b", 2)
	f.Add("Sure:\n- a\n  b\n**c**", 3)
	f.Fuzz(func(t *testing.T, text string, want int) {
		want = want&15 + 1
		items := Items(text, want)
		if len(items) > want {
			t.Errorf("%d items where %d were asked for", len(items), want)
		}
		for _, item := range items {
			if item == "" {
				t.Error("empty item")
			}
		}
	})
}
