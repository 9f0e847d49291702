package funcs

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// These functions are for expressions over rows above all, which are compiled to Go; here they are for values of the pipeline.

var mean = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Number)}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		n := args[0].LengthInt()
		if n == 0 {
			return cty.NilVal, function.NewArgErrorf(0, "the list is empty")
		}
		total, err := sum.Call(args)
		if err != nil || !total.IsKnown() {
			return total, err
		}
		return total.Divide(cty.NumberIntVal(int64(n))), nil
	},
})

// round takes the nearest whole number, and of two the one that is further from zero.
var round = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "number", Type: cty.Number}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		n := new(big.Float).Copy(args[0].AsBigFloat())
		half := big.NewFloat(0.5)
		if n.Sign() < 0 {
			half.Neg(half)
		}
		if n.IsInf() {
			return cty.NilVal, errors.New("the number is infinite")
		}
		whole, _ := n.Add(n, half).Int(nil)
		return cty.NumberVal(new(big.Float).SetInt(whole)), nil
	},
})

// index is the place of a value in a list, as in Terraform; an element is read by list[i].
var index = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
	Type: func(args []cty.Value) (cty.Type, error) {
		if t := args[0].Type(); t != cty.DynamicPseudoType && !t.IsListType() && !t.IsTupleType() {
			return cty.NilType, function.NewArgErrorf(0, "a list is required")
		}
		return cty.Number, nil
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		for it := args[0].ElementIterator(); it.Next(); {
			i, v := it.Element()
			equal, err := stdlib.Equal(v, args[1])
			if err != nil {
				return cty.NilVal, err
			}
			if !equal.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if equal.True() {
				return i, nil
			}
		}
		return cty.NilVal, function.NewArgErrorf(1, "the list does not have it")
	},
})

var words = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "str", Type: cty.String}},
	Type:   function.StaticReturnType(cty.List(cty.String)),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		var all []cty.Value
		for w := range strings.FieldsSeq(args[0].AsString()) {
			all = append(all, cty.StringVal(w))
		}
		if all == nil {
			return cty.ListValEmpty(cty.String), nil
		}
		return cty.ListVal(all), nil
	},
})

var matches = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "pattern", Type: cty.String}, {Name: "str", Type: cty.String}},
	Type:   function.StaticReturnType(cty.Bool),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		pattern, err := regexp.Compile(args[0].AsString())
		if err != nil {
			return cty.NilVal, function.NewArgError(0, fmt.Errorf("the regular expression cannot be read: %w", err))
		}
		return cty.BoolVal(pattern.MatchString(args[1].AsString())), nil
	},
})

var (
	allTrue = ofBools(func(some, all bool) bool { return all })
	anyTrue = ofBools(func(some, all bool) bool { return some })
)

// ofBools is a function of whether some elements of a list are true, and whether all are.
func ofBools(f func(some, all bool) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			some, all := false, true
			for _, v := range args[0].AsValueSlice() {
				if v.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "an element is null")
				}
				if !v.IsKnown() {
					return cty.UnknownVal(cty.Bool), nil
				}
				some, all = some || v.True(), all && v.True()
			}
			return cty.BoolVal(f(some, all)), nil
		},
	})
}
