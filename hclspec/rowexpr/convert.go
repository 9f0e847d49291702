package rowexpr

import (
	"math/bits"

	"github.com/distigen/distigen/runtime/component"
)

// coerce is n as a value of another type, as HCL converts it; nil if it does not. Text of a number is made by toText alone.
func coerce(n *Node, want component.Type) *Node {
	switch {
	case n.Type.Equal(want):
		return n
	case n.Op == Null:
		if !want.Optional {
			return nil
		}
		return &Node{Op: Null, Type: want}
	case want.Optional && !n.Type.Optional:
		plain := coerce(n, want.NotNull())
		if plain == nil {
			return nil
		}
		return &Node{Op: Optional, Type: want, Args: []*Node{plain}}
	case n.Type.Optional != want.Optional:
		return nil
	case n.Type.Optional: // the same but for what is in it
		return nil
	}
	return plain(n, want)
}

// plain converts where null is not allowed on either side.
func plain(n *Node, want component.Type) *Node {
	switch {
	case n.Op == Literal && n.Type.Kind == component.Int && want.Kind == component.Float:
		return &Node{Op: Literal, Type: want, Value: float64(n.Value.(int))}
	case n.Type.Kind == component.Int && want.Kind == component.Float:
		return &Node{Op: ToFloat, Type: want, Args: []*Node{n}}
	case n.Op == List && isList(want):
		return elements(n, want)
	case n.Op == Object && want.Kind == component.Object:
		return fields(n, want)
	case n.Op == Literal && isList(n.Type) && isList(want):
		return literalList(n, want)
	case isInts(n.Type) && want.Equal(component.ListOf(component.Of(component.Float))):
		return &Node{Op: ToFloat, Type: want, Args: []*Node{n}, size: n.size}
	case isList(n.Type) && isList(want) && n.Type.Fits(want) && want.Fits(n.Type):
		same := *n // messages, and a list of objects with the same fields
		same.Type = want
		return &same
	}
	return nil
}

func isInts(t component.Type) bool { return t.Equal(component.ListOf(component.Of(component.Int))) }

func elements(n *Node, want component.Type) *Node {
	out := &Node{Op: List, Type: want, size: n.size}
	for _, a := range n.Args {
		e := coerce(a, want.Element())
		if e == nil {
			return nil
		}
		out.Args = append(out.Args, e)
	}
	return out
}

func literalList(n *Node, want component.Type) *Node {
	values := n.Value.([]any)
	if len(values) > 0 && !n.Type.Fits(want) {
		return nil
	}
	out := *n
	out.Type, out.Value = want, convertedValue(n.Value, want)
	return &out
}

// convertedValue is a value of a literal with its whole numbers as floats, where those are wanted.
func convertedValue(v any, want component.Type) any {
	switch v := v.(type) {
	case int:
		if want.Kind == component.Float {
			return float64(v)
		}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = convertedValue(e, want.Element())
		}
		return out
	}
	return v
}

func fields(n *Node, want component.Type) *Node {
	if len(n.Type.Fields) != len(want.Fields) {
		return nil
	}
	out := &Node{Op: Object, Type: want}
	for i, a := range n.Args {
		if n.Type.Fields[i].Name != want.Fields[i].Name {
			return nil
		}
		f := coerce(a, want.Fields[i].Type)
		if f == nil {
			return nil
		}
		out.Args = append(out.Args, f)
	}
	return out
}

// toText is a number or a bool as text, as a template has it; nil for others.
func toText(n *Node) *Node {
	if n.Type.Optional {
		return nil
	}
	switch n.Type.Kind {
	case component.String:
		return n
	case component.Int, component.Float, component.Bool:
		return &Node{Op: ToText, Type: component.Of(component.String), Args: []*Node{n}}
	}
	return nil
}

// unify finds the one type of several nodes, and converts them to it.
func unify(nodes []*Node) (component.Type, []*Node, bool) {
	t := component.Of(component.Any)
	optional := false
	for _, n := range nodes {
		optional = optional || n.Type.Optional
		if n.Op == Null {
			continue
		}
		var ok bool
		if t, ok = common(t, n.Type.NotNull()); !ok {
			return t, nil, false
		}
	}
	t.Optional = optional
	out := make([]*Node, len(nodes))
	for i, n := range nodes {
		if out[i] = coerce(n, t); out[i] == nil {
			return t, nil, false
		}
	}
	return t, out, true
}

// common is the type that two types convert to.
func common(a, b component.Type) (component.Type, bool) {
	switch {
	case a.Kind == component.Any:
		return b, true
	case b.Kind == component.Any, a.Equal(b):
		return a, true
	case a.Kind == component.Int && b.Kind == component.Float, a.Kind == component.Float && b.Kind == component.Int:
		return component.Of(component.Float), true
	case isList(a) && isList(b):
		elem, ok := common(a.Element().NotNull(), b.Element().NotNull())
		elem.Optional = a.Element().Optional || b.Element().Optional
		if a.Kind == component.Messages || b.Kind == component.Messages {
			return component.Of(component.Messages), ok && elem.Equal(messageType)
		}
		return component.ListOf(elem), ok
	case a.Kind == component.Object && b.Kind == component.Object && len(a.Fields) == len(b.Fields):
		var out []component.Field
		for i, f := range a.Fields {
			t, ok := common(f.Type.NotNull(), b.Fields[i].Type.NotNull())
			if !ok || f.Name != b.Fields[i].Name {
				return a, false
			}
			t.Optional = f.Type.Optional || b.Fields[i].Type.Optional
			out = append(out, component.Field{Name: f.Name, Type: t})
		}
		return component.ObjectOf(out...), true
	}
	return a, false
}

func bitsOf(n int) int {
	if n < 0 {
		return bits.Len64(uint64(-(n + 1))) + 1
	}
	return bits.Len64(uint64(n))
}
