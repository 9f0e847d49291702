package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/distigen/distigen/runtime/parquet/rowjson"
)

var update = flag.Bool("update", false, "rewrite what the stories in testdata expect")

func TestMain(m *testing.M) { testscript.Main(tidy{m}, map[string]func(){"distigen": main}) }

// tidy removes what the tests have compiled.
type tidy struct{ m *testing.M }

func (t tidy) Run() int {
	code := t.m.Run()
	if dir, err := compiledDir(); err == nil {
		os.RemoveAll(dir)
	}
	return code
}

// Every story in testdata is a session at the command line.
func TestStories(t *testing.T) {
	repo := repository(t)
	cache := compiled(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			// The Go tool works with the caches of this machine, and everything else in the story's folder.
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GOTOOLCHAIN"} {
				value, err := exec.Command("go", "env", name).Output()
				if err != nil {
					return err
				}
				env.Setenv(name, strings.TrimSpace(string(value)))
			}
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("DISTIGEN_CACHE", cache)
			env.Setenv("NO_COLOR", "1")
			env.Setenv("REPO", repo)
			env.Setenv("EXAMPLE", filepath.Join(repo, "examples", "math-preference"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code, "lines": lines, "sub": sub, "shown": shown, "collector": collector, "collected": collected, "fakehub": fakehub, "pushed": pushed},
	})
}

// compiled is the folder of compiled pipelines, which all tests here share, and which is empty at first. Its path is the same each time,
// so that the Go tool knows the packages of the runtime again that have not changed.
func compiled(t *testing.T) string {
	t.Helper()
	dir, err := emptied()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

var emptied = sync.OnceValues(func() (string, error) {
	dir, err := compiledDir()
	if err != nil {
		return "", err
	}
	return dir, os.RemoveAll(dir)
})

func compiledDir() (string, error) {
	here, err := os.Getwd()
	sum := sha256.Sum256([]byte(here))
	return filepath.Join(os.TempDir(), fmt.Sprintf("distigen-tests-%x", sum[:6])), err
}

// code N PROGRAM ARGS... runs a program that must end with exit code N.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args...")
	}
	got := 0
	exit := (*exec.ExitError)(nil)
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, and not %s", got, args[0])
	}
}

// lines FILE N: the file has so many lines.
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines file n")
	}
	text := ts.ReadFile(args[0])
	if strings.HasSuffix(args[0], ".parquet") {
		var err error
		text, err = rowjson.Lines(strings.NewReader(text), int64(len(text)))
		ts.Check(err)
	}
	if n := strings.Count(text, "\n"); strconv.Itoa(n) != args[1] {
		ts.Fatalf("%s has %d lines, and not %s", args[0], n, args[1])
	}
}

// sub FILE OLD NEW replaces a text in a file, in which it must be.
func sub(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: sub file old new")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o666))
}

var seconds = regexp.MustCompile(`\b\d+\.\d\b`)

// shown PAGE: the page shows what the last program has printed, but for the time that it took.
func shown(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shown page")
	}
	timeless := func(text string) string { return seconds.ReplaceAllString(text, "#.#") }
	if printed := timeless(strings.TrimSpace(ts.ReadFile("stdout"))); !strings.Contains(timeless(ts.ReadFile(args[0])), printed) {
		ts.Fatalf("%s does not show what is printed now. Put this there:\n%s", args[0], ts.ReadFile("stdout"))
	}
}

// collector: an OpenTelemetry collector is there from now on, and the environment says where.
func collector(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: collector")
	}
	file := ts.MkAbs("collected")
	var mu sync.Mutex
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
		if err == nil {
			_, err = io.Copy(f, r.Body)
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	ts.Defer(s.Close)
	ts.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.URL)
}

// collected TEXT N: what the collector was sent has a text so many times.
func collected(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: collected text n")
	}
	if n := strings.Count(ts.ReadFile("collected"), args[0]); strconv.Itoa(n) != args[1] {
		ts.Fatalf("the collector was sent %q %d times, and not %s", args[0], n, args[1])
	}
}

// repository is the root of this repository.
func repository(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
