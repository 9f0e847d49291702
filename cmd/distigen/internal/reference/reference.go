// Package reference prints what the declarations of the components say: for the terminal, as JSON and as Markdown.
package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Component is a declaration ready to print.
type Component struct {
	Name     string            `json:"name"`
	Was      []string          `json:"was,omitempty"`
	Category string            `json:"category"`
	Summary  string            `json:"summary"`
	Doc      string            `json:"doc"`
	Shape    string            `json:"shape"`
	Task     bool              `json:"task"`
	Reads    []Column          `json:"reads,omitempty"`
	Adds     []Column          `json:"adds,omitempty"`
	Derives  bool              `json:"derives_columns"` // columns follow from the arguments, too
	Params   []Param           `json:"parameters,omitempty"`
	Shared   []Param           `json:"task_parameters,omitempty"` // those that every task has
	Without  []string          `json:"without,omitempty"`         // those of every task that this one has not
	Offers   []string          `json:"prompt_may_read,omitempty"`
	Paper    string            `json:"paper,omitempty"`
	Example  string            `json:"example"`
	Files    map[string]string `json:"files,omitempty"` // that the example reads
	Schema   json.RawMessage   `json:"arguments"`       // JSON schema
}

// Column is a column that a component reads or adds under a name of its own.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc"`
	Note string `json:"note,omitempty"`
}

// Param is a parameter.
type Param struct {
	Name     string   `json:"name"`
	Type     string   `json:"type"`
	Required bool     `json:"required,omitempty"`
	Default  string   `json:"default,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Min      *float64 `json:"min,omitempty"`
	Max      *float64 `json:"max,omitempty"`
	Fixed    bool     `json:"fixed,omitempty"`
	Doc      string   `json:"doc"`
}

// Describe makes a declaration ready to print.
func Describe(c component.Component) Component {
	v := Component{Name: c.Name, Was: c.Was, Category: c.Category, Summary: c.Summary, Doc: c.Doc, Shape: string(c.Shape), Task: c.Task,
		Reads: columns(c.In), Adds: columns(c.Out), Derives: c.Derive != nil, Paper: c.Paper, Example: c.Example, Files: texts(c.Files),
		Schema: Schema(c)}
	shared := TaskParams()
	for _, p := range params(c.Params) {
		if c.Task && slices.ContainsFunc(shared, func(s Param) bool { return s.Name == p.Name && s.Doc == p.Doc }) {
			v.Shared = append(v.Shared, p)
		} else {
			v.Params = append(v.Params, p)
		}
	}
	if !c.Task {
		return v
	}
	for _, s := range shared {
		if !slices.ContainsFunc(component.ParamsOf(c.Params), func(p component.Param) bool { return p.Name == s.Name }) {
			v.Without = append(v.Without, s.Name)
		}
	}
	if !slices.Contains(v.Without, "prompt") {
		for _, p := range v.Reads {
			v.Offers = append(v.Offers, p.Name)
		}
		v.Offers = append(append(v.Offers, c.Offers...), c.PerRequest...)
	}
	return v
}

// texts are the files that can be shown.
func texts(files map[string]string) map[string]string {
	shown := maps.Clone(files)
	maps.DeleteFunc(shown, func(_, text string) bool { return strings.ContainsRune(text, 0) })
	return shown
}

// Find finds a component by its name, or by what the reference calls it.
func Find(all []component.Component, name string) (component.Component, bool) {
	for _, c := range all {
		if c.Name == name || slices.ContainsFunc(c.Was, func(was string) bool { return strings.EqualFold(was, name) }) {
			return c, true
		}
	}
	return component.Component{}, false
}

// Names lists the names of components.
func Names(all []component.Component) (names []string) {
	for _, c := range all {
		names = append(names, c.Name)
	}
	return names
}

// TaskParams are the parameters that every task has.
func TaskParams() []Param { return params(reflect.TypeFor[llm.Task]()) }

// ModelParams are the arguments of a model block, and GenerationParams those of its generation.
func ModelParams() []Param { return params(reflect.TypeFor[llm.Model]()) }

// GenerationParams are the sampling settings.
func GenerationParams() []Param { return params(reflect.TypeFor[llm.Generation]()) }

// TemplateParams are what a chat_template has.
func TemplateParams() []Param { return params(reflect.TypeFor[llm.ChatTemplate]()) }

func params(t reflect.Type) (all []Param) {
	for _, p := range component.ParamsOf(t) {
		all = append(all, Param{Name: p.Name, Type: p.TypeName(), Required: p.Required, Default: p.Default, Enum: p.Enum,
			Min: p.Min, Max: p.Max, Fixed: p.Fixed, Doc: p.Doc})
	}
	return all
}

func columns(t reflect.Type) (all []Column) {
	for _, p := range component.PortsOf(t) {
		c := Column{Name: p.Name, Type: p.Type.NotNull().String(), Doc: p.Doc}
		var notes []string
		if p.Missing {
			notes = append(notes, "may be absent")
		}
		if p.MinLen > 0 {
			notes = append(notes, fmt.Sprintf("at least %d elements", p.MinLen))
		}
		if p.Type.Optional {
			notes = append(notes, "may be null")
		}
		if p.Needs != "" {
			notes = append(notes, "only if the row has "+p.Needs)
		}
		c.Note = strings.Join(notes, ", ")
		all = append(all, c)
	}
	return all
}

// Limits says which values a parameter takes, in words: "required", "default 5, 1 to 100", "one of a, b".
func (p Param) Limits() string {
	var parts []string
	switch {
	case p.Required:
		parts = append(parts, "required")
	case p.Default != "" && !strings.HasPrefix(p.Default, "["):
		parts = append(parts, "default "+p.Default)
	}
	if len(p.Enum) > 0 {
		parts = append(parts, "one of "+strings.Join(p.Enum, ", "))
	}
	switch {
	case p.Min != nil && p.Max != nil:
		parts = append(parts, fmt.Sprintf("%s to %s", number(*p.Min), number(*p.Max)))
	case p.Min != nil:
		parts = append(parts, "at least "+number(*p.Min))
	case p.Max != nil:
		parts = append(parts, "at most "+number(*p.Max))
	}
	if p.Fixed {
		parts = append(parts, "fixed when built")
	}
	return strings.Join(parts, "; ")
}

func number(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }

// DefaultList is the default of a list, element by element; nil for other parameters.
func (p Param) DefaultList() (elements []string) {
	if strings.HasPrefix(p.Default, "[") {
		if err := json.Unmarshal([]byte(p.Default), &elements); err != nil {
			panic("reference: default of " + p.Name + ": " + err.Error()) // a test of the declarations rules it out
		}
	}
	return elements
}
