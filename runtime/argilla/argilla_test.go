package argilla_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/argilla"
	"github.com/distigen/distigen/runtime/argilla/argillatest"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

func connect(t *testing.T, url string) *argilla.Client {
	t.Helper()
	c, err := argilla.NewClient(url, argillatest.Key, "A_KEY")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wanted is a dataset of the shape that preferences have.
func wanted() argilla.Wanted {
	return argilla.Wanted{Workspace: "admin", Name: "maths", Guidelines: "Rate.", Shape: argilla.Shape{
		Fields:    []argilla.Field{argilla.Text("instruction", "Instruction", true, false), argilla.Text("answer", "Answer", false, false)},
		Questions: []argilla.Question{argilla.Rating("rating", "Rating", "", true, 1, 5), argilla.Answer("why", "Why", "")},
		Metadata:  []argilla.Metadata{argilla.Terms("model", "Model", false)},
	}}
}

func someRecord(id string) argilla.Record {
	return argilla.Record{ID: id, Fields: map[string]string{"instruction": "What is " + id + "?"}, Metadata: map[string]string{"model": "m"},
		Suggestions: []argilla.Suggestion{{Question: "rating", Value: 4, Agent: "judge@1"}, {Question: "why", Value: "It is good.", Agent: "§"}}}
}

func TestSend(t *testing.T) {
	s := argillatest.Start(t, "other", "admin")
	c := connect(t, s.URL+"/")
	if err := c.Check(t.Context(), wanted()); err != nil || s.Dataset("maths") != nil {
		t.Fatalf("a check makes nothing: %v", err)
	}
	for range 2 { // the second time, all is there
		d, err := c.Open(t.Context(), wanted())
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Send(t.Context(), []argilla.Record{someRecord("1"), someRecord("2")}); err != nil {
			t.Fatal(err)
		}
	}
	d := s.Dataset("maths")
	if len(d.Records) != 2 || d.Records[0].Sent != 2 || !d.Ready || d.Guidelines != "Rate." || d.Workspace != "workspace-1" {
		t.Errorf("the dataset is %+v", d)
	}
	rating, why := d.Records[0].Suggestions["rating"], d.Records[0].Suggestions["why"]
	if rating["value"] != 4.0 || rating["agent"] != "judge-1" || rating["type"] != "model" || why["value"] != "It is good." || why["agent"] != nil {
		t.Errorf("the suggestions are %v and %v", rating, why)
	}
	if err := c.Check(t.Context(), wanted()); err != nil {
		t.Error(err)
	}
}

// Wherever making a dataset is broken off, by the client, the server or the way between, the next try makes it whole.
func TestOpenGoesOn(t *testing.T) {
	steps := 0
	for n := 1; ; n++ {
		for _, done := range []bool{false, true} {
			s := argillatest.Start(t, "admin")
			s.Fail = func(i int, _ *http.Request) *argillatest.Fault {
				if i == n {
					return &argillatest.Fault{Done: done}
				}
				return nil
			}
			c := connect(t, s.URL)
			_, err := c.Open(t.Context(), wanted())
			if steps = len(s.Requests()); err == nil {
				if n <= steps {
					continue // where the answer was not needed
				}
				if n < 10 {
					t.Fatalf("making a dataset took %d requests", n)
				}
				return
			}
			if later := (*component.Later)(nil); !errors.As(err, &later) {
				t.Fatalf("request %d: %v", n, err)
			}
			d, err := c.Open(t.Context(), wanted())
			if err == nil {
				err = d.Send(t.Context(), []argilla.Record{someRecord("1")})
			}
			if err != nil {
				t.Fatalf("after request %d failed (done %v): %v", n, done, err)
			}
			if made := s.Dataset("maths"); len(made.Fields) != 2 || len(made.Questions) != 2 || len(made.Metadata) != 1 {
				t.Errorf("after request %d failed, the dataset is %+v", n, made)
			}
		}
	}
}

// Two processes that make the same dataset at once come to the same one.
func TestOpenAtOnce(t *testing.T) {
	s := argillatest.Start(t, "admin")
	ids := make([]string, 6)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			d, err := connect(t, s.URL).Open(t.Context(), wanted())
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = d.ID
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Errorf("the ids are %v", ids)
		}
	}
}

func TestAnotherShapeIsRefused(t *testing.T) {
	change := func(f func(*argilla.Wanted)) argilla.Wanted {
		w := wanted()
		f(&w)
		return w
	}
	tests := []struct {
		there argilla.Wanted
		want  string
	}{
		{change(func(w *argilla.Wanted) { w.Shape.Fields = w.Shape.Fields[:1] }), "it lacks the field answer (optional text)"},
		{change(func(w *argilla.Wanted) { w.Shape.Fields[1].Required = true }), "its field answer is required text and not optional text"},
		{change(func(w *argilla.Wanted) {
			w.Shape.Questions[0] = argilla.Rating("rating", "", "", true, 1, 3)
			w.Shape.Questions[0].Title = "x"
		}), "its question rating is required rating of 1, 2, 3 and not required rating of 1, 2, 3, 4, 5"},
		{change(func(w *argilla.Wanted) {
			w.Shape.Questions = append(w.Shape.Questions, argilla.Answer("more", "More", ""))
		}), "it has the question more (optional text) too"},
		{change(func(w *argilla.Wanted) { w.Shape.Metadata = nil }), "it lacks the metadata property model (terms)"},
		{change(func(w *argilla.Wanted) { w.Shape = w.Shape.Simulated() }), "holds simulated records"},
	}
	for _, test := range tests {
		s := argillatest.Start(t, "admin")
		c := connect(t, s.URL)
		if _, err := c.Open(t.Context(), test.there); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{c.Check(t.Context(), wanted()), second(c.Open(t.Context(), wanted()))} {
			fatal := (*llm.FatalError)(nil)
			if !errors.As(err, &fatal) || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), `"maths"`) || fatal.Remedy == "" {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		}
	}
	// What may be changed in Argilla does not matter.
	s := argillatest.Start(t, "admin")
	c := connect(t, s.URL)
	other := change(func(w *argilla.Wanted) {
		w.Shape.Fields[0].Title, w.Shape.Questions[0].Description, w.Guidelines = "Frage", "Bitte", "Anders."
		w.Shape.Metadata = append(w.Shape.Metadata, argilla.Terms("mine", "Mine", true))
	})
	if _, err := c.Open(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Open(t.Context(), wanted()); err != nil {
		t.Error(err)
	}
	simulated := change(func(w *argilla.Wanted) { w.Shape = w.Shape.Simulated() })
	if err := c.Check(t.Context(), simulated); err == nil || !strings.Contains(err.Error(), "is one for real records") {
		t.Errorf("simulated records among real ones: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// Every failure is told with its cause and the way out, or is one to try again after, and has no key in it.
func TestFailures(t *testing.T) {
	answer := func(status int, body string, header ...string) *argillatest.Fault {
		f := &argillatest.Fault{Status: status, Body: body, Header: http.Header{}}
		for i := 0; i < len(header); i += 2 {
			f.Header.Set(header[i], header[i+1])
		}
		return f
	}
	tests := []struct {
		fault *argillatest.Fault
		kind  any
		want  string
	}{
		{answer(401, `{"detail":{"code":"argilla.api.errors::UnauthorizedError","params":{"detail":"Could not"}}}`), &llm.FatalError{}, "does not know the key in A_KEY"},
		{answer(403, `{"detail":{"code":"argilla.api.errors::ForbiddenOperationError","params":{"detail":"Operation not allowed"}}}`), &llm.FatalError{}, "an owner, or by an admin"},
		{answer(404, `{"detail":"Dataset not found"}`), &llm.FatalError{}, "was deleted in Argilla"},
		{answer(400, `{"detail":"There was an error parsing the body"}`), &llm.RowError{}, "answered 400: There was an error"},
		{answer(413, `too large`), &llm.RowError{}, "answered 413"},
		{answer(422, `{"detail":"Record at position 0 is not valid because of `+argillatest.Key+`"}`), &llm.RowError{}, "is not valid because of ***"},
		{answer(422, `{"detail":{"code":"argilla.api.errors::ValidationError","params":{"errors":[{"loc":["body","items",0],"msg":"wrong"}]}}}`), &llm.RowError{}, "wrong ([body items 0])"},
		{answer(429, `slow down`, "Retry-After", "7"), &component.Later{}, "answered 429"},
		{answer(500, `{"detail":{"code":"argilla.api.errors::GenericServerError","params":{"type":"x"}}}`), &component.Later{}, "GenericServerError"},
		{answer(502, `<html>`), &component.Later{}, "answered 502"},
		{answer(307, ``, "Location", "https://elsewhere.example.org/"), &llm.FatalError{}, "sends requests elsewhere"},
		{&argillatest.Fault{}, &component.Later{}, "cannot be reached"},
	}
	for _, test := range tests {
		s := argillatest.Start(t, "admin")
		c := connect(t, s.URL)
		d, err := c.Open(t.Context(), wanted())
		if err != nil {
			t.Fatal(err)
		}
		s.Fail = func(int, *http.Request) *argillatest.Fault { return test.fault }
		err = d.Send(t.Context(), []argilla.Record{someRecord("1")})
		if reflect.TypeOf(err) != reflect.TypeOf(test.kind) || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), argillatest.Key) {
			t.Errorf("got  %T %v\nwant %T %s", err, err, test.kind, test.want)
		}
		if later, ok := err.(*component.Later); ok && test.fault.Status == 429 && later.After != 7*time.Second {
			t.Errorf("wait %v", later.After)
		}
	}
}

func TestWrongAddressesAndKeys(t *testing.T) {
	for _, address := range []string{"localhost:6900", "ftp://x", "http://", "https://u:p@argilla.example.org", "https://argilla.example.org/?key=1", "::"} {
		if _, err := argilla.NewClient(address, "k", "A_KEY"); err == nil || strings.Contains(err.Error(), "u:p") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for key, want := range map[string]string{"": "A_KEY is not set", " \n": "A_KEY is not set", "two words": "cannot be a key", "schlüssel": "cannot be a key"} {
		if _, err := argilla.NewClient("http://localhost:6900", key, "A_KEY"); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "words") {
			t.Errorf("%q: %v", key, err)
		}
	}
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>Hello</html>") }))
	defer page.Close()
	if err := connect(t, page.URL).Check(t.Context(), wanted()); err == nil || !strings.Contains(err.Error(), "does not answer as Argilla does") {
		t.Errorf("a page: %v", err)
	}
	s := argillatest.Start(t, "argilla", "team")
	err := connect(t, s.URL).Check(t.Context(), wanted())
	if err == nil || !strings.Contains(err.Error(), `no workspace "admin"`) || !strings.Contains(err.Error(), "has argilla, team") || !strings.Contains(err.Error(), `rg.Workspace(name="admin").create()`) {
		t.Errorf("a workspace that is not there: %v", err)
	}
	other, err := argilla.NewClient(s.URL, "wrong", "A_KEY")
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Check(t.Context(), wanted()); err == nil || !strings.Contains(err.Error(), "does not know the key in A_KEY") {
		t.Errorf("a wrong key: %v", err)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := connect(t, s.URL).Check(over, wanted()); !errors.Is(err, context.Canceled) {
		t.Errorf("a run that is over: %v", err)
	}
}
