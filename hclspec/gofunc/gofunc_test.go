package gofunc

import (
	"os"
	"path/filepath"
	"slices"
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

type Cost struct {
	USD   float64 ` + "`json:\"usd\"`" + `
	Spent *int
	own   http.Client
}

type Tree struct {
	Best   Cost
	Costs  []Cost
	Maybe  *Cost
	Deep   [][]*Cost
	Listed *[]Cost
	Said   llm.Message
}

type Self struct { Name string; Inner []*Self }
type Round struct { Trip *Trip }
type Trip struct { Back []Round }
type Pair[T any] struct { Left T }
type Generic struct { Pair Pair[string] }
type hidden struct { A string }
type Hides struct { Hidden hidden }
type Hollow struct { In Bare }
type Nested struct { When struct{ Day int } }
type DeepOdd struct { Odd *Odd }

type LimitArgs struct {
	Limit  int ` + "`default:\"80\" min:\"1\" doc:\"How many.\"`" + `
	Prefix string
	Words  []string ` + "`default:\"[]\" json:\"stop_words\"`" + `
	Rate   *float64 ` + "`max:\"2\"`" + `
	Kind   string ` + "`enum:\"a,b\"`" + `
	Names  map[string]int
}
type SecretArgs struct { key string }
type OddArgs struct { Cost Cost }
type SameArgs struct { A string; B string ` + "`json:\"a\"`" + ` }
type NumberArgs struct { A int ` + "`default:\"ten\"`" + ` }
type LowArgs struct { A int ` + "`default:\"0\" min:\"1\"`" + ` }
type BoundArgs struct { A string ` + "`min:\"1\"`" + ` }
type MinArgs struct { A int ` + "`min:\"one\"`" + ` }
type EnumArgs struct { A int ` + "`enum:\"1,2\"`" + ` }
type OtherArgs struct { A string ` + "`default:\"c\" enum:\"a,b\"`" + ` }
type NilArgs struct { A *int ` + "`default:\"1\"`" + ` }

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
		{"func F(LimitArgs, In) Out", component.Map, false, false, false, 0},
		{"func F(ctx context.Context, ask llm.Asker, args LimitArgs, in In) (bool, error)", component.Filter, true, true, true, 0},
		{"func F(LimitArgs, []In) []int", component.Global, false, false, false, 0},
		{"func F(ctx context.Context, args LimitArgs) iter.Seq2[Out, error]", component.Source, true, false, false, 2},
	}
	for _, test := range tests {
		f, problems := load(t, header+test.decl+" { panic(0) }", "./steps.F")
		if len(problems) > 0 || f == nil {
			t.Errorf("%s: %v", test.decl, problems)
			continue
		}
		if f.Shape != test.shape || f.Context != test.context || f.Asks != test.asks || f.Fails != test.fails || f.Sequence != test.sequence ||
			(f.Args != nil) != strings.Contains(test.decl, "Args") {
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
	if f.At.Filename != filepath.Join("pipe", "steps", "steps.go") || f.At.Start.Line != strings.Count(header, "\n")+1 || f.At.Start.Column != 6 {
		t.Errorf("function at %v", f.At)
	}
}

func TestObjects(t *testing.T) {
	f, problems := load(t, header+"func F(Tree) Out { panic(0) }", "./steps.F")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	const cost = "object({spent=optional(int), usd=float})"
	want := map[string]string{"best": cost, "costs": "list(" + cost + ")", "maybe": "optional(" + cost + ")",
		"deep": "list(list(optional(" + cost + ")))", "listed": "optional(list(" + cost + "))", "said": "object({content=string, role=string})"}
	ports := component.PortsOf(f.In.Type)
	for _, p := range ports {
		if p.Type.String() != want[p.Name] {
			t.Errorf("column %s is %s, want %s", p.Name, p.Type, want[p.Name])
		}
		object := f.In.Field(p.Name).Object
		if (object == nil) != (p.Name == "said") {
			t.Errorf("column %s has the struct %v", p.Name, object)
		} else if object != nil && (object.Name != "Cost" || object.Field("usd").Name != "USD" || object.Field("own") != nil) {
			t.Errorf("column %s has the struct %+v", p.Name, object)
		}
	}
	if len(ports) != len(want) {
		t.Errorf("%d columns", len(ports))
	}
}

func TestArgs(t *testing.T) {
	f, problems := load(t, header+"func F(LimitArgs, In) Out { panic(0) }", "./steps.F")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var got []string
	for i, p := range component.ParamsOf(f.Args.Type) {
		words := []string{f.Args.Fields[i].Name, p.Name, p.TypeName(), p.Default, p.Doc}
		if f.Args.Required(i) {
			words = append(words, "required")
		}
		if p.Min != nil || p.Max != nil || p.Enum != nil {
			words = append(words, "bound")
		}
		got = append(got, strings.Join(words, " "))
	}
	want := []string{"Limit limit int 80 How many. bound", "Prefix prefix string   required", "Words stop_words list(string) [] ", "Rate rate number   bound",
		"Kind kind string   required bound", "Names names map(int)   required"}
	if !slices.Equal(got, want) {
		t.Errorf("arguments\n%q, want\n%q", got, want)
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
		{header + "func F(Self) Out { panic(0) }", "./steps.F", "Self has itself within it"},
		{header + "func F(Round) Out { panic(0) }", "./steps.F", "Round has itself within it"},
		{header + "func F(Generic) Out { panic(0) }", "./steps.F", "without type parameters"},
		{header + "func F(Hides) Out { panic(0) }", "./steps.F", "hidden is no struct that a program can fill"},
		{header + "func F(Hollow) Out { panic(0) }", "./steps.F", "The exported fields of the object"},
		{header + "func F(Nested) Out { panic(0) }", "./steps.F", "field When of Nested cannot be a column"},
		{header + "func F(DeepOdd) Out { panic(0) }", "./steps.F", "field When of Odd cannot be a column"},
		{header + "func F(In, LimitArgs) Out { panic(0) }", "./steps.F", "they stand before it"},
		{header + "func F(LimitArgs) Out { panic(0) }", "./steps.F", "returns all rows"},
		{header + "func F(SecretArgs, In) Out { panic(0) }", "./steps.F", "field key of SecretArgs cannot be an argument"},
		{header + "func F(OddArgs, In) Out { panic(0) }", "./steps.F", "field Cost of OddArgs cannot be an argument"},
		{header + "func F(SameArgs, In) Out { panic(0) }", "./steps.F", `argument "a" is there twice`},
		{header + "func F(NumberArgs, In) Out { panic(0) }", "./steps.F", `default:"ten" is no int`},
		{header + "func F(LowArgs, In) Out { panic(0) }", "./steps.F", "out of the bounds"},
		{header + "func F(BoundArgs, In) Out { panic(0) }", "./steps.F", "bounds a number"},
		{header + "func F(MinArgs, In) Out { panic(0) }", "./steps.F", "bounds a number"},
		{header + "func F(EnumArgs, In) Out { panic(0) }", "./steps.F", "lists the texts"},
		{header + "func F(OtherArgs, In) Out { panic(0) }", "./steps.F", "which enum does not list"},
		{header + "func F(NilArgs, In) Out { panic(0) }", "./steps.F", "Take the tag default away"},
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
