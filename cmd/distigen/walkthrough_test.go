package main

import (
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/argilla/argillatest"
	"github.com/distigen/distigen/runtime/hub/hubtest"

	"github.com/distigen/distigen/internal/snippets"
)

// The pages that are walked through: each command of a block "sh run" is run, and the block "text" after it is what it prints.
// A line of three dots there stands for any lines.
func TestWalkthroughs(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the pages are for a Unix shell")
	}
	for _, name := range []string{"math-preference", "deita", "ultrafeedback", "sft", "structured"} {
		path := "examples/" + name + "/README.md"
		t.Run(name, func(t *testing.T) {
			w := newWalk(t)
			blocks := snippets.Of(page(t, path))
			ran := 0
			for i, s := range blocks {
				if s.Lang != "sh" || s.Tag != "run" {
					continue
				}
				ran++
				printed := w.run(s.Text)
				if i+1 < len(blocks) && blocks[i+1].Lang == "text" && !shows(blocks[i+1].Text, printed) {
					t.Errorf("%s does not show what is printed now. After\n%sput this there:\n%s", path, s.Text, printed)
				}
			}
			if ran < 5 {
				t.Errorf("%s has %d blocks that are run", path, ran)
			}
		})
	}
}

// A page that shows something else is found out.
func TestShows(t *testing.T) {
	printed := "one 0.1 seconds\ntwo\nthree\nfour\n"
	for shown, want := range map[string]bool{
		printed:                                    true,
		"one 7.3 seconds\n...\nfour\n":             true,
		"...\nthree\nfour\n":                       true,
		"one 0.1 seconds\n...\n":                   true,
		"one 0.1 seconds\n":                        false,
		"...\nthree\n":                             false,
		"two\n...\n":                               false,
		"...\nthree\n...\ntwo\n...\n":              false,
		"one 0.1 seconds\n...\nthree\n...\nfour\n": true,
		strings.Repeat("...\n", 50) + "five\n":     false,
	} {
		if got := shows(shown, printed); got != want {
			t.Errorf("%q: %v", shown, got)
		}
	}
}

var (
	dates   = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?`)
	commits = regexp.MustCompile(`\bCommit [0-9a-f]{10}\b`)
)

// shows reports whether a page shows what was printed, but for times, commits and what is left out.
func shows(page, printed string) bool {
	lines := func(text string) (all []string) {
		text = commits.ReplaceAllString(dates.ReplaceAllString(seconds.ReplaceAllString(text, "#.#"), "#"), "#")
		for line := range strings.Lines(strings.Trim(text, "\n")) {
			all = append(all, strings.TrimRight(line, " \n"))
		}
		return all
	}
	return matches(lines(page), lines(printed))
}

// matches reports whether these lines are printed, where a line of three dots stands for any. Where lines do not fit, only the
// last dots before them take in one more: trying all would not end on a page with many.
func matches(page, printed []string) bool {
	dots, after := -1, 0 // the last dots, and the line that comes after what they stand for
	i := 0
	for j := 0; j < len(printed); {
		switch {
		case i < len(page) && page[i] == "...":
			dots, after = i, j
			i++
		case i < len(page) && page[i] == printed[j]:
			i++
			j++
		case dots >= 0:
			after++
			i, j = dots+1, after
		default:
			return false
		}
	}
	for i < len(page) && page[i] == "..." {
		i++
	}
	return i == len(page)
}

// walk is a shell session in a folder with the examples, beside an Argilla server and a Hub.
type walk struct {
	t       *testing.T
	dir     string
	env     map[string]string // of the session
	given   map[string]string // what an export on the page gives
	replace *strings.Replacer // of addresses in what is printed
}

func newWalk(t *testing.T) *walk {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "examples"), os.DirFS(filepath.Join(repository(t), "examples"))); err != nil {
		t.Fatal(err)
	}
	hub, err := hubtest.New(filepath.Join(dir, "hub"))
	if err != nil {
		t.Fatal(err)
	}
	hubServer := httptest.NewServer(hub)
	t.Cleanup(hubServer.Close)
	argilla := argillatest.Start(t, "admin")
	self, err := os.Executable() // this test is the command, too: see TestMain
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, "distigen")); err != nil {
		t.Fatal(err)
	}
	w := &walk{t: t, dir: dir,
		env: map[string]string{"NO_COLOR": "1", "DISTIGEN_CACHE": compiled(t), "PATH": bin + string(os.PathListSeparator) + os.Getenv("PATH"),
			"HF_ENDPOINT": hubServer.URL, "MISTRAL_API_KEY": "", "HF_TOKEN": "", "ARGILLA_API_URL": "", "ARGILLA_API_KEY": ""},
		given:   map[string]string{"ARGILLA_API_URL": argilla.URL, "ARGILLA_API_KEY": argillatest.Key, "HF_TOKEN": hubtest.WriteToken},
		replace: strings.NewReplacer(hubServer.URL, "https://huggingface.co", argilla.URL, "http://localhost:6900"),
	}
	return w
}

// run runs a block, and returns what it prints.
func (w *walk) run(block string) string {
	w.t.Helper()
	var commands []string
	for line := range strings.Lines(block) {
		name, _, export := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if !strings.HasPrefix(line, "export ") || !export {
			commands = append(commands, line)
			continue
		}
		value, ok := w.given[name]
		if !ok {
			w.t.Fatalf("the page exports %s, for which this test has no value", name)
		}
		w.env[name] = value
	}
	cmd := exec.Command("sh", "-c", strings.Join(commands, ""))
	cmd.Dir = w.dir
	cmd.Env = os.Environ()
	for _, name := range slices.Sorted(maps.Keys(w.env)) {
		cmd.Env = append(cmd.Env, name+"="+w.env[name])
	}
	var said strings.Builder
	cmd.Stderr = &said
	printed, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("%v after\n%s\n%s%s", err, block, printed, said.String())
	}
	return w.replace.Replace(string(printed))
}
