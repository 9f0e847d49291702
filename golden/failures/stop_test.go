package failures

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/simulate"
)

// underWay is how many requests there are at once, at the most.
const underWay = 16

// A failure that would befall all rows stops the run at its first occurrence, within a second, and says what to do. Of a thousand
// rows no more are asked for than were under way.
func TestStopsAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		fault fault
		slack int // occurrences that may be of a row alone
		says  []string
	}{
		"400 on a setting": {fault: fault{answer: body(400, `{"message":"response_format is not supported here"}`)},
			says: []string{"The setting reply_format is refused", "--set model.writer.reply_format=text"}},
		"401": {fault: fault{answer: body(401, `{"message":"Unauthorized"}`)}, says: []string{"does not take the key in MISTRAL_API_KEY: set that to a valid one"}},
		"401 for one row": {fault: fault{answer: body(401, `{"message":"Unauthorized"}`), request: request{row: "Topic 100"}},
			says: []string{"set that to a valid one"}},
		"401 from then on": {fault: fault{answer: body(401, `{"message":"Unauthorized"}`), after: 100}, says: []string{"set that to a valid one"}},
		"402":              {fault: fault{answer: body(402, `{"message":"Payment required"}`)}, says: []string{"no credit left: add some"}},
		"403":              {fault: fault{answer: body(403, `{"message":"Forbidden"}`)}, says: []string{"may not do this: take another, or let it"}},
		"403 from then on": {fault: fault{answer: body(403, `{"message":"Forbidden"}`), after: 100}, slack: 2, says: []string{"may not do this: take another, or let it"}},
		"404":              {fault: fault{answer: body(404, `{"detail":"Not Found"}`)}, says: []string{"There is no chat API at", "Set base_url"}},
		"404 on the model": {fault: fault{answer: body(404, `{"message":"Invalid model: ministral-8b-latest","type":"invalid_model"}`)},
			says: []string{"Invalid model", "--set model.writer.name=", "distigen models"}},
		"422 on a setting": {fault: fault{answer: body(422, `{"detail":[{"loc":["body","temperature"],"msg":"Input should be less than or equal to 1.5"}]}`)},
			says: []string{"The setting temperature is refused", "--set step.ask.temperature=VALUE"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := c.fault
			f.step = "ask"
			s := serve(t, &f)
			s.good = slow(t)
			o := s.run(t, "run", filepath.Join(t.TempDir(), "out"), "--set", "step.questions.path="+thousand(t))
			asked := s.requests()
			if o.code != 4 {
				t.Errorf("exit code %d", o.code)
			}
			for _, text := range c.says {
				if !strings.Contains(o.stderr, text) {
					t.Errorf("it does not say %q", text)
				}
			}
			hits := s.hitsOf(&f)
			if n := len(hits); n == 0 || n > underWay+c.slack {
				t.Errorf("%d requests failed", n)
			} else if took := o.ended.Sub(hits[0]); took > time.Second {
				t.Errorf("it goes on for %v after the first one", took)
			}
			if n := sum(asked); n > 300+underWay {
				t.Errorf("%d requests were sent", n)
			}
			if t.Failed() {
				t.Log(o.stderr)
			}
		})
	}
}

// slow is a simulator that takes a while.
func slow(t *testing.T) http.Handler {
	f, err := simulate.ParseFaults("latency=10ms")
	if err != nil {
		t.Fatal(err)
	}
	return simulate.Handler(simulate.Options{Key: "a-key", Faults: f})
}

// thousand is a file of a thousand rows.
func thousand(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&all, `{"input": "Topic %d", "instruction": "Topic %[1]d: what is it?", "generations": ["This.", "That."]}`+"\n", i)
	}
	path := filepath.Join(t.TempDir(), "thousand.jsonl")
	if err := os.WriteFile(path, []byte(all.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}
