package steps

import (
	"context"
	"fmt"
	"strings"

	"github.com/distigen/distigen/runtime/llm"
)

// contrast is a reply of a few texts, no two of which may say the same: what a model of embeddings is to hold apart.
type contrast struct {
	name  string            // of the schema
	texts []string          // the texts of the reply, by name
	given map[string]string // texts of the row from which they are to differ as well
}

// ask asks for the texts.
func (c contrast) ask(ctx context.Context, ask llm.Asker, t llm.Task, messages []llm.Message) (texts map[string]string, model string, err error) {
	form := fields{name: c.name, long: c.texts}
	r, err := ask.Ask(ctx, messages, form.schema(t), func(text string) error {
		if texts, err = form.parse(t, text); err != nil {
			return err
		}
		return unusable(c.check(texts))
	})
	return texts, r.Model, err
}

// check complains of a text that says nothing, and of two that say the same.
func (c contrast) check(texts map[string]string) error {
	for i, name := range c.texts {
		text := texts[name]
		if err := refuses(spaced(name), text); err != nil {
			return err
		}
		for other, given := range c.given {
			if plain(text) == plain(given) {
				return &sameError{spaced(name), "the " + spaced(other)}
			}
		}
		for _, other := range c.texts[:i] {
			if plain(text) == plain(texts[other]) {
				return &sameError{spaced(name), "its " + spaced(other)}
			}
		}
	}
	return nil
}

func spaced(name string) string { return strings.ReplaceAll(name, "_", " ") }

// sameError is the error of a text that is the same as one from which it is to differ.
type sameError struct{ text, other string }

// Error says which.
func (e *sameError) Error() string {
	return fmt.Sprintf("its %s says the same as %s, and the two are to differ", e.text, e.other)
}
