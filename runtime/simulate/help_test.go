package simulate

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/simulate/schematest"
)

// noon is the clock of the tests.
var noon = time.Date(2026, 8, 21, 12, 0, 0, 0, time.UTC)

// start runs a simulator until the end of the test.
func start(t testing.TB, o Options) *Server {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	s, err := Start("127.0.0.1:0", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

func (s *Server) do(t testing.TB, method, path, body string, header ...string) (reply, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer key")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header, data}, err
}

// call is do where the connection has to hold.
func (s *Server) call(t testing.TB, method, path, body string, header ...string) reply {
	t.Helper()
	r, err := s.do(t, method, path, body, header...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

// chat makes a request to mistral-large-latest; extra are further members, each with a comma in front.
func chat(prompt, extra string) string {
	text, _ := json.Marshal(prompt)
	return `{"model":"mistral-large-latest","messages":[{"role":"user","content":` + string(text) + `}]` + extra + `}`
}

// complete asks and returns the completion, which has to fit the schema.
func (s *Server) complete(t testing.TB, body string) completion {
	t.Helper()
	schematest.ChatRequest(t, []byte(body))
	r := s.call(t, "POST", "/chat/completions", body)
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	if err := schematest.Validate("ChatCompletionResponse", r.body); err != nil {
		t.Errorf("%v\n%s", err, r.body)
	}
	return decode[completion](t, r.body)
}

func (s *Server) ask(t testing.TB, body string) string {
	t.Helper()
	return *s.complete(t, body).Choices[0].Message.Content
}

func decode[T any](t testing.TB, data []byte) (v T) {
	t.Helper()
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&v); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return v
}
