package llm

import (
	"context"
	"fmt"
)

// Raw is a text that a model goes on with as it stands: nothing of a chat is put around it.
type Raw struct {
	Text string
	Stop []string // texts that end the reply, beside those of the settings
}

// Completer asks a model to go on with a text, over an endpoint of raw completions. What the endpoints give as an Asker is one.
type Completer interface {
	// Complete is Ask for a raw text. A model that is asked again is told nothing: it would take that for a part of the text.
	Complete(ctx context.Context, raw Raw, accept func(text string) error) (Reply, error)
}

// Complete has what asks a model send a raw text.
func Complete(ctx context.Context, ask Asker, raw Raw, accept func(text string) error) (Reply, error) {
	c, ok := ask.(Completer)
	if !ok {
		return Reply{}, fmt.Errorf("%T makes no raw completions", ask)
	}
	return c.Complete(ctx, raw, accept)
}
