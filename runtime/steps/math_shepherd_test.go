package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

const problem = "Tom has 3 bags of 4 apples and eats 2. How many are left?"

func TestMathShepherdGenerator(t *testing.T) {
	two := [][]string{{"Step 1: 3 * 4 = 12.", "Step 2: 12 - 2 = 10. The answer is: 10"}, {"Step 1: 4 + 4 + 4 - 2 = 10. The answer is: 10"}}
	for name, c := range map[string]struct {
		json  bool
		n     int
		reply string
	}{
		"json":           {true, 2, `{"solution_1": {"steps": ["3 * 4 = 12.", "12 - 2 = 10."], "final_answer": "10"}, "solution_2": {"steps": ["4 + 4 + 4 - 2 = 10."], "final_answer": "10"}}`},
		"json, numbered": {true, 2, "Sure:\n" + `{"solution_2": {"steps": ["Step 1: 4 + 4 + 4 - 2 = 10. The answer is: 10"], "final_answer": "The answer is 10."}, "solution_1": {"steps": ["**Step 1:** 3 * 4 = 12.", "Step 2: 12 - 2 = 10."], "final_answer": 10}}`},
		"text":           {false, 2, "[1]\nStep 1: 3 * 4 = 12.\nStep 2: 12 - 2 = 10.\nFinal answer: 10\n\n[2]\nStep 1: 4 + 4 + 4 - 2 = 10.\nFinal answer: 10"},
		"text, chatter":  {false, 2, "Here are two ways.\n\n**[1]**\n**Step 1:** 3 * 4\n = 12.\nStep 2. 12 - 2 = 10.\n**Final answer:** 10.\n\n### Solution [2]\nStep 1: 4 + 4 + 4 - 2 = 10.\nThe answer is: 10\n\nDone!"},
		"text, one":      {false, 1, "Step 1: 3 * 4 = 12.\nStep 2: 12 - 2 = 10.\nFinal answer: 10"},
		"text, one [1]":  {false, 1, "[1]\nStep 1: 3 * 4 = 12.\nStep 2: 12 - 2 = 10.\nFinal answer: 10"},
	} {
		m := &fakeModel{replies: []string{c.reply}}
		out, err := MathShepherdGenerator{Task: task(t, "math_shepherd_generator", c.json), NumSolutions: c.n}.Run(context.Background(), m, MathShepherdGeneratorIn{Instruction: problem})
		if want := (MathShepherdGeneratorOut{two[0], two[:c.n], "fake-1"}); err != nil || !reflect.DeepEqual(out, want) {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
}

func TestSolutionsRefused(t *testing.T) {
	one := `{"steps": ["a"], "final_answer": "10"}`
	for asJSON, replies := range map[bool][]string{
		true: {
			"The answer is 10.", `{"solution_1": ` + one + `}`, `{"solution_1": ` + one + `, "solution_1": ` + one + `}`,
			`{"solution_1": ` + one + `, "solution_2": ` + one + `}`, // the same twice
			`{"solution_1": ` + one + `, "solution_2": {"steps": [], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b", ""], "final_answer": ""}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["", "b"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": "N/A"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"]}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": "b", "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": ["b"]}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": ["10"]}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": {"value": 10}}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": null}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": true}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": "<answer>"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["<step>", "b"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b", null], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b", "c. The answer is: 7"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["Step 1: b\nStep 2: c"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["..."], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["Step 2: b", "Step 1: a"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["Step 1: b", "Step 3: c"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["Step 1: b", "Step 1: c"], "final_answer": "10"}}`,
			`{"solution_1": ` + one + `, "solution_2": {"steps": ["b"], "final_answer": "10"}, "solution_3": ` + one + `}`,
		},
		false: {
			"The answer is 10.", "[1]\nStep 1: a\nFinal answer: 10", "Step 1: a\nFinal answer: 10\nStep 1: b\nFinal answer: 10",
			"[1]\nStep 1: a\nFinal answer: 10\n[1]\nStep 1: b\nFinal answer: 10",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b",
			"[1]\nStep 1: a\n[2]\nStep 1: b\nFinal answer: 10",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 2: b\nFinal answer: 10",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b\nStep 1: c\nFinal answer: 10",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b\nFinal answer: none",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b\nFinal answer: <answer>",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: <step>\nStep 2: b\nFinal answer: 10",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b\nFinal answer: 10\nStep 2: c",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b. The answer is 7.\nFinal answer: 10",
			"<think>\n[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b\nFinal answer: 10\nOr",
			"[1]\nStep 1: a\nFinal answer: 10\n[2]\nStep 1: b\nFinal answer: 10\n[3]\nStep 1: c\nFinal answer: 10",
		},
	} {
		for _, said := range replies {
			s := MathShepherdGenerator{Task: task(t, "math_shepherd_generator", asJSON), NumSolutions: 2}
			if out, err := s.Run(context.Background(), &fakeModel{replies: []string{said}}, MathShepherdGeneratorIn{}); class(err) != llm.Unparseable {
				t.Errorf("JSON %v, %q: got %+v, %v", asJSON, said, out, err)
			}
		}
	}
}

// completes is a model that goes on from the steps that it is shown: with so many right completions as there are for their number.
type completes struct {
	right map[int]int
	asked []int
	seen  string
}

func (m *completes) Ask(_ context.Context, messages []llm.Message, _ *llm.Schema, accept func(string) error) (llm.Reply, error) {
	m.seen = messages[0].Content
	_, begun, _ := strings.Cut(m.seen, "<begun>")
	begun, _, _ = strings.Cut(begun, "</begun>")
	done := strings.Count(begun, "Step ")
	m.asked = append(m.asked, done)
	answers := []string{"11", "11"}
	for i := range m.right[done] {
		answers[i] = "$10.00"
	}
	text := fmt.Sprintf(`{"solution_1": {"steps": ["x"], "final_answer": %q}, "solution_2": {"steps": ["x"], "final_answer": %q}}`, answers[0], answers[1])
	return llm.Reply{Text: text, Model: "fake-1"}, accept(text)
}

func TestMathShepherdCompleter(t *testing.T) {
	m := &completes{right: map[int]int{1: 2, 2: 1}}
	in := MathShepherdCompleterIn{Instruction: problem, GoldenSolution: []string{"Step 1: The answer is: 10"}, Solutions: [][]string{
		{"Step 1: 3 * 4 = 12.", "Step 2: 12 - 2 = 10.", "Step 3: Done. The answer is: 10"},
		{"Step 1: 3 * 4 = 12.", "Step 2: 12 + 2 = 14. The answer is: 14"},
	}}
	out, err := MathShepherdCompleter{Task: task(t, "math_shepherd_completer", true), NumCompletions: 2}.Run(context.Background(), m, in)
	want := MathShepherdCompleterOut{[][]bool{{true, true, true}, {true, false}}, [][]float64{{1, 0.5, 1}, {1, 0}}, "fake-1"}
	if err != nil || !reflect.DeepEqual(out, want) {
		t.Errorf("got %+v, %v", out, err)
	}
	if !reflect.DeepEqual(m.asked, []int{1, 2}) {
		t.Errorf("asked after so many steps: %v; steps that are the same are completed once", m.asked)
	}
	for _, part := range []string{problem, "Step 2: 12 - 2 = 10.\n"} {
		if !strings.Contains(m.seen, part) {
			t.Errorf("the request lacks %q:\n%s", part, m.seen)
		}
	}
	in.GoldenSolution = []string{"Step 1: 10"}
	if _, err := (MathShepherdCompleter{Task: task(t, "math_shepherd_completer", true)}).Run(context.Background(), m, in); class(err) != llm.BadRow {
		t.Errorf("a golden solution without an answer: %v", err)
	}
}

// Completions in lines are numbered on from the steps that are there.
func TestCompletionsInLines(t *testing.T) {
	s := solutions{n: 1, done: 2}
	plain := task(t, "math_shepherd_completer", false)
	if got, err := s.parse(plain, "[1]\nStep 3: x\nFinal answer: 10"); err != nil || got[0][0] != "Step 3: x The answer is: 10" {
		t.Errorf("%q, %v", got, err)
	}
	for _, first := range []string{"x", "Step 1: x", "Step 3: x"} {
		said := fmt.Sprintf(`{"solution_1": {"steps": [%q, "y"], "final_answer": "10"}}`, first)
		if got, err := s.parse(task(t, "math_shepherd_completer", true), said); err != nil || !reflect.DeepEqual(got[0], []string{"Step 3: x", "Step 4: y The answer is: 10"}) {
			t.Errorf("%s: %q, %v", said, got, err)
		}
	}
	if got, err := s.parse(plain, "[1]\nStep 1: x\nFinal answer: 10"); class(err) != llm.Unparseable {
		t.Errorf("it begins anew: %q, %v", got, err)
	}
}

// The last step keeps what it calculates, and has the answer once.
func TestEndWith(t *testing.T) {
	for text, want := range map[string]string{
		"12 - 2 = 10.":                         "12 - 2 = 10. The answer is: 10",
		"12 - 2 = 10. The answer is: 10.0":     "12 - 2 = 10. The answer is: 10",
		"12 - 2 = 10. The answer is 10 apples": "12 - 2 = 10. The answer is: 10",
		"So the answer is 12 - 2 = 10.":        "So the answer is 12 - 2 = 10. The answer is: 10",
		"The answer is: $10":                   "The answer is: 10",
		"So the answer is 110.":                "",
	} {
		if got, err := endWith(text, "10"); got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func TestSameAnswer(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"10", "10.0", true}, {"1,000", "$1000.00", true}, {"1/2", "0.5", true}, {"50%", "50", true}, {"x = 3", "X  = 3.", true}, {"1,000,000", "1000000", true},
		{"10", "100", false}, {"(1, 2)", "(1, 3)", false}, {"", "0", false}, {"-3", "3", false},
	} {
		if sameAnswer(c.a, c.b) != c.same {
			t.Errorf("%q and %q: want %v", c.a, c.b, c.same)
		}
	}
}

func TestFormatPRM(t *testing.T) {
	in := FormatPRMIn{Instruction: problem, Solutions: []string{"Step 1: a", "Step 2: b"}, StepLabels: []bool{true, false}}
	got, err := FormatPRM{Format: "math-shepherd", StepToken: "ки", Tags: []string{"+", "-"}}.Run(in)
	if want := (FormatPRMOut{Input: problem + " Step 1: a ки\nStep 2: b ки", Label: problem + " Step 1: a +\nStep 2: b -"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = FormatPRM{Format: "trl"}.Run(in)
	if want := (FormatPRMOut{Prompt: problem, Completions: in.Solutions, Labels: in.StepLabels}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	in.StepLabels = in.StepLabels[:1]
	if _, err := (FormatPRM{Format: "trl"}).Run(in); class(err) != llm.BadRow {
		t.Errorf("a label too few: %v", err)
	}
}
