package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/simulate/schematest"
)

// send uploads a file as the clients do.
func (s *Server) upload(t *testing.T, name, content, purpose string) reply {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if purpose != "" {
		form.WriteField("purpose", purpose)
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		part.Write([]byte(content))
	}
	form.Close()
	return s.call(t, "POST", "/files", body.String(), "Content-Type", form.FormDataContentType())
}

// fits checks a reply against its schema and decodes it.
func fits[T any](t *testing.T, schema string, r reply) T {
	t.Helper()
	if err := schematest.Validate(schema, r.body); r.status != 200 || err != nil {
		t.Fatalf("%d %v: %s", r.status, err, r.body)
	}
	return decode[T](t, r.body)
}

// done asks for a job until it is at its end.
func (s *Server) done(t *testing.T, id string) job {
	t.Helper()
	for {
		j := fits[job](t, "BatchJobOut", s.call(t, "GET", "/batch/jobs/"+id, ""))
		if j.CompletedAt != nil {
			return j
		}
	}
}

func TestBatch(t *testing.T) {
	s := start(t, Options{})
	lines := ""
	for i := range 3 {
		lines += fmt.Sprintf(`{"custom_id":"row %d","body":{"messages":[{"role":"user","content":"Explain %d."}]}}`+"\n", i, i)
	}
	lines += `{"custom_id":"bad","body":{"messages":[],"seed":1}}`
	f := fits[file](t, "UploadFileOut", s.upload(t, "rows.jsonl", lines, "batch"))
	if f.NumLines != 4 || f.Bytes != len(lines) || f.SampleType != "batch_request" {
		t.Errorf("file %+v", f)
	}
	in := fmt.Sprintf(`{"input_files":[%q],"model":"mistral-large-latest","endpoint":"/v1/chat/completions","metadata":{"a":"b"}}`, f.ID)
	j := s.done(t, fits[job](t, "BatchJobOut", s.call(t, "POST", "/batch/jobs", in)).ID)
	if j.Status != "SUCCESS" || j.Total != 4 || j.Succeeded != 3 || j.Failed != 1 || j.OutputFile == nil || j.ErrorFile == nil {
		t.Fatalf("job %+v", j)
	}
	direct := s.ask(t, chat("Explain 1.", ""))
	results := bytes.Split(bytes.TrimSpace(s.call(t, "GET", "/files/"+*j.OutputFile+"/content", "").body), []byte("\n"))
	second := decode[batchResult](t, results[1])
	if len(results) != 3 || *second.CustomID != "row 1" || second.Response.Status != 200 {
		t.Fatalf("%d results, the second %+v", len(results), second)
	}
	if got := *decode[completion](t, second.Response.Body).Choices[0].Message.Content; got != direct {
		t.Errorf("the batch says %q, a direct request %q", got, direct)
	}
	bad := decode[batchResult](t, s.call(t, "GET", "/files/"+*j.ErrorFile+"/content", "").body)
	if *bad.CustomID != "bad" || bad.Response.Status != 422 {
		t.Errorf("error %+v", bad)
	}
	list := fits[struct{ Data []job }](t, "BatchJobsOut", s.call(t, "GET", "/batch/jobs?status=SUCCESS", ""))
	if len(list.Data) != 1 || len(decode[struct{ Data []job }](t, s.call(t, "GET", "/batch/jobs?status=FAILED", "").body).Data) != 0 {
		t.Errorf("list %+v", list)
	}
}

func TestBatchInline(t *testing.T) {
	s := start(t, Options{})
	in := `{"requests":[{"custom_id":"1","body":{"model":"mistral-embed","input":"x"}},{"body":{"model":"mistral-embed","input":"y"}}],"endpoint":"/v1/embeddings"}`
	j := s.done(t, fits[job](t, "BatchJobOut", s.call(t, "POST", "/batch/jobs", in)).ID)
	if j.Succeeded != 2 || j.ErrorFile != nil {
		t.Errorf("job %+v", j)
	}
	after := fits[job](t, "BatchJobOut", s.call(t, "POST", "/batch/jobs/"+j.ID+"/cancel", ""))
	if after.Status != "SUCCESS" {
		t.Errorf("a finished job was cancelled: %+v", after)
	}
}

func TestBatchCancel(t *testing.T) {
	gate := make(chan struct{})
	sim := newSim(Options{})
	j := &job{ID: "0123456789", Endpoint: chatPath, Status: "CANCELLATION_REQUESTED", Total: 1, requests: []batchRequest{{Body: json.RawMessage(chat("x", ""))}}}
	go func() { sim.run(j); close(gate) }()
	<-gate
	if j.Status != "CANCELLED" || j.Completed != 0 || j.OutputFile != nil {
		t.Errorf("job %+v", j)
	}
}

func TestBatchRefuses(t *testing.T) {
	s := start(t, Options{})
	f := fits[file](t, "UploadFileOut", s.upload(t, "bad.jsonl", "{\"custom_id\":\"1\"}\n", "batch"))
	for body, status := range map[string]int{
		`{"endpoint":"/v1/chat/completions"}`:                                                                  400,
		`{"endpoint":"/v1/ocr","requests":[{"body":{}}]}`:                                                      400,
		`{"endpoint":"/v1/chat/completions","model":"nope","requests":[{"body":{}}]}`:                          400,
		`{"endpoint":"/v1/chat/completions","input_files":["` + f.ID + `"]}`:                                   400,
		`{"endpoint":"/v1/chat/completions","input_files":["00000000-0000-4000-8000-000000000000"]}`:           404,
		`{"endpoint":"/v1/chat/completions","requests":[{"custom_id":"1"}]}`:                                   422,
		`{"requests":[{"body":{}}]}`:                                                                           422,
		`{"endpoint":"/v1/chat/completions","requests":[{"body":{}}],"input_files":["` + f.ID + `"]}`:          400,
		`{"endpoint":"/v1/chat/completions","requests":[{"body":{}}],"timeout_hours":"a day","metadata":null}`: 422,
	} {
		if r := s.call(t, "POST", "/batch/jobs", body); r.status != status {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
	if r := s.call(t, "GET", "/batch/jobs/none", ""); r.status != 404 {
		t.Errorf("no such job: %d", r.status)
	}
}

func TestFiles(t *testing.T) {
	s := start(t, Options{})
	one := fits[file](t, "UploadFileOut", s.upload(t, "one.jsonl", "a\nb\n", ""))
	two := fits[file](t, "UploadFileOut", s.upload(t, "two.jsonl", "c", "batch"))
	if one.NumLines != 2 || two.NumLines != 1 || one.ID == two.ID || one.Purpose != "fine-tune" {
		t.Errorf("files %+v, %+v", one, two)
	}
	type list struct {
		Data  []file
		Total int
	}
	for query, want := range map[string]string{"": "two.jsonl one.jsonl", "?purpose=batch": "two.jsonl", "?search=one": "one.jsonl", "?page_size=1&page=1": "one.jsonl", "?page=7": ""} {
		var names []string
		for _, f := range fits[list](t, "ListFilesOut", s.call(t, "GET", "/files"+query, "")).Data {
			names = append(names, f.Filename)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	fits[file](t, "RetrieveFileOut", s.call(t, "GET", "/files/"+one.ID, ""))
	if r := s.call(t, "GET", "/files/"+one.ID+"/content", ""); string(r.body) != "a\nb\n" {
		t.Errorf("content %q", r.body)
	}
	fits[file](t, "DeleteFileOut", s.call(t, "DELETE", "/files/"+one.ID, ""))
	if r := s.call(t, "GET", "/files/"+one.ID, ""); r.status != 404 {
		t.Errorf("a deleted file: %d", r.status)
	}
	for _, r := range []reply{s.upload(t, "", "", "batch"), s.upload(t, "x", "", "fun"), s.call(t, "POST", "/files", "{}")} {
		if r.status != 422 {
			t.Errorf("a bad upload: %d %s", r.status, r.body)
		}
	}
}
