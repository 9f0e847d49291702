package codegen

import (
	"go/parser"
	"go/token"
	"testing"
	"unicode"
)

func TestIdentifiers(t *testing.T) {
	for name, want := range map[string][2]string{
		"prompt_id":              {"PromptID", "promptID"},
		"generate":               {"Generate", "generate"},
		"format_dpo":             {"FormatDPO", "formatDPO"},
		"source-url":             {"SourceURL", "sourceURL"},
		"rationales-for-ratings": {"RationalesForRatings", "rationalesForRatings"},
		"1st":                    {"X1st", "x1st"},
		"größe":                  {"Größe", "größe"},
		"名前":                     {"X名前", "名前"},
		"camelCase":              {"CamelCase", "camelCase"},
		"HTMLPage":               {"HTMLPage", "hTMLPage"},
		"url":                    {"URL", "url"},
		"a.b c":                  {"ABC", "aBC"},
		"_":                      {"X", "x"},
		"!":                      {"X", "x"},
		"id":                     {"ID", "id"},
	} {
		if got := [2]string{exported(name), unexported(name)}; got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

func FuzzIdentifiers(f *testing.F) {
	for _, name := range []string{"a", "1", "größe", "a-b", "", "ª", "ǅ", "٣x"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if e := exported(name); !token.IsIdentifier(e) || !unicode.IsUpper([]rune(e)[0]) {
			t.Errorf("%q is exported as %q", name, e)
		}
		if u := unexported(name); !token.IsIdentifier(u) && !token.IsKeyword(u) {
			t.Errorf("%q is called %q", name, u)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), fileName(name)+".go", "package main", 0); err != nil || fileName(name) == "" {
			t.Errorf("%q is in file %q", name, fileName(name))
		}
	})
}

func TestScope(t *testing.T) {
	s := newScope("taken")
	for i, want := range []string{"free", "other", "other2", "other3"} {
		if got := s.pick("free", "other"); got != want {
			t.Errorf("the %dth time: got %s, want %s", i+1, got, want)
		}
	}
	if got := s.pick("taken"); got != "taken2" {
		t.Errorf("a name that was taken: got %s", got)
	}
}

func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{
		"generate": "generate", "Judge it": "judge_it", "step_linux": "step_linux_step", "a_test": "a_test_step", "linux": "linux",
		"run_on_arm64": "run_on_arm64_step", "größe": "gr_e", "雪": "x", "../etc": "etc", "a__b": "a_b", "con": "con",
	} {
		if got := fileName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	s := &fileScope{map[string]bool{}}
	for i, want := range []string{"judge.go", "judge_2.go", "judge_3.go"} {
		if got := s.pickIn("", ".go", "Judge"); got != want {
			t.Errorf("the %dth time: got %s, want %s", i+1, got, want)
		}
	}
	if got := s.pickIn("prompts", ".md", "judge"); got != "prompts/judge.md" {
		t.Errorf("in another folder: got %s", got)
	}
}

func TestSingular(t *testing.T) {
	for name, want := range map[string]string{"parts": "part", "address": "address", "status": "status", "basis": "basis", "book": "book"} {
		if got := singular(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	lines := wrap("one two three four", 9)
	if len(lines) != 3 || lines[0] != "one two" || lines[1] != "three" || lines[2] != "four" {
		t.Errorf("got %q", lines)
	}
	if got := wrap("", 9); len(got) != 0 {
		t.Errorf("nothing became %q", got)
	}
}

func TestGroupImports(t *testing.T) {
	got := string(groupImports([]byte("package main\n\nimport (\n\t\"b.example/x\"\n\tllm \"b.example/llm\"\n\t\"os\"\n)\n\nvar a int\n")))
	want := "package main\n\nimport (\n\t\"os\"\n\n\t\"b.example/x\"\n\"b.example/llm\"\n)\n\nvar a int\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, text := range []string{"package main\n", "package main\n\nimport \"os\"\n"} {
		if got := string(groupImports([]byte(text))); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
