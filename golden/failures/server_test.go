package failures

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/simulate"
)

// models are those of the steps, by which the server tells whose request it has.
var models = map[string]string{"ask": "ministral-8b-latest", "answer": "mistral-medium-latest", "judge": "mistral-large-latest"}

// order is that of the steps.
var order = []string{"ask", "answer", "judge"}

// request says of which step and row a request is.
type request struct{ step, row string }

var rowOf = regexp.MustCompile(`Fractions|Percentages|Matrices|Primes|Angles|Topic \d+`)

func requestOf(body []byte) (q request) {
	for step, model := range models {
		if bytes.Contains(body, []byte(`"model":"`+model+`"`)) {
			q.step = step
		}
	}
	q.row = string(rowOf.Find(body))
	return q
}

// fault is what is wrong with the server.
type fault struct {
	request              // whose it hits; an empty row: those of all rows
	times   int          // only the first so many are hit; 0: all
	after   int          // requests of the step that are served first
	late    bool         // it is not answered before all other rows are done
	answer  http.Handler // in the place of the simulator

	hits  []time.Time // when it hit
	again time.Time   // when a request first came again that was hit
}

// server is an endpoint that counts what is asked of it.
type server struct {
	addr     string
	listener net.Listener
	gone     atomic.Bool
	fresh    sync.Map // connections over which nothing has come
	http     *http.Server
	good     http.Handler

	mu     sync.Mutex
	faults []*fault
	asked  map[request]int
	done   int           // rows that have their last reply
	rest   chan struct{} // closed when all rows but one have theirs
}

// serve starts an endpoint at any free address.
func serve(t *testing.T, faults ...*fault) *server {
	t.Helper()
	s := &server{addr: "127.0.0.1:0", asked: map[request]int{}, rest: make(chan struct{}), faults: faults,
		good: simulate.Handler(simulate.Options{Key: "a-key"})}
	s.listen(t)
	return s
}

// listen takes requests, also again after a hangUp.
func (s *server) listen(t *testing.T) {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		t.Error(err)
		return
	}
	server := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0), ConnState: s.follow}
	s.gone.Store(false)
	s.mu.Lock()
	s.addr, s.listener, s.http = l.Addr().String(), l, server
	s.mu.Unlock()
	t.Cleanup(func() { server.Close() })
	go server.Serve(l)
}

// hangUp has connections refused from now on. Requests under way get their replies.
func (s *server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener.Close()
	s.http.SetKeepAlivesEnabled(false)
	s.gone.Store(true)
	s.fresh.Range(func(conn, _ any) bool { conn.(net.Conn).Close(); return true })
}

// follow keeps the connections that no request has come over yet: a client may have opened one to spare, and a server that stops
// keeping connections alive does not close it.
func (s *server) follow(conn net.Conn, state http.ConnState) {
	if state == http.StateNew {
		s.fresh.Store(conn, nil)
		if s.gone.Load() {
			conn.Close()
		}
	} else {
		s.fresh.Delete(conn)
	}
}

// breaks has a server fail from now on, or no more.
func (s *server) breaks(faults ...*fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.asked = faults, map[request]int{}
}

// ServeHTTP counts a request and has it answered.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	q := requestOf(body)
	r.Body = io.NopCloser(bytes.NewReader(plain(body)))
	f := s.count(q)
	if f == nil {
		s.good.ServeHTTP(w, r)
	} else {
		if f.late {
			<-s.rest
		}
		f.answer.ServeHTTP(w, r)
	}
	http.NewResponseController(w).Flush()
	s.mu.Lock()
	defer s.mu.Unlock()
	if f == nil && q.step == "judge" {
		if s.done++; s.done == rows-1 {
			close(s.rest)
		}
	}
}

// count counts a request, and returns what is wrong with it.
func (s *server) count(q request) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked[q]++
	for _, f := range s.faults {
		if f.hit(q) {
			return f
		}
	}
	return nil
}

// hitsOf is when a fault has hit. Requests of a program that has ended may still arrive.
func (s *server) hitsOf(f *fault) []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(f.hits)
}

// hit reports whether a request is one that it hits.
func (f *fault) hit(q request) bool {
	if f.step != q.step || f.row != "" && f.row != q.row {
		return false
	}
	if len(f.hits) == 1 {
		f.again = time.Now()
	}
	if f.after > 0 {
		f.after--
		return false
	}
	if f.times > 0 && len(f.hits) == f.times {
		return false
	}
	f.hits = append(f.hits, time.Now())
	return true
}

// plain is a request without what is added when it is asked again, so that the simulator's replies to a row are the same
// ones whatever went before.
func plain(body []byte) []byte {
	var r map[string]any
	if err := json.Unmarshal(body, &r); err != nil {
		panic(err)
	}
	delete(r, "random_seed")
	messages := r["messages"].([]any)
	for i, m := range messages {
		if m.(map[string]any)["role"] == "assistant" {
			messages = messages[:i]
			break
		}
	}
	r["messages"] = messages
	out, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return out
}

// requests are those since the server was last changed.
func (s *server) requests() map[request]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.asked)
}

func sum(requests map[request]int) (n int) {
	for _, count := range requests {
		n += count
	}
	return n
}

// told are requests in words, for messages.
func told(requests map[request]int) (text string) {
	all := slices.SortedFunc(maps.Keys(requests), func(a, b request) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(slices.Index(order, a.step), slices.Index(order, b.step)))
	})
	for _, q := range all {
		text += fmt.Sprintf(" %s/%s:%d", q.row, q.step, requests[q])
	}
	return text
}

// simulated is a simulator that has a fault in each reply, in the words of its scripts.
func simulated(t *testing.T, do string, faults string) http.Handler {
	t.Helper()
	path := filepath.Join(t.TempDir(), "script.jsonl")
	if err := os.WriteFile(path, []byte(do), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := simulate.ParseFaults(faults + "script=" + path)
	if err != nil {
		t.Fatal(err)
	}
	return simulate.Handler(simulate.Options{Key: "a-key", Faults: f})
}
