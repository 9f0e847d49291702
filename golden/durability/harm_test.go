package durability

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// interrupt runs the program for a while, interrupts it, and returns its exit code.
func (tr *trial) interrupt(t *testing.T, after time.Duration, times int) int {
	t.Helper()
	tr.output.Reset()
	cmd := tr.command(tr.out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		return exitCode(t, err)
	case <-time.After(after):
	}
	for range times {
		cmd.Process.Signal(os.Interrupt)
		select {
		case err := <-ended:
			return exitCode(t, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return exitCode(t, <-ended)
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	exit := (*exec.ExitError)(nil)
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

// An interrupted run costs no reply: what is under way is finished and stored. One that is interrupted twice costs those under
// way.
func TestInterrupt(t *testing.T) {
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
	tr := newTrial(t, "latency=50ms")
	want := tr.unbroken(t)
	for _, times := range []int{1, 2} {
		tr.out = filepath.Join(t.TempDir(), "out")
		before, runs := tr.server.Requests().Count, 0
		for {
			code := tr.interrupt(t, 50*time.Millisecond+time.Duration(random.Int64N(int64(100*time.Millisecond))), times)
			if code == 0 {
				break
			}
			if runs++; code != 130 && code != -1 || runs > 100 { // a third one, if it comes to that, kills
				t.Fatalf("exit code %d after %d runs:\n%s", code, runs, tr.output.String())
			}
		}
		same(t, results(t, tr.out), want)
		extra := tr.server.Requests().Count - before - needed
		if times == 1 && extra != 0 || extra > runs*inFlight {
			t.Errorf("interrupted %d times in each of %d runs, %d requests more than needed were sent", times, runs, extra)
		}
	}
}

// smallDisk is a folder on a disk that is full soon, and what gives it more room.
func smallDisk(t *testing.T) (disk string, grow func()) {
	t.Helper()
	disk = t.TempDir()
	if err := syscall.Mount("distigen-test", disk, "tmpfs", 0, "size=160k"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, 0) })
	return disk, func() {
		if err := syscall.Mount("distigen-test", disk, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
			t.Fatal(err)
		}
	}
}

// full waits until the journal has grown no further for a second.
func (tr *trial) full() {
	last, since := int64(-1), time.Now()
	for range time.Tick(50 * time.Millisecond) {
		if info, err := os.Stat(filepath.Join(tr.out, "journal", "replies.log")); err == nil && info.Size() != last {
			last, since = info.Size(), time.Now()
		}
		if time.Since(since) > time.Second {
			return
		}
	}
}

// end waits until a process ends well.
func (tr *trial) end(t *testing.T, l *life) {
	t.Helper()
	select {
	case err := <-l.ended:
		if err != nil {
			t.Fatalf("%v\n%s", err, tr.output.String())
		}
	case <-time.After(30 * time.Second):
		l.kill()
		t.Fatalf("it does not go on:\n%s", tr.output.String())
	}
}

// While the disk is full, the run waits with the replies that it has, says so, and goes on when there is room.
func TestFullDisk(t *testing.T) {
	tr := newTrial(t, "latency=20ms")
	want := tr.unbroken(t)
	disk, grow := smallDisk(t)
	tr.out = filepath.Join(disk, "out")
	before := tr.server.Requests().Count
	run := tr.start(t)
	tr.full()
	grow()
	tr.end(t, run)
	if !strings.Contains(tr.output.String(), "Paused, since replies cannot be stored") {
		t.Errorf("it does not say why it waits:\n%s", tr.output.String())
	}
	same(t, results(t, tr.out), want)
	if extra := tr.server.Requests().Count - before - needed; extra != 0 {
		t.Errorf("%d requests more than needed were sent", extra)
	}
}

// A run that is killed while the disk is full loses the replies that it could not store, and no others. Started while it is
// still full, it asks for nothing that it could not store, either.
func TestKillOnFullDisk(t *testing.T) {
	tr := newTrial(t, "latency=20ms")
	want := tr.unbroken(t)
	disk, grow := smallDisk(t)
	tr.out = filepath.Join(disk, "out")
	before := tr.server.Requests().Count
	killed := tr.start(t)
	tr.full()
	killed.kill()
	tr.output.Reset()
	again := tr.start(t)
	again.after(300 * time.Millisecond)
	select {
	case err := <-again.ended:
		if code := exitCode(t, err); code != 4 || !strings.Contains(tr.output.String(), "no space left") {
			t.Errorf("on a full disk, it ends with exit code %d:\n%s", code, tr.output.String())
		}
		again.ended <- err
	default:
		again.kill()
	}
	grow()
	tr.end(t, tr.start(t))
	same(t, results(t, tr.out), want)
	if extra := tr.server.Requests().Count - before - needed; extra > 2*inFlight {
		t.Errorf("%d requests more than needed were sent", extra)
	}
}
