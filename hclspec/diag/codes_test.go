package diag

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"
)

// A code without an explanation, or one that is explained and gone, is a mistake in codes.go or in explain/.
func TestEveryCodeIsExplained(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var codes []Code
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, _ := strconv.Unquote(lit.Value)
			codes = append(codes, Code(s))
		}
		return true
	})
	slices.Sort(codes)
	for i, c := range codes {
		if i > 0 && codes[i-1] == c {
			t.Errorf("The code %s is there twice.", c)
		}
		if _, ok := Explain(c); !ok {
			t.Errorf("Write explain/%s.md: a title, what went wrong, the way out, and an example.", c)
		}
	}
	for _, c := range Codes() {
		if !slices.Contains(codes, c) {
			t.Errorf("explain/%s.md explains a code that codes.go does not have.", c)
		}
	}
}

func TestExplainTakesLowerCase(t *testing.T) {
	if e, ok := Explain("dg101"); !ok || e.Code != Syntax {
		t.Errorf("Explain(dg101) = %v, %v", e.Code, ok)
	}
	if _, ok := Explain("DG999"); ok {
		t.Error("DG999 is explained.")
	}
}

func TestNearest(t *testing.T) {
	names := []string{"temperature", "top_p", "instruction", "instructions", "from", "model"}
	for name, want := range map[string]string{
		"temprature": "temperature", "Temperature": "temperature", "topp": "top_p", "instrution": "instruction",
		"form": "from", "modle": "model", "MODEL": "model", "ratings": "", "x": "", "": "", "foo": "",
	} {
		if got := Nearest(name, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}
