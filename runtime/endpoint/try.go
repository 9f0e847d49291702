package endpoint

import (
	"context"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// answer gets the reply to a question: from the journal, or from the model, and then it is in the journal before it is
// used.
func (a *asker) answer(ctx context.Context, q *question, last string) (llm.Reply, error) {
	key := a.endpoint.keyOf(q)
	if e, ok := a.set.recall(key); ok {
		a.recalled = true
		a.noteFaked(e)
		a.set.watch.Recalled(q.call, e)
		return llm.Reply{Text: e.Text, Model: e.Model, FinishReason: e.FinishReason, PromptTokens: e.PromptTokens, CompletionTokens: e.CompletionTokens}, nil
	}
	a.recalled = false
	return a.fetch(ctx, q, key, last)
}

// fetch has the model answer a question, with all the tries that takes.
func (a *asker) fetch(ctx context.Context, q *question, key journal.Key, last string) (llm.Reply, error) {
	a.endpoint.gate.begin()
	defer a.endpoint.gate.end()
	var took time.Duration
	counted := 0 // tries that failed and count
	for tries := 1; ; tries++ {
		reply, f, err := a.try(ctx, q, key, &took, &counted)
		switch {
		case err != nil:
			a.givenUp(q, took)
			return llm.Reply{}, err
		case f == nil:
			a.set.watch.Asked(Answer{q.call, reply.PromptTokens, reply.CompletionTokens, took, costOf(q, reply)})
			return reply, nil
		}
		if !f.free {
			counted++
		}
		if !f.again || counted > retries(q.model) {
			a.set.watch.Asked(Answer{Call: q.call, Took: took})
			return llm.Reply{}, f.err(tries, clip(last, keptReply))
		}
		a.set.watch.Retried(Retry{q.call, f.status, f.class, f.message, f.wait, f.free})
		if f.held {
			continue // the endpoint is closed for as long
		}
		if err := sleep(ctx, f.wait); err != nil {
			a.givenUp(q, took)
			return llm.Reply{}, err
		}
	}
}

// noteFaked notes that a reply of the journal was a simulator's, if it was.
func (a *asker) noteFaked(e *journal.Entry) {
	if strings.HasSuffix(e.Address, ofSimulator) {
		a.set.faked.Store(true)
	}
}

// givenUp counts a request that was sent and is not waited for any more, since the run is stopped.
func (a *asker) givenUp(q *question, took time.Duration) {
	if q.sent > 0 {
		a.set.watch.Asked(Answer{Call: q.call, Took: took})
	}
}

// retries is how often a model's request is sent again.
func retries(m llm.Model) int {
	if m.MaxRetries == nil {
		return 0
	}
	return *m.MaxRetries
}

// try sends a question once, when it is its turn and the budget allows it, and stores the reply. Its place is taken until
// the reply is stored, so that a kill costs no more replies than there are places. The error is that of ctx, of the budget
// or of the journal.
func (a *asker) try(ctx context.Context, q *question, key journal.Key, took *time.Duration, counted *int) (llm.Reply, *failure, error) {
	e := a.endpoint
	if err := a.set.waitRoom(ctx); err != nil {
		return llm.Reply{}, nil, err
	}
	p, err := e.gate.enter(ctx, &ticket{Priority: q.call.Priority, step: q.call.Step, prompt: len(q.body) / 4, most: q.most, trouble: &q.trouble})
	if err != nil {
		return llm.Reply{}, nil, err
	}
	defer e.gate.leave(p)
	a.set.watch.Busy(q.call.Step, 1)
	defer a.set.watch.Busy(q.call.Step, -1)
	if p.outages != q.trouble.outages { // what failed before was not its fault
		q.trouble.outages, *counted = p.outages, 0
	}
	worst := worstOf(q)
	if err := a.set.purse.reserve(ctx, worst); err != nil {
		return llm.Reply{}, nil, err
	}
	stored, lost := amount{}, worst
	defer func() { a.set.purse.settle(worst, stored, lost) }()
	x, reply, end, err := a.exchange(ctx, q)
	*took += end.took
	if err != nil {
		return llm.Reply{}, nil, err
	}
	v := e.gate.hear(p, &q.trouble, end)
	if f := end.failure; f != nil {
		lost = billed(x, end, worst)
		if v.over > 0 {
			return llm.Reply{}, nil, e.isGone(f, v.over)
		}
		f.follow(v, q, *counted, a.set.jitter)
		return llm.Reply{}, f, nil
	}
	e.proofs.served(q)
	if err := a.store(q, key, x, reply, *took); err != nil {
		return llm.Reply{}, nil, err
	}
	stored, lost = amount{Calls: 1, NanoUSD: max(costOf(q, reply), 0)}, amount{}
	return reply, nil, nil
}

// exchange sends a question and tells how that ended. The error is that of ctx.
func (a *asker) exchange(ctx context.Context, q *question) (*exchange, llm.Reply, ending, error) {
	e := a.endpoint
	began := time.Now()
	x, read, broken := e.post(ctx, q)
	q.sent++
	end := ending{step: q.call.Step, took: time.Since(began), quota: readLimits(x.header)}
	var reply llm.Reply
	switch {
	case broken == nil && x.isGood():
		reply, end.failure = read()
		end.reply, end.tokens = reply.CompletionTokens, reply.PromptTokens+reply.CompletionTokens
	case ctx.Err() != nil:
		return x, reply, end, ctx.Err()
	default:
		end.failure, end.dead = e.failed(x, q, broken), isDead(x.broken)
		if end.failure.spared {
			e.proofs.spare(end.failure, q)
		}
	}
	a.set.watch.Sent(a.operation(q, began, end.took, x, reply, end.failure))
	return x, reply, end, nil
}

// post sends a question once. read takes the reply out of what came back, if the error is nil.
func (e *endpoint) post(ctx context.Context, q *question) (x *exchange, read func() (llm.Reply, *failure), err error) {
	if q.texts != nil {
		x, res, err := e.sendTexts(ctx, q.body, q.timeout)
		return x, func() (llm.Reply, *failure) { return e.readVectors(x, res, q) }, err
	}
	send := e.send
	if q.raw {
		send = e.sendRaw
	}
	x, res, err := send(ctx, q.body, q.timeout)
	return x, func() (llm.Reply, *failure) { return e.read(x, res, q) }, err
}

// follow enters what follows from a failure for the request: whether it counts, and how long to wait. counted is how many
// have counted before.
func (f *failure) follow(v verdict, q *question, counted int, jitter func() float64) {
	if f.free = v.free; f.free {
		counted = q.trouble.strikes
	}
	f.wait = backoff(f, counted+1, jitter)
	if v.wait > 0 {
		f.held, f.wait = true, v.wait
	}
}

// store brings a reply into the journal, before it is used.
func (a *asker) store(q *question, key journal.Key, x *exchange, reply llm.Reply, took time.Duration) error {
	entry := a.entry(q, key, x, reply, took)
	if q.texts != nil {
		return a.storeVectors(q, entry)
	}
	return a.set.keep(entry)
}

// entry is a reply as the journal keeps it, marked where a simulator has made it.
func (a *asker) entry(q *question, key journal.Key, x *exchange, reply llm.Reply, took time.Duration) *journal.Entry {
	entry := a.endpoint.entry(key, q, reply, took)
	if x.header.Get(simulatorHeader) != "" {
		a.set.faked.Store(true)
		if !a.endpoint.simulated {
			entry.Address += ofSimulator
		}
	}
	return entry
}
