package hclspec

import (
	"slices"
	"testing"
)

// What is told to be elsewhere alone is not here.
func TestElsewhere(t *testing.T) {
	for c := range components.all {
		for _, name := range append([]string{c.Name}, c.Was...) {
			if slices.Contains(elsewhere, folded(name)) {
				t.Errorf("elsewhere has %s, which is the component %s", name, c.Name)
			}
		}
	}
}
