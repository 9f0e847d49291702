package hclspec_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/steps"
)

const goSteps = `package steps

import (
	"context"

	"github.com/distigen/distigen/runtime/llm"
)

type In struct {
	Text  string
	Level *int
}

type Out struct{ Text2 string }

func Copy(in In) Out { return Out{in.Text} }

func Ask(ctx context.Context, ask llm.Asker, in In) (Out, error) { return Out{}, nil }

func AskAll(ctx context.Context, ask llm.Asker, in []In) ([]int, error) { return nil, nil }

func Sure(ctx context.Context, ask llm.Asker, in In) bool { return true }

type Texts struct{ Text []string }

func Join(in Texts) Out { return Out{} }

func Same(in In) In { return in }

func Bad(in In) map[string]int { return nil }

type Priced struct {
	Book  *Book
	Terms []Term
}

type Book struct {
	Price Price
}

type Price struct {
	Eur float64
	Off *float64
}

type Term struct{ Word string }

func Tell(in Priced) Out { return Out{} }

type CutArgs struct {
	Limit int "min:\"1\""
	Mark  string "default:\"...\""
	Least *int
	Kind  string "enum:\"word,letter\" default:\"word\""
	Words []string "default:\"[]\""
}

func Cut(args CutArgs, in In) Out { return Out{} }
`

// What is wrong between a pipeline and a function is told at both places.
func TestWrongFunctions(t *testing.T) {
	const begin = `
model "small" { name = "ministral-8b-latest" }
step "rows" "texts" { rows = [{ text = "a", level = 1 }, { text = "b", level = null }] }
`
	called := func(functions string) string {
		return "step \"apigen_execution_checker\" \"s\" {\n  from = step.texts\n  inputs = { answers = \"text\" }\n  functions = " + functions + "\n}"
	}
	tell := func(book, terms string) string {
		return fmt.Sprintf("step \"rows\" \"books\" { rows = [{ book = %s, terms = %s }] }\nstep \"go\" \"s\" {\n  from = step.books\n  func = \"./steps.Tell\"\n}", book, terms)
	}
	cut := func(args string) string {
		return fmt.Sprintf("step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Cut\"\n  args = %s\n}", args)
	}
	tests := []struct{ name, step, want string }{
		{"no function", `step "go" "s" { from = step.texts }`, `DG202 missing argument "func"`},
		{"number", "step \"go\" \"s\" {\n  from = step.texts\n  func = 7\n}", `DG203 wrong type for "func"`},
		{"misspelt", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Coppy\"\n}", `DG801 no function Coppy in steps`},
		{"no package", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./step.Copy\"\n}", `DG801 no package in step`},
		{"wrong form", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Bad\"\n}", `DG801 the result of Bad is no struct of its package @30`},
		{"model too many", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Copy\"\n  model = model.small\n}", `DG801 the function asks no model @16`},
		{"no model", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Ask\"\n}", `DG801 missing argument "model" @18`},
		{"model of all rows", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.AskAll\"\n  model = model.small\n}", `DG801 AskAll cannot ask a model @20`},
		{"prompt", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Ask\"\n  model = model.small\n  prompt = \"?\"\n}", `DG801 the function has no prompt @18`},
		{"samples of a filter", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Sure\"\n  model = model.small\n  num_generations = 2\n}", `DG801 num_generations of a function that makes or chooses rows @22`},
		{"missing column", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Copy\"\n  inputs = { text = \"txet\" }\n}", `DG401 unknown column "txet" @10`},
		{"wrong type", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Join\"\n}", `DG405 column "text" has the wrong type @24`},
		{"overwritten", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Same\"\n}", `DG407 column "text" is overwritten`},
		{"price is a text", tell(`{ price = { eur = "1", off = 1 } }`, `[{ word = "a" }]`), `DG405 book.price.eur has the wrong type @42`},
		{"no price", tell(`{ prize = 1 }`, `[{ word = "a" }]`), `DG405 column "book" has no price @38`},
		{"price may be null", tell(`{ price = { eur = 1, off = 1 } }, terms = [] }, { book = { price = null }`, `[{ word = "a" }]`), `DG406 book.price may be null @38`},
		{"eur may be missing", tell(`{ price = { off = 1 } }`, `[{ word = "a" }]`), `DG405 column "book" has no price.eur @42`},
		{"words in objects", tell(`{ price = { eur = 1, off = 1 } }`, `[{ word = 1 }]`), `DG405 terms.word has the wrong type @46`},
		{"no objects", tell(`"dear"`, `[{ word = "a" }]`), `DG405 column "book" has the wrong type @33`},
		{"no list", tell(`{ price = { eur = 1, off = 1 } }`, `{ word = "a" }`), `DG405 column "terms" has the wrong type @34`},
		{"no arguments taken", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Copy\"\n  args = { limit = 1 }\n}", `DG801 the function takes no arguments @16`},
		{"no arguments given", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Cut\"\n}", `DG202 missing argument "limit" @51`},
		{"missing among others", cut(`{ mark = "!" }`), `DG202 missing argument "limit" @51`},
		{"null for what is needed", cut(`{ limit = null }`), `DG202 missing argument "limit" @51`},
		{"unknown", cut(`{ limit = 1, colour = "red" }`), `DG201 unknown argument "colour" @50`},
		{"misspelt argument", cut(`{ limt = 1 }`), `DG201 unknown argument "limt" @50`},
		{"no object", cut(`80`), `DG203 wrong type for "args" @50`},
		{"text for a number", cut(`{ limit = "many" }`), `DG203 wrong type for "limit" @51`},
		{"half", cut(`{ limit = 1.5 }`), `DG203 wrong type for "limit" @51`},
		{"too low", cut(`{ limit = 0 }`), `DG205 limit out of range @51`},
		{"not in the enum", cut(`{ limit = 1, kind = "line" }`), `DG204 "line" is not allowed for kind @54`},
		{"number in a list", cut(`{ limit = 1, words = "a" }`), `DG203 wrong type for "words" @55`},
		{"a model", cut(`{ limit = 1, mark = model.small }`), `DG203 wrong type for "mark" @52`},
		{"argument", "step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Copy\"\n  columns = [\"text\"]\n}", `DG201 unknown argument "columns"`},
		{"call of a wrong form", called(`{ copy = "./steps.Copy", all = "./steps.AskAll" }`), `DG801 AskAll cannot be called @20`},
		{"call of none", called(`{ copy = "./steps.Coppy" }`), `DG801 no function Coppy in steps`},
		{"no calls", called(`{}`), `DG206 "functions" is empty`},
		{"call without a name", called(`{ "" = "./steps.Copy" }`), `DG206 a function without a name`},
		{"calls of a package", called(`"./steps"`), `DG203 wrong type for "functions"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "steps", "steps.go"), goSteps)
			write(t, filepath.Join(dir, "pipeline.hcl"), begin+test.step+"\n")
			_, report := hclspec.Load(dir, hclspec.Options{Now: today})
			report.Sort()
			want, at, _ := strings.Cut(test.want, " @")
			code, summary, _ := strings.Cut(want, " ")
			all := text(report)
			if !strings.Contains(all, "error "+code+": "+summary) || strings.Contains(summary, "overwritten") == false && strings.Count(all, "error DG") != 1 {
				t.Errorf("should give %s alone, and gives:\n%s", want, all)
			}
			if at != "" && !strings.Contains(all, "steps.go:"+at+":") {
				t.Errorf("should point at line %s of steps.go:\n%s", at, all)
			}
		})
	}
}

// A program is another one when the function's package has changed.
func TestCodeInHash(t *testing.T) {
	for _, step := range []string{
		"step \"go\" \"s\" {\n  from = step.texts\n  func = \"./steps.Copy\"\n}\n",
		"step \"apigen_execution_checker\" \"s\" {\n  from = step.texts\n  inputs = { answers = \"text\" }\n  functions = { copy = \"./steps.Copy\" }\n}\n",
	} {
		codeInHash(t, step)
	}
}

func codeInHash(t *testing.T, step string) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "pipeline.hcl"), "step \"rows\" \"texts\" { rows = [{ text = \"a\", level = 1 }] }\n"+step)
	hash := func(source string) string {
		write(t, filepath.Join(dir, "steps", "steps.go"), source)
		plan, report := hclspec.Load(dir, hclspec.Options{Now: today})
		if plan == nil {
			t.Fatal(text(report))
		}
		return plan.Hash
	}
	if hash(goSteps) == hash(strings.Replace(goSteps, "Out{in.Text}", "Out{\"!\"}", 1)) {
		t.Error("the hash does not see the code")
	}
	if first := hash(goSteps); first != hash(goSteps) {
		t.Error("the hash is not stable")
	}
}

// A function gets the arguments that the pipeline has, a default for the others, and nil for those that need not be there.
func TestFunctionArguments(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "steps", "steps.go"), goSteps)
	write(t, filepath.Join(dir, "pipeline.hcl"), `
variable "mark" { default = "" }
step "rows" "texts" { rows = [{ text = "a", level = 1 }] }
step "go" "s" {
  for_each = ["1", "20"]
  from     = step.texts
  func     = "./steps.Cut"
  args     = { limit = each.value, mark = var.mark, kind = null }
}
`)
	least := 3
	tests := []struct {
		sets []string
		want []component.Args
	}{
		{nil, []component.Args{
			{"limit": 1, "mark": "", "least": (*int)(nil), "kind": "word", "words": []string{}},
			{"limit": 20, "mark": "", "least": (*int)(nil), "kind": "word", "words": []string{}}}},
		{[]string{"step.s.args.least=3", `step.s["20"].args.words=["x"]`, "step.s.args.mark=null"}, []component.Args{
			{"limit": 1, "mark": "...", "least": &least, "kind": "word", "words": []string{}},
			{"limit": 20, "mark": "...", "least": &least, "kind": "word", "words": []string{"x"}}}},
	}
	for _, test := range tests {
		plan, report := hclspec.Load(dir, hclspec.Options{Now: today, Sets: test.sets})
		if plan == nil {
			t.Fatal(text(report))
		}
		var got []component.Args
		for _, s := range plan.Steps[1:] {
			got = append(got, s.Params.(steps.Go).Args)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("with %v: %v, want %v", test.sets, got, test.want)
		}
	}
}
