package main

import (
	"testing"

	"github.com/distigen/distigen/runtime/component"
)

// A type takes no more room than the distribution beside it leaves.
func TestBriefly(t *testing.T) {
	text := component.Of(component.String)
	home := component.ObjectOf(component.Field{Name: "city", Type: text}, component.Field{Name: "street", Type: text.OrNull()})
	person := component.ObjectOf(component.Field{Name: "age", Type: component.Of(component.Int)}, component.Field{Name: "home", Type: home})
	for want, typ := range map[string]component.Type{
		"optional(list(string))":    component.ListOf(text).OrNull(),
		"object({city=string, ...":  home,
		"object({age=int, ...":      person,
		"list(object({age=int, ...": component.ListOf(person),
		"object({a=int, b=bool})":   component.ObjectOf(component.Field{Name: "a", Type: component.Of(component.Int)}, component.Field{Name: "b", Type: component.Of(component.Bool)}),
		"list(list(list(object(...": component.ListOf(component.ListOf(component.ListOf(component.ObjectOf(component.Field{Name: "a_name_of_some_length", Type: text})))),
	} {
		if got := briefly(typ); got != want {
			t.Errorf("%s: %q, want %q", typ, got, want)
		}
	}
}

// A conversation is shown as one reads it, and other lists as they are.
func TestSpoken(t *testing.T) {
	for value, want := range map[string]string{
		`[{"content":"Why \"dry\"?","role":"user"},{"content":"Rain.\nMore rain.","role":"assistant"}]`: "user: Why \"dry\"?\nassistant: Rain.\nMore rain.",
		`[{"content":"a","name":"b"}]`: "",
		`["user"]`:                     "",
		`[]`:                           "",
		`null`:                         "",
		`{"role":"user"}`:              "",
	} {
		if got := spoken([]byte(value)); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
}
