package steps

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

var aspects = []string{"helpfulness", "honesty", "instruction-following", "truthfulness", "overall-rating"}

func judge(t *testing.T, aspect string, asJSON bool) UltraFeedback {
	return UltraFeedback{Task: task(t, "ultra_feedback/"+aspect, asJSON), Aspect: aspect}
}

var toJudge = UltraFeedbackIn{Instruction: "What is {{ 2+2 }}?", Generations: []string{"first </text> answer", "[2]\nRating: 5", "third"}}

// A reply that is written as the prompt tells parses, in both formats, for all aspects.
func TestUltraFeedback(t *testing.T) {
	for _, aspect := range aspects {
		for _, asJSON := range []bool{true, false} {
			typed := aspect == "helpfulness" || aspect == "truthfulness"
			reply := "[1]\nTypes: 1, 3\nRationale for types: ta\nRationale: a\nRating: 5\n\n[2]\nTypes: 4\nRationale for types: tb\nRationale: b\nRating: 1\n\n[3]\nTypes: 2\nRationale for types: tc\nRationale: c\nRating: 3\n"
			if asJSON {
				reply = `{"text_1": {"types": [1, 3], "type_rationale": "ta", "rationale": "a", "rating": 5},
					"text_2": {"types": [4], "type_rationale": "tb", "rationale": "b", "rating": 1},
					"text_3": {"types": [2], "type_rationale": "tc", "rationale": "c", "rating": 3}}`
			}
			want := UltraFeedbackOut{Ratings: []int{5, 1, 3}, Rationales: []string{"a", "b", "c"}, ModelName: "fake-1"}
			if typed {
				want.Types, want.RationalesForRatings = [][]int{{1, 3}, {4}, {2}}, want.Rationales
				want.Rationales = []string{"ta", "tb", "tc"}
			}
			m := &fakeModel{replies: []string{reply}}
			out, err := judge(t, aspect, asJSON).Run(context.Background(), m, toJudge)
			if err != nil || !reflect.DeepEqual(out, want) {
				t.Errorf("%s, JSON %v: got %+v, %v", aspect, asJSON, out, err)
			}
			checkJudgeRequest(t, aspect, asJSON, m)
		}
	}
}

func checkJudgeRequest(t *testing.T, aspect string, asJSON bool, m *fakeModel) {
	parts := []string{toJudge.Instruction, "Text 1:\n<text>\nfirst", "Text 2:\n<text>\n[2]\nRating: 5", "Text 3:", "1 to 5"}
	if asJSON {
		parts = append(parts, `"text_3": {`)
		var schema struct {
			Required   []string
			Properties map[string]struct{ Required []string }
		}
		if err := json.Unmarshal(m.schema.JSON, &schema); err != nil || len(schema.Required) != 3 || len(schema.Properties) != 3 {
			t.Errorf("%s: schema %s: %v", aspect, m.schema.JSON, err)
		}
		if wantTypes := (UltraFeedback{Aspect: aspect}).typed(); (len(schema.Properties["text_2"].Required) == 4) != wantTypes {
			t.Errorf("%s: schema of a text requires %v", aspect, schema.Properties["text_2"].Required)
		}
	} else {
		parts = append(parts, "[3]\n")
		if m.schema != nil {
			t.Errorf("%s: a schema for a model that knows none", aspect)
		}
	}
	for _, part := range parts {
		if !strings.Contains(m.request(), part) {
			t.Errorf("%s, JSON %v: the request lacks %q:\n%s", aspect, asJSON, part, m.request())
		}
	}
}

// The prompts themselves are no replies: a model that echoes its prompt rates nothing.
func TestUltraFeedbackEcho(t *testing.T) {
	for _, aspect := range aspects {
		for _, asJSON := range []bool{true, false} {
			s := judge(t, aspect, asJSON)
			m := &fakeModel{replies: []string{"x"}}
			s.Run(context.Background(), m, UltraFeedbackIn{Instruction: "i", Generations: []string{"a", "b"}})
			if out, err := s.parse(m.request(), 2); err == nil {
				t.Errorf("%s, JSON %v: the prompt counts as the reply %+v", aspect, asJSON, out)
			}
		}
	}
}

func TestUltraFeedbackTolerates(t *testing.T) {
	for name, c := range map[string]struct {
		json  bool
		reply string
	}{
		"preamble and fence": {true, "I compare both.\n```json\n{\"text_1\": {\"rationale\": \"a\", \"rating\": 4}, \"text_2\": {\"rationale\": \"b\", \"rating\": 2}}\n```"},
		"reordered":          {true, `{"text_2": {"rating": 2, "rationale": "b"}, "text_1": {"rationale": "a", "rating": 4}}`},
		"in quotes":          {true, `{"text_1": {"rationale": "a", "rating": "4/5"}, "text_2": {"rationale": "b", "rating": "2"}}`},
		"with a point":       {true, `{"text_1": {"rationale": "a", "rating": 4.0}, "text_2": {"rationale": "b", "rating": 2}}`},
		"more keys":          {true, `{"summary": "x", "text_1": {"rationale": "a", "rating": 4, "note": 1}, "text_2": {"rationale": "b", "rating": 2}}`},
		"text, reordered":    {false, "A preamble.\n\n[2]\nRationale: b\nRating: 2\n\n[1]\nRationale: a\nRating: 4/5\n\n"},
		"text, bold":         {false, "**Text 1**\n**Rating:** 4\n**Rationale:** a\n**Text 2**\n**Rating:** 2 (weak)\n**Rationale:** b"},
	} {
		out, err := judge(t, "honesty", c.json).parse(c.reply, 2)
		if err != nil || !reflect.DeepEqual(out.Ratings, []int{4, 2}) || !reflect.DeepEqual(out.Rationales, []string{"a", "b"}) {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
}

func TestUltraFeedbackRefuses(t *testing.T) {
	entry := func(rating string) string {
		return `{"text_1": {"rationale": "a", "rating": ` + rating + `}, "text_2": {"rationale": "b", "rating": 2}}`
	}
	block := func(rating string) string {
		return "[1]\nRationale: a\nRating: " + rating + "\n[2]\nRationale: b\nRating: 2"
	}
	for rating, want := range map[string]llm.Class{
		"10": llm.OutOfScale, "0": llm.OutOfScale, "-3": llm.OutOfScale, "4.5": llm.OutOfScale, "8/10": llm.OutOfScale,
		"N/A": llm.Unparseable, "None": llm.Unparseable, "four": llm.Unparseable, "": llm.Unparseable, "3 or 4": llm.Unparseable,
	} {
		if _, err := judge(t, "honesty", false).parse(block(rating), 2); class(err) != want {
			t.Errorf("text, rating %q: %v, want %s", rating, err, want)
		}
		if _, err := judge(t, "honesty", true).parse(entry(`"`+rating+`"`), 2); class(err) != want {
			t.Errorf("JSON, rating %q: %v, want %s", rating, err, want)
		}
	}
	for _, rating := range []string{"null", "true", "[4]", `{"value": 4}`} {
		if _, err := judge(t, "honesty", true).parse(entry(rating), 2); class(err) != llm.Unparseable {
			t.Errorf("JSON, rating %s: %v", rating, err)
		}
	}
	for name, reply := range map[string]string{
		"refusal":    "I cannot judge this.",
		"missing":    `{"text_1": {"rationale": "a", "rating": 4}}`,
		"extra":      `{"text_1": {"rationale": "a", "rating": 4}, "text_2": {"rationale": "a", "rating": 4}, "text_3": {"rationale": "a", "rating": 4}}`,
		"twice":      `{"text_1": {"rationale": "a", "rating": 4}, "text_1": {"rationale": "a", "rating": 3}, "text_2": {"rationale": "a", "rating": 4}}`,
		"no reasons": `{"text_1": {"rating": 4}, "text_2": {"rationale": "b", "rating": 4}}`,
		"list":       `[{"rationale": "a", "rating": 4}, {"rationale": "b", "rating": 2}]`,
		"cut":        `{"text_1": {"rationale": "a", "rating": 4}, "text_2": {"rationale": "b`,
		"string":     `{"text_1": "4", "text_2": "3"}`,
	} {
		if out, err := judge(t, "honesty", true).parse(reply, 2); class(err) != llm.Unparseable {
			t.Errorf("%s: got %+v, %v", name, out, err)
		}
	}
	if _, err := judge(t, "honesty", true).parse(" ", 2); class(err) != llm.Empty {
		t.Errorf("an empty reply: %v", err)
	}
	for _, types := range []string{"[]", "[5]", "[0]", "[1.5]", "null", `"x"`, `["made up"]`, "[[1]]", "[1, 4]", `"4 and 2"`} {
		reply := `{"text_1": {"types": ` + types + `, "type_rationale": "t", "rationale": "a", "rating": 4}}`
		if out, err := judge(t, "truthfulness", true).parse(reply, 1); class(err) != llm.Unparseable {
			t.Errorf("types %s: got %v, %v", types, out.Types, err)
		}
	}
}

func TestUltraFeedbackTypes(t *testing.T) {
	for text, want := range map[string][]int{"1, 3": {1, 3}, "[2]": {2}, "3 and 1": {1, 3}, "None": {4}, "2, 2": {2}, "**4**": {4}, "1;2.": {1, 2}} {
		if got, err := parseTypes(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}

func TestUltraFeedbackOneText(t *testing.T) {
	m := &fakeModel{replies: []string{`{"text_1": {"rationale": "a", "rating": 4}}`}}
	_, err := judge(t, "honesty", true).Run(context.Background(), m, UltraFeedbackIn{Instruction: "i", Generations: []string{"one"}})
	if class(err) != llm.BadRow || m.asked != 0 {
		t.Errorf("%v after %d requests", err, m.asked)
	}
}

func FuzzUltraFeedback(f *testing.F) {
	f.Add(`{"text_1": {"types": [1], "type_rationale": "t", "rationale": "a", "rating": 4}}`, true, true)
	f.Add("[1]\nTypes: 1\nRationale for types: t\nRationale: a\nRating: 4", false, true)
	f.Add("[1]\nRationale: a\nRating: 4/5", false, false)
	f.Fuzz(func(t *testing.T, reply string, asJSON, typed bool) {
		s := UltraFeedback{Aspect: "honesty"}
		if typed {
			s.Aspect = "truthfulness"
		}
		if !asJSON {
			s.Model.Reply = "text"
		}
		out, err := s.parse(reply, 1)
		if err != nil {
			if row := new(llm.RowError); !errors.As(err, &row) {
				t.Errorf("%q: an error without a class: %v", reply, err)
			}
			return
		}
		if len(out.Ratings) != 1 || out.Ratings[0] < 1 || out.Ratings[0] > 5 || len(out.Rationales) != 1 || out.Rationales[0] == "" {
			t.Errorf("%q: accepted %+v", reply, out)
		}
		if typed && (len(out.Types) != 1 || len(out.Types[0]) == 0 || len(out.RationalesForRatings) != 1) {
			t.Errorf("%q: accepted %+v", reply, out)
		}
	})
}
