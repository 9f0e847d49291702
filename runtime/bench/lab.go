package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lab is a folder with what is measured.
type lab struct {
	dir      string
	self     string // this command
	distigen string // distigen
}

func newLab() (l *lab, err error) {
	l = &lab{}
	if l.dir, err = os.MkdirTemp("", "distigen-bench-"); err != nil {
		return nil, err
	}
	if l.self, err = os.Executable(); err != nil {
		return nil, err
	}
	l.distigen = filepath.Join(l.dir, "distigen")
	return l, goTool("build", "-o", l.distigen, "./cmd/distigen")
}

func (l *lab) close() { os.RemoveAll(l.dir) }

func goTool(args ...string) error {
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// program builds the emitted program of a pipeline.
func (l *lab) program(name string) (string, error) {
	binary := filepath.Join(l.dir, name+"-program")
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	dir := filepath.Join(l.dir, name)
	if out, err := exec.Command(l.distigen, "build", "-o", dir, filepath.Join("runtime", "bench", "pipelines", name)).CombinedOutput(); err != nil {
		return "", fmt.Errorf("distigen build: %w\n%s", err, out)
	}
	cmd := exec.Command("go", "build", "-o", binary, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
}

// rows writes a file of JSON lines with one text column, and returns its folder.
func (l *lab) rows(file, column string, n int) (string, error) {
	dir := filepath.Join(l.dir, fmt.Sprintf("%s-%d", file, n))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	f, err := os.Create(filepath.Join(dir, file))
	if err != nil {
		return "", err
	}
	w := bufio.NewWriter(f)
	for i := range n {
		fmt.Fprintf(w, "{%q: \"What is %d times %d, and why?\"}\n", column, i, i%97)
	}
	return dir, errors.Join(w.Flush(), f.Close())
}

// usage is what a process took.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory
	code      int
}

// run runs a command and measures it. Exit code 3, of rows that were rejected, is told; others are errors.
func run(name string, env []string, args ...string) (usage, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	err := cmd.Run()
	u := usage{wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), code: cmd.ProcessState.ExitCode()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peak = r.Maxrss << 10
	}
	if err != nil && u.code != 3 {
		return u, fmt.Errorf("%w\n%s", err, out.String())
	}
	return u, nil
}

// server is a simulator in a process of its own, so that what it takes is not counted.
type server struct {
	url string
	cmd *exec.Cmd
}

// seen is what the simulator tells at its end.
type seen struct {
	Count  int
	Status map[int]int
}

func (l *lab) serve(args ...string) (*server, error) {
	s := &server{cmd: exec.Command(l.self, append([]string{"serve"}, args...)...)}
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	s.url, err = bufio.NewReader(out).ReadString('\n')
	s.url = strings.TrimSpace(s.url)
	return s, err
}

// close ends the simulator and tells what it has seen.
func (s *server) close(file string) (seen, error) {
	s.cmd.Process.Signal(os.Interrupt)
	err := s.cmd.Wait()
	var got seen
	text, readErr := os.ReadFile(file)
	return got, errors.Join(err, readErr, json.Unmarshal(text, &got))
}
