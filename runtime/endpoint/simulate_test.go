package endpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
	"github.com/distigen/distigen/runtime/simulate"
	"github.com/distigen/distigen/runtime/simulate/schematest"
	"github.com/distigen/distigen/runtime/steps"
	"github.com/distigen/distigen/templates"
)

// onSimulator asks the simulator for many rows, and returns how they ended, by class.
func onSimulator(t *testing.T, faults string, change func(*llm.Task)) (map[llm.Class]int, *witness, simulate.Requests) {
	t.Helper()
	f, err := simulate.ParseFaults(faults)
	if err != nil {
		t.Fatal(err)
	}
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{Faults: f, Record: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	m := llm.Model{Alias: "large", Provider: "mistral", Name: "mistral-large-latest", BaseURL: server.URL, MaxInFlight: 8, MaxRetries: new(20), MaxOutageSecs: new(0), TimeoutSecs: 10,
		Generation: llm.Generation{Temperature: llm.Ptr(0.0), MaxNewTokens: llm.Ptr(300)}}
	task := llm.Task{Model: m, MaxAttempts: 8}
	if change != nil {
		change(&task)
	}
	w := &witness{}
	s, err := New([]llm.Model{task.Model}, Options{Simulated: true, Watch: w})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.jitter = func() float64 { return 0.001 }
	ended := map[llm.Class]int{}
	var all sync.WaitGroup
	var mu sync.Mutex
	for i := range 60 {
		all.Go(func() {
			call := llm.Call{Step: "ask", Row: fmt.Sprint(i), Priority: llm.Priority{Row: int64(i)}}
			reply, err := s.Asker(task, call).Ask(t.Context(), user(fmt.Sprintf("Give the object: row %d.", i)), aSchema, isObject)
			class := llm.Class("ok")
			row, fatal := (*llm.RowError)(nil), (*llm.FatalError)(nil)
			switch {
			case errors.As(err, &row):
				class = row.Class
			case errors.As(err, &fatal):
				class = fatal.Class
			case err != nil || reply.Model != "mistral-large-latest" || reply.PromptTokens == 0 || reply.CompletionTokens == 0:
				t.Errorf("%+v, %v", reply, err)
			}
			mu.Lock()
			defer mu.Unlock()
			ended[class]++
		})
	}
	all.Wait()
	s.noneInside(t)
	asked := server.Requests()
	for _, r := range asked.Log {
		schematest.ChatRequest(t, r.Body)
	}
	return ended, w, asked
}

func isObject(text string) error {
	if text[0] != '{' {
		return errors.New("it is no object")
	}
	return nil
}

// A judge whose replies are off is told so and mends them, in each form of reply.
func TestJudgeOnTheSimulator(t *testing.T) {
	read := func(name string) llm.Prompt {
		text, err := fs.ReadFile(templates.FS, "prompts/ultra_feedback/"+name)
		if err != nil {
			t.Fatal(err)
		}
		return llm.Prompt(text)
	}
	f, err := simulate.ParseFaults("offformat=0.2,outofscale=0.2,seed=4")
	if err != nil {
		t.Fatal(err)
	}
	server, err := simulate.Start("127.0.0.1:0", simulate.Options{Faults: f})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	for _, form := range []string{"json_schema", "json_object", "text"} {
		judge := steps.UltraFeedback{Aspect: "overall-rating", Task: llm.Task{MaxAttempts: 9, Prompt: read("overall-rating.md"), ReplyFormat: read("overall-rating.reply.md"),
			Model: llm.Model{Name: "mistral-large-latest", BaseURL: server.URL, Reply: form}}}
		w := &witness{}
		s, err := New([]llm.Model{judge.Model}, Options{Simulated: true, Watch: w})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			in := steps.UltraFeedbackIn{Instruction: fmt.Sprintf("What is %d times 3?", i), Generations: []string{fmt.Sprint(3 * i), "I do not know."}}
			if out, err := judge.Run(t.Context(), s.Asker(judge.Task, llm.Call{Step: "judge", Row: fmt.Sprint(i)}), in); err != nil || len(out.Ratings) != 2 {
				t.Errorf("%s: %+v, %v", form, out, err)
			}
		}
		told := map[llm.Class]int{}
		for _, why := range w.repeated {
			told[why.Class]++
		}
		if told[llm.Unparseable] == 0 || told[llm.OutOfScale] == 0 {
			t.Errorf("%s: told %v", form, told)
		}
		s.Close()
	}
}

func TestOnTheSimulator(t *testing.T) {
	for name, c := range map[string]struct {
		faults string
		change func(*llm.Task)
		want   llm.Class
		fewest int // retries and repetitions
	}{
		"no faults":      {"", nil, "ok", 0},
		"transport":      {"429=0.1,500=0.1,503=0.05,reset=0.1,broken=0.1,badjson=0.1,html=0.1,seed=3", nil, "ok", 30},
		"content":        {"empty=0.1,null=0.1,nochoices=0.1,filter=0.1,truncate=0.1,offformat=0.1,seed=3", func(t *llm.Task) { t.MaxAttempts = 20 }, "ok", 20},
		"preambles":      {"preamble=1", func(t *llm.Task) { t.MaxAttempts = 2 }, llm.Unparseable, 60},
		"always empty":   {"empty=1", nil, llm.Empty, 7 * 60},
		"always cut":     {"truncate=1", nil, llm.Cut, 7 * 60},
		"always 500":     {"500=1", func(t *llm.Task) { t.Model.MaxRetries = new(2) }, llm.ServerError, 2 * 60},
		"always resets":  {"reset=1", func(t *llm.Task) { t.Model.MaxRetries = new(2) }, llm.Connection, 2 * 60},
		"always a page":  {"html=1", func(t *llm.Task) { t.Model.MaxRetries = new(2) }, llm.BadResponse, 2 * 60},
		"refused":        {"413=1", nil, llm.Refused, 0},
		"retired model":  {"", func(t *llm.Task) { t.Model.Name = "open-mistral-7b" }, llm.UnknownModel, 0},
		"wrong base URL": {"", func(t *llm.Task) { t.Model.BaseURL = t.Model.BaseURL[:len(t.Model.BaseURL)-3] }, llm.InvalidParams, 0},
		"greedy":         {"", func(t *llm.Task) { t.TopP = llm.Ptr(0.5) }, llm.InvalidParams, 0},
	} {
		t.Run(name, func(t *testing.T) {
			ended, w, asked := onSimulator(t, c.faults, c.change)
			if ended[c.want] != 60 {
				t.Errorf("ended %v; faults %v", ended, asked.Faults)
			}
			if got := len(w.retries) + len(w.repeated); got < c.fewest || c.fewest == 0 && got > 0 {
				t.Errorf("%d retries and %d repetitions", len(w.retries), len(w.repeated))
			}
			if asked.Count != len(w.asked)+len(w.retries) {
				t.Errorf("the simulator was asked %d times, and the books have %d and %d", asked.Count, len(w.asked), len(w.retries))
			}
		})
	}
}
