// Package catalog lists the components, wherever they are declared. The compiler and the docs read it. Programs link the
// packages of their own components alone.
package catalog

import (
	"slices"

	"github.com/distigen/distigen/runtime/argilla"
	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/database"
	_ "github.com/distigen/distigen/runtime/database/postgres" // the compiler asks databases for their columns
	_ "github.com/distigen/distigen/runtime/database/sqlite"
	"github.com/distigen/distigen/runtime/hubsource"
	"github.com/distigen/distigen/runtime/parquet"
	"github.com/distigen/distigen/runtime/steps"
	"github.com/distigen/distigen/runtime/tokens"
	"github.com/distigen/distigen/runtime/vectors"
)

// categories are the kinds of components, in the order in which the docs show them.
var categories = []string{"source", "generation", "embedding", "judging", "format", "columns", "output"}

// All lists the components, by category: those of runtime/steps, and those that have a package of their own.
func All() []component.Component {
	all := append(steps.All(),
		parquet.Component(),
		database.Component(),
		hubsource.Component(),
		vectors.Deita(),
		vectors.Dedup(),
		vectors.Neighbours(),
		tokens.Truncate(),
		argilla.Preference(),
		argilla.TextGeneration(),
	)
	slices.SortStableFunc(all, func(a, b component.Component) int {
		return slices.Index(categories, a.Category) - slices.Index(categories, b.Category)
	})
	return all
}
