package funcs

import (
	"errors"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var errNotText = errors.New("the bytes are not text in UTF-8")

// length counts the elements of a collection and the characters of a text, which the standard library has apart.
var length = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType}},
	Type: func(args []cty.Value) (cty.Type, error) {
		t := args[0].Type()
		if t == cty.String || t == cty.DynamicPseudoType || t.IsCollectionType() || t.IsTupleType() || t.IsObjectType() {
			return cty.Number, nil
		}
		return cty.NilType, function.NewArgErrorf(0, "a list, a map or a string is required")
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		switch t := args[0].Type(); {
		case t == cty.String:
			n := 0
			for range args[0].AsString() {
				n++
			}
			return cty.NumberIntVal(int64(n)), nil
		case t.IsTupleType():
			return cty.NumberIntVal(int64(t.Length())), nil
		case t.IsObjectType():
			return cty.NumberIntVal(int64(len(t.AttributeTypes()))), nil
		}
		return args[0].Length(), nil
	},
})

// jsonEncode refuses models and steps, of which the standard function would print the inside.
var jsonEncode = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "val", Type: cty.DynamicPseudoType, AllowNull: true}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		err := cty.Walk(args[0], func(_ cty.Path, v cty.Value) (bool, error) {
			if v.Type().IsCapsuleType() {
				return false, function.NewArgErrorf(0, "a %s has no JSON", v.Type().FriendlyName())
			}
			return true, nil
		})
		if err != nil {
			return cty.NilVal, err
		}
		return stdlib.JSONEncode(args[0])
	},
})

var sum = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Number)}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		total := cty.Zero
		for _, v := range args[0].AsValueSlice() {
			if v.IsNull() {
				return cty.NilVal, function.NewArgErrorf(0, "an element is null")
			}
			if !v.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			total = total.Add(v)
		}
		return total, nil
	},
})

// mostNumbers is how long a range may be, so that a wrong one does not fill the memory.
const mostNumbers = 100_000

// numbers is the function range: range(end), range(start, end) and range(start, end, step). The standard one ends at 1,024.
var numbers = function.New(&function.Spec{
	VarParam: &function.Parameter{Name: "numbers", Type: cty.Number},
	Type:     function.StaticReturnType(cty.List(cty.Number)),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		start, step := cty.Zero, cty.NumberIntVal(1)
		if len(args) == 0 || len(args) > 3 {
			return cty.NilVal, errors.New("range takes one to three numbers: the end, the start and the end, or the start, the end and the step")
		}
		end := args[len(args)-1]
		if len(args) > 1 {
			start, end = args[0], args[1]
		}
		down := end.LessThan(start).True()
		if down {
			step = cty.NumberIntVal(-1)
		}
		if len(args) == 3 {
			step = args[2]
			if ahead := step.GreaterThan(cty.Zero).True(); step.RawEquals(cty.Zero) || !start.RawEquals(end) && ahead == down {
				return cty.NilVal, function.NewArgErrorf(2, "with this step the end is never reached")
			}
		}
		all := []cty.Value{}
		for n := start; !down && n.LessThan(end).True() || down && n.GreaterThan(end).True(); n = n.Add(step) {
			if len(all) == mostNumbers {
				return cty.NilVal, errors.New("range makes at most 100,000 numbers")
			}
			all = append(all, n)
		}
		if len(all) == 0 {
			return cty.ListValEmpty(cty.Number), nil
		}
		return cty.ListVal(all), nil
	},
})
