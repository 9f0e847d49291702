package runtime

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/distigen/distigen/runtime/component"
	"github.com/distigen/distigen/runtime/llm"
)

// Do has a function of the user's own make columns of each row: read picks what it takes, add adds what it made.
func Do[A, B, I, O any](in *Stream[A], step string, f func(context.Context, I) (O, error), read func(A) I, add func(A, O) B) *Stream[B] {
	unset(in.node.p, step)
	return stream[B](in.node, node{step: step, verb: "go", work: func(c *call, row any) ([]any, error) {
		o, err := f(c.ctx, read(row.(A)))
		if err != nil {
			return nil, err
		}
		return []any{add(row.(A), o)}, nil
	}})
}

// DoMany is Do for a function that makes any number of rows of one. No row at all counts as a reject.
func DoMany[A, B, I, O any](in *Stream[A], step string, f func(context.Context, I) ([]O, error), read func(A) I, add func(A, O) B) *Stream[B] {
	unset(in.node.p, step)
	return stream[B](in.node, node{step: step, verb: "go", makes: true, work: func(c *call, row any) ([]any, error) {
		made, err := f(c.ctx, read(row.(A)))
		return several(row.(A), made, err, add)
	}})
}

// DoKeep lets the rows through that a function of the user's own says yes to.
func DoKeep[A, I any](in *Stream[A], step string, f func(context.Context, I) (bool, error), read func(A) I) *Stream[A] {
	unset(in.node.p, step)
	return stream[A](in.node, node{step: step, verb: "go", work: func(c *call, row any) ([]any, error) {
		if ok, err := f(c.ctx, read(row.(A))); err != nil || !ok {
			return nil, err
		}
		return []any{row}, nil
	}})
}

// Func is a function of the user's own that asks a model, with the settings of a task.
type Func[I, O any] struct {
	llm.Task
	Do func(ctx context.Context, ask llm.Asker, in I) (O, error) `json:"-"`
}

// Run implements Tasker.
func (f Func[I, O]) Run(ctx context.Context, ask llm.Asker, in I) (O, error) {
	return f.Do(ctx, ask, in)
}

// FuncArgs is Func for a function that the pipeline gives arguments. P is the struct of them.
type FuncArgs[P, I, O any] struct {
	llm.Task
	Args P                                                                 `param:"args"`
	Do   func(ctx context.Context, ask llm.Asker, args P, in I) (O, error) `json:"-"`
}

// Run implements Tasker.
func (f FuncArgs[P, I, O]) Run(ctx context.Context, ask llm.Asker, in I) (O, error) {
	return f.Do(ctx, ask, f.Args, in)
}

// Args are the arguments that a pipeline gives a function of the user's which asks no model, with what this run changes of them.
func Args[P any](p *Pipeline, step string, args P) P {
	p.argued = append(p.argued, step)
	return configure(p, "step", step, struct {
		Args P `param:"args"`
	}{args}).Args
}

// TaskMany is Task for a function that makes any number of rows of one.
func TaskMany[A, B, I, O any, T Tasker[I, []O]](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	s := asking[B](in.node, step, "task", task, func(f T, c *call, row any) ([]any, error) {
		made, err := f.Run(c.ctx, c.ask(0), read(row.(A)))
		return several(row.(A), made, err, add)
	})
	s.node.makes = true
	return s
}

// TaskKeep lets the rows through that a function which asks a model says yes to.
func TaskKeep[A, I any, T Tasker[I, bool]](in *Stream[A], step string, task T, read func(A) I) *Stream[A] {
	return asking[A](in.node, step, "task", task, func(f T, c *call, row any) ([]any, error) {
		if ok, err := f.Run(c.ctx, c.ask(0), read(row.(A))); err != nil || !ok {
			return nil, err
		}
		return []any{row}, nil
	})
}

func several[A, B, O any](row A, made []O, err error, add func(A, O) B) ([]any, error) {
	if err == nil && len(made) == 0 {
		err = &llm.RowError{Class: llm.NoRows, Message: "No row came of this row: the step made none of it."}
	}
	rows := make([]any, len(made))
	for i, o := range made {
		rows[i] = add(row, o)
	}
	return rows, err
}

// Generate starts a stream from a function of the user's own. An error that it yields with a row rejects that row if it is a
// *llm.RowError, and stops the run otherwise.
func Generate[T, O any](p *Pipeline, step string, f func(context.Context) iter.Seq2[O, error], row func(O) T) *Stream[T] {
	unset(p, step)
	return &Stream[T]{p.add(&node{step: step, verb: "source", source: func(string) iter.Seq2[any, error] {
		return func(yield func(any, error) bool) {
			for o, err := range f(context.Background()) {
				if !yield(row(o), err) {
					return
				}
			}
		}
	}})}
}

// Each yields the rows of a slice. With an error there are none.
func Each[O any](rows []O, err error) iter.Seq2[O, error] {
	return func(yield func(O, error) bool) {
		if err != nil {
			var none O
			yield(none, err)
			return
		}
		Sure(slices.Values(rows))(yield)
	}
}

// Sure yields the rows of a sequence that cannot fail.
func Sure[O any](rows iter.Seq[O]) iter.Seq2[O, error] {
	return func(yield func(O, error) bool) {
		for row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Choose is a function of the user's own that sees all rows and returns the numbers of those that go on, in their order. All
// that it reads of the rows is in memory.
type Choose[I any] func(ctx context.Context, rows []I) ([]int, error)

// Run implements Globaler.
func (f Choose[I]) Run(ctx context.Context, rows component.Rows[I], keep func(i int) error) error {
	all := make([]I, rows.Len())
	for i := range all {
		var err error
		if all[i], err = rows.At(i); err != nil {
			return err
		}
	}
	chosen, err := guard(func() ([]int, error) { return f(ctx, all) })
	if err != nil {
		return err
	}
	for _, i := range chosen {
		if i < 0 || i >= len(all) {
			return fmt.Errorf("the function keeps row %d, and there are %d, counted from 0", i, len(all))
		}
		if err := keep(i); err != nil {
			return err
		}
	}
	return nil
}

// unset refuses settings of a step that has none.
func unset(p *Pipeline, step string) {
	if len(p.settings.applying("step", step)) > 0 && !slices.Contains(p.argued, step) {
		p.problem("step.%s is a function of Go without arguments that can be set", step)
	}
}
