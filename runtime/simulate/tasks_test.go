package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
	"github.com/distigen/distigen/runtime/simulate/schematest"
	"github.com/distigen/distigen/runtime/steps"
	"github.com/distigen/distigen/templates"
)

// asker asks the simulator once for each request; what accept says is the error.
type asker struct {
	t     *testing.T
	url   string
	model llm.Model
	asked int
}

func (a *asker) Ask(ctx context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	a.asked++
	request := map[string]any{"model": a.model.Name, "messages": messages}
	if schema != nil {
		format := map[string]any{"type": a.model.Reply}
		if a.model.Reply == "json_schema" {
			format["json_schema"] = map[string]any{"name": schema.Name, "schema": json.RawMessage(schema.JSON), "strict": true}
		}
		request["response_format"] = format
	}
	body, err := json.Marshal(request)
	if err != nil {
		return llm.Reply{}, err
	}
	schematest.ChatRequest(a.t, body)
	r, _ := http.NewRequestWithContext(ctx, "POST", a.url+"/chat/completions", bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer k")
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return llm.Reply{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return llm.Reply{}, err
	}
	if err := schematest.Validate("ChatCompletionResponse", data); err != nil {
		a.t.Errorf("%v: %s", err, data)
	}
	var v struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.Unmarshal(data, &v); err != nil {
		return llm.Reply{}, err
	}
	text := v.Choices[0].Message.Content
	if err := accept(text); err != nil {
		return llm.Reply{}, fmt.Errorf("%w\n%s", err, text)
	}
	return llm.Reply{Text: text, Model: a.model.Name}, nil
}

// task is a task with its default prompt.
func task(t *testing.T, model llm.Model, prompt string) llm.Task {
	t.Helper()
	text, err := fs.ReadFile(templates.FS, "prompts/"+prompt+".md")
	if err != nil {
		t.Fatal(err)
	}
	format, _ := fs.ReadFile(templates.FS, "prompts/"+prompt+".reply.md") // not every prompt has one
	return llm.Task{Model: model, Prompt: llm.Prompt(text), ReplyFormat: llm.Prompt(format)}
}

var (
	formats = []string{"json_schema", "json_object", "text"}
	aspects = []string{"helpfulness", "honesty", "instruction-following", "truthfulness", "overall-rating"}
	names   = []string{"Algebraic Expressions", "Linear Equations", "Quadratic Equations", "Polynomial Functions", "Rational Expressions",
		"Exponential Functions", "Logarithmic Functions", "Sequences and Series", "Matrices", "Determinants", "Medieval history", "ö{}<1-5>"}
)

// The pipeline of the example: every reply is taken as it comes, in each form, and is what one would expect.
func TestTasks(t *testing.T) {
	s, err := simulate.Start("127.0.0.1:0", simulate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, format := range formats {
		ask := func(name string) *asker {
			return &asker{t: t, url: s.URL, model: llm.Model{Name: name, Reply: format}}
		}
		var spread [6]int
		better := 0
		distinct := map[string]bool{}
		for _, topic := range names {
			small, large := ask("ministral-8b-latest"), ask("mistral-large-latest")
			self := steps.SelfInstruct{Task: task(t, small.model, "self_instruct"), NumInstructions: 5, Application: "AI assistant", Criteria: []string{"Mix questions with requests."}}
			asked, err := self.Run(t.Context(), small, steps.SelfInstructIn{Input: topic})
			if err != nil || len(asked.Instructions) != 5 {
				t.Fatalf("%s, %s: %v, %q", format, topic, err, asked.Instructions)
			}
			for i, instruction := range asked.Instructions {
				distinct[instruction] = true
				var texts []string
				for _, a := range []*asker{small, large} {
					out, err := (steps.TextGeneration{Task: task(t, a.model, "text_generation")}).Run(t.Context(), a, steps.TextGenerationIn{Instruction: instruction})
					if err != nil {
						t.Fatal(err)
					}
					texts = append(texts, out.Generation)
				}
				aspect := aspects[i]
				out, err := (steps.UltraFeedback{Task: task(t, large.model, "ultra_feedback/"+aspect), Aspect: aspect}).Run(t.Context(), large, steps.UltraFeedbackIn{Instruction: instruction, Generations: texts})
				if err != nil {
					t.Fatalf("%s, %s: %v", format, aspect, err)
				}
				if out.Ratings[0] == out.Ratings[1] {
					t.Errorf("%s: both rated %d, which makes no preference pair", format, out.Ratings[0])
				}
				if out.Ratings[0] < out.Ratings[1] {
					better++
				}
				spread[out.Ratings[0]]++
				spread[out.Ratings[1]]++
			}
		}
		n := 5 * len(names)
		if len(distinct) < n*9/10 {
			t.Errorf("%s: %d different instructions of %d", format, len(distinct), n)
		}
		if better < n*6/10 || better == n {
			t.Errorf("%s: the larger model is better in %d cases of %d", format, better, n)
		}
		for rating := 1; rating <= 5; rating++ {
			if spread[rating] < n/15 || spread[rating] > n {
				t.Errorf("%s: ratings %v have no spread", format, spread[1:])
			}
		}
	}
}

// A content fault is one to the tasks, too; chatter around the reply is not.
func TestTasksOfBadReplies(t *testing.T) {
	for fault, taken := range map[string]bool{"offformat": false, "outofscale": false, "truncate": false, "empty": false, "preamble": true, "tie": true} {
		f, err := simulate.ParseFaults(fault + "=1")
		if err != nil {
			t.Fatal(err)
		}
		s, err := simulate.Start("127.0.0.1:0", simulate.Options{Faults: f})
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range formats {
			for i, aspect := range aspects {
				a := &asker{t: t, url: s.URL, model: llm.Model{Name: "mistral-large-latest", Reply: format}}
				judge := steps.UltraFeedback{Task: task(t, a.model, "ultra_feedback/"+aspect), Aspect: aspect}
				in := steps.UltraFeedbackIn{Instruction: "What is a prime?", Generations: []string{"A number.", fmt.Sprint("Text ", i)}}
				if out, err := judge.Run(t.Context(), a, in); (err == nil) != taken {
					t.Errorf("%s, %s, %s: %+v, %v", fault, format, aspect, out, err)
				}
				self := steps.SelfInstruct{Task: task(t, a.model, "self_instruct"), NumInstructions: 5}
				if out, err := self.Run(t.Context(), a, steps.SelfInstructIn{Input: names[i]}); (err == nil) != (taken || fault == "outofscale") {
					t.Errorf("%s, %s: %+v, %v", fault, format, out, err)
				}
			}
		}
		s.Close()
	}
}

// Data for models of embeddings: each reply is taken as it comes, in each form, and replies to different rows differ.
func TestEmbeddingData(t *testing.T) {
	s, err := simulate.Start("127.0.0.1:0", simulate.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, format := range formats {
		a := &asker{t: t, url: s.URL, model: llm.Model{Name: "mistral-large-latest", Reply: format}}
		of := func(prompt string) llm.Task { return task(t, a.model, prompt) }
		plan := steps.EmbeddingTaskGenerator{Task: of("embedding_task_generator"), Category: "text-retrieval", NumTasks: 30}
		tasks, err := plan.Run(t.Context(), a, steps.EmbeddingTaskGeneratorIn{})
		if err != nil || len(tasks.Tasks) != 30 {
			t.Fatalf("%s: %v, %q", format, err, tasks.Tasks)
		}
		seen := map[any]bool{}
		took := func(out any, err error) {
			t.Helper()
			if err != nil || seen[out] {
				t.Errorf("%s: %+v, %v", format, out, err)
			}
			seen[out] = true
		}
		for i, about := range tasks.Tasks {
			took((steps.GenerateTextRetrievalData{Task: of("generate_text_retrieval_data")}).Run(t.Context(), a, steps.GenerateTextRetrievalDataIn{Task: about}))
			took((steps.GenerateShortTextMatchingData{Task: of("generate_short_text_matching_data")}).Run(t.Context(), a, steps.GenerateShortTextMatchingDataIn{Task: about}))
			took((steps.GenerateLongTextMatchingData{Task: of("generate_long_text_matching_data")}).Run(t.Context(), a, steps.GenerateShortTextMatchingDataIn{Task: about}))
			took((steps.GenerateTextClassificationData{Task: of("generate_text_classification_data")}).Run(t.Context(), a, steps.GenerateTextClassificationDataIn{Task: about}))
			pair := steps.GenerateSentencePair{Task: of("generate_sentence_pair"), Action: "query", Triplet: i%2 == 0}
			took(pair.Run(t.Context(), a, steps.GenerateSentencePairIn{Anchor: about}))
			one, two := of("monolingual_triplet_generator"), of("bitext_retrieval_generator")
			one.Seed, two.Seed = llm.Ptr(i), llm.Ptr(i)
			language := fmt.Sprint("language ", i)
			took((steps.MonolingualTripletGenerator{Task: one, Language: language}).Run(t.Context(), a, steps.MonolingualTripletGeneratorIn{}))
			took((steps.BitextRetrievalGenerator{Task: two, TargetLanguage: language}).Run(t.Context(), a, steps.MonolingualTripletGeneratorIn{}))
		}
	}
}
