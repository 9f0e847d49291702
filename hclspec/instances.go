package hclspec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/distigen/distigen/hclspec/diag"
)

// instance is one instance of a step block, or the step itself where it has no for_each.
type instance struct {
	block *stepBlock
	key   string
	value cty.Value // each.value; cty.NilVal without for_each
	attrs hclsyntax.Attributes
	args  *arguments
	step  *Step

	branches []branch
	lost     bool // what it reads is not known
	enabled  bool
	when     *When // of a sink: whether it is on is found out when the program runs

	row    []*column
	rows   *rowSet
	hidden []*hidden
	opaque bool // the columns are not known, because of a mistake that is already reported
}

// branch is one step that an instance reads, and where the pipeline says so.
type branch struct {
	from *instance
	at   hcl.Range
}

// stepType is the type of the values of step.NAME.
var stepType = cty.Capsule("step", reflect.TypeFor[instance]())

// addr is the name of the instance in the plan.
func (i *instance) addr() string {
	if i.key == "" {
		return i.block.name
	}
	return i.block.name + "[" + i.key + "]"
}

// expand makes the instances of a step.
func (l *loader) expand(s *stepBlock) {
	attr := s.attrs["for_each"]
	if attr == nil {
		if len(s.overrides) > 0 {
			l.unknownOverrides(s)
		}
		s.instances = []*instance{{block: s, attrs: s.attrs}}
		return
	}
	s.lost = true
	// While its elements are not known, one instance stands for all, so that the other arguments are checked.
	s.instances = []*instance{{block: s, attrs: s.attrs, value: cty.DynamicVal}}
	if !l.checkRefs(attr.Expr, scope{where: "for_each itself"}) {
		return
	}
	v, ok := l.eval(attr.Expr, nil)
	if !ok || !v.IsWhollyKnown() {
		return
	}
	keys, values, ok := l.forEach(s, attr.Expr, v)
	if !ok {
		return
	}
	s.lost, s.instances = false, nil
	for n, key := range keys {
		i := &instance{block: s, key: key, value: values[n], attrs: s.attrs}
		if over := s.overrides[key]; len(over) > 0 {
			i.attrs = maps.Clone(s.attrs)
			maps.Copy(i.attrs, over)
		}
		s.instances = append(s.instances, i)
	}
	l.unknownOverrides(s)
}

// forEach lists the keys and values of the instances.
func (l *loader) forEach(s *stepBlock, expr hclsyntax.Expression, v cty.Value) (keys []string, values []cty.Value, ok bool) {
	t := v.Type()
	switch {
	case v.IsNull():
		l.badForEach(expr, "for_each is null", "Remove it, or give it a list of models, a list of strings or a map.")
		return nil, nil, false
	case t == modelType || t == stepType || t.IsPrimitiveType():
		more := ""
		if t == modelType {
			more = fmt.Sprintf(" Write [model.%s].", v.EncapsulatedValue().(*modelBlock).name)
		}
		l.badForEach(expr, "for_each over "+describe(v), "It goes over a list of models, a list of strings or a map."+more)
		return nil, nil, false
	case v.LengthInt() == 0:
		l.badForEach(expr, "for_each is empty", "Without an element there would be no instance of the step, and nothing for others to read. "+
			"Give it at least one, or switch the step off with enabled = false.")
		return nil, nil, false
	}
	isMap := t.IsObjectType() || t.IsMapType()
	order := keyOrder(expr)
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		key, reason := k, ""
		if !isMap {
			key, reason = l.elementKey(e)
		}
		at := l.inside(expr, cty.Path{cty.IndexStep{Key: k}}.NewErrorf("key"))
		if isMap {
			if _, written := attribute(expr, k.AsString()); written != nil {
				at = written.Range()
			}
		}
		if reason != "" {
			l.errorAt(diag.BadForEach, at, "element of for_each has no name", reason)
			return nil, nil, false
		}
		name := key.AsString()
		if !usableKey(name) {
			l.errorAt(diag.BadForEach, at, "unusable key in for_each", fmt.Sprintf("%q cannot name an instance of step %q. "+
				"A key is not empty and has no brackets, quotes, slashes or line breaks.", name, s.name))
			return nil, nil, false
		}
		if slices.Contains(keys, name) {
			l.errorAt(diag.BadForEach, at, "key twice in for_each", fmt.Sprintf("There are two instances with the key %q, and each needs one of its own. "+
				"Remove one, or write a map: for_each = { a = ..., b = ... }.", name))
			return nil, nil, false
		}
		keys, values = append(keys, name), append(values, e)
	}
	if isMap {
		index := map[string]cty.Value{}
		for n, key := range keys {
			index[key] = values[n]
		}
		slices.SortFunc(keys, order.compare)
		for n, key := range keys {
			values[n] = index[key]
		}
	}
	return keys, values, true
}

func (l *loader) badForEach(expr hclsyntax.Expression, summary, detail string) {
	l.errorAt(diag.BadForEach, expr.Range(), summary, detail)
}

// elementKey names the instance of an element of a list.
func (l *loader) elementKey(e cty.Value) (key cty.Value, reason string) {
	if e.Type() == modelType && !e.IsNull() {
		return cty.StringVal(e.EncapsulatedValue().(*modelBlock).name), ""
	}
	if e.Type().IsPrimitiveType() && !e.IsNull() {
		if s, err := convertTo(e, cty.String); err == nil {
			return s, ""
		}
	}
	return cty.NilVal, fmt.Sprintf("The elements of a list are models or strings, which name the instances, and this is %s. "+
		"Write a map, whose keys are the names: for_each = { first = ..., second = ... }.", describe(e))
}

func usableKey(key string) bool {
	return key != "" && key != "." && key != ".." && !strings.ContainsAny(key, "[]\"'/\\") &&
		!strings.ContainsFunc(key, unicode.IsControl)
}

// context is what the arguments of the instance see.
func (l *loader) context(i *instance) *hcl.EvalContext {
	if i.value == cty.NilVal {
		return l.ctx
	}
	key := cty.StringVal(i.key)
	if i.block.lost {
		key = cty.UnknownVal(cty.String)
	}
	ctx := l.ctx.NewChild()
	ctx.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": i.value})}
	return ctx
}

// stepValues is the value of step: each step by its name, one with for_each as its instances by key and by number.
func (l *loader) stepValues() cty.Value {
	values := map[string]cty.Value{}
	for s := range l.steps.all {
		switch {
		case s.lost:
			values[s.local] = cty.DynamicVal
		case s.attrs["for_each"] == nil:
			values[s.local] = cty.CapsuleVal(stepType, s.instances[0])
		default:
			inner := map[string]cty.Value{}
			for n, i := range s.instances {
				inner[fmt.Sprint(n)] = cty.CapsuleVal(stepType, i)
			}
			for _, i := range s.instances {
				inner[i.key] = cty.CapsuleVal(stepType, i)
			}
			values[s.local] = cty.ObjectVal(inner)
		}
	}
	return cty.ObjectVal(values)
}
