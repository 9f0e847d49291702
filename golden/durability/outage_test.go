package durability

import (
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/simulate"
)

// endpoint is a simulator that is gone for a while, or refuses all requests.
type endpoint struct {
	addr    string
	api     http.Handler
	status  atomic.Int64 // with which it refuses; 0: it does not
	served  atomic.Int64
	refused atomic.Int64

	mu   sync.Mutex
	http *http.Server
}

func newEndpoint(t *testing.T) *endpoint {
	t.Helper()
	f, err := simulate.ParseFaults("latency=30ms")
	if err != nil {
		t.Fatal(err)
	}
	e := &endpoint{addr: "127.0.0.1:0", api: simulate.Handler(simulate.Options{Key: "a-key", Faults: f})}
	e.listen(t)
	t.Cleanup(e.close)
	return e
}

func (e *endpoint) listen(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", e.addr)
	if err != nil {
		t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.addr, e.http = l.Addr().String(), &http.Server{Handler: e, ErrorLog: log.New(io.Discard, "", 0)}
	go e.http.Serve(l)
}

// close breaks what is under way, and has connections refused.
func (e *endpoint) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.http.Close()
}

func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := e.status.Load(); status != 0 {
		e.refused.Add(1)
		w.WriteHeader(int(status))
		return
	}
	e.served.Add(1) // it may come to nothing
	e.api.ServeHTTP(w, r)
}

// While the server is gone or refuses all, the run waits, and it may be killed meanwhile, again and again: afterwards the data
// are those of an unbroken run, and what was paid for is not asked for again.
func TestOutages(t *testing.T) {
	for name, status := range map[string]int64{"gone": 0, "503": 503, "429": 429} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3))
			e := newEndpoint(t)
			tr := newTrial(t, "")
			tr.url = "http://" + e.addr + "/v1"
			want := tr.unbroken(t)
			e.served.Store(0)
			tr.out = filepath.Join(t.TempDir(), "out")

			// It begins well, has an outage that is over after two kills, and goes on.
			first := tr.start(t)
			first.after(200*time.Millisecond + time.Duration(random.Int64N(int64(150*time.Millisecond))))
			if status == 0 {
				e.close()
			}
			e.status.Store(status)
			first.after(time.Duration(random.Int64N(int64(100 * time.Millisecond))))
			first.kill()
			second := tr.start(t)
			second.after(100*time.Millisecond + time.Duration(random.Int64N(int64(300*time.Millisecond))))
			second.kill()
			last := tr.start(t)
			last.after(100*time.Millisecond + time.Duration(random.Int64N(int64(300*time.Millisecond))))
			e.status.Store(0)
			if status == 0 {
				e.listen(t)
			}
			if err := <-last.ended; err != nil {
				t.Fatalf("%v\n%s", err, tr.output.String())
			}
			same(t, results(t, tr.out), want)
			// Those under way when the server went, or at the first kill, were lost; at the second there were none.
			if extra := e.served.Load() - needed; extra > inFlight {
				t.Errorf("%d requests more than needed were served", extra)
			}
			// Each of the three tried those under way, some of them twice, and then single ones.
			if n := e.refused.Load(); n > 3*2*inFlight {
				t.Errorf("%d requests were refused", n)
			}
		})
	}
}

// life is a process of the program.
type life struct {
	cmd   *exec.Cmd
	ended chan error
}

func (tr *trial) start(t *testing.T) *life {
	t.Helper()
	l := &life{cmd: tr.command(tr.out), ended: make(chan error, 1)}
	if err := l.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { l.ended <- l.cmd.Wait() }()
	return l
}

// after lets some time pass, or less if the process ends.
func (l *life) after(d time.Duration) {
	select {
	case err := <-l.ended:
		l.ended <- err
	case <-time.After(d):
	}
}

// kill kills the process, if it has not ended.
func (l *life) kill() {
	l.cmd.Process.Signal(syscall.SIGKILL)
	err := <-l.ended
	l.ended <- err
}
