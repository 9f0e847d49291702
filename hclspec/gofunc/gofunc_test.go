package gofunc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

const header = `package steps

import (
	"context"
	"iter"
	"net/http"

	"github.com/distigen/distigen/runtime/llm"
)

type In struct {
	Text     string
	MaxWords int ` + "`col:\"limit\"`" + `
	Parts    []string
	Maybe    *float64
	Talk     []llm.Message ` + "`json:\"messages,omitempty\"`" + `
	secret   http.Client
}

type Out struct{ HTTPCode string }
type Odd struct{ When http.Header }
type Twice struct { A string; B string ` + "`col:\"a\"`" + ` }
type Bare struct{}

var _ context.Context
var _ iter.Seq[int]
`

func load(t *testing.T, text, spec string) (*Func, []Problem) {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "steps"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "steps", "steps.go"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	f, problems, _ := Load(dir, "pipe", spec)
	return f, problems
}

func TestShapes(t *testing.T) {
	tests := []struct {
		decl                 string
		shape                component.Shape
		context, asks, fails bool
		sequence             int
	}{
		{"func F(In) Out", component.Map, false, false, false, 0},
		{"func F(ctx context.Context, in In) (Out, error)", component.Map, true, false, true, 0},
		{"func F(ctx context.Context, ask llm.Asker, in In) (Out, error)", component.Map, true, true, true, 0},
		{"func F(In) ([]Out, error)", component.FlatMap, false, false, true, 0},
		{"func F(In) bool", component.Filter, false, false, false, 0},
		{"func F([]In) ([]int, error)", component.Global, false, false, true, 0},
		{"func F() []Out", component.Source, false, false, false, 0},
		{"func F() iter.Seq[Out]", component.Source, false, false, false, 1},
		{"func F(context.Context) iter.Seq2[Out, error]", component.Source, true, false, false, 2},
	}
	for _, test := range tests {
		f, problems := load(t, header+test.decl+" { panic(0) }", "./steps.F")
		if len(problems) > 0 || f == nil {
			t.Errorf("%s: %v", test.decl, problems)
			continue
		}
		if f.Shape != test.shape || f.Context != test.context || f.Asks != test.asks || f.Fails != test.fails || f.Sequence != test.sequence {
			t.Errorf("%s: %+v", test.decl, f)
		}
	}
}

func TestColumns(t *testing.T) {
	f, problems := load(t, header+"func F(In) Out { panic(0) }", "./steps.F")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for _, p := range component.PortsOf(f.In.Type) {
		got = append(got, p.Field+" "+p.Name+" "+p.Type.String())
	}
	if want := "Text text string|MaxWords limit int|Parts parts list(string)|Maybe maybe optional(float)|Talk messages messages"; strings.Join(got, "|") != want {
		t.Errorf("columns %q", got)
	}
	if out := component.PortsOf(f.Out.Type); out[0].Name != "http_code" {
		t.Errorf("column %q", out[0].Name)
	}
	if f.At.Filename != filepath.Join("pipe", "steps", "steps.go") || f.At.Start.Line != 27 || f.At.Start.Column != 6 {
		t.Errorf("function at %v", f.At)
	}
}

func TestWrong(t *testing.T) {
	tests := []struct{ text, spec, want string }{
		{header, "./steps.Nope", "no function Nope in steps"},
		{header + "func Norm(In) Out { panic(0) }", "./steps.Nrm", "Did you mean"},
		{header + "func F(In) Out { panic(0) }", "F", "names no function"},
		{header + "func F(In) Out { panic(0) }", "../steps.F", "is not below the pipeline"},
		{header + "func f(In) Out { panic(0) }", "./steps.f", "is not exported"},
		{header + "func F(In) Out { panic(0) }", "./other.F", "no package in other"},
		{"package main\nfunc F() {}", "./steps.F", "is a program"},
		{header + "func F(In) Out {", "./steps.F", "does not parse"},
		{header + "var F = 1", "./steps.F", "is no function"},
		{header + "func F[T any](In) Out { panic(0) }", "./steps.F", "type parameters"},
		{header + "func F(...In) Out { panic(0) }", "./steps.F", "variadic"},
		{header + "func F(In, In) Out { panic(0) }", "./steps.F", "takes 2 values"},
		{header + "func F(In) error { panic(0) }", "./steps.F", "returns 0 values"},
		{header + "func F([]In) []Out { panic(0) }", "./steps.F", "a []int"},
		{header + "func F() Out { panic(0) }", "./steps.F", "returns all rows"},
		{header + "func F(string) Out { panic(0) }", "./steps.F", "the row of F is no struct"},
		{header + "func F(In) http.Client { panic(0) }", "./steps.F", "the result of F is no struct"},
		{header + "func F(In) Odd { panic(0) }", "./steps.F", "field When of Odd cannot be a column"},
		{header + "func F(In) Twice { panic(0) }", "./steps.F", `column "a" is there twice`},
		{header + "func F(In) Bare { panic(0) }", "./steps.F", "Bare has no columns"},
	}
	for _, test := range tests {
		f, problems := load(t, test.text, test.spec)
		if f != nil || len(problems) == 0 {
			t.Errorf("%s: no problem", test.want)
			continue
		}
		if all := problems[0].Summary + ": " + problems[0].Detail; !strings.Contains(all, test.want) {
			t.Errorf("%s is missing in: %s", test.want, all)
		}
	}
}
