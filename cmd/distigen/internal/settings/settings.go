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
		if text, ok := atRunTime(plan, s); ok {
			run = append(run, s.Target()+"."+s.Arg+"="+text)
		} else {
			build = append(build, set)
		}
	}
	return build, run
}

// atRunTime returns the value of a setting as a program takes it, if it takes it.
func atRunTime(plan *hclspec.Plan, s hclspec.Setting) (text string, ok bool) {
	for _, target := range targets(plan, s) {
		v := reflect.ValueOf(target)
		for _, p := range component.ParamsOf(v.Type()) {
			if p.Name == s.Arg && !p.Fixed {
				return scalar(v.FieldByIndex(p.Index))
			}
		}
	}
	return "", false
}

// targets are the parameter structs that a setting is meant for.
func targets(plan *hclspec.Plan, s hclspec.Setting) (found []any) {
	for _, m := range plan.Models {
		if s.Kind == "model" && m.Name == s.Name {
			found = append(found, m.Params)
		}
	}
	for _, step := range plan.Steps {
		if s.Kind == "step" && step.Name == s.Name && (s.Key == "" || step.Key == s.Key) {
			found = append(found, step.Params)
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
