package distilabel

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"
)

// scalar is what a node holds, as HCL has it.
func scalar(n *yaml.Node) cty.Value {
	switch n.ShortTag() {
	case "!!null":
		return cty.NullVal(cty.DynamicPseudoType)
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil || n.Value == "true" {
			return cty.BoolVal(b || n.Value == "true")
		}
	case "!!int", "!!float":
		if f, _, err := big.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 0, 512, big.ToNearestEven); err == nil && !f.IsInf() {
			return cty.NumberVal(f)
		}
	}
	return cty.StringVal(n.Value)
}

// expr writes a value in HCL, its keys in the order of the file.
func expr(n *yaml.Node) string {
	var out strings.Builder
	writeExpr(&out, n)
	return out.String()
}

func writeExpr(out *strings.Builder, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		if len(n.Content) == 0 {
			out.WriteString("{}")
			return
		}
		out.WriteString("{ ")
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				out.WriteString(", ")
			}
			out.WriteString(key(n.Content[i].Value) + " = ")
			writeExpr(out, n.Content[i+1])
		}
		out.WriteString(" }")
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				out.WriteString(", ")
			}
			writeExpr(out, c)
		}
		out.WriteByte(']')
	default:
		out.Write(hclwrite.TokensForValue(scalar(n)).Bytes())
	}
}

// quoted writes a text in HCL.
func quoted(s string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
}

// key writes the key of an object in HCL.
func key(s string) string {
	if hclsyntax.ValidIdentifier(s) && s != "null" && s != "true" && s != "false" && s != "for" {
		return s
	}
	return quoted(s)
}

// toJSON writes a node as JSON, its keys in the order of the file.
func toJSON(n *yaml.Node) string {
	var out bytes.Buffer
	writeJSON(&out, n)
	return out.String()
}

func writeJSON(out *bytes.Buffer, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		out.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				out.WriteString(", ")
			}
			out.WriteString(jsonText(n.Content[i].Value) + ": ")
			writeJSON(out, n.Content[i+1])
		}
		out.WriteByte('}')
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, c := range n.Content {
			if i > 0 {
				out.WriteString(", ")
			}
			writeJSON(out, c)
		}
		out.WriteByte(']')
	default:
		out.WriteString(jsonScalar(n))
	}
}

func jsonScalar(n *yaml.Node) string {
	v := scalar(n)
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.Bool:
		return strconv.FormatBool(v.True())
	case v.Type() == cty.Number:
		if json.Valid([]byte(n.Value)) {
			return n.Value // as it was written, so that 1.0 stays a float
		}
		return v.AsBigFloat().Text('g', -1)
	}
	return jsonText(n.Value)
}

func jsonText(s string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text always encodes
	return strings.TrimSuffix(out.String(), "\n")
}
