package endpoint

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sashabaranov/go-openai"
)

const (
	chatPath = "/chat/completions"
	rawPath  = "/completions"
	// maxResponse bounds the memory that a server can take.
	maxResponse = 32 << 20
)

// exchange is one request to a server, with what came back.
type exchange struct {
	sent   []byte // in the place of the body that go-openai makes
	status int    // 0: no reply came
	header http.Header
	got    []byte
	broken error // why not all of the reply came
}

type exchangeKey struct{}

// errTimeout ends a request that takes too long.
var errTimeout = errors.New("no reply in time")

// doer sends requests for go-openai. It sends our own body: go-openai's leaves out a temperature of 0, rounds numbers to
// float32 and knows only OpenAI's names. And it keeps what go-openai does not tell: status, headers and body as they came.
type doer struct{ client *http.Client }

// Do sends a request.
func (d doer) Do(r *http.Request) (*http.Response, error) {
	x := r.Context().Value(exchangeKey{}).(*exchange)
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(x.sent)), int64(len(x.sent))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(x.sent)), nil }
	r.Header.Set("User-Agent", "distigen")
	res, err := d.client.Do(r)
	if err != nil {
		x.broken = err
		return nil, err
	}
	defer res.Body.Close()
	x.status, x.header = res.StatusCode, res.Header
	x.got, x.broken = io.ReadAll(io.LimitReader(res.Body, maxResponse+1))
	switch {
	case x.broken != nil:
		return nil, x.broken
	case len(x.got) > maxResponse:
		return nil, fmt.Errorf("it is larger than %d MiB", maxResponse>>20)
	case !isJSON(res.Header):
		return nil, fmt.Errorf("it is %s and not JSON", res.Header.Get("Content-Type"))
	}
	res.Body = io.NopCloser(bytes.NewReader(x.got))
	return res, nil
}

func (x *exchange) isGood() bool { return x.status >= 200 && x.status < 300 }

// isJSON reports whether a reply is declared as JSON, or not declared at all.
func isJSON(h http.Header) bool {
	declared := h.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(declared)
	return declared == "" || err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

// open makes the endpoint's client. go-openai never sees a request of ours (see doer), only the answers to them.
func (e *endpoint) open(h *http.Client) {
	c := openai.DefaultConfig(e.key)
	c.BaseURL, c.HTTPClient = cmp.Or(e.standIn, e.url), doer{h}
	e.client = openai.NewClientWithConfig(c)
}

// send sends the body of a chat once. The error is go-openai's.
func (e *endpoint) send(ctx context.Context, body []byte, timeout time.Duration) (*exchange, openai.ChatCompletionResponse, error) {
	// Empty, since it is not sent: go-openai would check it against what it believes of some models.
	return exchanged(ctx, body, timeout, func(ctx context.Context) (openai.ChatCompletionResponse, error) {
		return e.client.CreateChatCompletion(ctx, openai.ChatCompletionRequest{})
	}, loose)
}

// exchanged has go-openai send a body once. loose reads what go-openai cannot.
func exchanged[R any](ctx context.Context, body []byte, timeout time.Duration, send func(context.Context) (R, error), loose func([]byte) (R, bool)) (*exchange, R, error) {
	x := &exchange{sent: body}
	ctx, cancel := context.WithTimeoutCause(context.WithValue(ctx, exchangeKey{}, x), timeout, errTimeout)
	defer cancel()
	res, err := send(ctx)
	switch {
	case err == nil && !utf8.Valid(x.got):
		err = errors.New("it is not UTF-8")
	case err == nil:
	case context.Cause(ctx) == errTimeout:
		x.broken = errTimeout
	case x.isGood() && x.broken == nil && len(x.got) <= maxResponse && isJSON(x.header) && utf8.Valid(x.got):
		if read, ok := loose(x.got); ok {
			return x, read, nil
		}
	}
	return x, res, err
}

func newHTTP(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a POST would go on as a GET
	}}
}

// newTransport keeps as many connections to a host as there may be requests under way.
func newTransport(inFlight int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: max(inFlight, http.DefaultMaxIdleConnsPerHost),
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
	}
}
