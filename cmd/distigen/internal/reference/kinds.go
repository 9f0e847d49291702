package reference

import (
	"slices"

	"github.com/distigen/distigen/runtime/component"
)

// kinds says of each kind of components what they do.
var kinds = map[string]struct{ title, does string }{
	"source":     {"Sources", "They make rows, and read no other step."},
	"generation": {"Generation", "They have a model write."},
	"embedding":  {"Data for models of embeddings", "They have a model write what such models, and search engines, are trained with: tasks, pairs, triplets, queries with their documents."},
	"judging":    {"Judging", "They have a model judge, compare or label."},
	"format":     {"Formats", "They make rows as trainers read them."},
	"columns":    {"Rows and columns", "They choose rows, and compute, join, expand and compare columns."},
	"output":     {"Output", "They send rows out of the program."},
}

// OfKind are the components of a kind.
func OfKind(all []component.Component, kind string) (of []component.Component) {
	return slices.DeleteFunc(slices.Clone(all), func(c component.Component) bool { return c.Category != kind })
}
