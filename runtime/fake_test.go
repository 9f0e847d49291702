package runtime

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/distigen/distigen/runtime/llm"
)

// question is a request that a test answers.
type question struct {
	call   llm.Call
	text   string
	answer chan<- answer
}

type answer struct {
	text string
	err  error
}

// fakeAsks hands each request to a function.
type fakeAsks struct {
	ask    func(ctx context.Context, call llm.Call, text string) (string, error)
	hungry func(ctx context.Context) error
}

// echoing answers each request at once with its text in capitals.
func echoing() fakeAsks {
	return fakeAsks{ask: func(_ context.Context, _ llm.Call, text string) (string, error) { return strings.ToUpper(text), nil }}
}

// questioning hands the requests to the test.
func questioning() (fakeAsks, <-chan question) {
	asked := make(chan question)
	return fakeAsks{ask: func(ctx context.Context, call llm.Call, text string) (string, error) {
		got := make(chan answer, 1)
		select {
		case asked <- question{call, text, got}:
		case <-ctx.Done():
			return "", ctx.Err()
		}
		select {
		case a := <-got:
			return a.text, a.err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}}, asked
}

func (f fakeAsks) Asker(_ llm.Task, call llm.Call) llm.Asker { return fakeAsker{f, call} }

func (f fakeAsks) WaitHungry(ctx context.Context) error {
	if f.hungry != nil {
		return f.hungry(ctx)
	}
	return ctx.Err()
}

type fakeAsker struct {
	fake fakeAsks
	call llm.Call
}

func (a fakeAsker) Ask(ctx context.Context, m []llm.Message, _ *llm.Schema, accept func(string) error) (llm.Reply, error) {
	text, err := a.fake.ask(ctx, a.call, m[0].Content)
	if err == nil {
		err = accept(text)
	}
	return llm.Reply{Text: text, Model: "fake"}, err
}

// echo is a task that asks its input.
type echo struct {
	llm.Task
	Prefix string `param:"prefix" doc:"What stands before the text."`
	Shape  string `param:"shape" fixed:"true" doc:"Cannot be set."`
}

func (e echo) Run(ctx context.Context, ask llm.Asker, in string) (string, error) {
	r, err := ask.Ask(ctx, []llm.Message{{Role: "user", Content: e.Prefix + in}}, nil, func(string) error { return nil })
	return r.Text, err
}

func same(s string) string              { return s }
func second(_, s string) string         { return s }
func both(a, b string) string           { return a + "+" + b }
func concat(s []string) (string, error) { return strings.Join(s, "|"), nil }

// bad is how a row fails.
func bad(class llm.Class) error {
	return &llm.RowError{Class: class, Message: "It is bad.", Reply: "what it said"}
}

// memory is a sink.
type memory struct {
	mu      sync.Mutex
	rows    map[string][]string
	rejects []reject
	count   int
	fails   error
	wrote   func()
}

func (m *memory) write(_ from, rows []written, rejects []reject) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails != nil {
		return m.fails
	}
	m.count++
	for _, r := range rows {
		m.rows[r.dataset.step] = append(m.rows[r.dataset.step], strings.Trim(string(r.text), `"`))
	}
	m.rejects = append(m.rejects, rejects...)
	if m.wrote != nil {
		m.wrote()
	}
	return nil
}

// trial is a run without files.
type trial struct {
	*engine
	*memory
	pipe *Pipeline
	err  error
}

func newTrial(t *testing.T, asks fakeAsks, wire func(*Pipeline)) *trial {
	t.Helper()
	p := &Pipeline{settings: &settings{}}
	wire(p)
	p.check()
	if err := errors.Join(p.problems...); err != nil {
		t.Fatal(err)
	}
	m := &memory{rows: map[string][]string{}}
	e := newEngine(t.Context(), asks, m, slog.New(slog.NewTextHandler(io.Discard, nil)), newStats(p.nodes))
	return &trial{engine: e, memory: m, pipe: p}
}

// drive runs the pipeline, and checks that no row was lost.
func (tr *trial) drive(t *testing.T) *trial {
	t.Helper()
	tr.err = tr.run(tr.pipe.nodes)
	if err := tr.ledger.check(); err != nil {
		t.Error(err)
	}
	if tr.err == nil && tr.ledger.Unfinished > 0 && tr.ctx.Err() == nil {
		t.Errorf("%d rows are unfinished although nothing stopped the run", tr.ledger.Unfinished)
	}
	return tr
}

func (tr *trial) step(name string) StepCounts {
	for _, s := range tr.stats.snapshot() {
		if s.Step == name {
			return s
		}
	}
	return StepCounts{}
}

func tryOut(t *testing.T, asks fakeAsks, wire func(*Pipeline)) *trial {
	t.Helper()
	return newTrial(t, asks, wire).drive(t)
}
