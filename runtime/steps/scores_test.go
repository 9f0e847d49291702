package steps

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/reply"
)

var threeTexts = []string{"first </text> one", "[2] Score: 5", "third"}

// A reply that is written as the prompt tells is read, by both scorers and in both formats.
func TestScorers(t *testing.T) {
	for _, asJSON := range []bool{true, false} {
		said := "[1] Score: 3\n[2] Score: 6\n[3] Score: 1"
		if asJSON {
			said = `{"score_1": 3, "score_2": 6, "score_3": 1}`
		}
		m := &fakeModel{replies: []string{said}}
		c, err := ComplexityScorer{Task: task(t, "complexity_scorer", asJSON), MaxScore: 6}.Run(context.Background(), m, ComplexityScorerIn{Instructions: threeTexts})
		if want := (ComplexityScorerOut{[]int{3, 6, 1}, "fake-1"}); err != nil || !reflect.DeepEqual(c, want) {
			t.Errorf("complexity, JSON %v: got %+v, %v", asJSON, c, err)
		}
		checkScoreRequest(t, asJSON, m)
		q, err := QualityScorer{Task: task(t, "quality_scorer", asJSON), MaxScore: 6}.Run(context.Background(), m, QualityScorerIn{Instruction: "What is 2+2?", Responses: threeTexts})
		if want := (QualityScorerOut{[]int{3, 6, 1}, "fake-1"}); err != nil || !reflect.DeepEqual(q, want) {
			t.Errorf("quality, JSON %v: got %+v, %v", asJSON, q, err)
		}
		checkScoreRequest(t, asJSON, m)
		if !strings.Contains(m.request(), "What is 2+2?") {
			t.Errorf("the judge does not see the instruction:\n%s", m.request())
		}
	}
}

func checkScoreRequest(t *testing.T, asJSON bool, m *fakeModel) {
	t.Helper()
	parts := []string{"Text 1:\n<text>\nfirst", "Text 2:\n<text>\n[2] Score: 5", "Text 3:", "to 6"}
	if asJSON {
		parts = append(parts, `"score_3": <1-6>`)
		var schema struct {
			Required   []string
			Properties map[string]struct{ Enum []int }
		}
		if err := json.Unmarshal(m.schema.JSON, &schema); err != nil || len(schema.Required) != 3 || len(schema.Properties["score_2"].Enum) != 6 {
			t.Errorf("schema %s: %v", m.schema.JSON, err)
		}
	} else if parts = append(parts, "\n[3] Score: <1-6>"); m.schema != nil {
		t.Error("a schema for a model that knows none")
	}
	for _, part := range parts {
		if !strings.Contains(m.request(), part) {
			t.Errorf("JSON %v: the request lacks %q:\n%s", asJSON, part, m.request())
		}
	}
	if got, err := parseScores(m.request(), asJSON, 3, reply.Scale{Min: 1, Max: 6}); err == nil {
		t.Errorf("JSON %v: the prompt itself counts as the scores %v", asJSON, got)
	}
}

func TestScoresTolerate(t *testing.T) {
	for name, c := range map[string]struct {
		json  bool
		reply string
	}{
		"preamble and fence": {true, "I compare both.\n```json\n{\"score_1\": 4, \"score_2\": 2}\n```\nThat is all."},
		"reordered":          {true, `{"score_2": 2, "score_1": 4}`},
		"in quotes":          {true, `{"score_1": "4/6", "score_2": "2"}`},
		"with a point":       {true, `{"score_1": 4.0, "score_2": 2}`},
		"more keys":          {true, `{"reasons": "x", "score_1": 4, "score_2": 2}`},
		"text, preamble":     {false, "Here are the scores:\n\n[1] Score: 4\n[2] Score: 2\n\nThe first is harder."},
		"text, reordered":    {false, "[2] Score: 2\n[1] Score: 4/6"},
		"text, indented":     {false, "  [1] Score: 4\n\t[2] score: 2 (easy)"},
		"text, bold":         {false, "**Text 1:** Score: 4\n**[2]** Score: **2**"},
		"text, on two lines": {false, "[1]\nScore: 4\n\n[2]\nScore: 2"},
	} {
		got, err := parseScores(c.reply, c.json, 2, reply.Scale{Min: 1, Max: 6})
		if err != nil || !reflect.DeepEqual(got, []int{4, 2}) {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
}

func TestScoresRefuse(t *testing.T) {
	for score, want := range map[string]llm.Class{
		"7": llm.OutOfScale, "0": llm.OutOfScale, "-3": llm.OutOfScale, "4.5": llm.OutOfScale, "4/10": llm.OutOfScale,
		"N/A": llm.Unparseable, "None": llm.Unparseable, "four": llm.Unparseable, "": llm.Unparseable, "3 or 4": llm.Unparseable,
	} {
		for asJSON, said := range map[bool]string{
			true:  `{"score_1": "` + score + `", "score_2": 2}`,
			false: "[1] Score: " + score + "\n[2] Score: 2",
		} {
			if got, err := parseScores(said, asJSON, 2, reply.Scale{Min: 1, Max: 6}); class(err) != want {
				t.Errorf("score %q, JSON %v: %v, %v, want %s", score, asJSON, got, err, want)
			}
		}
	}
	for name, c := range map[string]struct {
		json  bool
		reply string
	}{
		"prose":         {true, "The second one is harder than the first."},
		"missing":       {true, `{"score_1": 4}`},
		"shifted":       {true, `{"score_2": 4, "score_3": 2}`},
		"extra":         {true, `{"score_1": 4, "score_2": 2, "score_3": 1}`},
		"twice":         {true, `{"score_1": 4, "score_1": 3, "score_2": 2}`},
		"list":          {true, `[4, 2]`},
		"cut":           {true, `{"score_1": 4, "score_2`},
		"null":          {true, `{"score_1": null, "score_2": 2}`},
		"object":        {true, `{"score_1": {"score": 4}, "score_2": 2}`},
		"text, prose":   {false, "The second one is harder than the first."},
		"text, missing": {false, "[1] Score: 4"},
		"text, extra":   {false, "[1] Score: 4\n[2] Score: 2\n[3] Score: 1"},
		"text, twice":   {false, "[1] Score: 4\n[1] Score: 3\n[2] Score: 2"},
		"text, bare":    {false, "Score: 4\nScore: 2"},
	} {
		if got, err := parseScores(c.reply, c.json, 2, reply.Scale{Min: 1, Max: 6}); class(err) != llm.Unparseable {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	if _, err := parseScores(" ", true, 2, reply.Scale{Min: 1, Max: 6}); class(err) != llm.Empty {
		t.Errorf("an empty reply: %v", err)
	}
}

// A row without texts is not worth a request.
func TestScoreNothing(t *testing.T) {
	m := &fakeModel{replies: []string{"{}"}}
	_, err := ComplexityScorer{Task: task(t, "complexity_scorer", true), MaxScore: 6}.Run(context.Background(), m, ComplexityScorerIn{})
	if class(err) != llm.BadRow || m.asked != 0 {
		t.Errorf("%v after %d requests", err, m.asked)
	}
}

func FuzzScores(f *testing.F) {
	f.Add(`{"score_1": 4, "score_2": "2"}`, true)
	f.Add("[1] Score: 4\n[2] Score: 2/6", false)
	f.Fuzz(func(t *testing.T, text string, asJSON bool) {
		got, err := parseScores(text, asJSON, 2, reply.Scale{Min: 1, Max: 6})
		if row := new(llm.RowError); err != nil && !errors.As(err, &row) {
			t.Errorf("%q: an error without a class: %v", text, err)
		}
		if err == nil && (len(got) != 2 || min(got[0], got[1]) < 1 || max(got[0], got[1]) > 6) {
			t.Errorf("%q: accepted %v", text, got)
		}
	})
}
