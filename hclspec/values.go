package hclspec

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// convertTo converts a value; the error has the path to the part that does not convert.
func convertTo(v cty.Value, t cty.Type) (cty.Value, error) {
	out, err := convert.Convert(v, t)
	if err != nil {
		return out, narrow(v, t, err)
	}
	return out, nil
}

// narrow finds the element that a list or an object does not convert for. cty speaks of the whole of it.
func narrow(v cty.Value, t cty.Type, err error) error {
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() || v.Type() == cty.DynamicPseudoType {
		return err
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		var want cty.Type
		var step cty.PathStep = cty.IndexStep{Key: k}
		switch {
		case (t.IsListType() || t.IsSetType()) && k.Type() == cty.Number, t.IsMapType():
			want = t.ElementType()
		case t.IsTupleType() && k.Type() == cty.Number:
			if i, _ := k.AsBigFloat().Int64(); int(i) < t.Length() {
				want = t.TupleElementType(int(i))
			}
		case t.IsObjectType() && k.Type() == cty.String && t.HasAttribute(k.AsString()):
			want = t.AttributeType(k.AsString())
			step = cty.GetAttrStep{Name: k.AsString()}
		}
		if want == cty.NilType {
			continue
		}
		if _, inner := convertTo(e, want); inner != nil {
			var at cty.PathError
			path := cty.Path{step}
			if errors.As(inner, &at) {
				path = append(path, at.Path...)
			}
			return path.NewErrorf("%s", inner)
		}
	}
	return err
}

// cause is a conversion error as a clause: "element 2: a number is required".
func cause(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	var at cty.PathError
	if errors.As(err, &at) && len(at.Path) > 0 {
		return fmt.Sprintf("at %s, %s", pathText(at.Path), text)
	}
	return text
}

func pathText(path cty.Path) string {
	var out strings.Builder
	for _, p := range path {
		switch p := p.(type) {
		case cty.GetAttrStep:
			fmt.Fprintf(&out, ".%s", p.Name)
		case cty.IndexStep:
			if p.Key.Type() == cty.Number {
				fmt.Fprintf(&out, "[%s]", p.Key.AsBigFloat().Text('f', -1))
			} else if p.Key.Type() == cty.String {
				fmt.Fprintf(&out, "[%q]", p.Key.AsString())
			}
		}
	}
	return strings.TrimPrefix(out.String(), ".")
}

// inside is the range of the part of an expression that a conversion error is about.
func (l *loader) inside(expr hclsyntax.Expression, err error) hcl.Range {
	var at cty.PathError
	if !errors.As(err, &at) {
		return expr.Range()
	}
	for _, p := range at.Path {
		var next hclsyntax.Expression
		switch p := p.(type) {
		case cty.GetAttrStep:
			next, _ = attribute(expr, p.Name)
		case cty.IndexStep:
			if p.Key.Type() == cty.String {
				next, _ = attribute(expr, p.Key.AsString())
			} else if p.Key.Type() == cty.Number {
				i, _ := p.Key.AsBigFloat().Int64()
				next = element(expr, int(i))
			}
		}
		if next == nil {
			break
		}
		expr = next
	}
	return expr.Range()
}

// attribute finds the value of a key, and the key, in an object that is written out.
func attribute(expr hclsyntax.Expression, name string) (value, key hclsyntax.Expression) {
	if o, ok := unwrap(expr).(*hclsyntax.ObjectConsExpr); ok {
		for _, item := range o.Items {
			if keyName(item.KeyExpr) == name {
				return item.ValueExpr, item.KeyExpr
			}
		}
	}
	return nil, nil
}

// keyName is the text of a key that is written out, or "".
func keyName(key hclsyntax.Expression) string {
	if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok {
		v, diags := k.Value(nil)
		if !diags.HasErrors() && v.IsWhollyKnown() && !v.IsNull() && v.Type() == cty.String {
			return v.AsString()
		}
	}
	return ""
}

// element finds element i of a list that is written out.
func element(expr hclsyntax.Expression, i int) hclsyntax.Expression {
	if t, ok := unwrap(expr).(*hclsyntax.TupleConsExpr); ok && i >= 0 && i < len(t.Exprs) {
		return t.Exprs[i]
	}
	return nil
}

// unwrap removes parentheses.
func unwrap(expr hclsyntax.Expression) hclsyntax.Expression {
	for {
		p, ok := expr.(*hclsyntax.ParenthesesExpr)
		if !ok {
			return expr
		}
		expr = p.Expression
	}
}

// describe names a value in a diagnostic.
func describe(v cty.Value) string {
	t := v.Type()
	switch {
	case v.IsNull():
		return "null"
	case t == modelType:
		return fmt.Sprintf("the model %q", v.EncapsulatedValue().(*modelBlock).name)
	case t == stepType:
		return fmt.Sprintf("the step %q", v.EncapsulatedValue().(*instance).addr())
	case !v.IsKnown():
		return "not known"
	case t == cty.String:
		return "the string " + short(v.AsString())
	case t == cty.Number:
		return "the number " + number(v.AsBigFloat())
	case t == cty.Bool:
		return fmt.Sprintf("the bool %v", v.True())
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return "a list"
	case t.IsObjectType() || t.IsMapType():
		return "an object"
	}
	return "a " + t.FriendlyName()
}

func number(f *big.Float) string {
	if f.IsInt() && f.MantExp(nil) < 80 {
		return f.Text('f', 0)
	}
	return f.Text('g', 15)
}

// short quotes a text and cuts it if it is long.
func short(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:37]) + "..."
	}
	return fmt.Sprintf("%q", s)
}

// sentence gives a text a capital and a full stop.
func sentence(s string) string {
	s = fullStop(s)
	if r, n := utf8.DecodeRuneInString(s); n > 0 && r != utf8.RuneError {
		s = strings.ToUpper(string(r)) + s[n:]
	}
	return s
}

// fullStop ends a text as a sentence ends, if it does not.
func fullStop(s string) string {
	s = strings.TrimSpace(s)
	if s != "" && !strings.ContainsAny(s[len(s)-1:], ".!?") && !strings.HasSuffix(s, `."`) && !strings.HasSuffix(s, `?"`) {
		s += "."
	}
	return s
}

func isText(v cty.Value) bool { return v.Type() == cty.String && v.IsKnown() && !v.IsNull() }

func hclIdentifier(name string) bool { return hclsyntax.ValidIdentifier(name) }
