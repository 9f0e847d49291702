package hub

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distigen/distigen/runtime/hub/hubtest"
)

// TestMain is also the process that TestKill kills: it pushes a folder.
func TestMain(m *testing.M) {
	dir, address := os.Getenv("HUB_TEST_PUSH"), os.Getenv("HF_ENDPOINT")
	if dir == "" {
		os.Exit(m.Run())
	}
	c, err := New(address, hubtest.WriteToken)
	if err == nil {
		_, err = c.Push(context.Background(), Target{ID: "tester/maths"}, []Set{{Dir: dir}}, Options{State: filepath.Join(dir, ".push.json")})
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	os.Exit(0)
}

// kill starts a push that gets stuck, and kills it when all that is under way is stuck.
func (l *lab) kill(stuck string) {
	l.Helper()
	if err := l.Inject(hubtest.Fault{Method: "PUT", Path: stuck, Hang: time.Hour, Times: l.client.parallel}); err != nil {
		l.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "HUB_TEST_PUSH="+l.dir, "HF_ENDPOINT="+l.address)
	if err := cmd.Start(); err != nil {
		l.Fatal(err)
	}
	l.Await(l.client.parallel)
	if err := cmd.Process.Kill(); err != nil {
		l.Fatal(err)
	}
	cmd.Wait()
	l.Forget()
}

// sent lists what went to the store since the log was emptied, without what was broken off.
func (l *lab) sent() (paths []string) {
	for _, r := range l.Log("PUT", "/_lfs/") {
		if r.Status != 0 {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// A push that was killed goes on: of many files those are sent that are not there.
func TestKillBetweenFiles(t *testing.T) {
	l := newLab(t).write(shards(10, 6000))
	// The first four are taken; then all four that are under way get stuck.
	if err := l.Inject(hubtest.Fault{Method: "PUT", Path: "nothing"}); err != nil {
		t.Fatal(err)
	}
	l.kill(`/_lfs/put/[0-9a-f]+-(5|6|7|8|9|10|11|12|13|14)$`)
	there := 10 - len(l.mustPushCounting())
	if there < 1 || l.Commits("tester/maths") != 2 {
		t.Errorf("%d files were there after the kill, %d commits after all", there, l.Commits("tester/maths"))
	}
	if l.meter.Sent() != int64(10-there)*6000 || l.meter.Done() != 60000 {
		t.Errorf("sent %d bytes of %d", l.meter.Sent(), l.meter.Done())
	}
}

// mustPushCounting pushes, and returns what was sent.
func (l *lab) mustPushCounting() []string {
	l.Helper()
	l.mustPush(Target{})
	return l.sent()
}

// Of a file that goes in parts those are sent that are not there.
func TestKillBetweenParts(t *testing.T) {
	l := newLab(t).write(shards(1, 60000))
	l.MultipartOver, l.Chunk = 10000, 6000
	l.kill(`/_lfs/part/[^/]+/([5-9]|10)$`)
	info, err := os.Stat(l.state())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the state file: %v, %v", info, err)
	}
	if text, _ := os.ReadFile(l.state()); strings.Contains(string(text), hubtest.WriteToken) {
		t.Error("the token is in the state file")
	}
	if sent := l.mustPushCounting(); len(sent) != 6 || l.meter.Sent() != 36000 || l.meter.Done() != 60000 {
		t.Errorf("4 of 10 parts were there, and these were sent: %q; %d bytes of %d", sent, l.meter.Sent(), l.meter.Done())
	}
	l.has("data/train-00000-of-00001.parquet", strings.Repeat("row 0\n", 10000))
	if _, err := os.Stat(l.state()); err == nil {
		t.Error("the state file stays after the push")
	}
}

// What the store has forgotten meanwhile is sent again.
func TestKillAndExpire(t *testing.T) {
	l := newLab(t).write(shards(1, 60000))
	l.MultipartOver, l.Chunk = 10000, 6000
	l.kill(`/_lfs/part/[^/]+/([5-9]|10)$`)
	l.Expire()
	l.mustPush(Target{})
	l.has("data/train-00000-of-00001.parquet", strings.Repeat("row 0\n", 10000))
	if l.meter.Sent() != 60000 || l.meter.Done() != 60000 {
		t.Errorf("the meter stands at %d sent, %d done", l.meter.Sent(), l.meter.Done())
	}
}

// A state file of another repository, or that is none, is of no use and of no harm.
func TestOddStates(t *testing.T) {
	for _, text := range []string{"", "{", `{"endpoint":"http://127.0.0.1:1","repo":"tester/maths","uploads":{}}`, `{"uploads":{"x":null}}`} {
		l := newLab(t).write(shards(1, 600)).write(map[string]string{".push.json": text})
		l.mustPush(Target{})
	}
}

// Parts go through faults as whole files do.
func TestPartsThroughFaults(t *testing.T) {
	for name, f := range map[string]hubtest.Fault{
		"reset":              {Path: "/_lfs/part/", Break: 3000, Times: 4},
		"503":                {Path: "/_lfs/part/", Status: 503, Times: 4},
		"lost completion":    {Path: "/_lfs/complete/", Lose: true},
		"completion refused": {Path: "/_lfs/complete/", Status: 404},
		"run out":            {Path: "/_lfs/part/[^/]+/7", Status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t).write(shards(1, 60000))
			l.MultipartOver, l.Chunk = 10000, 6000
			if err := l.Inject(f); err != nil {
				t.Fatal(err)
			}
			l.mustPush(Target{})
			l.has("data/train-00000-of-00001.parquet", strings.Repeat("row 0\n", 10000))
			if l.meter.Done() != 60000 {
				t.Errorf("the meter stands at %d", l.meter.Done())
			}
		})
	}
}
