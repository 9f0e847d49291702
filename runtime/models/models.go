// Package models knows the provider's models as of August 2026: their API names, prices, context, retirement and
// replacement. It is a table of facts that the checker, the simulator and the accounts of a run share.
package models

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
	"time"
)

// Model is one model, possibly under several API names.
type Model struct {
	Name        string   `json:"name"`
	APINames    []string `json:"api_names"`
	Status      string   `json:"status"` // as the provider last said it; IsRetired is newer
	Released    string   `json:"released"`
	Context     int      `json:"context"`    // tokens
	Embeds      bool     `json:"embeds"`     // makes embeddings and does not chat
	Dimensions  int      `json:"dimensions"` // of its vectors, unless other ones are asked for
	Resizable   bool     `json:"resizable"`  // its vectors can be of other dimensions
	USDIn       *float64 `json:"usd_in"`     // USD per million prompt tokens; nil: not known
	USDOut      *float64 `json:"usd_out"`    // USD per million completion tokens; nil: not known
	Deprecated  string   `json:"deprecated"`
	Retired     string   `json:"retired"`     // date of the retirement, also when it lies ahead; empty: none is set
	Replacement string   `json:"replacement"` // name of the model that the provider advises instead, not an API name
}

//go:embed models.json
var table []byte

var load = sync.OnceValues(func() ([]Model, map[string]Model) {
	var all []Model
	if err := json.Unmarshal(table, &all); err != nil {
		panic("models.json: " + err.Error())
	}
	byName := map[string]Model{}
	for _, m := range all {
		for _, name := range m.APINames {
			if old, ok := byName[name]; !ok || m.outlives(old) {
				byName[name] = m
			}
		}
	}
	return all, byName
})

// outlives reports whether an API name that both models have had belongs to m.
func (m Model) outlives(old Model) bool {
	if m.Retired != old.Retired {
		return m.Retired == "" || old.Retired != "" && m.Retired > old.Retired
	}
	return m.Released > old.Released
}

// All returns the table. It is shared: do not change it.
func All() []Model {
	all, _ := load()
	return all
}

// Lookup finds a model by the name that the API knows it by.
func Lookup(apiName string) (Model, bool) {
	_, byName := load()
	m, ok := byName[apiName]
	return m, ok
}

// IsRetired reports whether the model is retired at that time. On the day of its retirement it still answers.
func (m Model) IsRetired(at time.Time) bool {
	return m.Retired != "" && at.UTC().Format(time.DateOnly) > m.Retired
}

// Replacement returns the API name of a model that lives at that time and takes the place of apiName. It is empty if
// none is known. The replacement's own replacement counts if it is retired, too.
func Replacement(apiName string, at time.Time) string {
	m, ok := Lookup(apiName)
	for range All() { // a circle in the table must not hang
		if !ok || m.Replacement == "" {
			return ""
		}
		name := m.Replacement
		ok = false
		for _, next := range All() {
			switch {
			case next.Name != name:
			case !next.IsRetired(at):
				return next.alias()
			case !ok || next.outlives(m):
				m, ok = next, true
			}
		}
	}
	return ""
}

// alias is the API name to put into a pipeline: the one that follows new versions, if there is one.
func (m Model) alias() string {
	for _, name := range m.APINames {
		if strings.HasSuffix(name, "-latest") {
			return name
		}
	}
	return m.APINames[0]
}
