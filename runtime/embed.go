package runtime

import (
	"context"
	"fmt"

	"github.com/distigen/distigen/runtime/llm"
)

// Embedding is a component that asks an embedding model about one row. It embeds llm.Embedding.
type Embedding[I, O any] interface {
	Run(ctx context.Context, ask llm.Embedder, in I) (O, error)
	Settings() llm.Task
}

// Embed asks an embedding model about each row, one row out for one in. Rows share requests.
func Embed[A, B, I, O any, T Embedding[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	return asking[B](in.node, step, "embed", task, func(task T, c *call, row any) ([]any, error) {
		o, err := task.Run(c.ctx, c.embedder(), read(row.(A)))
		if err != nil {
			return nil, err
		}
		return []any{add(row.(A), o)}, nil
	})
}

// EmbedOrNull is Embed for on_error = "keep": add gets nil where there is no vector.
func EmbedOrNull[A, B, I, O any, T Embedding[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, *O) B) *Stream[B] {
	return asking[B](in.node, step, "embed", task, func(task T, c *call, row any) ([]any, error) {
		own := read(row.(A))
		return orNull(c, row.(A), add, func() (O, error) { return task.Run(c.ctx, c.embedder(), own) })
	})
}

func (c *call) embedder() llm.Embedder { return c.ask(0).(llm.Embedder) }

// Embed passes the text on.
func (s settling) Embed(ctx context.Context, text string) (llm.Vector, error) {
	e, ok := s.Asker.(llm.Embedder)
	if !ok {
		return llm.Vector{}, fmt.Errorf("%T makes no embeddings", s.Asker)
	}
	s.root.settle()
	return e.Embed(ctx, text)
}
