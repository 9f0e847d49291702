package distilabel

import (
	"cmp"
	"slices"
	"strings"

	"github.com/distigen/distigen/runtime/component"
)

// Class is a class of the reference's gallery: a step, a task or a model.
type Class struct {
	Name      string
	Component string // its counterpart, if that is a component
	Block     string // its counterpart, if that is a block: model, hub
	Provider  string // of a model block
	BaseURL   string // of a model block, unless it is the provider's own
	Note      string // what there is to know, or why there is no counterpart; a sentence
}

// Gallery compares the classes of the reference, in order of their names, with the components.
func Gallery(components []component.Component) []Class {
	all := []Class{{Name: pushToHub, Block: "hub"}}
	for _, d := range components {
		for _, was := range d.Was {
			all = append(all, Class{Name: was, Component: d.Name})
		}
	}
	for name, s := range servers {
		all = append(all, Class{Name: name, Block: "model", Provider: s.provider, BaseURL: s.baseURL + s.suffix, Note: sentence(s.note)})
	}
	for name, why := range without {
		all = append(all, Class{Name: name, Note: why})
	}
	for name, why := range withoutServer {
		all = append(all, Class{Name: name, Note: sentence(why)})
	}
	slices.SortFunc(all, func(a, b Class) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Component, b.Component))
	})
	return all
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
