package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"time"
)

// request is one request to the Hub, or to where it keeps large files.
type request struct {
	doing   string // in the infinitive, for errors: "create the repository"
	method  string
	path    string // of the Hub
	url     string // in the place of the path: an address that the Hub has given
	accept  string
	content string // type of the body
	header  map[string]string
	body    func() (io.ReadCloser, error) // anew for each try; nil: none
	size    int64                         // of the body
	sent    func(int)                     // is told of the bytes as they go, and of those that are to go again as a negative number
	each    func(http.Header)             // sets what is different in each try
	signed  bool                          // the address itself is what allows it: no token goes there
	once    bool                          // it is not sent twice
}

const (
	typeJSON  = "application/json"
	typeLFS   = "application/vnd.git-lfs+json"
	typeLines = "application/x-ndjson"
)

// mostJSON bounds replies that are read as a whole.
const mostJSON = 64 << 20

// json sends a value, and reads one, if they are not nil.
func (c *Client) json(ctx context.Context, r request, in, out any) (http.Header, error) {
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		r.text(text)
		if r.content == "" {
			r.content = typeJSON
		}
	}
	if r.accept == "" {
		r.accept = typeJSON
	}
	var header http.Header
	err := c.send(ctx, r, func(reply *http.Response) error {
		header = reply.Header
		text, err := io.ReadAll(io.LimitReader(reply.Body, mostJSON))
		if err != nil || out == nil {
			return err
		}
		if err := json.Unmarshal(text, out); err != nil {
			return &Error{Doing: r.doing, Status: reply.StatusCode, Message: "its reply is no JSON of the expected form",
				way: "Is " + c.endpoint + " the address of a Hub? HF_ENDPOINT says so."}
		}
		return nil
	})
	return header, err
}

func (r *request) text(text []byte) {
	r.size = int64(len(text))
	r.body = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

// send sends a request until the Hub takes it, and has read take the reply, whose failure counts as one of the connection.
func (c *Client) send(ctx context.Context, r request, read func(*http.Response) error) error {
	if c.offline != "" {
		return fmt.Errorf("the Hub cannot be asked to %s: %s forbids it. Unset it", r.doing, c.offline)
	}
	pause := c.first
	for try := 1; ; try++ {
		wait, err := c.try(ctx, r, read)
		if err == nil || ctx.Err() != nil || r.once || try >= c.tries || !again(err) {
			return err
		}
		if wait == 0 {
			wait = jitter(pause)
			pause = min(2*pause, 30*time.Second)
		}
		if !sleep(ctx, wait) {
			return err
		}
	}
}

// try sends a request once. wait is what the Hub says to wait before the next try.
func (c *Client) try(ctx context.Context, r request, read func(*http.Response) error) (wait time.Duration, err error) {
	watched, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	quiet := time.AfterFunc(c.patience, func() { stop(fmt.Errorf("nothing went to and fro for %v", c.patience)) })
	defer quiet.Stop()
	alive := func(int) { quiet.Reset(c.patience) }

	req, undo, err := c.prepare(watched, r, alive)
	if err != nil {
		return 0, err
	}
	reply, err := c.http.Do(req)
	if err == nil {
		defer reply.Body.Close()
		reply.Body = &counted{ReadCloser: reply.Body, count: func(n int) {
			if alive(n); c.received != nil {
				c.received(n)
			}
		}}
		if reply.StatusCode/100 != 2 {
			wait, err = waitOf(reply, time.Now()), c.refusal(r, reply)
		} else if err = read(reply); err == nil {
			return 0, nil
		}
	}
	undo()
	if ctx.Err() != nil || errors.As(err, new(*Error)) || errors.As(err, new(*changed)) || errors.As(err, new(*fs.PathError)) {
		return wait, err
	}
	if cause := context.Cause(watched); cause != nil {
		err = cause
	}
	return wait, c.broken(r, err)
}

// prepare makes the request of net/http. undo takes back what was told of the bytes sent.
func (c *Client) prepare(ctx context.Context, r request, alive func(int)) (req *http.Request, undo func(), err error) {
	undo = func() {}
	var body io.ReadCloser
	if r.body != nil && r.size > 0 {
		if body, err = r.body(); err != nil {
			return nil, undo, err
		}
		sent := 0
		body = &counted{ReadCloser: body, count: func(n int) {
			alive(n)
			if sent += n; r.sent != nil {
				r.sent(n)
			}
		}}
		undo = func() {
			if r.sent != nil {
				r.sent(-sent)
			}
		}
	}
	address := r.url
	if address == "" {
		address = c.endpoint + r.path
	}
	if req, err = http.NewRequestWithContext(ctx, r.method, address, body); err != nil {
		return nil, undo, &Error{Doing: r.doing, Message: "the address that it gave is none", way: "Try it again later."}
	}
	if body != nil {
		req.ContentLength = r.size // else it would go in chunks, which the stores of large files refuse
		req.GetBody = r.body
	} else if r.method == http.MethodPut || r.method == http.MethodPost {
		req.Body = http.NoBody
	}
	req.Header.Set("User-Agent", "distigen")
	for name, value := range map[string]string{"Accept": r.accept, "Content-Type": r.content} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	if r.each != nil {
		r.each(req.Header)
	}
	if c.token != "" && !r.signed {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req, undo, nil
}

// counted tells of the bytes that are read.
type counted struct {
	io.ReadCloser
	count func(int)
}

// Read reads.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.count(n)
	return n, err
}

// broken is the error of a request that has no reply.
func (c *Client) broken(r request, cause error) error {
	text := c.hide(cause.Error())
	if i := strings.LastIndex(text, `": `); i >= 0 { // net/http names the address, which may be signed
		text = text[i+3:]
	}
	return &Error{Doing: r.doing, Message: "the connection broke: " + text, cause: cause,
		way: "Is the network there, and is " + c.endpoint + " the right address? Then do it again: what the Hub has is not sent again."}
}
