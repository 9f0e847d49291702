// Package hubtest is a Hugging Face Hub for tests: strict in what it takes, with faults on request. It serves this project's client as
// well as the Python ones (with HF_ENDPOINT, and HF_HUB_DISABLE_XET=1). Two tokens are known: WriteToken and ReadToken, both of the user
// tester in the organisation acme.
package hubtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The tokens that the fake knows.
const (
	WriteToken = "hf_write"
	ReadToken  = "hf_read"
)

// Server is a fake Hub. Large files are in a folder, all else is in memory.
type Server struct {
	MultipartOver int64 // files above go in parts
	Chunk         int64 // of that size

	dir     string
	mu      sync.Mutex
	repos   map[string]*repository
	pending map[string]*upload
	faults  []*Fault
	log     []Request
	serial  int // of replies
	leaves  int // to upload
	hit     int // faults that have struck
	struck  *sync.Cond
}

// Request is one that the fake got.
type Request struct {
	Method, Path string
	Status       int   // 0 if the connection was broken
	Bytes        int64 // of the body, as far as it was read
	Sent         int64 // of the body of the reply
}

// Fault is what goes wrong with a request.
type Fault struct {
	Method string            `json:"method"` // empty: any
	Path   string            `json:"match"`  // a regular expression
	Times  int               `json:"times"`  // 0 is once
	Status int               `json:"status"`
	Header map[string]string `json:"headers"`
	Body   string            `json:"body"`
	Break  int64             `json:"break"` // break the connection after so many bytes of the body; Status is 0
	Lose   bool              `json:"lose"`  // do what is asked, and break the connection instead of replying
	Hang   time.Duration     `json:"hang"`  // say nothing for so long

	match *regexp.Regexp
}

// New makes a fake with a folder for large files.
func New(dir string) (*Server, error) {
	for _, sub := range []string{"lfs", "parts"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			return nil, err
		}
	}
	s := &Server{MultipartOver: 5_000_000_000, Chunk: 20_000_000, dir: dir, repos: map[string]*repository{}, pending: map[string]*upload{}}
	s.struck = sync.NewCond(&s.mu)
	return s, nil
}

// Start runs a fake for a test, and returns its address.
func Start(t testing.TB) (s *Server, address string) {
	t.Helper()
	s, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// Inject has something go wrong.
func (s *Server) Inject(f Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	f.Times = max(f.Times, 1)
	f.match, err = regexp.Compile(f.Path)
	s.faults = append(s.faults, &f)
	return err
}

// Await waits until so many faults have struck.
func (s *Server) Await(faults int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.hit < faults {
		s.struck.Wait()
	}
}

// Log lists what was asked so far, or what of it matches a method and the regular expression of a path.
func (s *Server) Log(method, path string) (found []Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	match := regexp.MustCompile(path)
	for _, r := range s.log {
		if (method == "" || r.Method == method) && match.MatchString(r.Path) {
			found = append(found, r)
		}
	}
	return found
}

// Forget empties the log.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// refused is an error that the Hub replies with.
type refused struct {
	status  int
	message string
	code    string
}

func (e refused) Error() string { return e.message }

func refuse(status int, format string, args ...any) error {
	return refused{status: status, message: fmt.Sprintf(format, args...)}
}

func coded(status int, code, message string) error { return refused{status, message, code} }

// exchange is a request and its reply.
type exchange struct {
	*Server
	http.ResponseWriter
	*http.Request
	path   string
	status int
	read   int64
	sent   int64
	left   int64 // until the connection breaks; less than 0 never
	silent bool
}

// Read reads the body.
func (x *exchange) Read(p []byte) (int, error) {
	if x.left == 0 {
		panic(http.ErrAbortHandler)
	}
	if x.left > 0 && int64(len(p)) > x.left {
		p = p[:x.left]
	}
	n, err := x.Body.Read(p)
	x.read += int64(n)
	if x.left > 0 {
		x.left -= int64(n)
	}
	return n, err
}

// WriteHeader notes the status.
func (x *exchange) WriteHeader(status int) {
	if x.silent {
		panic(http.ErrAbortHandler)
	}
	x.status = status
	x.ResponseWriter.WriteHeader(status)
}

// ServeHTTP serves a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{Server: s, ResponseWriter: w, Request: r, path: r.URL.EscapedPath(), left: -1}
	if strings.HasPrefix(x.path, "/_fake/") {
		x.control()
		return
	}
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.log = append(s.log, Request{r.Method, r.URL.RequestURI(), x.status, x.read, x.sent})
	}()
	if f := s.fault(r); f != nil && x.fail(f) {
		return
	}
	err := x.route()
	if e := (refused{}); errors.As(err, &e) {
		if e.code != "" {
			w.Header().Set("X-Error-Code", e.code)
		}
		w.Header().Set("X-Error-Message", strings.ReplaceAll(e.message, "\n", " "))
		err = x.reply(e.status, map[string]string{"error": e.message})
	}
	if err != nil {
		x.reply(http.StatusInternalServerError, map[string]string{"error": "hubtest: " + err.Error()})
	}
}

func (s *Server) fault(r *http.Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times > 0 && (f.Method == "" || f.Method == r.Method) && f.match.MatchString(r.URL.RequestURI()) {
			f.Times--
			s.hit++
			s.struck.Broadcast()
			return f
		}
	}
	return nil
}

// fail reports whether the request is over by it.
func (x *exchange) fail(f *Fault) bool {
	switch {
	case f.Hang > 0:
		io.Copy(io.Discard, x) // only then a connection that is given up is seen
		select {
		case <-x.Context().Done():
		case <-time.After(f.Hang):
		}
	case f.Lose:
		x.silent = true
		return false
	case f.Status == 0:
		x.left = max(f.Break, 1)
		io.Copy(io.Discard, x)
	default:
		io.Copy(io.Discard, x)
		for name, value := range f.Header {
			x.Header().Set(name, value)
		}
		if f.Body == "" {
			f.Body = `{"error":"injected"}`
		}
		x.WriteHeader(f.Status)
		io.WriteString(x, f.Body)
		return true
	}
	panic(http.ErrAbortHandler)
}

// Header is that of the reply.
func (x *exchange) Header() http.Header { return x.ResponseWriter.Header() }

// Write writes to the reply.
func (x *exchange) Write(p []byte) (int, error) {
	n, err := x.ResponseWriter.Write(p)
	x.sent += int64(n)
	return n, err
}

func (x *exchange) reply(status int, v any) error {
	return x.replyAs("application/json; charset=utf-8", status, v)
}

func (x *exchange) replyAs(content string, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	x.Header().Set("Content-Type", content)
	x.Header().Set("X-Request-Id", fmt.Sprintf("Root=1-%024d", x.next()))
	x.WriteHeader(status)
	if x.Method != http.MethodHead {
		x.Write(text)
	}
	return nil
}

func (s *Server) next() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	return s.serial
}

// base is the address of the fake, and cdn where it keeps large files: another host, so that no token may go there.
func (x *exchange) base() string { return "http://" + x.Host }
func (x *exchange) cdn() string {
	return strings.Replace(x.base(), "127.0.0.1", "localhost", 1)
}

// decode reads a JSON object of the given content type and refuses what the Hub does not know.
func (x *exchange) decode(content string, v any, strict bool) error {
	if got, _, _ := strings.Cut(x.Request.Header.Get("Content-Type"), ";"); strings.TrimSpace(got) != content {
		return refuse(415, "Content-Type must be %s, got %q", content, got)
	}
	d := json.NewDecoder(x)
	if strict {
		d.DisallowUnknownFields()
	}
	if err := d.Decode(v); err != nil {
		return refuse(400, "Invalid JSON body: %v", err)
	}
	return nil
}

// role is what the token may do: write, read, or nothing.
func (x *exchange) role() (string, error) {
	switch x.Request.Header.Get("Authorization") {
	case "":
		return "", nil
	case "Bearer " + WriteToken:
		return "write", nil
	case "Bearer " + ReadToken:
		return "read", nil
	}
	return "", refuse(401, "Invalid credentials in Authorization header")
}

// control is how processes elsewhere look at the fake, and have it fail.
func (x *exchange) control() {
	switch x.path {
	case "/_fake/log":
		log := x.Log("", "")
		if log == nil {
			log = []Request{}
		}
		x.reply(200, log)
	case "/_fake/reset_log":
		x.Forget()
		x.reply(200, map[string]string{})
	case "/_fake/inject":
		var f Fault
		if err := json.NewDecoder(x).Decode(&f); err != nil || x.Inject(f) != nil {
			x.reply(400, map[string]string{"error": "no fault"})
			return
		}
		x.reply(200, map[string]string{})
	default:
		x.reply(404, map[string]string{})
	}
}

var (
	lfsPath   = regexp.MustCompile(`^/_lfs/(get|put|part|complete|verify)/([^/]+)(?:/(\d+))?$`)
	batchPath = regexp.MustCompile(`^/datasets/([^/]+/[^/]+)\.git/info/lfs/objects/batch$`)
	filePath  = regexp.MustCompile(`^/datasets/([^/]+/[^/]+)/resolve/([^/]+)/(.+)$`)
	repoPath  = regexp.MustCompile(`^/api/datasets/([^/]+/[^/]+)(?:/([a-z-]+)(?:/([^/]+))?(?:/(.*))?)?$`)
)

func (x *exchange) route() error {
	switch x.Method + " " + x.path {
	case "GET /api/whoami-v2":
		return x.whoami()
	case "POST /api/repos/create":
		return x.create()
	case "POST /api/validate-yaml":
		return x.validate()
	}
	if m := lfsPath.FindStringSubmatch(x.path); m != nil {
		return x.store(m[1], m[2], m[3])
	}
	if m := batchPath.FindStringSubmatch(x.path); m != nil && x.Method == http.MethodPost {
		return x.on(m[1], true, x.batch)
	}
	if m := filePath.FindStringSubmatch(x.path); m != nil && (x.Method == http.MethodGet || x.Method == http.MethodHead) {
		return x.on(m[1], false, func(r *repository) error { return x.resolve(r, unquote(m[2]), unquote(m[3])) })
	}
	m := repoPath.FindStringSubmatch(x.path)
	if m == nil {
		return refuse(404, "Sorry, we can't find the page you are looking for.")
	}
	revision, rest := unquote(m[3]), unquote(m[4])
	if revision == "" {
		revision = "main"
	}
	do, write := map[string]func(*repository) error{
		"GET ":            func(r *repository) error { return x.info(r, revision) },
		"GET revision":    func(r *repository) error { return x.info(r, revision) },
		"GET tree":        func(r *repository) error { return x.tree(r, revision, rest) },
		"GET refs":        x.refs,
		"POST paths-info": func(r *repository) error { return x.pathsInfo(r, revision) },
		"POST preupload":  func(r *repository) error { return x.preupload(r, revision) },
		"POST commit":     func(r *repository) error { return x.commit(r, revision) },
		"POST branch":     func(r *repository) error { return x.branch(r, revision) },
	}[x.Method+" "+m[2]], slices.Contains([]string{"preupload", "commit", "branch"}, m[2])
	if do == nil {
		return refuse(404, "Sorry, we can't find the page you are looking for.")
	}
	return x.on(m[1], write, do)
}

func unquote(s string) string {
	if text, err := url.PathUnescape(s); err == nil {
		return text
	}
	return s
}
