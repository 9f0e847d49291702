package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// trial is an emitted program at work on a server.
type trial struct {
	pipeline, file, column string
	rows                   int
	models                 []string
	serve                  []string
}

var single = trial{pipeline: "single", file: "questions.jsonl", column: "instruction", models: []string{"small"}}

// emitted runs the program once, in a new folder, and tells what it took and what the server has seen.
func (l *lab) emitted(t trial) (usage, seen, error) {
	binary, err := l.program(t.pipeline)
	if err != nil {
		return usage{}, seen{}, err
	}
	dir, err := l.rows(t.file, t.column, t.rows)
	if err != nil {
		return usage{}, seen{}, err
	}
	file, out := filepath.Join(l.dir, "seen.json"), filepath.Join(l.dir, "out")
	s, err := l.serve(append([]string{"-seen", file}, t.serve...)...)
	if err != nil {
		return usage{}, seen{}, err
	}
	defer os.RemoveAll(out)
	args := []string{"run", "--quiet", "--base", dir, "--out", out}
	for _, m := range t.models {
		args = append(args, "--set", "model."+m+".base_url="+s.url)
	}
	u, err := run(binary, []string{"MISTRAL_API_KEY=a-key"}, args...)
	got, closeErr := s.close(file)
	if err == nil {
		err = closeErr
	}
	return u, got, err
}

// plain runs the client in plain Go on the same work.
func (l *lab) plain(t trial) (usage, error) {
	dir, err := l.rows(t.file, t.column, t.rows)
	if err != nil {
		return usage{}, err
	}
	file := filepath.Join(l.dir, "seen.json")
	s, err := l.serve(append([]string{"-seen", file}, t.serve...)...)
	if err != nil {
		return usage{}, err
	}
	u, err := run(l.self, nil, "reference", "-url", s.url, "-in", filepath.Join(dir, t.file), "-out", filepath.Join(l.dir, "plain.jsonl"))
	if _, closeErr := s.close(file); err == nil {
		err = closeErr
	}
	return u, err
}

// throughput runs both in turn, and tells the ratio of the medians.
func throughput(l *lab) error {
	t := single
	t.rows = 20_000
	var plain, emitted []usage
	for range 3 {
		p, err := l.plain(t)
		if err != nil {
			return err
		}
		e, _, err := l.emitted(t)
		if err != nil {
			return err
		}
		plain, emitted = append(plain, p), append(emitted, e)
	}
	wall := func(u usage) time.Duration { return u.wall }
	cpu := func(u usage) time.Duration { return u.cpu }
	fmt.Printf("  plain client      wall %6.2f s   CPU %6.2f s\n", median(plain, wall).Seconds(), median(plain, cpu).Seconds())
	fmt.Printf("  emitted program   wall %6.2f s   CPU %6.2f s   peak %d MB\n", median(emitted, wall).Seconds(), median(emitted, cpu).Seconds(), emitted[0].peak>>20)
	fmt.Printf("  ratio             wall %6.2f     CPU %6.2f     (at most 2.0 and 2.5)\n", ratio(median(emitted, wall), median(plain, wall)), ratio(median(emitted, cpu), median(plain, cpu)))
	return nil
}

func median(u []usage, of func(usage) time.Duration) time.Duration {
	all := make([]time.Duration, len(u))
	for i := range u {
		all[i] = of(u[i])
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

func latency(l *lab) error {
	t := single
	t.rows, t.serve = 2_000, []string{"-faults", "latency=200ms"}
	p, err := l.plain(t)
	if err != nil {
		return err
	}
	u, got, err := l.emitted(t)
	if err != nil {
		return err
	}
	bound := time.Duration(t.rows) * 200 * time.Millisecond / 64
	whole := time.Duration((t.rows+63)/64) * 200 * time.Millisecond
	fmt.Printf("  bound %.3f s, and %.3f s since a request is not to be halved, ratio %.3f\n", bound.Seconds(), whole.Seconds(), ratio(whole, bound))
	fmt.Printf("  plain client      wall %.3f s, ratio %.3f\n", p.wall.Seconds(), ratio(p.wall, bound))
	fmt.Printf("  emitted program   wall %.3f s, ratio %.3f (at most 1.03), for %d requests\n", u.wall.Seconds(), ratio(u.wall, bound), got.Count)
	return nil
}

func tutorial(l *lab) error {
	t := trial{pipeline: "tutorial", file: "topics.jsonl", column: "input", rows: 1_000, models: []string{"small", "medium", "large"},
		serve: []string{"-faults", "latency=200ms"}}
	u, got, err := l.emitted(t)
	if err != nil {
		return err
	}
	bound := time.Duration(got.Count) * 200 * time.Millisecond / 64
	fmt.Printf("  wall %.3f s for %d requests, bound %.3f s, ratio %.3f (at most 1.05); peak %d MB\n", u.wall.Seconds(), got.Count, bound.Seconds(),
		ratio(u.wall, bound), u.peak>>20)
	return nil
}

func limited(l *lab) error {
	const perSecond = 100
	t := single
	t.rows, t.serve = 2_000, []string{"-faults", "500=0.05,latency=50ms,seed=1", "-per-second", fmt.Sprint(perSecond)}
	u, got, err := l.emitted(t)
	if err != nil {
		return err
	}
	passed := got.Count - got.Status[http.StatusTooManyRequests]
	fmt.Printf("  wall %.2f s; %d requests: %d answered, %d with 500, %d refused (%.2f%%, at most 2%%); %.1f%% of the limit was used (at least 97%%); exit code %d\n",
		u.wall.Seconds(), got.Count, got.Status[200], got.Status[500], got.Status[429], 100*float64(got.Status[429])/float64(got.Count),
		100*float64(passed)/(u.wall.Seconds()*perSecond), u.code)
	return nil
}

func memory(l *lab) error {
	t := single
	var peaks []int64
	for _, rows := range []int{20_000, 1_000_000} {
		t.rows = rows
		u, _, err := l.emitted(t)
		if err != nil {
			return err
		}
		peaks = append(peaks, u.peak)
		fmt.Printf("  %9d rows: peak %d MB, wall %.1f s, CPU %.1f s\n", rows, u.peak>>20, u.wall.Seconds(), u.cpu.Seconds())
	}
	fmt.Printf("  ratio of the peaks %.2f (at most 1.20, and 100 MB at 20,000 rows)\n", float64(peaks[1])/float64(peaks[0]))
	return nil
}

// startup measures the time to the first request, of a server that answers nothing, and that of a build.
func startup(l *lab) error {
	binary, err := l.program("single")
	if err != nil {
		return err
	}
	dir, err := l.rows("questions.jsonl", "instruction", 1000)
	if err != nil {
		return err
	}
	var first []time.Duration
	for range 10 {
		d, err := firstRequest(binary, dir, filepath.Join(l.dir, "first"))
		if err != nil {
			return err
		}
		first = append(first, d)
	}
	var build []time.Duration
	for i := range 10 {
		began := time.Now()
		if out, err := exec.Command(l.distigen, "build", "-o", filepath.Join(l.dir, fmt.Sprint("built", i)), "examples/math-preference").CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		build = append(build, time.Since(began))
	}
	slices.Sort(first)
	slices.Sort(build)
	fmt.Printf("  to the first request: median %.1f ms, longest %.1f ms (under 50 ms)\n", ms(first[5]), ms(first[9]))
	fmt.Printf("  from HCL to written Go, the runtime's source included: median %.1f ms, longest %.1f ms (under 150 ms)\n", ms(build[5]), ms(build[9]))
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func firstRequest(binary, base, out string) (time.Duration, error) {
	defer os.RemoveAll(out)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	cmd := exec.Command(binary, "run", "--quiet", "--base", base, "--out", out, "--set", "model.small.base_url=http://"+listener.Addr().String()+"/v1")
	cmd.Env = append(os.Environ(), "MISTRAL_API_KEY=a-key")
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	conn, err := listener.Accept()
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	line, err := bufio.NewReader(conn).ReadString('\n')
	took := time.Since(began)
	if err == nil && !strings.HasPrefix(line, "POST /v1/chat/completions") {
		err = fmt.Errorf("the first request is %s", line)
	}
	return took, err
}
