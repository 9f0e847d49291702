package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/component"
)

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var columns = []component.Column{
	{Name: "question", Type: component.Of(component.String)},
	{Name: "level", Type: component.Of(component.Int)},
	{Name: "model", Type: component.Of(component.String)},
	{Name: "ratings", Type: component.ListOf(component.Of(component.Int))},
	{Name: "note", Type: component.Of(component.String).OrNull()},
	{Name: "chosen", Type: component.Of(component.Messages)},
	{Name: "rejected", Type: component.Of(component.Messages)},
}

const nasty = `</pre><script>alert("x")</script><img src=x onerror=alert(1)> & "quotes" 'n such'` + "\x1b[31m\u202e"

func messages(text string) []map[string]string {
	return []map[string]string{{"role": "user", "content": "Why?"}, {"role": "assistant", "content": text}}
}

func row(i int) map[string]any {
	return map[string]any{"question": fmt.Sprintf("Question %d? %s", i, strings.Repeat("x", i%50)), "level": i % 7, "model": []string{"small", "large"}[i%2],
		"ratings": []int{i%5 + 1, 5}, "chosen": messages("Good. " + nasty), "rejected": messages(strings.Repeat("Bad. ", i%9))}
}

// filled is a page with something in each part.
func filled(t *testing.T) *Page {
	t.Helper()
	began := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	rows := NewRows("default", columns)
	for i := range 200 {
		if err := rows.Add(jsonOf(t, row(i))); err != nil {
			t.Fatal(err)
		}
	}
	calls := NewCalls(began)
	for i := range 500 {
		calls.Add("answer", began.Add(time.Duration(i)*90*time.Millisecond), time.Duration(100+i%300)*time.Millisecond, 100+i, i%40 == 0)
	}
	p := &Page{Pipeline: "maths <b>", Description: nasty, Status: "finished with rejects", Error: nasty, Simulated: true, Hash: "abc", Version: "v0", Started: began, Took: 50 * time.Second,
		Figures: []Figure{{"200", "rows"}, {"500", "calls"}}, Costs: []Cost{{Step: "answer", Model: "small", Calls: 500, Prompt: 1000, Completion: 20_000, Money: "0.0123"}},
		Classes: []Class{{"cut", 2}}, Rejects: []Reject{{"answer", "cut", "Too long.", nasty, 7}}, Settings: []Setting{{"step.answer.temperature", nasty}}}
	p.Take(calls, []string{"answer", "judge"})
	p.Place(tutorial())
	p.Add(rows, "datasets/default/data.jsonl", 200)
	return p
}

func tutorial() []Node {
	return []Node{{Name: "topics", Kind: "source", Lines: []string{"10 rows out"}},
		{Name: "small", Inputs: []Input{{0, 10}}}, {Name: "medium", Inputs: []Input{{0, 10}}, Bad: true}, {Name: "a step with a name that is rather long", Inputs: []Input{{0, 1_000_000}}},
		{Name: "join", Inputs: []Input{{2, 10}, {1, 10}, {3, 10}}}, {Name: "default", Kind: "dataset", Dataset: true, Inputs: []Input{{4, 10}}}, {Name: "topics", Kind: "dataset", Dataset: true, Inputs: []Input{{0, 10}}}}
}

func TestWhatModelsWroteIsEscaped(t *testing.T) {
	var page bytes.Buffer
	if err := filled(t).Write(&page); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{"<script", "<img", "onerror=alert(1)>", "\x1b", "\u202e", "ZgotmplZ", "http://", "https://"} {
		if strings.Contains(page.String(), wrong) {
			t.Errorf("the page has %q", wrong)
		}
	}
	for _, right := range []string{"&lt;script&gt;alert(", "maths &lt;b&gt;", "Row 1</summary>", "The run was stopped"} {
		if !strings.Contains(page.String(), right) {
			t.Errorf("the page lacks %q", right)
		}
	}
	if page.Len() > 150_000 {
		t.Errorf("the page has %d bytes", page.Len())
	}
}

// An empty run has a page, too.
func TestPageOfNothing(t *testing.T) {
	p := &Page{}
	p.Place(nil)
	p.Take(NewCalls(time.Now()), nil)
	p.Add(NewRows("default", columns), "here", 0)
	if err := p.Write(&bytes.Buffer{}); err != nil {
		t.Error(err)
	}
}

func TestRowsAreTakenEvenly(t *testing.T) {
	rows := NewRows("d", []component.Column{{Name: "n", Type: component.Of(component.Int)}})
	const n = 100_000
	for i := range n {
		if err := rows.Add(fmt.Appendf(nil, `{"n": %d}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	if kept := len(rows.measures.items); kept < measured/2 || kept > measured {
		t.Errorf("%d rows are measured", kept)
	}
	for i, m := range rows.measures.items[1:] {
		if gap := m[0].numbers[0] - rows.measures.items[i][0].numbers[0]; int64(gap) != rows.measures.stride {
			t.Fatalf("rows %v and %v follow each other, every %d is to be taken", rows.measures.items[i][0], m[0], rows.measures.stride)
		}
	}
	picked := rows.picked()
	if len(picked) != shown || picked[0].Number != 1 || picked[shown-1].Number < n*8/10 {
		t.Errorf("%d rows are shown, the last one is %d", len(picked), picked[len(picked)-1].Number)
	}
	h := rows.Histograms()[0]
	for _, b := range h.Bars {
		if b.Height < 0.8*chartHeight {
			t.Errorf("of even values: %+v", b)
		}
	}
}

func TestHistograms(t *testing.T) {
	rows := NewRows("d", columns)
	for i := range 140 {
		r := row(i)
		if i%2 == 0 {
			r["note"] = "x" + strings.Repeat("y", i)
		}
		if err := rows.Add(jsonOf(t, r)); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]Histogram{}
	for _, h := range rows.Histograms() {
		got[h.Column] = h
	}
	if h := got["level"]; len(h.Bars) != 7 || h.First != "0" || h.Last != "6" || h.Bars[3].Title != "3: 20" {
		t.Errorf("level %+v", h)
	}
	if h := got["model"]; len(h.Values) != 2 || h.Values[0] != (Value{"large", 70, 100}) || h.Values[1].Text != "small" {
		t.Errorf("model %+v", h)
	}
	if h := got["ratings"]; len(h.Bars) != 5 || h.Bars[4].Title != "5: 168" {
		t.Errorf("ratings %+v", h)
	}
	if h := got["note"]; h.Notes[len(h.Notes)-1] != "null in 50.0%" || len(h.Bars) == 0 {
		t.Errorf("note %+v", h)
	}
	if h, ok := got["chosen"]; ok {
		t.Errorf("all chosen answers are as long: %+v", h)
	}
}

// All grades are the same: that is told, and the lengths of texts that are all as long are not.
func TestHistogramOfOneNumber(t *testing.T) {
	rows := NewRows("d", []component.Column{
		{Name: "grade", Type: component.Type{Kind: component.Int}},
		{Name: "scores", Type: component.ListOf(component.Type{Kind: component.Float})},
		{Name: "text", Type: component.Type{Kind: component.String}},
	})
	for i := range 3 {
		if err := rows.Add(jsonOf(t, map[string]any{"grade": 2, "scores": []float64{0.5, 0.5}, "text": fmt.Sprint("text ", i)})); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string][]Value{}
	for _, h := range rows.Histograms() {
		got[h.Column] = h.Values
	}
	want := map[string][]Value{"grade": {{"2", 3, 100}}, "scores": {{"0.5", 6, 100}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestHistogramOfOutliers(t *testing.T) {
	values := make([]float64, 1000)
	for i := range values {
		values[i] = float64(i % 100)
	}
	values[7] = 1e9
	h := newHistogram(values)
	total := 0
	for _, b := range h.Bars {
		if b.Height > 0 {
			total++
		}
	}
	if total < 15 || h.Last != "99 and more" {
		t.Errorf("%d bars, to %s", total, h.Last)
	}
}

func TestCallsOfALongRun(t *testing.T) {
	began := time.Now()
	c := NewCalls(began)
	const n = 10_000
	for i := range n {
		c.Add("s", began.Add(time.Duration(i)*10*time.Second), time.Second, 3, i%10 == 0)
	}
	var sum bucket
	for _, b := range c.buckets {
		merge(&sum, b, false)
	}
	if sum.count != n || sum.failed != n/10 || sum.tokens != 3*n || sum.took != n*time.Second {
		t.Errorf("%+v", sum)
	}
	if len(c.buckets) > mostBuckets || len(c.buckets) < mostBuckets/3 {
		t.Errorf("%d buckets", len(c.buckets))
	}
}

func TestLatencies(t *testing.T) {
	c := NewCalls(time.Now())
	for i := range 1000 {
		c.Add("s", c.began, time.Duration(i+1)*time.Millisecond, 0, false)
	}
	l := c.latencies([]string{"s"})[0]
	if l.Longest != time.Second || l.Median < 500*time.Millisecond || l.Median > 600*time.Millisecond || l.P95 < 950*time.Millisecond || l.P95 > time.Second {
		t.Errorf("%+v", l)
	}
}

func TestLayout(t *testing.T) {
	g := layout(tutorial())
	for i, n := range g.Nodes {
		for _, in := range n.Inputs {
			if g.Nodes[in.From].Y+nodeHeight >= n.Y {
				t.Errorf("%s is not below %s", n.Name, g.Nodes[in.From].Name)
			}
		}
		if n.X < 0 || n.X+nodeWidth > g.Width || n.Y < 0 || n.Y+nodeHeight > g.Height {
			t.Errorf("%s is outside", n.Name)
		}
		for _, m := range g.Nodes[:i] {
			if n.Y == m.Y && n.X < m.X+nodeWidth && m.X < n.X+nodeWidth {
				t.Errorf("%s and %s overlap", n.Name, m.Name)
			}
		}
	}
	if len(g.Edges) != 8 {
		t.Errorf("%d edges", len(g.Edges))
	}
}

func TestNamesFitTheirNodes(t *testing.T) {
	for name, want := range map[string]string{
		"short": "short", strings.Repeat("a", 26): strings.Repeat("a", 26), strings.Repeat("a", 27): strings.Repeat("a", 25) + "…",
		strings.Repeat("数", 13): strings.Repeat("数", 13), strings.Repeat("数", 14): strings.Repeat("数", 12) + "…",
	} {
		if got := fit(name); got != want {
			t.Errorf("%s is shown as %s, want %s", name, got, want)
		}
	}
}

// A text without letters is told from a column without a name beside it.
func TestEmptyTextsAreSeen(t *testing.T) {
	p, rows := &Page{}, NewRows("d", []component.Column{{Name: "a", Type: component.Of(component.String)}})
	if err := rows.Add([]byte(`{"a": ""}`)); err != nil {
		t.Fatal(err)
	}
	p.Place(nil)
	p.Add(rows, "here", 1)
	var page bytes.Buffer
	if err := p.Write(&page); err != nil || !strings.Contains(page.String(), `<span class="soft">a</span> <i>empty</i>`) {
		t.Errorf("%v: the page does not say that the text is empty", err)
	}
}
