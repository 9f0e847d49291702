package golden

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math"
	"os"
	"reflect"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/distigen/distigen/hclspec/funcs"
	"github.com/distigen/distigen/hclspec/rowexpr"
)

// What the compiled program has made of each expression over each row is what HCL's own evaluation makes of it.
func TestExpressionsAsHCL(t *testing.T) {
	columns := derivedColumns(t)
	covered := map[string]bool{}
	for n, line := range recordedRows(t) {
		ctx := &hcl.EvalContext{Functions: funcs.Table(".", nil, func(string, string) {}), Variables: map[string]cty.Value{
			"row":   parseJSON(t, line),
			"var":   cty.ObjectVal(map[string]cty.Value{"least": cty.NumberIntVal(2)}),
			"local": cty.ObjectVal(map[string]cty.Value{"stopwords": cty.TupleVal([]cty.Value{cty.StringVal("the"), cty.StringVal("a"), cty.StringVal("of")})}),
		}}
		var got map[string]any
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatal(err)
		}
		for _, item := range columns {
			key, _ := item.KeyExpr.Value(nil)
			note(item.ValueExpr, covered)
			want, diags := item.ValueExpr.Value(ctx)
			if diags.HasErrors() {
				t.Errorf("row %d, %s: %v", n, key.AsString(), diags)
				continue
			}
			if w := plainValue(t, want); !alike(got[key.AsString()], w) {
				t.Errorf("row %d, %s: the program has %v, and HCL %v", n, key.AsString(), got[key.AsString()], w)
			}
		}
	}
	for _, name := range rowexpr.Functions() {
		if !covered[name] {
			t.Errorf("no expression in golden/expressions calls %s", name)
		}
	}
}

func derivedColumns(t *testing.T) []hclsyntax.ObjectConsItem {
	text, err := os.ReadFile("expressions/pipeline.hcl")
	if err != nil {
		t.Fatal(err)
	}
	file, diags := hclsyntax.ParseConfig(text, "pipeline.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		if b.Type == "step" && b.Labels[0] == "derive" {
			return b.Body.Attributes["columns"].Expr.(*hclsyntax.ObjectConsExpr).Items
		}
	}
	t.Fatal("no step derive")
	return nil
}

func recordedRows(t *testing.T) (lines [][]byte) {
	text, err := os.ReadFile("expressions/want/datasets/rows/data/train-00000-of-00001.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(bytes.NewReader(text)); s.Scan(); {
		lines = append(lines, bytes.Clone(s.Bytes()))
	}
	if len(lines) < 2 {
		t.Fatal("too few rows")
	}
	return lines
}

func parseJSON(t *testing.T, text []byte) cty.Value {
	typ, err := ctyjson.ImpliedType(text)
	if err != nil {
		t.Fatal(err)
	}
	v, err := ctyjson.Unmarshal(text, typ)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func note(e hclsyntax.Expression, names map[string]bool) {
	hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
			names[call.Name] = true
		}
		return nil
	})
}

func plainValue(t *testing.T, v cty.Value) (out any) {
	text, err := ctyjson.Marshal(v, v.Type())
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// alike compares JSON; numbers may differ in what floats cannot hold.
func alike(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(a))
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !alike(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k := range a {
			if !alike(a[k], b[k]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(a, b)
}
