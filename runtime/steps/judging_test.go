package steps

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// badResults are values of a result from 1 to 5 that are none, with the class that they get.
var badResults = map[string]llm.Class{
	"6": llm.OutOfScale, "0": llm.OutOfScale, "-3": llm.OutOfScale, "3.5": llm.OutOfScale, "4/10": llm.OutOfScale,
	"N/A": llm.Unparseable, "None": llm.Unparseable, "four": llm.Unparseable, "": llm.Unparseable, "3 or 4": llm.Unparseable, "Text 1": llm.Unparseable,
}

// goodJudgements are ways to say the reason "R." and the result 2.
func goodJudgements(reason, result string) map[bool][]string {
	return map[bool][]string{
		true: {
			fmt.Sprintf(`{%q: "R.", %q: 2}`, reason, result),
			fmt.Sprintf("Here is my judgement:\n```json\n{%q: \"R.\", %q: \"2\"}\n```\nHope it helps.", reason, result),
			fmt.Sprintf(`{%q: 2.0, %q: "R."}`, result, reason),
		},
		false: {
			fmt.Sprintf("%s: R.\n%s: 2", reason, result),
			fmt.Sprintf("I have read both.\n\n**%s:** R.\n**%s:** 2 (clearly)\n", reason, result),
		},
	}
}

// badJudgements are replies that hold no judgement.
func badJudgements(reason, result string) map[bool]map[string]llm.Class {
	all := map[bool]map[string]llm.Class{
		true: {
			"": llm.Empty, "The second one is better.": llm.Unparseable,
			fmt.Sprintf(`{%q: "R."}`, reason):                                        llm.Unparseable,
			fmt.Sprintf(`{%q: 2}`, result):                                           llm.Unparseable,
			fmt.Sprintf(`{%q: "R.", %q: 2, %[2]q: 1}`, reason, result):               llm.Unparseable,
			fmt.Sprintf(`{%q: "R.", %q: null}`, reason, result):                      llm.Unparseable,
			fmt.Sprintf(`{%q: "R.", %q: [2]}`, reason, result):                       llm.Unparseable,
			fmt.Sprintf(`{%q: "R.", %q: 2} {%[1]q: "R.", %[2]q: 1}`, reason, result): llm.Unparseable,
			fmt.Sprintf(`{%q: "R.", %q: 2`, reason, result):                          llm.Unparseable,
		},
		false: {
			" \n": llm.Empty, "The second one is better.": llm.Unparseable,
			reason + ": R.": llm.Unparseable, result + ": 2": llm.Unparseable,
			fmt.Sprintf("%s: R.\n%s: 2\n%[2]s: 1", reason, result): llm.Unparseable,
		},
	}
	for value, class := range badResults {
		all[true][fmt.Sprintf(`{%q: "R.", %q: %q}`, reason, result, value)] = class
		all[false][fmt.Sprintf("%s: R.\n%s: %s", reason, result, value)] = class
	}
	return all
}

func TestPrometheusEval(t *testing.T) {
	for mode, in := range map[string]PrometheusEvalIn{
		"absolute": {Instruction: "Is 91 a prime?", Generation: "first", Reference: "No: 7 * 13."},
		"relative": {Instruction: "Is 91 a prime?", Generations: []string{"first", "second"}, Reference: "No: 7 * 13."},
	} {
		for asJSON, replies := range goodJudgements("feedback", "result") {
			s := PrometheusEval{Task: task(t, "prometheus_eval/"+mode, asJSON), Mode: mode, Rubric: "honesty", Reference: true}
			for _, said := range replies {
				m := &fakeModel{replies: []string{said}}
				out, err := s.Run(context.Background(), m, in)
				if err != nil || out != (PrometheusEvalOut{"R.", 2, "fake-1"}) {
					t.Errorf("%s, %q: got %+v, %v", mode, said, out, err)
				}
				for _, part := range []string{"Is 91 a prime?", "Text 1:\n<text>\nfirst", "No: 7 * 13.", "what is so"} {
					if !strings.Contains(m.request(), part) {
						t.Errorf("%s: the request lacks %q:\n%s", mode, part, m.request())
					}
				}
			}
			for said, want := range badJudgements("feedback", "result")[asJSON] {
				m := &fakeModel{replies: []string{said}}
				if out, err := s.Run(context.Background(), m, in); class(err) != want {
					t.Errorf("%s, JSON %v, %q: got %+v, %v, want %s", mode, asJSON, said, out, err, want)
				}
			}
			three := map[bool]string{true: `{"feedback": "R.", "result": 3}`, false: "Feedback: R.\nResult: 3"}
			if _, err := s.Run(context.Background(), &fakeModel{replies: []string{three[asJSON]}}, in); (class(err) == llm.OutOfScale) != (mode == "relative") {
				t.Errorf("%s: a third answer, or the grade 3: %v", mode, err)
			}
		}
	}
}

// A rubric of the user's takes the place of the known ones, and two answers are two.
func TestPrometheusEvalRubrics(t *testing.T) {
	m := &fakeModel{replies: []string{`{"feedback": "R.", "result": 2}`}}
	s := PrometheusEval{Task: task(t, "prometheus_eval/absolute", true), Mode: "absolute", Rubric: "honesty", RubricText: "Is it funny? 1. no 5. yes"}
	if _, err := s.Run(context.Background(), m, PrometheusEvalIn{Generation: "x"}); err != nil || !strings.Contains(m.request(), "Is it funny?") || strings.Contains(m.request(), "what is so") {
		t.Errorf("%v:\n%s", err, m.request())
	}
	s.Mode = "relative"
	m = &fakeModel{replies: []string{"{}"}}
	if _, err := s.Run(context.Background(), m, PrometheusEvalIn{Generations: threeTexts}); class(err) != llm.BadRow || m.asked != 0 {
		t.Errorf("three answers: %v after %d requests", err, m.asked)
	}
	c := &component.Columns{Inputs: map[string]component.Column{"generations": {Name: "generations", Len: 3}}}
	if prometheusEval().Derive(s, c); len(c.Problems) != 1 {
		t.Errorf("problems are %v", c.Problems)
	}
}

// prefers is a judge who reads the two texts of the request and says which is better.
type prefers struct {
	better func(first, second string) int
	asked  int
}

func (p *prefers) Ask(_ context.Context, messages []llm.Message, _ *llm.Schema, accept func(string) error) (llm.Reply, error) {
	p.asked++
	parts := strings.Split(messages[0].Content, "<text>\n")
	first, _, _ := strings.Cut(parts[1], "\n")
	second, _, _ := strings.Cut(parts[2], "\n")
	text := fmt.Sprintf(`{"reason": "R.", "better": %d}`, p.better(first, second))
	return llm.Reply{Text: text, Model: "fake-1"}, accept(text)
}

func TestPairwiseRanking(t *testing.T) {
	longer := func(first, second string) int {
		switch {
		case len(first) > len(second):
			return 1
		case len(first) < len(second):
			return 2
		}
		return 0
	}
	always := func(n int) func(string, string) int { return func(string, string) int { return n } }
	for name, c := range map[string]struct {
		texts         []string
		method        string
		better        func(first, second string) int
		ranks, points []int
		asked, split  int
	}{
		"order":              {[]string{"aa", "a", "aaaa", "aaa"}, "round_robin", longer, []int{3, 4, 1, 2}, []int{2, 0, 6, 4}, 12, 0},
		"always the first":   {[]string{"aa", "a", "aaa"}, "round_robin", always(1), []int{1, 1, 1}, []int{2, 2, 2}, 6, 3},
		"always the second":  {[]string{"aa", "a"}, "round_robin", always(2), []int{1, 1}, []int{1, 1}, 2, 1},
		"neither":            {[]string{"aa", "a"}, "round_robin", always(0), []int{1, 1}, []int{1, 1}, 2, 0},
		"equal texts":        {[]string{"aa", "a", "aa"}, "round_robin", longer, []int{1, 3, 1}, []int{3, 0, 3}, 2, 0},
		"one order is a tie": {[]string{"aa", "a"}, "round_robin", func(a, b string) int { return map[string]int{"aa": 1}[a] }, []int{1, 2}, []int{2, 0}, 2, 1},
		"knockout":           {[]string{"aa", "a", "aaaa", "aaa"}, "knockout", longer, []int{2, 3, 1, 3}, []int{1, 0, 2, 0}, 6, 0},
		"knockout of three":  {[]string{"aa", "a", "aaaa"}, "knockout", longer, []int{2, 3, 1}, []int{1, 0, 2}, 4, 0},
		"knockout, tied":     {[]string{"aa", "a"}, "knockout", always(1), []int{1, 1}, []int{1, 1}, 2, 1},
	} {
		m := &prefers{better: c.better}
		s := PairwiseRanking{Task: task(t, "pairwise_ranking", true), Method: c.method, AllowTies: true}
		out, err := s.Run(context.Background(), m, PairwiseRankingIn{Instruction: "x", Generations: c.texts})
		if err != nil || !reflect.DeepEqual(out.Ranks, c.ranks) || !reflect.DeepEqual(out.Ratings, c.points) || m.asked != c.asked || out.Disagreements != c.split {
			t.Errorf("%s: got %+v after %d requests, %v", name, out, m.asked, err)
		}
		if len(out.RankedGenerations) != len(c.texts) || out.RankedGenerations[0] != c.texts[indexOf(out.Ranks, 1)] {
			t.Errorf("%s: ranked %q", name, out.RankedGenerations)
		}
	}
	s := PairwiseRanking{Task: task(t, "pairwise_ranking", true), OnDisagreement: "reject"}
	if _, err := s.Run(context.Background(), &prefers{better: always(1)}, PairwiseRankingIn{Generations: []string{"a", "b"}}); class(err) != llm.NoPair {
		t.Errorf("a judge who contradicts itself: %v", err)
	}
	for _, texts := range [][]string{{"a"}, {"a", "a"}} {
		if _, err := s.Run(context.Background(), &prefers{better: always(1)}, PairwiseRankingIn{Generations: texts}); class(err) != llm.BadRow {
			t.Errorf("%q: %v", texts, err)
		}
	}
}

func indexOf(ranks []int, rank int) int {
	for i, r := range ranks {
		if r == rank {
			return i
		}
	}
	return -1
}

func TestPairwiseRankingAsksAgain(t *testing.T) {
	in := PairwiseRankingIn{Generations: []string{"a", "b"}}
	for _, asJSON := range []bool{true, false} {
		s := PairwiseRanking{Task: task(t, "pairwise_ranking", asJSON)}
		zero := map[bool]string{true: `{"reason": "R.", "better": 0}`, false: "Reason: R.\nBetter: 0"}[asJSON]
		bad := badJudgements("reason", "better")[asJSON]
		bad[zero] = llm.OutOfScale // ties are not allowed
		for said, want := range bad {
			if out, err := s.Run(context.Background(), &fakeModel{replies: []string{said}}, in); class(err) != want {
				t.Errorf("JSON %v, %q: got %+v, %v, want %s", asJSON, said, out, err, want)
			}
		}
	}
}

func TestTextClassification(t *testing.T) {
	known := []string{"price", "Quality", "delivery"}
	for _, c := range []struct {
		json  bool
		n     int
		known []string
		reply string
		want  []string // nil: cannot be used
	}{
		{true, 1, known, `{"labels": ["price"]}`, []string{"price"}},
		{true, 1, known, "Sure:\n```json\n{\"labels\": [\" quality. \"]}\n```", []string{"Quality"}},
		{true, 1, known, `{"labels": "Unclassified"}`, []string{"Unclassified"}},
		{true, 2, known, `{"labels": ["delivery", "price"]}`, []string{"delivery", "price"}},
		{true, 2, known, `{"labels": ["delivery", "Delivery"]}`, nil},
		{true, 2, known, `{"labels": ["delivery", "Unclassified"]}`, nil},
		{true, 1, known, `{"labels": ["delivery", "price"]}`, nil},
		{true, 1, known, `{"labels": ["weather"]}`, nil},
		{true, 1, known, `{"labels": ["N/A"]}`, nil},
		{true, 1, known, `{"labels": []}`, nil},
		{true, 1, known, `{"labels": [1]}`, nil},
		{true, 1, known, `{"labels": null}`, nil},
		{true, 1, known, `{"label": "price"}`, nil},
		{true, 1, known, `{"labels": ["price"], "labels": ["price"]}`, nil},
		{true, 1, known, `It is about the price.`, nil},
		{true, 1, nil, `{"labels": ["late parcels"]}`, []string{"late parcels"}},
		{true, 1, nil, `{"labels": ["none"]}`, nil},
		{true, 1, nil, `{"labels": ["` + strings.Repeat("The text is about a parcel. ", 4) + `"]}`, nil},
		{false, 1, known, "Label: price", []string{"price"}},
		{false, 2, known, "I would say:\n\n- **Label:** delivery\nLabel 2: Quality", []string{"delivery", "Quality"}},
		{false, 1, known, "Label: price\nLabel: delivery", nil},
		{false, 1, known, "price", nil},
		{false, 1, known, "Label: the price, I think", nil},
		{false, 1, known, "Label:", nil},
		{true, 1, nil, `{"labels": ["<label>"]}`, nil},
		{true, 1, nil, `{"labels": ["-"]}`, nil},
		{true, 1, nil, `{"labels": ["😀"]}`, []string{"😀"}},
		{true, 1, nil, `{"labels": [null]}`, nil},
		{true, 1, nil, `{"labels": ["I cannot label this."]}`, nil},
		{true, 1, nil, `{"labels": ["Sorry but this is nothing that I am able to label"]}`, nil},
		{true, 3, nil, `{"labels": ["late parcels, price"]}`, nil},
		{true, 3, nil, `{"labels": ["parcels", "Parcels"]}`, nil},
		{true, 2, known, `{"draft": {"labels": ["price"]}, "labels": [`, nil},
		{false, 2, known, "1. Label: delivery\n2. **Label:** Quality", []string{"delivery", "Quality"}},
		{false, 2, known, "Label 2: Quality\nLabel 1: delivery", nil},
		{false, 2, known, "<think>\nLabel: price\n</think>\nLabel: delivery", []string{"delivery"}},
		{false, 2, known, "<think>\nLabel: price\nOr perhaps", nil},
		{false, 1, nil, "Label: <label>", nil},
	} {
		m := &fakeModel{replies: []string{c.reply}}
		s := TextClassification{Task: task(t, "text_classification", c.json), AvailableLabels: c.known, N: c.n, DefaultLabel: "Unclassified", QueryTitle: "Review"}
		out, err := s.Run(context.Background(), m, TextClassificationIn{Text: "It came late."})
		if c.want == nil && class(err) != llm.Unparseable || c.want != nil && (err != nil || !reflect.DeepEqual(out, TextClassificationOut{c.want[0], c.want, "fake-1"})) {
			t.Errorf("%d of %q, %q: got %+v, %v", c.n, c.known, c.reply, out, err)
		}
		for _, part := range append(c.known, "It came late.", "Review:", "Unclassified") {
			if !strings.Contains(m.request(), part) {
				t.Errorf("the request lacks %q:\n%s", part, m.request())
			}
		}
	}
}
