package gofunc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCallable(t *testing.T) {
	const begin = "package tools\n\nimport \"context\"\n\nvar _ context.Context\n\ntype In struct {\n\tA, MaxWords int\n\tLevel *string\n}\n\n" +
		"type Bad struct{ C chan int }\ntype Deep []Deep\ntype Empty struct{}\n\n"
	for decl, want := range map[string]string{
		"func F(in In) int":                                    "",
		"func F(in In) (map[string]any, error)":                "error",
		"func F(ctx context.Context, in In) ([]string, error)": "context error",
		"func F(in In) Deep":                                   "",
		"func F(ctx context.Context, in In) int":               "It takes a context, and so returns an error",
		"func F(a, b int) int":                                 "It takes 2 values, and one struct has all parameters",
		"func F() int":                                         "It takes 0 values",
		"func F(in In)":                                        "It returns 0 values beside the error",
		"func F(in In) error":                                  "It returns 0 values beside the error",
		"func F(in In) (int, int)":                             "It returns 2 values beside the error",
		"func F(in In) chan int":                               "Its result is chan int, which has no form in JSON",
		"func F(in In) map[string]func()":                      "has no form in JSON",
		"func F(in ...In) int":                                 "It is variadic",
		"func F[T any](in In) T":                               "It has type parameters",
		"func F(in int) int":                                   "It is int. A function that calls may name takes a struct",
		"func F(in Bad) int":                                   "It is chan int.",
		"func F(in Empty) int":                                 "The exported fields of the parameter",
		"func f(in In) int":                                    `The package has no exported function. Name a function of a Go package in a folder below the pipeline, such as "./tools.GCD".`,
		"var F = 1":                                            `It is declared as something else. Name a function of a Go package in a folder below the pipeline, such as "./tools.GCD".`,
	} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "tools"), 0o777); err != nil {
			t.Fatal(err)
		}
		body := " { panic(1) }\n"
		if !strings.HasPrefix(decl, "func") {
			body = "\n"
		}
		if err := os.WriteFile(filepath.Join(dir, "tools", "tools.go"), []byte(begin+decl+body), 0o666); err != nil {
			t.Fatal(err)
		}
		f, problems, texts := LoadCallable(dir, "pipe", "./tools.F")
		if f == nil {
			if len(problems) != 1 || want == "" || !strings.Contains(problems[0].Detail, want) {
				t.Errorf("%s: %+v, want %s", decl, problems, want)
			}
			if len(problems) == 1 && problems[0].At.Filename != "" && texts[problems[0].At.Filename] == nil {
				t.Errorf("%s: its text is not there", decl)
			}
			continue
		}
		got := ""
		if f.Context {
			got = "context "
		}
		if f.Fails {
			got += "error"
		}
		if got != want || f.In.Name != "In" || len(f.In.Fields) != 3 || len(problems) > 0 {
			t.Errorf("%s: %q with %v, %v", decl, got, f.In, problems)
		}
	}
}
