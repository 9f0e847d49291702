package launch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program writes a program that prints a text.
func program(text string) func(dir string) error {
	return func(dir string) error {
		return os.CopyFS(dir, os.DirFS(text))
	}
}

// source is a folder with a program that prints a text.
func source(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":  "module example.org/program\n\ngo 1.26.0\n",
		"main.go": "package main\n\nfunc main() { println(" + text + ") }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A program is compiled once for each content, and the binary is that of the content.
func TestBinary(t *testing.T) {
	compiled := 0
	c := Cache{Dir: filepath.Join(t.TempDir(), "cache"), Say: func(string) { compiled++ }}
	one, two := source(t, `"one"`), source(t, `"two"`)
	run := func(from string) (path, output string) {
		t.Helper()
		path, err := c.Binary("a pipeline/of mine", program(from))
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(path).CombinedOutput()
		if err != nil {
			t.Fatal(err)
		}
		return path, strings.TrimSpace(string(out))
	}
	first, out := run(one)
	if out != "one" || compiled != 1 {
		t.Errorf("printed %q after %d compilations", out, compiled)
	}
	again, _ := run(one)
	if again != first || compiled != 1 {
		t.Errorf("the same program is compiled again: %s and %s", first, again)
	}
	if _, out := run(two); out != "two" || compiled != 2 {
		t.Errorf("another program printed %q after %d compilations", out, compiled)
	}
	entries, err := os.ReadDir(c.Dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the cache holds %v, %v", entries, err)
	}
}

func TestOldProgramsAreRemoved(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	old, recent, foreign := filepath.Join(c.Dir, "old"), filepath.Join(c.Dir, "recent"), filepath.Join(c.Dir, "thesis")
	for dir, age := range map[string]time.Duration{old: unused + time.Hour, recent: unused - time.Hour, foreign: unused + time.Hour} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if dir != foreign {
			if err := os.WriteFile(filepath.Join(dir, Marker), nil, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(dir, then, then); err != nil {
			t.Fatal(err)
		}
	}
	c.prune()
	if isDir(old) || !isDir(recent) || !isDir(foreign) {
		t.Error("what was not used for long should go, and the rest stay, above all what is not of distigen")
	}
	// What is used is not old, however long ago it was made.
	then := time.Now().Add(-unused - time.Hour)
	if err := os.Chtimes(recent, then, then); err != nil {
		t.Fatal(err)
	}
	Used(recent)
	if c.prune(); !isDir(recent) {
		t.Error("a folder that was just used is gone")
	}
}

func TestProgramThatDoesNotCompile(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	_, err := c.Binary("broken", program(source(t, `nothing`)))
	if err == nil || !strings.Contains(err.Error(), "undefined: nothing") {
		t.Errorf("the compiler's message is missing: %v", err)
	}
	// It is tried again, and not taken for done.
	if _, err := c.Binary("broken", program(source(t, `nothing`))); err == nil {
		t.Error("the second time it compiles")
	}
}

// fakeGo puts a command go into PATH that prints a version.
func fakeGo(t *testing.T, version, toolchain string) {
	dir := t.TempDir()
	script := "#!/bin/sh\necho " + version + "\necho " + toolchain + "\n"
	if err := os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+"/bin"+string(os.PathListSeparator)+"/usr/bin")
}

func TestCheckGo(t *testing.T) {
	for name, test := range map[string]struct{ version, toolchain, want string }{
		"new enough":        {"go1.26.0", "local", ""},
		"newer":             {"go1.27rc1", "auto", ""},
		"fetches a newer":   {"go1.22.1", "auto", ""},
		"kept from it":      {"go1.22.1", "local", "GOTOOLCHAIN=auto"},
		"before toolchains": {"go1.20.3", "", "Install a newer one"},
		"of its own making": {"devel", "local", ""},
	} {
		t.Run(name, func(t *testing.T) {
			fakeGo(t, test.version, test.toolchain)
			err := checkGo()
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("says %v, and not %q", err, test.want)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		if err := checkGo(); err == nil || !strings.Contains(err.Error(), "https://go.dev/dl") {
			t.Errorf("says %v", err)
		}
	})
}
