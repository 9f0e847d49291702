package distilabel

import (
	"fmt"
	"strings"
	"testing"
)

// What the steps that make data for models of embeddings were set to: what is drawn is left out, a seed of draws is no seed of the
// model, and numbers that are texts there are numbers here.
func TestEmbeddingData(t *testing.T) {
	llm := `"llm": {"model": "ministral-8b-latest", "generation_kwargs": {}, "type_info": {"module": "distilabel.models.llms.mistral", "name": "MistralLLM"}}`
	for settings, c := range map[string]struct {
		class string
		want  []string // arguments
		said  string
	}{
		`"category": "text-retrieval", "flatten_tasks": true`:       {"EmbeddingTaskGenerator", []string{`category="text-retrieval"`, "flatten_tasks=true"}, ""},
		`"category": "text-retrieval", "flatten_tasks": false`:      {"EmbeddingTaskGenerator", []string{`category="text-retrieval"`}, ""},
		`"seed": 42, "language": "English", "num_words": null`:      {"GenerateTextRetrievalData", nil, ""},
		`"seed": 42, "num_words": 100, "clarity": "ambiguous"`:      {"GenerateTextRetrievalData", []string{"num_words=100", `clarity="ambiguous"`}, ""},
		`"seed": 7, "language": "Dutch", "difficulty": "PhD"`:       {"GenerateTextClassificationData", []string{`language="Dutch"`, `difficulty="PhD"`}, "seed is not carried over"},
		`"seed": 42, "high_score": "4.5", "low_score": null`:        {"MonolingualTripletGenerator", []string{"high_score=4.5"}, ""},
		`"target_language": "German", "low_score": "3"`:             {"BitextRetrievalGenerator", []string{`target_language="German"`, "low_score=3"}, ""},
		`"seed": 42, "language": "English"`:                         {"GenerateShortTextMatchingData", nil, ""},
		`"seed": 42, "language": "Latin"`:                           {"GenerateLongTextMatchingData", []string{`language="Latin"`}, ""},
		`"action": "answer", "triplet": false, "context": "x"`:      {"GenerateSentencePair", []string{`action="answer"`, `context="x"`}, ""},
		`"action": "query", "triplet": true, "hard_negative": true`: {"GenerateSentencePair", []string{`action="query"`, "triplet=true", "hard_negative=true"}, ""},
	} {
		text := fmt.Sprintf(`{"pipeline": {"name": "p", "steps": [{"name": "load", "step": {"type_info": {"module": "distilabel.steps.generators.data", "name": "LoadDataFromDicts"}}},
{"name": "a", "step": {%s, %s, "type_info": {"module": "distilabel.steps.tasks", "name": %q}}}], "connections": [{"from": "load", "to": ["a"]}]}}`, settings, llm, c.class)
		p, report := Import("p.json", []byte(text), "")
		if p == nil {
			t.Fatal(shown(report))
		}
		_, block, _ := strings.Cut(string(p.Files[0].Data), ` "a" {`)
		block, _, _ = strings.Cut(block, "\n}")
		var got []string
		for line := range strings.Lines(block) {
			if line = strings.ReplaceAll(strings.TrimSpace(line), " ", ""); line != "" && !strings.HasPrefix(line, "from=") && !strings.HasPrefix(line, "model=") {
				got = append(got, line)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %s becomes %q and not %q", c.class, settings, got, c.want)
		}
		if said := shown(report); strings.Contains(said, "not carried over") != (c.said != "") || !strings.Contains(said, c.said) {
			t.Errorf("%s: %s: %s", c.class, settings, said)
		}
	}
}
