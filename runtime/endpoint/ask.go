package endpoint

import (
	"cmp"
	"context"
	"time"

	"github.com/distigen/distigen/runtime/llm"
)

// asker asks one model for one row.
type asker struct {
	set      *Set
	endpoint *endpoint
	task     llm.Task
	call     llm.Call
}

// question is one request with its identity: who asks, which time, and the exact bytes.
type question struct {
	call    llm.Call
	attempt int // from 1
	body    []byte
	model   llm.Model
	timeout time.Duration
}

// Ask asks until accept takes a reply, at most MaxAttempts times.
func (a *asker) Ask(ctx context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	var reply llm.Reply
	said := messages
	for attempt := 1; ; attempt++ {
		body, err := a.endpoint.bodyOf(a.task, said, schema, a.call, attempt)
		if err != nil {
			return reply, err
		}
		q := &question{a.call, attempt, body, a.task.Model, time.Duration(cmp.Or(a.task.Model.TimeoutSecs, defaultTimeout)) * time.Second}
		last := reply.Text
		if reply, err = a.answer(ctx, q, last); err != nil {
			return reply, err
		}
		err = judge(reply, accept)
		if err == nil {
			return reply, nil
		}
		bad := unusable(err, reply)
		if bad == nil {
			return reply, err
		}
		if attempt >= a.task.MaxAttempts {
			return reply, bad
		}
		a.set.watch.Repeated(a.call, attempt, bad)
		said = told(messages, reply, bad)
	}
}

// answer gets the reply to a question. A journal of replies has its place here: before the question is sent, and before
// its reply is used.
func (a *asker) answer(ctx context.Context, q *question, last string) (llm.Reply, error) {
	var took time.Duration
	for tries := 1; ; tries++ {
		reply, f, err := a.try(ctx, q, tries, &took)
		switch {
		case err != nil:
			return llm.Reply{}, err
		case f == nil:
			a.set.watch.Asked(q.call.Step, reply.PromptTokens, reply.CompletionTokens, took)
			return reply, nil
		case !f.again || tries > retries(q.model):
			a.set.watch.Asked(q.call.Step, 0, 0, took)
			return llm.Reply{}, f.err(tries, clip(last, keptReply))
		}
		a.set.watch.Retried(Retry{q.call, f.status, f.class, f.message, f.wait})
		if f.class == llm.RateLimited {
			continue // the gate is closed for as long
		}
		if err := sleep(ctx, f.wait); err != nil {
			return llm.Reply{}, err
		}
	}
}

// retries is how often a model's request is sent again.
func retries(m llm.Model) int {
	if m.MaxRetries == nil {
		return 0
	}
	return *m.MaxRetries
}

// try sends a question once, when it is its turn. The error is that of ctx.
func (a *asker) try(ctx context.Context, q *question, tries int, took *time.Duration) (llm.Reply, *failure, error) {
	e := a.endpoint
	if err := e.gate.enter(ctx, q.call.Priority); err != nil {
		return llm.Reply{}, nil, err
	}
	defer e.gate.leave()
	began := time.Now()
	x, res, err := e.send(ctx, q.body, q.timeout)
	*took += time.Since(began)
	if err == nil && x.isGood() {
		reply, f := e.read(x, res, q)
		if f == nil {
			return reply, nil, nil
		}
		f.wait = backoff(f, tries, a.set.jitter)
		return llm.Reply{}, f, nil
	}
	if err := ctx.Err(); err != nil {
		return llm.Reply{}, nil, err
	}
	f := e.failed(x, q, err)
	f.wait = backoff(f, tries, a.set.jitter)
	if f.class == llm.RateLimited {
		e.gate.pause(f.wait) // before the place is free for another
	}
	return llm.Reply{}, f, nil
}
