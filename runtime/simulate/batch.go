package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// job is a batch job as the API describes it.
type job struct {
	ID          string           `json:"id"`
	Object      string           `json:"object"`
	InputFiles  []string         `json:"input_files"`
	Metadata    any              `json:"metadata"`
	Endpoint    string           `json:"endpoint"`
	Model       string           `json:"model"`
	OutputFile  *string          `json:"output_file"`
	ErrorFile   *string          `json:"error_file"`
	Errors      []map[string]any `json:"errors"`
	Status      string           `json:"status"`
	CreatedAt   int64            `json:"created_at"`
	StartedAt   *int64           `json:"started_at"`
	CompletedAt *int64           `json:"completed_at"`
	Total       int              `json:"total_requests"`
	Completed   int              `json:"completed_requests"`
	Succeeded   int              `json:"succeeded_requests"`
	Failed      int              `json:"failed_requests"`

	requests []batchRequest
}

type batchRequest struct {
	CustomID *string         `json:"custom_id"`
	Body     json.RawMessage `json:"body"`
}

// batchResult is a line of a job's output file.
type batchResult struct {
	ID       string        `json:"id"`
	CustomID *string       `json:"custom_id"`
	Response batchResponse `json:"response"`
	Error    any           `json:"error"`
}

type batchResponse struct {
	Status int             `json:"status_code"`
	Body   json.RawMessage `json:"body"`
}

func (s *sim) createJob(c *call) answer {
	if bad := c.notJSON(); bad != nil {
		return *bad
	}
	v, bad := check("BatchJobIn", c.body, nil)
	if bad != nil {
		return *bad
	}
	var in struct {
		Files    []string       `json:"input_files"`
		Requests []batchRequest `json:"requests"`
		Endpoint string         `json:"endpoint"`
		Model    string         `json:"model"`
	}
	if err := json.Unmarshal(c.body, &in); err != nil {
		return failure(http.StatusBadRequest, "Invalid batch job: %v", err)
	}
	if in.Endpoint != "/v1/chat/completions" && in.Endpoint != "/v1/embeddings" {
		return failure(http.StatusBadRequest, "The simulator has no batches for %s.", in.Endpoint)
	}
	if (len(in.Files) > 0) == (len(in.Requests) > 0) {
		return failure(http.StatusBadRequest, "Exactly one of input_files and requests must be given.")
	}
	if _, bad := s.contextOf(in.Model, in.Endpoint == "/v1/embeddings"); in.Model != "" && bad != nil {
		return *bad
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	j := &job{ID: s.store.newID(), Object: "batch", InputFiles: in.Files, Metadata: v["metadata"], Endpoint: in.Endpoint, Model: in.Model,
		Errors: []map[string]any{}, Status: "QUEUED", CreatedAt: s.now().Unix(), requests: in.Requests}
	if j.InputFiles == nil {
		j.InputFiles = []string{}
	}
	for _, id := range in.Files {
		if bad := j.read(s.store.findFile(id), id); bad != nil {
			return *bad
		}
	}
	j.Total = len(j.requests)
	s.store.jobs = append(s.store.jobs, j)
	go s.run(j)
	return toJSON(http.StatusOK, j)
}

// read adds the requests of an input file.
func (j *job) read(f *file, id string) *answer {
	if f == nil {
		a := failure(http.StatusNotFound, "There is no file %s.", id)
		return &a
	}
	for i, line := range bytes.Split(bytes.TrimSpace(f.content), []byte("\n")) {
		var r batchRequest
		if err := json.Unmarshal(line, &r); err != nil || len(r.Body) == 0 || r.Body[0] != '{' {
			a := failure(http.StatusBadRequest, "Line %d of the file %s is no batch request: it needs an object called body.", i+1, id)
			return &a
		}
		j.requests = append(j.requests, r)
	}
	return nil
}

// run works a job off.
func (s *sim) run(j *job) {
	var good, bad bytes.Buffer
	for i, r := range j.requests {
		s.store.mu.Lock()
		if j.Status == "CANCELLATION_REQUESTED" {
			s.store.mu.Unlock()
			break
		}
		if j.StartedAt == nil {
			j.Status, j.StartedAt = "RUNNING", s.clock()
		}
		s.store.mu.Unlock()
		a := s.oneOf(j, r.Body)
		line := toJSON(0, batchResult{ID: fmt.Sprintf("batch-%s-%d", j.ID[:8], i), CustomID: r.CustomID, Response: batchResponse{a.status, a.body}}).body
		s.store.mu.Lock()
		j.Completed++
		if a.status == http.StatusOK {
			j.Succeeded++
			good.Write(append(line, '\n'))
		} else {
			j.Failed++
			bad.Write(append(line, '\n'))
		}
		s.store.mu.Unlock()
	}
	s.finish(j, good.Bytes(), bad.Bytes())
}

// oneOf answers one request of a job. Rate limits are not for batches, and of faults those that hit a reply.
func (s *sim) oneOf(j *job, body []byte) answer {
	if j.Model != "" {
		var members map[string]json.RawMessage
		if json.Unmarshal(body, &members) == nil && members["model"] == nil {
			name := toJSON(0, j.Model).body
			members["model"] = name
			body = toJSON(0, members).body
		}
	}
	var f fate
	if s.chaos != nil {
		if f = s.chaos.fate(body); f.status > 0 {
			return f.answer()
		}
	}
	if j.Endpoint == "/v1/embeddings" {
		return s.embedding(body)
	}
	return s.complete(body, &f)
}

func (s *sim) finish(j *job, good, bad []byte) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	if len(good) > 0 {
		j.OutputFile = &s.addFile(file{Filename: j.ID + ".jsonl", Purpose: "batch", SampleType: "batch_result", Source: "mistral"}, good).ID
	}
	if len(bad) > 0 {
		j.ErrorFile = &s.addFile(file{Filename: j.ID + "_errors.jsonl", Purpose: "batch", SampleType: "batch_error", Source: "mistral"}, bad).ID
	}
	j.Status, j.CompletedAt = "SUCCESS", s.clock()
	if j.Completed < j.Total {
		j.Status = "CANCELLED"
	}
}

func (s *sim) clock() *int64 {
	t := s.now().Unix()
	return &t
}

func (s *sim) listJobs(c *call) answer {
	q := c.URL.Query()
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	list := []*job{}
	for _, j := range slices.Backward(s.store.jobs) {
		if (q.Get("model") == "" || q.Get("model") == j.Model) && (len(q["status"]) == 0 || slices.Contains(q["status"], j.Status)) {
			list = append(list, j)
		}
	}
	if q.Get("order_by") == "created" {
		slices.Reverse(list)
	}
	return toJSON(http.StatusOK, map[string]any{"object": "list", "total": len(list), "data": pageOf(c, list)})
}

// withJob answers by the job that the path names.
func (s *sim) withJob(c *call, use func(*job)) answer {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, j := range s.store.jobs {
		if j.ID == c.arg {
			use(j)
			return toJSON(http.StatusOK, j)
		}
	}
	return answer{status: http.StatusNotFound, body: []byte(`{"detail":"No batch job found for this id"}`)}
}

func (s *sim) oneJob(c *call) answer { return s.withJob(c, func(*job) {}) }

func (s *sim) cancelJob(c *call) answer {
	return s.withJob(c, func(j *job) {
		if j.Status == "QUEUED" || j.Status == "RUNNING" {
			j.Status = "CANCELLATION_REQUESTED"
		}
	})
}
