// Package argillatest is a small fake of an Argilla server for tests: as strict as the real one about what it is sent, and
// failing on request. What it does was seen of a real server of version 2.8; .ci/conformance runs the same against one.
package argillatest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Key is the key of the fake's only user, who is an owner.
const Key = "argilla.test-key-0123456789"

// Fault is what happens to a request in the place of its answer.
type Fault struct {
	Status int // answered; 0 breaks the connection
	Header http.Header
	Body   string
	Done   bool // the request is carried out before
}

// Server is the fake.
type Server struct {
	*httptest.Server
	// Fail says what is to fail: n counts the requests from 1. It is called by one request at a time. Set it before the first.
	Fail func(n int, r *http.Request) *Fault

	mu         sync.Mutex
	requests   []string
	workspaces []string
	datasets   []*Dataset
}

// Dataset is a dataset of the fake.
type Dataset struct {
	ID, Name, Workspace, Guidelines string
	Ready                           bool
	Fields, Questions, Metadata     []map[string]any
	Records                         []*Record
}

// Record is a record of a dataset.
type Record struct {
	ExternalID  string
	Fields      map[string]any
	Metadata    map[string]any
	Suggestions map[string]map[string]any // by the name of the question
	Sent        int                       // how often it was sent
}

// Start starts a server with workspaces.
func Start(t testing.TB, workspaces ...string) *Server {
	s := &Server{workspaces: workspaces}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// Requests lists what was asked: the method and the path.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Dataset finds a dataset by its name; nil if there is none.
func (s *Server) Dataset(name string) *Dataset {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.named(name)
}

// Delete removes a dataset.
func (s *Server) Delete(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.datasets = slices.DeleteFunc(s.datasets, func(d *Dataset) bool { return d.Name == name })
}

// Count is the number of records of a dataset.
func (s *Server) Count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.named(name); d != nil {
		return len(d.Records)
	}
	return 0
}

func (s *Server) named(name string) *Dataset {
	for _, d := range s.datasets {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// refusal is an answer that is not one of success.
type refusal struct {
	status int
	detail any
}

func refuse(status int, format string, args ...any) {
	panic(refusal{status, fmt.Sprintf(format, args...)})
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	var fault *Fault
	if s.Fail != nil {
		fault = s.Fail(len(s.requests), r)
	}
	if fault != nil && !fault.Done {
		fault.answer(w)
		return
	}
	status, answer := s.carryOut(r)
	if fault != nil {
		fault.answer(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(answer)
}

func (f *Fault) answer(w http.ResponseWriter) {
	if f.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(f.Status)
	fmt.Fprint(w, f.Body)
}

func (s *Server) carryOut(r *http.Request) (status int, answer any) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case refusal:
			status, answer = p.status, map[string]any{"detail": p.detail}
		default:
			panic(p)
		}
	}()
	if r.Header.Get("X-Argilla-Api-Key") != Key {
		panic(refusal{http.StatusUnauthorized, map[string]any{"code": "argilla.api.errors::UnauthorizedError",
			"params": map[string]any{"detail": "Could not validate credentials"}}})
	}
	body := map[string]any{}
	if r.Method != "GET" && r.ContentLength != 0 {
		if r.Header.Get("Content-Type") != "application/json" {
			refuse(http.StatusUnprocessableEntity, "the body is no JSON")
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			refuse(http.StatusUnprocessableEntity, "%v", err)
		}
	}
	return s.route(r, strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1/"), "/"), body)
}

func (s *Server) route(r *http.Request, path []string, body map[string]any) (int, any) {
	switch at := r.Method + " " + strings.Join(path, "/"); {
	case at == "GET me/workspaces":
		var items []any
		for i, name := range s.workspaces {
			items = append(items, map[string]any{"id": fmt.Sprintf("workspace-%d", i), "name": name})
		}
		return http.StatusOK, map[string]any{"items": items}
	case at == "GET me/datasets":
		items := []any{}
		for _, d := range s.datasets {
			if q := r.URL.Query(); d.Workspace == q.Get("workspace_id") && d.Name == q.Get("name") {
				items = append(items, d.view())
			}
		}
		return http.StatusOK, map[string]any{"items": items}
	case at == "POST datasets":
		return http.StatusCreated, s.create(body).view()
	}
	if path[0] == "me" {
		path = path[1:]
	}
	if len(path) < 2 || path[0] != "datasets" {
		refuse(http.StatusNotFound, "Not Found")
	}
	d := s.byID(path[1])
	switch r.Method + " " + strings.Join(path[2:], "/") {
	case "GET ":
		return http.StatusOK, d.view()
	case "GET fields":
		return http.StatusOK, map[string]any{"items": d.Fields}
	case "GET questions":
		return http.StatusOK, map[string]any{"items": d.Questions}
	case "GET metadata-properties":
		return http.StatusOK, map[string]any{"items": d.Metadata}
	case "POST fields":
		return http.StatusCreated, d.add(&d.Fields, "Field", body)
	case "POST questions":
		return http.StatusCreated, d.add(&d.Questions, "Question", body)
	case "POST metadata-properties":
		return http.StatusCreated, d.add(&d.Metadata, "Metadata property", body)
	case "PUT publish":
		return http.StatusOK, d.publish()
	case "PUT records/bulk":
		return http.StatusOK, d.upsert(body)
	}
	refuse(http.StatusNotFound, "Not Found")
	return 0, nil
}
