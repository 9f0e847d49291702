package endpoint

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// watched is a body that tells whether it was closed, and how much of it was read.
type watched struct {
	io.Reader
	read   int
	closed bool
}

func (b *watched) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read += n
	return n, err
}

func (b *watched) Close() error {
	b.closed = true
	return nil
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestResponsesAreBounded(t *testing.T) {
	for status, class := range map[int]llm.Class{200: llm.BadResponse, 400: llm.Refused} {
		body := &watched{Reader: endless{}}
		s, _ := newTestSet(t, transport(func(*http.Request, string) (*http.Response, error) {
			r := response(status, "")
			r.Body = body
			return r, nil
		}))
		m := local()
		m.MaxRetries = new(0)
		_, err := s.ask(t.Context(), m, "x")
		if row := (*llm.RowError)(nil); !errors.As(err, &row) || row.Class != class || body.read > maxResponse+1 || !body.closed {
			t.Errorf("%d: %v, %d bytes read, closed: %v", status, err, body.read, body.closed)
		}
	}
}

func TestBodiesAreClosed(t *testing.T) {
	for _, status := range []int{200, 301, 400} {
		body := &watched{Reader: strings.NewReader(completion("x"))}
		s, _ := newTestSet(t, transport(func(*http.Request, string) (*http.Response, error) {
			r := response(status, "")
			r.Body = body
			return r, nil
		}))
		if s.ask(t.Context(), local(), "x"); !body.closed {
			t.Errorf("the body of a %d is left open", status)
		}
	}
}

func TestContentTypes(t *testing.T) {
	for kind, want := range map[string]bool{"": true, "application/json": true, "Application/JSON; charset=utf-8": true, "application/problem+json": true,
		"text/html": false, "text/event-stream": false, "nonsense;": false} {
		s, _ := newTestSet(t, always(200, completion("x"), "Content-Type", kind))
		m := local()
		m.MaxRetries = new(0)
		if _, err := s.ask(t.Context(), m, "x"); (err == nil) != want {
			t.Errorf("%q: %v", kind, err)
		}
	}
}
