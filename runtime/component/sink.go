package component

import (
	"context"
	"time"
)

// Sinker is a component of the shape Sink: it sends rows out of the program while the run goes on. All that it does may be
// done again, since a run may be killed at any moment and go on later.
type Sinker[I any] interface {
	// Off says in a whole sentence why nothing is to be sent in this environment; empty where something is.
	Off() string
	// Target names where the rows go, for people.
	Target() string
	// Batch is how many rows are sent together at most.
	Batch() int
	// Patience is how long a failure that may pass is borne when there is nothing else left to do.
	Patience() time.Duration
	// Check finds out whether rows can be sent, and makes nothing.
	Check(ctx context.Context, run SinkRun) error
	// Open makes what the rows need at the other side.
	Open(ctx context.Context, run SinkRun) (Sender[I], error)
}

// SinkRun is what a sink is told of the run.
type SinkRun struct {
	Simulated bool // the texts are made up
}

// SinkRow is a row on its way out. Its id is the same in every run.
type SinkRow[I any] struct {
	ID string
	In I
}

// Sender sends rows to the place that a sink has opened.
type Sender[I any] interface {
	// Place is the identity of the place: another place does not have the rows that were sent to this one.
	Place() string
	// Send returns when the other side has all the rows. A row that it has already is replaced. Of the errors, a *Later
	// may pass; an *llm.RowError means that at least one of the rows can never be sent; any other, that none can.
	Send(ctx context.Context, rows []SinkRow[I]) error
}

// Later is a failure that may pass.
type Later struct {
	Err   error
	After time.Duration // how long the other side asks to wait; 0 if it does not say
}

// Error returns the cause.
func (e *Later) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Later) Unwrap() error { return e.Err }
