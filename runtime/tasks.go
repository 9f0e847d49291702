package runtime

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/distigen/distigen/runtime/llm"
)

// Task asks a model about each row, one row out for one in.
func Task[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	return asking[B](in.node, step, "task", task, func(task T, c *call, row any) ([]any, error) {
		o, err := task.Run(c.ctx, c.ask(0), read(row.(A)))
		if err != nil {
			return nil, err
		}
		return []any{add(row.(A), o)}, nil
	})
}

// TaskOrNull is Task for on_error = "keep": add gets nil where the task failed for good.
func TaskOrNull[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, *O) B) *Stream[B] {
	return asking[B](in.node, step, "task", task, func(task T, c *call, row any) ([]any, error) {
		own := read(row.(A))
		return orNull(c, row.(A), add, func() (O, error) { return task.Run(c.ctx, c.ask(0), own) })
	})
}

// orNull is what becomes of a row that is kept whether a task fails or not.
func orNull[A, B, O any](c *call, row A, add func(A, *O) B, run func() (O, error)) ([]any, error) {
	o, err := guard(run)
	if err == nil {
		return []any{add(row, &o)}, nil
	}
	if endsRun(err) || c.ctx.Err() != nil {
		return nil, err
	}
	b := add(row, nil)
	c.kept = err
	return []any{b}, nil
}

// Samples asks a model several times about each row (num_generations) and makes a row of each reply.
func Samples[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	s := Task(in, step, task, read, add)
	s.node.verb, s.node.samples = "samples", max(1, s.node.task.NumGenerations)
	return s
}

// TaskRows is Task for a task that takes each of its replies apart into several rows. With num_generations it does so with each
// reply to a row.
func TaskRows[A, B, I, O any, T interface {
	Tasker[I, O]
	Rows(O) []O
}](in *Stream[A], step string, task T, read func(A) I, add func(A, O) B) *Stream[B] {
	s := asking[B](in.node, step, "task-rows", task, func(task T, c *call, row any) ([]any, error) {
		o, err := task.Run(c.ctx, c.ask(0), read(row.(A)))
		if err != nil {
			return nil, err
		}
		return several(row.(A), task.Rows(o), nil, add)
	})
	s.node.makes, s.node.samples = true, max(1, s.node.task.NumGenerations)
	return s
}

// GroupedSamples asks a model several times about each row and keeps the replies in one row (group_generations). All of
// them must do: a row of which one failed is rejected whole.
func GroupedSamples[A, B, I, O any, T Tasker[I, O]](in *Stream[A], step string, task T, read func(A) I, add func(A, []O) B) *Stream[B] {
	return asking[B](in.node, step, "grouped-samples", task, func(task T, c *call, row any) ([]any, error) {
		replies := make([]O, max(1, task.Settings().NumGenerations))
		errs := make([]error, len(replies))
		var all sync.WaitGroup
		for i := range replies {
			all.Go(func() {
				replies[i], errs[i] = guard(func() (O, error) { return task.Run(c.ctx, c.ask(i), read(row.(A))) })
			})
		}
		all.Wait()
		if err := worst(errs); err != nil {
			return nil, err
		}
		return []any{add(row.(A), replies)}, nil
	})
}

// Inventor is a task that makes rows out of nothing. It embeds llm.Task.
type Inventor[O any] interface {
	Run(ctx context.Context, ask llm.Asker) (O, error)
	Rows() int // how many
	Settings() llm.Task
}

// blank is what such a row is made of: its number, from which its identity follows.
type blank struct{ Number int }

// Invent has a model make the rows of a source. The blank rows are a step of their own in the counts, named after this one.
func Invent[B, O any, T Inventor[O]](p *Pipeline, step string, task T, row func(O) B) *Stream[B] {
	task = configure(p, "step", step, task)
	rows := int64(task.Rows())
	blanks := p.add(&node{step: step + ".rows", verb: "source", total: func(string) (int64, error) { return rows, nil },
		source: func(string) iter.Seq2[any, error] {
			return func(yield func(any, error) bool) {
				for i := range rows {
					if !yield(blank{int(i) + 1}, nil) {
						return
					}
				}
			}
		}})
	return askedWith[B](blanks, step, "task", task, func(task T, c *call, _ any) ([]any, error) {
		o, err := task.Run(c.ctx, c.ask(0))
		if err != nil {
			return nil, err
		}
		return []any{row(o)}, nil
	})
}

func asking[B any, T interface{ Settings() llm.Task }](in *node, step, verb string, task T, run func(T, *call, any) ([]any, error)) *Stream[B] {
	return askedWith[B](in, step, verb, configure(in.p, "step", step, task), run)
}

// askedWith is asking with the settings of the run in the task.
func askedWith[B any, T interface{ Settings() llm.Task }](in *node, step, verb string, task T, run func(T, *call, any) ([]any, error)) *Stream[B] {
	settings := task.Settings()
	return stream[B](in, node{step: step, verb: verb, task: &settings, asks: identity(task), work: func(c *call, row any) ([]any, error) {
		return run(task, c, row)
	}})
}

// identity is what a task asks apart from the row: equal for steps that ask the same, whatever they do with the reply.
func identity(task any) string {
	v := reflect.New(reflect.TypeOf(task)).Elem()
	v.Set(reflect.ValueOf(task))
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if t, ok := v.Field(i).Interface().(llm.Task); ok {
				t.Model = llm.Model{Provider: t.Model.Provider, Name: t.Model.Name, BaseURL: t.Model.BaseURL, Reply: t.Model.Reply, Generation: t.Model.Generation, ChatTemplate: t.Model.ChatTemplate}
				t.OnError, t.MaxAttempts, t.NumGenerations, t.GroupGenerations = "", 0, 0, false
				v.Field(i).Set(reflect.ValueOf(t))
			}
		}
	}
	text, err := encode(v.Interface())
	if err != nil { // of a component with settings that JSON does not know
		text = fmt.Appendf(nil, "%+v", task)
	}
	kind, _, _ := strings.Cut(fmt.Sprintf("%T", task), "[") // a reply struct has a name of its own in each step
	return fmt.Sprintf("%s %s", kind, text)
}

// endsRun reports whether an error is not of a row alone.
func endsRun(err error) bool {
	fatal, stop := (*llm.FatalError)(nil), (*llm.StopError)(nil)
	return errors.As(err, &fatal) || errors.As(err, &stop)
}

// worst is the error that counts among those of the same row: one that ends the run, or else the first.
func worst(errs []error) (first error) {
	for _, err := range errs {
		if endsRun(err) {
			return err
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// guard runs a step's own code: a panic becomes the failure of its row, and so does an error without a class.
func guard[T any](f func() (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &llm.RowError{Class: llm.StepFailed, Message: fmt.Sprintf("The step's code panicked: %v.", p),
				Err: &panicked{fmt.Sprint(p), debug.Stack()}}
		}
	}()
	return f()
}

// panicked keeps the stack for the log.
type panicked struct {
	value string
	stack []byte
}

// Error returns what the code panicked with.
func (p *panicked) Error() string { return p.value }
