package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/reply"
)

// Callable is a function of the user's that a call may name. Its parameters are the fields of the struct A.
func Callable[A, R any](name string, f func(A) R) component.Function {
	return CallableContext(name, func(_ context.Context, a A) (R, error) { return f(a), nil })
}

// CallableError is Callable for a function that may fail.
func CallableError[A, R any](name string, f func(A) (R, error)) component.Function {
	return CallableContext(name, func(_ context.Context, a A) (R, error) { return f(a) })
}

// CallableContext is CallableError for a function that is told when nobody waits for it any more.
func CallableContext[A, R any](name string, f func(context.Context, A) (R, error)) component.Function {
	return component.Function{Name: name, Call: func(ctx context.Context, arguments []byte) (string, error) {
		var a A
		if err := readArguments(arguments, reflect.ValueOf(&a).Elem()); err != nil {
			return "", err
		}
		return finished(ctx, func() (R, error) { return f(ctx, a) })
	}}
}

// hasStruct reports whether values of a type are objects, or have some in them.
func hasStruct(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct
}

// readObjects reads an object, or lists of objects. Null is for pointers alone.
func readObjects(value []byte, to reflect.Value) bool {
	null := string(value) == "null"
	switch to.Kind() {
	case reflect.Struct:
		return !null && readArguments(value, to) == nil
	case reflect.Pointer:
		if null {
			return true
		}
		inner := reflect.New(to.Type().Elem())
		to.Set(inner)
		return readArgument(value, inner.Elem())
	}
	var parts []json.RawMessage
	if null || json.Unmarshal(value, &parts) != nil {
		return false
	}
	list := reflect.MakeSlice(to.Type(), len(parts), len(parts))
	for i, part := range parts {
		if !readArgument(part, list.Index(i)) {
			return false
		}
	}
	to.Set(list)
	return true
}

// finished runs a function and writes its result as JSON. A panic is an error, and so is a function that takes longer than it may; that
// one is left alone, since nothing stops a goroutine from outside.
func finished[R any](ctx context.Context, f func() (R, error)) (string, error) {
	type end struct {
		result R
		err    error
	}
	done := make(chan end, 1)
	go func() {
		var e end
		defer func() {
			if p := recover(); p != nil {
				e.err = fmt.Errorf("it panicked: %v", p)
			}
			done <- e
		}()
		e.result, e.err = f()
	}()
	select {
	case e := <-done:
		if e.err != nil {
			return "", e.err
		}
		return resultOf(e.result)
	case <-ctx.Done():
		return "", errors.New("it did not return in time")
	}
}

func resultOf(result any) (string, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(result); err != nil {
		return "", fmt.Errorf("its result has no form in JSON: %w", err)
	}
	return strings.TrimSpace(out.String()), nil
}

// readArguments fills a struct of parameters from a JSON object, which has to name each that is no pointer, and no others.
func readArguments(object []byte, to reflect.Value) error {
	given, err := reply.Object(object)
	if err != nil {
		return err
	}
	var known []string
	for i := range to.NumField() {
		f := to.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		name := component.FieldName(f.Name, f.Tag)
		known = append(known, name)
		value, ok := given[name]
		delete(given, name)
		null := ok && string(value) == "null"
		switch {
		case f.Type.Kind() == reflect.Pointer && (!ok || null):
		case !ok:
			return fmt.Errorf("the argument %q is missing", name)
		case null || !readArgument(value, to.Field(i)):
			return fmt.Errorf("the argument %q is %s, and %s is wanted", name, shortened(string(value)), f.Type)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		return fmt.Errorf("there is no argument %q, only %s", name, strings.Join(known, ", "))
	}
	return nil
}

// readArgument reads one argument. A whole number may be written with a point, and an object is read as strictly as all arguments are.
func readArgument(value []byte, to reflect.Value) bool {
	if hasStruct(to.Type()) {
		return readObjects(value, to)
	}
	if json.Unmarshal(value, to.Addr().Interface()) == nil {
		return true
	}
	if to.Kind() == reflect.Pointer {
		inner := reflect.New(to.Type().Elem())
		to.Set(inner)
		return readArgument(value, inner.Elem())
	}
	var f float64
	if to.Kind() != reflect.Int || json.Unmarshal(value, &f) != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return false
	}
	to.SetInt(int64(f))
	return true
}
