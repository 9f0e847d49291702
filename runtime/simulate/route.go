package simulate

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/simulate/author"
)

// maxBody is the size up to which the API reads a request.
const maxBody = 64 << 20

// sim is the API.
type sim struct {
	o     Options
	now   func() time.Time
	log   journal
	limit *limiter // nil: none
	chaos *chaos   // nil: no faults
	store store
	exact bool // latencies end by the clock of the system; not where a test has a clock of its own
}

func newSim(o Options) *sim {
	s := &sim{o: o, now: o.Now, log: journal{record: o.Record, status: map[int]int{}, faults: map[string]int{}}}
	if s.now == nil {
		s.now = time.Now
	}
	if o.Limits.RequestsPerSecond > 0 || o.Limits.RequestsPerMinute > 0 || o.Limits.TokensPerMinute > 0 {
		s.limit = &limiter{Limits: o.Limits}
	}
	if o.Faults.any() {
		s.chaos = newChaos(o.Faults)
	}
	return s
}

// call is one request on its way.
type call struct {
	*http.Request
	body []byte
	id   string // of the request, as the reply's headers say it
	arg  string // what stands in the place of {id} in the path
	fate fate
}

// answer is a reply that is ready to be sent.
type answer struct {
	status     int
	body       []byte
	kind       string // content type; empty: JSON
	headers    map[string]string
	tokens     int // what counts towards the limit of tokens
	retryAfter time.Duration
}

const (
	chatPath = "/v1/chat/completions"
	rawPath  = "/v1/completions"
)

// route is an endpoint. Faults and limits concern those that a model answers.
type route struct {
	method, path string
	model        bool
	handle       func(*sim, *call) answer
}

var routes = []route{
	{"POST", chatPath, true, (*sim).chat},
	{"POST", rawPath, true, (*sim).raw},
	{"POST", "/v1/embeddings", true, (*sim).embed},
	{"GET", "/v1/models", false, (*sim).listModels},
	{"GET", "/v1/models/{id}", false, (*sim).oneModel},
	{"POST", "/v1/files", false, (*sim).upload},
	{"GET", "/v1/files", false, (*sim).listFiles},
	{"GET", "/v1/files/{id}", false, (*sim).oneFile},
	{"DELETE", "/v1/files/{id}", false, (*sim).deleteFile},
	{"GET", "/v1/files/{id}/content", false, (*sim).download},
	{"POST", "/v1/batch/jobs", false, (*sim).createJob},
	{"GET", "/v1/batch/jobs", false, (*sim).listJobs},
	{"GET", "/v1/batch/jobs/{id}", false, (*sim).oneJob},
	{"POST", "/v1/batch/jobs/{id}/cancel", false, (*sim).cancelJob},
}

// match reports whether the path is the route's, and what its {id} is.
func (r route) match(path string) (id string, ok bool) {
	head, tail, dynamic := strings.Cut(r.path, "{id}")
	if !dynamic {
		return "", path == r.path
	}
	id, ok = strings.CutPrefix(path, head)
	if ok {
		id, ok = strings.CutSuffix(id, tail)
	}
	return id, ok && id != "" && !strings.Contains(id, "/")
}

// ServeHTTP answers a request.
func (s *sim) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	entry := s.log.begin(r.Method, r.URL.Path, body)
	c := &call{Request: r, body: body, id: requestID(author.Hash(strconv.FormatInt(s.now().UnixNano(), 10), r.RemoteAddr))}
	h := w.Header()
	h.Set("X-Request-Id", c.id)
	h.Set("Mistral-Correlation-Id", c.id)
	var a answer
	if err != nil {
		a = failure(http.StatusRequestEntityTooLarge, "The request is larger than %d bytes.", maxBody)
	} else {
		a = s.route(c)
	}
	s.limit.headers(h, a.tokens, s.now())
	if c.fate.name == "html" {
		a = answer{status: http.StatusOK, kind: "text/html; charset=utf-8", body: []byte(page)}
	}
	s.log.end(entry, c.statusOf(a), c.fate.name) // before it is sent, so that who has the reply sees it counted
	if !s.send(w, c, a) {
		panic(http.ErrAbortHandler) // has net/http break the connection
	}
}

func (s *sim) route(c *call) answer {
	key, ok := strings.CutPrefix(c.Header.Get("Authorization"), "Bearer ")
	if key = strings.TrimSpace(key); (!ok || key == "") && !s.o.NoKey || s.o.Key != "" && key != s.o.Key {
		return answer{status: http.StatusUnauthorized, body: fmt.Appendf(nil, `{"message":"Unauthorized","request_id":"%s"}`, c.id)}
	}
	known := false
	for _, r := range routes {
		arg, ok := r.match(c.URL.Path)
		if ok && r.method == c.Method {
			c.arg = arg
			if r.model {
				return s.model(c, r)
			}
			return r.handle(s, c)
		}
		known = known || ok
	}
	if known {
		return answer{status: http.StatusMethodNotAllowed, body: []byte(`{"detail":"Method Not Allowed"}`)}
	}
	return c.noRoute()
}

func (c *call) noRoute() answer {
	return answer{status: http.StatusNotFound, body: fmt.Appendf(nil, `{"message":"no Route matched with those values","request_id":"%s"}`, c.id)}
}

// model has a model answer, unless a limit or a fault is in the way.
func (s *sim) model(c *call, r route) answer {
	if wait, ok := s.limit.take(s.now()); !ok {
		a := apiError(http.StatusTooManyRequests, "Requests rate limit exceeded")
		if s.o.Limits.RetryAfter {
			a.retryAfter = wait
		}
		return a
	}
	if s.chaos == nil {
		return s.reply(c, r)
	}
	began := time.Now()
	c.fate = s.chaos.fate(c.body)
	a := c.fate.answer()
	if c.fate.status == 0 {
		a = s.reply(c, r)
	}
	// What it took to make the answer is a part of the latency.
	if !s.wait(c, c.fate.delay-time.Since(began)) {
		return answer{}
	}
	return a
}

func (s *sim) reply(c *call, r route) answer {
	a := r.handle(s, c)
	s.limit.spend(a.tokens)
	if a.status != http.StatusOK || r.path != chatPath && r.path != rawPath && slices.Contains(ofContent, c.fate.name) {
		c.fate.name = "" // there is no reply that it could hit
	}
	return a
}

// statusOf is the status that the client gets to see; 0 for none.
func (c *call) statusOf(a answer) int {
	if c.fate.name == "reset" || c.fate.name == "hang" {
		return 0
	}
	return a.status
}

// requestID makes a name out of a number.
func requestID(x uint64) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", x>>32, x>>16&0xffff, x>>4&0xfff, x>>52, x&(1<<48-1))
}
