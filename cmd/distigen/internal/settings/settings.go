// Package settings tells the settings that a finished program takes from those that it is built with.
package settings

import (
	"fmt"
	"reflect"
	"strconv"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
)

// Split parts the arguments of --set, all of which are in the plan and right. What a program can change at run time is
// left to it, so that trying another temperature compiles nothing and is on record in run.json; what its row types
// follow from, and what takes HCL to understand, is built in.
func Split(plan *hclspec.Plan, sets []string) (build, run []string) {
	for _, set := range sets {
		s, _ := hclspec.ParseSetting(set)
		if text, s, ok := atRunTime(plan, s); ok {
			run = append(run, s.Target()+"."+s.Arg+"="+text)
		} else {
			build = append(build, set)
		}
	}
	return build, run
}

// atRunTime returns the value of a setting as a program takes it, and what it is of, if it takes it.
func atRunTime(plan *hclspec.Plan, set hclspec.Setting) (text string, of hclspec.Setting, ok bool) {
	for _, target := range targets(plan, set) {
		v := reflect.ValueOf(target.params)
		for _, p := range component.ParamsOf(v.Type()) {
			if p.Name == target.of.Arg && !p.Fixed {
				text, ok = scalar(v.FieldByIndex(p.Index))
				return text, target.of, ok
			}
		}
	}
	return "", set, false
}

// target is a parameter struct that a setting is meant for.
type target struct {
	of     hclspec.Setting // by the whole name of the step or model
	params any
}

func targets(plan *hclspec.Plan, s hclspec.Setting) (found []target) {
	for _, m := range plan.Models {
		if of, ok := s.Of(m.Name); ok && s.Kind == "model" {
			found = append(found, target{of, m.Params})
		}
	}
	for _, step := range plan.Steps {
		if of, ok := s.Of(step.Name); ok && s.Kind == "step" && (of.Key == "" || step.Key == of.Key) {
			found = append(found, target{of, step.Params})
		}
	}
	return found
}

func scalar(v reflect.Value) (text string, ok bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return "", false
		}
		return scalar(v.Elem())
	case reflect.String:
		return v.String(), v.String() != ""
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case reflect.Int:
		return fmt.Sprint(v.Int()), true
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64), true
	}
	return "", false
}
