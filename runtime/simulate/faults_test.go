package simulate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/simulate/author"
)

func faults(t testing.TB, spec string) Faults {
	t.Helper()
	f, err := ParseFaults(spec)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func script(t testing.TB, lines string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "faults.jsonl")
	if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// judged is a request whose reply can meet every fault.
var judged = chat("Rate them.\n\nText 1:\n<text>\na\n</text>\n\nText 2:\n<text>\nb\n</text>", `,"response_format":{"type":"json_schema","json_schema":{"name":"r",`+
	`"schema":{"type":"object","properties":{"ratings":{"type":"array","items":{"type":"integer","enum":[1,2,3,4,5]}}},"required":["ratings"]}}}`)

// Every fault that there is shows as what it is, and is counted under its name.
func TestFaults(t *testing.T) {
	ratings := func(t *testing.T, r reply) []int {
		var v struct{ Ratings []int }
		c := decode[completion](t, r.body)
		if err := json.Unmarshal([]byte(*c.Choices[0].Message.Content), &v); err != nil {
			t.Errorf("%v: %s", err, r.body)
		}
		return v.Ratings
	}
	content := func(t *testing.T, r reply) string { return *decode[completion](t, r.body).Choices[0].Message.Content }
	finish := func(t *testing.T, r reply) string { return decode[completion](t, r.body).Choices[0].FinishReason }
	shown := map[string]func(*testing.T, reply, error) bool{
		"429": func(t *testing.T, r reply, _ error) bool {
			return r.status == 429 && strings.Contains(string(r.body), `"type":"rate_limited","param":null,"code":"1300"`)
		},
		"500": func(t *testing.T, r reply, _ error) bool {
			return r.status == 500 && strings.Contains(string(r.body), `"object":"error"`)
		},
		"503":   func(t *testing.T, r reply, _ error) bool { return r.status == 503 && r.header.Get("Retry-After") == "" },
		"418":   func(t *testing.T, r reply, _ error) bool { return r.status == 418 },
		"reset": func(t *testing.T, _ reply, err error) bool { return errors.Is(err, syscall.ECONNRESET) },
		"broken": func(t *testing.T, r reply, err error) bool {
			return r.status == 200 && errors.Is(err, io.ErrUnexpectedEOF) && len(r.body) > 0
		},
		"slow": func(t *testing.T, r reply, err error) bool { return err == nil && len(ratings(t, r)) == 2 },
		"badjson": func(t *testing.T, r reply, err error) bool {
			return r.status == 200 && err == nil && len(r.body) > 0 && !json.Valid(r.body)
		},
		"html": func(t *testing.T, r reply, _ error) bool {
			return r.status == 200 && strings.HasPrefix(r.header.Get("Content-Type"), "text/html") && strings.HasPrefix(string(r.body), "<!DOCTYPE")
		},
		"nochoices": func(t *testing.T, r reply, _ error) bool { return strings.Contains(string(r.body), `"choices":[]`) },
		"filter": func(t *testing.T, r reply, _ error) bool {
			return finish(t, r) == "content_filter" && content(t, r) == ""
		},
		"empty": func(t *testing.T, r reply, _ error) bool { return finish(t, r) == "stop" && content(t, r) == "" },
		"null":  func(t *testing.T, r reply, _ error) bool { return strings.Contains(string(r.body), `"content":null`) },
		"truncate": func(t *testing.T, r reply, _ error) bool {
			return finish(t, r) == "length" && !json.Valid([]byte(content(t, r)))
		},
		"preamble": func(t *testing.T, r reply, _ error) bool {
			return strings.Contains(content(t, r), "\n\n```json\n{\"ratings\": [")
		},
		"offformat": func(t *testing.T, r reply, _ error) bool {
			c := content(t, r)
			return !json.Valid([]byte(c)) || len(ratings(t, r)) < 2
		},
		"outofscale": func(t *testing.T, r reply, _ error) bool { x := ratings(t, r)[0]; return x < 1 || x > 5 },
		"tie":        func(t *testing.T, r reply, _ error) bool { x := ratings(t, r); return len(x) == 2 && x[0] == x[1] },
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kinds {
		if !strings.Contains(string(doc), "\n//\t"+name+" ") {
			t.Errorf("%s: add it to the package's documentation", name)
		}
		if shown[name] == nil && name != "hang" { // which TestHang shows
			t.Errorf("%s: add it to this test", name)
		}
	}
	for name, ok := range shown {
		t.Run(name, func(t *testing.T) {
			s := start(t, Options{Faults: faults(t, name+"=1,pace=1ms")})
			r, err := s.do(t, "POST", "/chat/completions", judged)
			if !ok(t, r, err) {
				t.Errorf("%d %v %v\n%s", r.status, r.header, err, r.body)
			}
			if got := s.Requests().Faults[name]; got != 1 {
				t.Errorf("counted %d times", got)
			}
		})
	}
}

func TestHang(t *testing.T) {
	s := start(t, Options{Faults: faults(t, "hang=1")})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "POST", s.URL+"/chat/completions", strings.NewReader(judged))
	r.Header.Set("Authorization", "Bearer k")
	r.Header.Set("Content-Type", "application/json")
	if _, err := http.DefaultClient.Do(r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	done := make(chan error)
	go func() {
		_, err := s.do(t, "POST", "/chat/completions", judged)
		done <- err
	}()
	for s.Requests().Count < 2 { // until it hangs
		s.call(t, "GET", "/models/none", "")
	}
	s.Close()
	if err := <-done; err == nil {
		t.Error("a closed simulator answered")
	}
}

// Without a rating nothing can be out of its scale, and what is wrong with a request comes first.
func TestFaultsThatCannotBe(t *testing.T) {
	s := start(t, Options{Faults: faults(t, "outofscale=1")})
	s.ask(t, chat("x", ""))
	s.call(t, "POST", "/embeddings", `{"model":"mistral-embed","input":"x"}`)
	s.call(t, "GET", "/models", "")
	s.call(t, "POST", "/chat/completions", "{}")
	if got := s.Requests(); len(got.Faults) != 0 || got.Count != 4 {
		t.Errorf("got %+v", got)
	}
}

// Rates are met, and the order of requests does not matter.
func TestFaultRates(t *testing.T) {
	outcome := func(c *chaos, i int) string { return c.fate([]byte(fmt.Sprint("request ", i))).name }
	spec := "429=0.1,500=0.05,empty=0.2,seed=3"
	up, down, other := newChaos(faults(t, spec)), newChaos(faults(t, spec)), newChaos(faults(t, spec+"1"))
	const n = 4000
	first, count, again, differ := make([]string, n), map[string]int{}, 0, 0
	for i := range n {
		first[i] = outcome(up, i)
		count[first[i]]++
		if first[i] != outcome(other, i) {
			differ++
		}
	}
	for i := n - 1; i >= 0; i-- {
		if got := outcome(down, i); got != first[i] {
			t.Fatalf("request %d: %q, in another order %q", i, first[i], got)
		}
		if first[i] == "429" && outcome(up, i) == "" {
			again++
		}
	}
	for name, rate := range map[string]float64{"429": 0.1, "500": 0.05, "empty": 0.2, "": 0.65} {
		if got := float64(count[name]) / n; got < rate*0.8 || got > rate*1.2 {
			t.Errorf("%q: %.3f of the requests, want %.2f", name, got, rate)
		}
	}
	if again < count["429"]/3 || again == count["429"] {
		t.Errorf("of %d requests that met 429, %d succeed when sent again", count["429"], again)
	}
	if differ < n/10 {
		t.Errorf("another seed changes the outcome of %d requests only", differ)
	}
}

func TestLatencyAndRetryAfter(t *testing.T) {
	c := newChaos(faults(t, "latency=20ms,jitter=10ms,429=1,retry-after=1500ms"))
	least, most := time.Hour, time.Duration(0)
	for i := range 200 {
		d := c.fate([]byte(fmt.Sprint(i))).delay
		least, most = min(least, d), max(most, d)
	}
	if least < 20*time.Millisecond || least > 21*time.Millisecond || most > 30*time.Millisecond || most < 29*time.Millisecond {
		t.Errorf("delays from %v to %v", least, most)
	}
	s := start(t, Options{Faults: c.Faults})
	began := time.Now()
	r := s.call(t, "POST", "/chat/completions", judged)
	if r.header.Get("Retry-After") != "2" || time.Since(began) < 20*time.Millisecond {
		t.Errorf("Retry-After %q after %v", r.header.Get("Retry-After"), time.Since(began))
	}
}

func TestScript(t *testing.T) {
	s := start(t, Options{Faults: faults(t, "500=1,retry-after=9s,script="+script(t, `
# comment
{"match": "9 \"times\" 9", "do": "empty"}
{"match": "Fractions", "try": [1, 2], "do": "429", "retry_after": "1s"}
{"match": "Fractions", "do": "ok"}
{"match": "lake", "nth": 2, "do": "reply", "text": "Lake <two>."}
{"match": "\"model\":\"ministral", "do": "answer", "status": 202, "body": "{\"a\":1}", "headers": {"content-type": "text/plain", "Date": "then"}, "retry_after": "1s", "delay": "1ms"}
{"match": "lake", "do": "ok"}
`))})
	post := func(body string) reply { return s.call(t, "POST", "/chat/completions", body) }
	text := func(r reply) string { return *decode[completion](t, r.body).Choices[0].Message.Content }
	if got := text(post(chat(`What is 9 "times" 9?`, ""))); got != "" {
		t.Errorf("empty: %q", got)
	}
	for _, prompt := range []string{"Fractions 1", "Fractions 2"} {
		for i, want := range []int{429, 429, 200} {
			if r := post(chat(prompt, "")); r.status != want || (r.header.Get("Retry-After") == "1") != (want == 429) {
				t.Errorf("%s, try %d: %d", prompt, i+1, r.status)
			}
		}
	}
	for i, prompt := range []string{"lake one", "lake two", "lake three"} {
		if got := text(post(chat(prompt, ""))); (got == "Lake <two>.") != (i == 1) || got == "" {
			t.Errorf("%s: %q", prompt, got)
		}
	}
	if r := post(strings.Replace(chat("x", ""), "mistral-large", "ministral-8b", 1)); r.status != 202 || string(r.body) != `{"a":1}` ||
		r.header.Get("Content-Type") != "text/plain" || r.header.Get("Date") != "then" || r.header.Get("Retry-After") != "1" {
		t.Errorf("answer: %d %v %s", r.status, r.header, r.body)
	}
	if r := post(chat("none of them", "")); r.status != 500 {
		t.Errorf("what no line fits: %d", r.status)
	}
	want := map[string]int{"empty": 1, "429": 4, "reply": 1, "answer": 1, "500": 1}
	if got := s.Requests().Faults; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("counted %v, want %v", got, want)
	}
}

func TestParseFaultsRefuses(t *testing.T) {
	for spec, want := range map[string]string{
		"429":              `has no value`,
		"429=x":            `a number from 0 to 1`,
		"500=1.5":          `a number from 0 to 1`,
		"500=NaN":          `a number from 0 to 1`,
		"500=0.6,503=0.6":  `1.2 together`,
		"200=0.1":          `there is no fault "200"`,
		"tired=0.1":        `there is no fault "tired"`,
		"latency=5":        `a duration such as 50ms`,
		"latency=-5s":      `a duration such as 50ms`,
		"seed=-1":          `no whole number`,
		"script=not there": `cannot be read`,
	} {
		if _, err := ParseFaults(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", spec, err)
		}
	}
	for line, want := range map[string]string{
		`{"do": "sleep"}`:                       `there is no fault "sleep"`,
		`{}`:                                    `there is no fault ""`,
		`{"do": "ok", "when": 1}`:               `unknown field "when"`,
		`{"do": "ok"} {}`:                       `more than one object`,
		`{"do": "ok", "match": "("}`:            `missing closing`,
		`{"do": "ok", "nth": 0}`:                `count from 1`,
		`{"do": "reply"}`:                       `no text to reply with`,
		`{"do": "answer"}`:                      `status is 0`,
		`{"do": "500", "body": "x"}`:            `headers go with answer`,
		`{"do": "500", "headers": {}}`:          `headers go with answer`,
		`{"do": "429", "retry_after": "later"}`: `a duration such as`,
		`no JSON`:                               `invalid character`,
	} {
		path := script(t, "\n"+line)
		if _, err := ParseFaults("script=" + path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), path+":2: ") {
			t.Errorf("%s: %v", line, err)
		}
	}
	if f, err := ParseFaults(" , "); err != nil || f.any() {
		t.Errorf("an empty list: %v", err)
	}
}

func TestHashIsUniform(t *testing.T) {
	var buckets [16]int
	for i := range 16000 {
		buckets[author.Hash(fmt.Sprint(i))>>60]++
	}
	for i, n := range buckets {
		if n < 850 || n > 1150 {
			t.Errorf("bucket %d holds %d of 16000", i, n)
		}
	}
}
