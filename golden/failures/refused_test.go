package failures

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// A server that is gone before the last request of a row: the run waits for it, or has that row rejected, or stops, as it is set.
func TestConnectionRefused(t *testing.T) {
	c := calmRun(t)
	outage := func(seconds, retries string) []string {
		return []string{"--set", "model.judge.max_outage=" + seconds, "--set", "model.judge.max_retries=" + retries}
	}
	for name, k := range map[string]struct {
		args []string
		back bool
		code int
		says string
	}{
		"for a while":              {args: outage("600", "5"), back: true},
		"for ever, not waited for": {args: outage("0", "1"), code: 3},
		"for ever, waited for":     {args: outage("1", "5"), code: 4, says: "has been down for"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t)
			s.breaks(&fault{request: request{"answer", victim}, late: true, answer: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s.hangUp()
				s.good.ServeHTTP(w, r)
			})})
			out := filepath.Join(t.TempDir(), "out")
			ended := make(chan outcome, 1)
			go func() { ended <- s.run(t, "run", out, k.args...) }()
			if k.back {
				awaitText(t, filepath.Join(out, "run.log"), " in a row")
				s.listen(t)
			}
			o := <-ended
			if o.code != k.code || !strings.Contains(o.stderr, k.says) {
				t.Errorf("exit code %d\n%s", o.code, o.stderr)
			}
			if k.code == 3 {
				if r := o.rejects(t); len(r) != 1 || r[0].Class != "connection" || r[0].Step != "judge" || !slices.Equal(o.lines(t), c.others()) {
					t.Errorf("rejects %+v", r)
				}
			}
			if !k.back {
				s.listen(t)
				o = s.run(t, "run", out)
			}
			asked := s.requests()
			if o.code != 0 || !slices.Equal(o.lines(t), c.lines) || sum(asked) != rows*len(order) || len(asked) != rows*len(order) {
				t.Errorf("in the end: exit code %d, requests%s\n%s", o.code, told(asked), o.stderr)
			}
		})
	}
}

// awaitText waits until a file has a text.
func awaitText(t *testing.T, path, text string) {
	t.Helper()
	until := time.After(20 * time.Second)
	for look := time.Tick(10 * time.Millisecond); ; {
		select {
		case <-look:
			if has, err := os.ReadFile(path); err == nil && strings.Contains(string(has), text) {
				return
			}
		case <-until:
			has, _ := os.ReadFile(path)
			t.Errorf("%s does not come to have %q:\n%s", path, text, has)
			return
		}
	}
}

// A server that has hung up answers over no connection that a client had opened to spare.
func TestHangUp(t *testing.T) {
	s := serve(t)
	spare, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer spare.Close()
	for accepted := false; !accepted; {
		runtime.Gosched()
		s.fresh.Range(func(_, _ any) bool { accepted = true; return false })
	}
	s.hangUp()
	io.WriteString(spare, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\n{\"messages\":[]}")
	if n, err := spare.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes", n)
	}
}
