// Package text has a step of the module.
package text

import "strings"

// Text is what Tidy reads, and makes anew.
type Text struct {
	Generation string
}

// Tidy leaves single spaces between the words.
func Tidy(in Text) Text { return Text{strings.Join(strings.Fields(in.Generation), " ")} }
