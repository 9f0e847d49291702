// Package settings tells the settings that a finished program takes from those that it is built with.
package settings

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/distigen/distigen/hclspec"
	"github.com/distigen/distigen/runtime/component"
)

// Split parts the arguments of --set, all of which are in the plan and right. What a program can change at run time is
// left to it, so that trying another temperature compiles nothing and is on record in run.json; what its row types
// follow from, and what takes HCL to understand, is built in.
func Split(plan *hclspec.Plan, sets []string) (build, run []string) {
	for _, set := range sets {
		path, _, _ := strings.Cut(set, "=")
		if text, ok := atRunTime(plan, path); ok {
			run = append(run, path+"="+text)
		} else {
			build = append(build, set)
		}
	}
	return build, run
}

// atRunTime returns the value of a setting as a program takes it, if it takes it.
func atRunTime(plan *hclspec.Plan, path string) (text string, ok bool) {
	kind, rest, _ := strings.Cut(path, ".")
	end := strings.LastIndex(rest, ".")
	if end < 0 {
		return "", false
	}
	name, param := rest[:end], rest[end+1:]
	for _, target := range targets(plan, kind, name) {
		v := reflect.ValueOf(target)
		for _, p := range component.ParamsOf(v.Type()) {
			if p.Name == param && !p.Fixed {
				return scalar(v.FieldByIndex(p.Index))
			}
		}
	}
	return "", false
}

// targets are the parameter structs that a setting is meant for.
func targets(plan *hclspec.Plan, kind, name string) (found []any) {
	if kind == "model" {
		for _, m := range plan.Models {
			if m.Name == name {
				found = append(found, m.Params)
			}
		}
		return found
	}
	for _, s := range plan.Steps {
		if s.Name == name || s.Addr() == name {
			found = append(found, s.Params)
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
