package runtime

import (
	"context"
	"encoding/json"
	"iter"
	"reflect"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/dataset"
	"github.com/distigen/distigen/runtime/llm"
)

// Stream is the rows that flow out of a step, of one row type.
type Stream[T any] struct {
	node *node
}

// Tasker is a task component: it asks a model about one row. It embeds llm.Task.
type Tasker[I, O any] interface {
	Run(ctx context.Context, ask llm.Asker, in I) (O, error)
	Settings() llm.Task
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

// Counter is a Reader that can count its records without making rows of them. It runs beside the pipeline, to tell how long
// that will take.
type Counter interface {
	Count(dir string) (int64, error)
}

// Checker is a Reader that can tell before a run whether its source still has the columns that the pipeline was compiled for. row
// is the struct of its rows.
type Checker interface {
	Check(dir string, row reflect.Type) error
}

// Map makes one row of each row.
func Map[A, B any](in *Stream[A], step string, f func(A) (B, error)) *Stream[B] {
	return stream[B](in.node, node{step: step, verb: "map", work: func(_ *call, row any) ([]any, error) {
		return one(f(row.(A)))
	}})
}

// FlatMap makes any number of rows of each row. No row at all counts as a reject, so that nothing is lost unseen.
func FlatMap[A, B any](in *Stream[A], step string, f func(A) ([]B, error)) *Stream[B] {
	return stream[B](in.node, node{step: step, verb: "flat-map", makes: true, work: func(_ *call, row any) ([]any, error) {
		made, err := f(row.(A))
		if err == nil && len(made) == 0 {
			err = &llm.RowError{Class: llm.NoRows, Message: "No row came of this row: there was nothing to expand."}
		}
		rows := make([]any, len(made))
		for i, b := range made {
			rows[i] = b
		}
		return rows, err
	}})
}

// Filter lets the rows through that keep says yes to.
func Filter[A any](in *Stream[A], step string, keep func(A) (bool, error)) *Stream[A] {
	return stream[A](in.node, node{step: step, verb: "filter", work: func(_ *call, row any) ([]any, error) {
		if ok, err := keep(row.(A)); err != nil || !ok {
			return nil, err
		}
		return []any{row}, nil
	}})
}

// opener is a step that has something to load before the first row, such as a file. Relative paths start in dir. It returns the step
// with what it has loaded.
type opener[S any] interface {
	Open(dir string) (S, error)
}

// drawer is a step that draws lots, which follow from the id of a row. It returns the step for that row.
type drawer[S any] interface {
	For(row string) S
}

// Apply runs a component without a model on each row: in picks what it reads, out adds what it made.
func Apply[A, B, I, O any, S Stepper[I, O]](in *Stream[A], step string, s S, read func(A) I, add func(A, O) B) *Stream[B] {
	s = configure(in.node.p, "step", step, s)
	var check func(dir string) error
	if o, ok := any(s).(opener[S]); ok {
		check = func(dir string) (err error) {
			s, err = o.Open(dir)
			return err
		}
	}
	return stream[B](in.node, node{step: step, verb: "apply", check: check, work: func(c *call, row any) ([]any, error) {
		of := s
		if d, ok := any(s).(drawer[S]); ok {
			of = d.For(c.row)
		}
		o, err := of.Run(read(row.(A)))
		if err != nil {
			return nil, err
		}
		return []any{add(row.(A), o)}, nil
	}})
}

// Expander is a component that makes several rows of one.
type Expander[I, O any] interface {
	Run(in I) ([]O, error)
}

// Expand runs an Expander on each row. No row at all counts as a reject, as in FlatMap.
func Expand[A, B, I, O any, S Expander[I, O]](in *Stream[A], step string, s S, read func(A) I, add func(A, O) B) *Stream[B] {
	s = configure(in.node.p, "step", step, s)
	return FlatMap(in, step, func(row A) ([]B, error) {
		made, err := s.Run(read(row))
		rows := make([]B, len(made))
		for i, o := range made {
			rows[i] = add(row, o)
		}
		return rows, err
	})
}

// Globaler is a component that has to see all rows before it can say which of them go on, and in which order. It hands the
// number of each to keep, and returns an error of keep as it is.
type Globaler[I any] interface {
	Run(ctx context.Context, rows component.Rows[I], keep func(i int) error) error
}

// Global runs a component on all rows together. They wait on disk until the last one is there.
func Global[A, I any, G Globaler[I]](in *Stream[A], step string, g G, read func(A) I) *Stream[A] {
	g = configure(in.node.p, "step", step, g)
	return stream[A](in.node, node{step: step, verb: "global", global: &global{
		decode: func(text []byte) (any, error) {
			var row A
			err := json.Unmarshal(text, &row)
			return row, err
		},
		run: func(ctx context.Context, c *choosing) error {
			return g.Run(ctx, spilled[A, I]{c.spill, read}, func(i int) error { return c.keep(i, nil) })
		},
	}})
}

// Chooser is a Globaler that adds columns to the rows that it keeps, and says of the others why they do not go on.
type Chooser[I, O any] interface {
	Run(ctx context.Context, rows component.Rows[I], choice component.Choice[O]) error
}

// GlobalColumns runs a component on all rows together, which adds columns to those that it keeps. They wait on disk until the last one
// is there.
func GlobalColumns[A, B, I, O any, G Chooser[I, O]](in *Stream[A], step string, g G, read func(A) I, add func(A, O) B) *Stream[B] {
	g = configure(in.node.p, "step", step, g)
	return stream[B](in.node, node{step: step, verb: "global", global: &global{tells: true,
		decode: func(text []byte) (any, error) {
			var row A
			err := json.Unmarshal(text, &row)
			return row, err
		},
		run: func(ctx context.Context, c *choosing) error {
			return g.Run(ctx, spilled[A, I]{c.spill, read}, component.Choice[O]{
				Keep: func(i int, out O) error {
					return c.keep(i, func(row any) any { return add(row.(A), out) })
				},
				Drop: c.drop, Reject: c.reject})
		},
	}})
}

// Branch gives the rows of a branch the shape in which a join reads them.
func Branch[A, B any](in *Stream[A], f func(A) B) *Stream[B] {
	return stream[B](in.node, node{step: in.node.step, verb: "branch", hidden: true, work: func(_ *call, row any) ([]any, error) {
		return []any{f(row.(A))}, nil
	}})
}

// Join joins branches row by row: f gets the row of each branch, in the order of the branches.
func Join[A, B any](step string, f func([]A) (B, error), branches ...*Stream[A]) *Stream[B] {
	inputs := make([]*node, len(branches))
	for i, b := range branches {
		inputs[i] = b.node
	}
	return &Stream[B]{inputs[0].p.add(&node{step: step, verb: "join", inputs: inputs, join: func(rows []any) (any, error) {
		typed := make([]A, len(rows))
		for i, row := range rows {
			typed[i] = row.(A)
		}
		return f(typed)
	}})}
}

// Dataset writes the rows as datasets/NAME, as JSON lines where no settings say otherwise.
func Dataset[A any](in *Stream[A], name string, settings ...dataset.Settings) {
	n := node{step: name, verb: "dataset", rowType: reflect.TypeFor[A]()}
	if len(settings) > 0 {
		n.written = settings[0]
	}
	if c := n.written.Contract; c != nil {
		fit, err := c.Bind(n.rowType)
		if err != nil {
			in.node.p.problem("dataset %s: %w", name, err)
			return
		}
		n.fit, n.rowType = &fit, fit.Type
	}
	n.lists = newListFiller(n.rowType)
	stream[A](in.node, n)
}

func stream[B any](in *node, n node) *Stream[B] {
	n.inputs = []*node{in}
	return &Stream[B]{in.p.add(&n)}
}

func one[B any](b B, err error) ([]any, error) { return []any{b}, err }
