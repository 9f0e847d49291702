package runtime

import (
	"context"
	"iter"

	"github.com/distigen/distigen/runtime/llm"
)

// Stream is the rows that flow out of a step, of one row type.
type Stream[T any] struct {
	node *node
}

// Tasker is a task component: it asks a model about one row.
type Tasker[I, O any] interface {
	Run(ctx context.Context, ask llm.Asker, in I) (O, error)
}

// Stepper is a component without a model: a pure function of one row.
type Stepper[I, O any] interface {
	Run(in I) (O, error)
}

// Reader is a source component. dir is the folder that its relative paths start from. Each record comes as a function
// that fills row, a pointer to a row struct. An error that the sequence yields, or that such a function returns, rejects
// that record if it is a *llm.RowError, and stops the run otherwise.
type Reader interface {
	Read(dir string) iter.Seq2[func(row any) error, error]
}

// Rows starts a stream from rows in memory.
func Rows[T any](p *Pipeline, step string, rows []T) *Stream[T] { panic("contract") }

// Read starts a stream from a source component.
func Read[T any](p *Pipeline, step string, source Reader) *Stream[T] { panic("contract") }

// RowsOf decodes the JSON lines of an embedded file, for sources too long to be written out in Go.
func RowsOf[T any](file []byte) []T { panic("contract") }

// Map makes one row of each row.
func Map[A, B any](in *Stream[A], step string, f func(A) (B, error)) *Stream[B] { panic("contract") }

// FlatMap makes any number of rows of each row. No row at all counts as a reject, so that nothing is lost unseen.
func FlatMap[A, B any](in *Stream[A], step string, f func(A) ([]B, error)) *Stream[B] {
	panic("contract")
}

// Apply runs a component without a model on each row: in picks what it reads, out adds what it made.
func Apply[A, B, I, O any, S Stepper[I, O]](in *Stream[A], step string, s S, read func(A) I, add func(A, O) B) *Stream[B] {
	panic("contract")
}

// Task asks a model about each row, one row out for one in.
func Task[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	panic("contract")
}

// TaskOrNull is Task for on_error = "keep": add gets nil where the task failed for good.
func TaskOrNull[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, *O) B) *Stream[B] {
	panic("contract")
}

// Samples asks a model several times about each row (num_generations) and makes a row of each reply.
func Samples[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	panic("contract")
}

// GroupedSamples asks a model several times about each row and keeps the replies in one row (group_generations).
func GroupedSamples[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, []O) B) *Stream[B] {
	panic("contract")
}

// Branch gives the rows of a branch the shape in which a join reads them.
func Branch[A, B any](in *Stream[A], f func(A) B) *Stream[B] { panic("contract") }

// Join joins branches row by row: f gets the row of each branch, in the order of the branches.
func Join[A, B any](step string, f func([]A) (B, error), branches ...*Stream[A]) *Stream[B] {
	panic("contract")
}

// Dataset writes the rows as datasets/NAME.
func Dataset[A any](in *Stream[A], name string) { panic("contract") }
