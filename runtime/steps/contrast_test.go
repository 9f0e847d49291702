package steps

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// A pair is two texts that differ, or none.
func TestGenerateSentencePair(t *testing.T) {
	in := GenerateSentencePairIn{Anchor: "Two is a prime."}
	for _, c := range []struct {
		triplet, json bool
		reply         string
		want          GenerateSentencePairOut
		class         llm.Class
		why           string
	}{
		{true, true, `{"positive": "2 is prime.", "negative": "2 is even."}`, GenerateSentencePairOut{"2 is prime.", "2 is even.", "fake-1"}, "", ""},
		{true, false, "Here they are.\n\n**Positive:** 2 is prime.\nNegative: 2 is even.", GenerateSentencePairOut{"2 is prime.", "2 is even.", "fake-1"}, "", ""},
		{false, true, `{"positive": "2 is prime."}`, GenerateSentencePairOut{"2 is prime.", "", "fake-1"}, "", ""},
		{false, false, "Positive: 2 is prime.", GenerateSentencePairOut{"2 is prime.", "", "fake-1"}, "", ""},
		{true, true, `{"positive": "2 is prime."}`, GenerateSentencePairOut{}, llm.Unparseable, `the key "negative" is missing`},
		{true, true, `{"positive": "2 is prime.", "negative": " "}`, GenerateSentencePairOut{}, llm.Unparseable, `"negative" is empty`},
		{true, true, `{"positive": "2 is prime.", "negative": null}`, GenerateSentencePairOut{}, llm.Unparseable, `"negative" is null`},
		{true, true, `{"positive": "2 is prime.", "negative": "..."}`, GenerateSentencePairOut{}, llm.Unparseable, `negative says nothing`},
		{true, true, `{"positive": "<text>", "negative": "2 is even."}`, GenerateSentencePairOut{}, llm.Unparseable, `in "positive" <text> only stands for`},
		{true, false, "Positive: 2 is prime.\nNegative: <text>", GenerateSentencePairOut{}, llm.Unparseable, `in "negative" <text> only stands for`},
		{true, true, `{"positive": "2 is prime.", "negative": "2 is Prime"}`, GenerateSentencePairOut{}, llm.SameTexts, "its negative says the same as its positive"},
		{true, true, `{"positive": "\"two is a  prime\"", "negative": "2 is even."}`, GenerateSentencePairOut{}, llm.SameTexts, "its positive says the same as the anchor"},
		{true, false, "Positive: 2 is prime.\nNegative: Two is a prime.", GenerateSentencePairOut{}, llm.SameTexts, "its negative says the same as the anchor"},
		{true, false, "Positive: 2 is prime.", GenerateSentencePairOut{}, llm.Unparseable, `no "negative"`},
		{true, false, "Positive: a\nPositive: b\nNegative: c", GenerateSentencePairOut{}, llm.Unparseable, "twice"},
		{false, true, "2 is prime.", GenerateSentencePairOut{}, llm.Unparseable, "no complete JSON object"},
		{false, true, "", GenerateSentencePairOut{}, llm.Empty, "empty"},
	} {
		m := &fakeModel{replies: []string{c.reply}}
		out, err := GenerateSentencePair{Task: task(t, "generate_sentence_pair", c.json), Action: "paraphrase", Triplet: c.triplet}.Run(context.Background(), m, in)
		if class(err) != c.class || err == nil && out != c.want || err != nil && !strings.Contains(err.Error(), c.why) {
			t.Errorf("%q: got %+v, %v", c.reply, out, err)
		}
		if said := m.request(); !strings.Contains(said, "<anchor>\nTwo is a prime.\n</anchor>") || strings.Contains(strings.ToLower(said), "negative") != c.triplet {
			t.Errorf("the request was %s", said)
		}
	}
}

// Each action, with a negative of either kind, is a prompt of its own.
func TestSentencePairPrompts(t *testing.T) {
	seen := map[string]string{}
	for _, p := range component.ParamsOf(reflect.TypeFor[GenerateSentencePair]()) {
		if p.Name != "action" {
			continue
		}
		for _, action := range p.Enum {
			for kind, pair := range map[string]GenerateSentencePair{"pair": {}, "triplet": {Triplet: true}, "hard": {Triplet: true, HardNegative: true}, "context": {Context: "A book."}} {
				m := &fakeModel{replies: []string{`{"positive": "a", "negative": "b"}`}}
				pair.Task, pair.Action = task(t, "generate_sentence_pair", true), action
				if _, err := pair.Run(context.Background(), m, GenerateSentencePairIn{Anchor: "x"}); err != nil {
					t.Fatal(err)
				}
				if other := seen[m.request()]; other != "" || strings.Contains(m.request(), "A book.") != (kind == "context") {
					t.Errorf("%s, %s: as %s: %s", action, kind, other, m.request())
				}
				seen[m.request()] = action + ", " + kind
			}
		}
	}
	if len(seen) != 16 {
		t.Errorf("%d prompts", len(seen))
	}
}

// The texts of each task are named in its messages as in its columns, in JSON and in lines, and have to differ.
func TestContrasts(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string // of the JSON, in the order of the columns
		run  func(llm.Task, llm.Asker) (any, error)
	}{
		"generate_text_retrieval_data": {[]string{"user_query", "positive_document", "hard_negative_document"}, func(s llm.Task, m llm.Asker) (any, error) {
			return GenerateTextRetrievalData{Task: s, Language: "Dutch"}.Run(context.Background(), m, GenerateTextRetrievalDataIn{Task: "Find it in Dutch."})
		}},
		"generate_short_text_matching_data": {[]string{"input", "positive_document"}, func(s llm.Task, m llm.Asker) (any, error) {
			return GenerateShortTextMatchingData{Task: s, Language: "Dutch"}.Run(context.Background(), m, GenerateShortTextMatchingDataIn{Task: "Match it."})
		}},
		"generate_long_text_matching_data": {[]string{"input", "positive_document"}, func(s llm.Task, m llm.Asker) (any, error) {
			return GenerateLongTextMatchingData{Task: s, Language: "Dutch"}.Run(context.Background(), m, GenerateShortTextMatchingDataIn{Task: "Match it."})
		}},
		"generate_text_classification_data": {[]string{"input_text", "label", "misleading_label"}, func(s llm.Task, m llm.Asker) (any, error) {
			return GenerateTextClassificationData{Task: s, Language: "Dutch"}.Run(context.Background(), m, GenerateTextClassificationDataIn{Task: "Label it."})
		}},
		"monolingual_triplet_generator": {[]string{"first", "second", "third"}, func(s llm.Task, m llm.Asker) (any, error) {
			return MonolingualTripletGenerator{Task: s, Language: "Dutch"}.Run(context.Background(), m, MonolingualTripletGeneratorIn{})
		}},
		"bitext_retrieval_generator": {[]string{"first", "second", "third"}, func(s llm.Task, m llm.Asker) (any, error) {
			return BitextRetrievalGenerator{Task: s, SourceLanguage: "Latin", TargetLanguage: "Dutch"}.Run(context.Background(), m, MonolingualTripletGeneratorIn{})
		}},
	} {
		for _, asJSON := range []bool{true, false} {
			m := &fakeModel{replies: []string{said(c.keys, asJSON, func(i int) string { return fmt.Sprint("text ", i) })}}
			out, err := c.run(task(t, name, asJSON), m)
			v := reflect.ValueOf(out)
			for i := range c.keys {
				if err != nil || v.Field(i).String() != fmt.Sprint("text ", i) {
					t.Errorf("%s: got %+v, %v", name, out, err)
				}
			}
			if (m.schema != nil) != asJSON || !strings.Contains(m.request(), "Dutch") {
				t.Errorf("%s: the request was %s with the schema %v", name, m.request(), m.schema)
			}
			for i := range c.keys {
				for k := range i {
					m := &fakeModel{replies: []string{said(c.keys, asJSON, func(n int) string {
						if n == i {
							n = k
						}
						return fmt.Sprint("text ", n)
					})}}
					if out, err := c.run(task(t, name, asJSON), m); class(err) != llm.SameTexts {
						t.Errorf("%s: %s as %s: got %+v, %v", name, c.keys[i], c.keys[k], out, err)
					}
				}
				m := &fakeModel{replies: []string{said(slices.Delete(slices.Clone(c.keys), i, i+1), asJSON, func(n int) string { return fmt.Sprint("text ", n) })}}
				if out, err := c.run(task(t, name, asJSON), m); class(err) != llm.Unparseable {
					t.Errorf("%s: without %s: got %+v, %v", name, c.keys[i], out, err)
				}
			}
		}
	}
}

// said is a reply with these texts.
func said(keys []string, asJSON bool, text func(int) string) string {
	var parts []string
	for i, key := range keys {
		if asJSON {
			parts = append(parts, fmt.Sprintf("%q: %q", key, text(i)))
		} else {
			parts = append(parts, strings.ToUpper(key[:1])+strings.ReplaceAll(key[1:], "_", " ")+": "+text(i))
		}
	}
	if asJSON {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return strings.Join(parts, "\n")
}

func TestEmbeddingTaskGenerator(t *testing.T) {
	for said, c := range map[string]struct {
		json  bool
		class llm.Class
	}{
		`{"tasks": ["Find a.", "Find b.", "Find c."]}`:       {true, ""},
		"Sure:\n1. Find a.\n2. **Find b.**\n3. Find c.":      {false, ""},
		`{"tasks": ["Find a.", null, "Find b."]}`:            {true, llm.Unparseable},
		`{"tasks": ["Find a.", "N/A"]}`:                      {true, llm.Unparseable},
		"I'm sorry, but no.\nAsk another.":                   {false, llm.Unparseable},
		"{\n\"tasks\": [\n\"Find a.\"]}":                     {false, llm.Unparseable},
		`{"tasks": ["Find a."]}`:                             {true, llm.Unparseable},
		`{"tasks": ["Find a.", "find a."]}`:                  {true, llm.Unparseable},
		`{"tasks": "Find a. Find b."}`:                       {true, llm.Unparseable},
		`{"task": ["Find a.", "Find b."]}`:                   {true, llm.Unparseable},
		"1. Find a.":                                         {false, llm.Unparseable},
		`{"tasks": ["Find a.", "Find b."`:                    {true, llm.Unparseable},
		"I would rather not think of any tasks for this one": {false, llm.Unparseable},
	} {
		m := &fakeModel{replies: []string{said}}
		out, err := EmbeddingTaskGenerator{Task: task(t, "embedding_task_generator", c.json), Category: "text-retrieval", NumTasks: 2}.Run(context.Background(), m, EmbeddingTaskGeneratorIn{})
		if class(err) != c.class || err == nil && (!slices.Equal(out.Tasks, []string{"Find a.", "Find b."}) || out.ModelName != "fake-1") {
			t.Errorf("%q: got %+v, %v", said, out, err)
		}
	}
	seen := map[string]bool{}
	for _, p := range component.ParamsOf(reflect.TypeFor[EmbeddingTaskGenerator]()) {
		for _, category := range p.Enum {
			m := &fakeModel{replies: []string{`{"tasks": ["a"]}`}}
			if p.Name != "category" {
				continue
			}
			if _, err := (EmbeddingTaskGenerator{Task: task(t, "embedding_task_generator", true), Category: category, NumTasks: 1}).Run(context.Background(), m, EmbeddingTaskGeneratorIn{}); err != nil {
				t.Error(err)
			}
			seen[m.request()] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d prompts for 4 categories", len(seen))
	}
}

// What a parameter may be drawn from is what it may be set to.
func TestChoices(t *testing.T) {
	choices := map[string][]string{"query_type": queryTypes, "query_length": queryLengths, "clarity": clarities, "unit": units}
	for _, params := range []reflect.Type{reflect.TypeFor[GenerateTextRetrievalData](), reflect.TypeFor[GenerateTextClassificationData](),
		reflect.TypeFor[MonolingualTripletGenerator](), reflect.TypeFor[BitextRetrievalGenerator]()} {
		choices["difficulty"] = difficulties
		if _, ok := params.FieldByName("Unit"); ok {
			choices["difficulty"] = schoolDifficulties
		}
		for _, p := range component.ParamsOf(params) {
			if p.Default == drawn && !slices.Equal(p.Enum, append([]string{drawn}, choices[p.Name]...)) {
				t.Errorf("%s: %s is drawn from %q and may be %q", params.Name(), p.Name, choices[p.Name], p.Enum)
			}
			for _, numbers := range [][]float64{highScores, lowScores} {
				if name := map[bool]string{true: "high_score", false: "low_score"}[numbers[0] == highScores[0]]; name == p.Name && (numbers[0] < *p.Min || numbers[len(numbers)-1] > *p.Max) {
					t.Errorf("%s: %s is drawn from %v, and goes from %v to %v", params.Name(), name, numbers, *p.Min, *p.Max)
				}
			}
		}
	}
}

// drawer is a model that asks for a certain row.
type drawer struct {
	fakeModel
	call llm.Call
}

func (d *drawer) Call() llm.Call { return d.call }

// Draws follow from row, sample and seed, cover all choices, and leave alone what is set.
func TestDraws(t *testing.T) {
	prompt := llm.Prompt("{{ .query_type }}|{{ .query_length }}|{{ .difficulty }}|{{ .clarity }}|{{ .num_words }}")
	ask := func(row string, sample, seed int, g GenerateTextRetrievalData) string {
		d := &drawer{fakeModel{replies: []string{`{"user_query": "a", "positive_document": "b", "hard_negative_document": "c"}`}}, llm.Call{Step: "s", Row: row, Sample: sample}}
		g.Prompt, g.Seed = prompt, llm.Ptr(seed)
		if _, err := g.Run(context.Background(), d, GenerateTextRetrievalDataIn{}); err != nil {
			t.Fatal(err)
		}
		return d.request()
	}
	seen, whole := make([]map[string]bool, 5), map[string]bool{}
	for i := range 300 {
		got := ask(fmt.Sprint("row ", i), 0, 0, GenerateTextRetrievalData{})
		if again := ask(fmt.Sprint("row ", i), 0, 0, GenerateTextRetrievalData{}); again != got {
			t.Fatalf("row %d: %s, and then %s", i, got, again)
		}
		whole[got] = true
		for k, part := range strings.Split(got, "|") {
			if seen[k] == nil {
				seen[k] = map[string]bool{}
			}
			seen[k][part] = true
		}
	}
	for k, n := range []int{3, 3, 3, 3, 6} {
		if len(seen[k]) != n {
			t.Errorf("drawn were %v", slices.Collect(maps.Keys(seen[k])))
		}
	}
	if len(whole) < 150 {
		t.Errorf("%d kinds of requests for 300 rows", len(whole))
	}
	samples, seeds := map[string]bool{}, map[string]bool{}
	for i := range 20 {
		samples[ask("row", i, 0, GenerateTextRetrievalData{})], seeds[ask("row", 0, i, GenerateTextRetrievalData{})] = true, true
	}
	if len(samples) < 10 || len(seeds) < 10 {
		t.Errorf("%d kinds of requests for 20 samples, %d for 20 seeds", len(samples), len(seeds))
	}
	set := GenerateTextRetrievalData{QueryType: "common", QueryLength: "5 to 15 words", Difficulty: "PhD", Clarity: "clear", NumWords: 7}
	if got := ask("row", 0, 0, set); got != "common|5 to 15 words|PhD|clear|7" {
		t.Errorf("set was %s", got)
	}
}

// Scores print as a person writes them, drawn or set.
func TestScoresOfTriplets(t *testing.T) {
	seen := map[string]bool{}
	for i := range 100 {
		d := &drawer{fakeModel{replies: []string{`{"first": "a", "second": "b", "third": "c"}`}}, llm.Call{Row: fmt.Sprint(i)}}
		if _, err := (MonolingualTripletGenerator{Task: llm.Task{Prompt: "{{ .high_score }} {{ .low_score }}"}}).Run(context.Background(), d, MonolingualTripletGeneratorIn{}); err != nil {
			t.Fatal(err)
		}
		seen[d.request()] = true
	}
	if len(seen) != 9 || !seen["4.5 2.5"] || !seen["5 3"] {
		t.Errorf("scores are %v", slices.Sorted(maps.Keys(seen)))
	}
	d := &drawer{fakeModel: fakeModel{replies: []string{`{"first": "a", "second": "b", "third": "c"}`}}}
	set := BitextRetrievalGenerator{Task: llm.Task{Prompt: "{{ .high_score }} {{ .low_score }} {{ .unit }}"}, HighScore: llm.Ptr(4.2), LowScore: llm.Ptr(1.0), Unit: "phrase"}
	if _, err := set.Run(context.Background(), d, MonolingualTripletGeneratorIn{}); err != nil || d.request() != "4.2 1 phrase" {
		t.Errorf("got %v, %s", err, d.request())
	}
}
