// Package models knows the provider's models: names, prices, context, retirement and replacement.
package models

import "time"

// Model is one model, possibly under several API names.
type Model struct {
	Name        string   `json:"name"`
	APINames    []string `json:"api_names"`
	Status      string   `json:"status"`
	Context     int      `json:"context"` // tokens
	Embeds      bool     `json:"embeds,omitempty"`
	USDIn       *float64 `json:"usd_in,omitempty"`  // USD per million prompt tokens
	USDOut      *float64 `json:"usd_out,omitempty"` // USD per million completion tokens
	Deprecated  string   `json:"deprecated,omitempty"`
	Retired     string   `json:"retired,omitempty"`     // date of the retirement, also when it lies ahead
	Replacement string   `json:"replacement,omitempty"` // display name, as the provider says it
}

// Lookup finds a model by the name that the API knows it by.
func Lookup(apiName string) (Model, bool) { return Model{}, false }

// All returns the table.
func All() []Model { return nil }

// IsRetired reports whether the model is retired at that time.
func (m Model) IsRetired(at time.Time) bool { return false }

// Replacement returns the API name of a model that lives at that time and takes the place of apiName; empty if none is
// known.
func Replacement(apiName string, at time.Time) string { return "" }
