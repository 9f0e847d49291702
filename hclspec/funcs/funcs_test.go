package funcs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/distigen/distigen/hclspec/funcs"
)

func eval(t *testing.T, dir string, env []string, text string) (cty.Value, hcl.Diagnostics) {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(text), "e", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return expr.Value(&hcl.EvalContext{Functions: funcs.Table(dir, env, func(string, string) {})})
}

func TestFunctions(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.txt": "größe", "t.txt": "${upper(name)} of ${length(list)}", "bytes": "\xff"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"A=1", "B=x=y", "A=2"}
	for text, want := range map[string]string{
		`env("A")`: "2", `env("B")`: "x=y", `env("C")`: "",
		`file("a.txt")`: "größe", `length(file("a.txt"))`: "5", `length([1, 2])`: "2", `length({ a = 1 })`: "1", `length(toset(["a"]))`: "1",
		`fileexists("a.txt")`: "true", `fileexists("b.txt")`: "false", `fileexists(".")`: "false",
		`templatefile("t.txt", { name = "x", list = [1, 2] })`: "X of 2",
		`index(["a", "b"], "b")`:                               "1", `mean([1, 2])`: "1.5", `round(-2.5)`: "-3", `round(2.4)`: "2", `join("|", words(" a  b "))`: "a|b",
		`matches("^a+$", "aa")`: "true", `alltrue([true, false])`: "false", `alltrue([])`: "true", `anytrue([true, false])`: "true", `anytrue([])`: "false",
		`sum([1, 2.5])`: "3.5", `sum([])`: "0",
		`join(",", range(3))`: "0,1,2", `join(",", range(2, 5))`: "2,3,4", `join(",", range(1, 2, 0.5))`: "1,1.5", `join(",", range(3, 0))`: "3,2,1",
		`join(",", range(3, 0, -2))`: "3,1", `join(",", range(-2))`: "0,-1", `length(range(0))`: "0", `length(range(3, 3, 1))`: "0", `length(range(3000))`: "3000",
		`startswith("abc", "ab")`: "true", `endswith("abc", "ab")`: "false", `strcontains("abc", "b")`: "true",
		`base64decode(base64encode("größe"))`: "größe", `urlencode("a b")`: "a+b",
		`sha256("")`: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", `md5("")`: "d41d8cd98f00b204e9800998ecf8427e",
		`jsonencode({ a = [1, null] })`: `{"a":[1,null]}`, `jsondecode("{\"a\": 1}").a`: "1", `csvdecode("a,b\n1,2")[0].b`: "2",
		`try(file("b.txt"), "none")`: "none", `can(tonumber("x"))`: "false", `join(",", [for i in range(3) : i])`: "0,1,2",
	} {
		v, diags := eval(t, dir, env, text)
		if diags.HasErrors() {
			t.Errorf("%s: %v", text, diags)
			continue
		}
		if s, err := convert.Convert(v, cty.String); err != nil || s.AsString() != want {
			t.Errorf("%s = %#v, want %s", text, v, want)
		}
	}
}

func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bytes"), []byte("\xff"), 0o644); err != nil {
		t.Fatal(err)
	}
	for text, missing := range map[string]bool{`file("b.txt")`: true, `templatefile("b.txt", {})`: true, `file("bytes")`: false, `file(".")`: false} {
		_, diags := eval(t, dir, nil, text)
		if !diags.HasErrors() {
			t.Errorf("%s is no error", text)
			continue
		}
		var err *funcs.FileError
		extra, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](diags[0])
		if !ok || !errors.As(extra.FunctionCallError(), &err) {
			t.Errorf("%s: %v is no FileError", text, diags)
		} else if errors.Is(err, fs.ErrNotExist) != missing {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, text := range []string{`length(1)`, `sum([null])`, `base64decode("?")`, `base64decode("/w==")`, `templatefile("x", 1)`, `range()`,
		`range(1, 2, 0)`, `index(["a"], "b")`, `mean([])`, `matches("(", "")`, `anytrue([null])`, `range(1, 2, -1)`, `range(2, 1, 1)`, `range(1, 2, 3, 4)`, `range(100001)`} {
		if v, diags := eval(t, t.TempDir(), nil, text); !diags.HasErrors() {
			t.Errorf("%s = %#v", text, v)
		}
	}
}
