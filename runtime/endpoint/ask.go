package endpoint

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/distigen/distigen/runtime/journal"
	"github.com/distigen/distigen/runtime/llm"
)

// asker asks one model for one row.
type asker struct {
	set      *Set
	endpoint *endpoint
	task     llm.Task
	call     llm.Call
	recalled bool // the last reply came from the journal
}

// question is one request with its identity: who asks, which time, and the exact bytes.
type question struct {
	call    llm.Call
	round   int // how often the row was asked for anew after all attempts had failed
	attempt int // from 1
	body    []byte
	model   llm.Model
	timeout time.Duration
	most    int // tokens that the reply may have; 0: not known
	trouble trouble
	sent    int // tries so far
}

// Ask asks until accept takes a reply, at most MaxAttempts times; and in as many rounds as the failed rows were asked for
// anew.
func (a *asker) Ask(ctx context.Context, messages []llm.Message, schema *llm.Schema, accept func(string) error) (llm.Reply, error) {
	for round := 0; ; round++ {
		reply, bad, err := a.ask(ctx, round, messages, schema, accept)
		if bad == nil {
			return reply, err
		}
		if again, err := a.asksAnew(messages, schema, round+1); !again || err != nil {
			return reply, cmp.Or[error](err, bad)
		}
	}
}

// ask is one round. bad is why its last reply cannot be used.
func (a *asker) ask(ctx context.Context, round int, messages []llm.Message, schema *llm.Schema, accept func(string) error) (
	reply llm.Reply, bad *llm.RowError, err error) {
	said := messages
	for attempt := 1; ; attempt++ {
		body, err := a.endpoint.bodyOf(a.task, said, schema, a.call, round, attempt)
		if err != nil {
			return reply, nil, err
		}
		q := &question{call: a.call, round: round, attempt: attempt, body: body, model: a.task.Model, most: mostTokens(a.task),
			timeout: time.Duration(cmp.Or(a.task.Model.TimeoutSecs, defaultTimeout)) * time.Second}
		last := reply.Text
		if reply, err = a.answer(ctx, q, last); err != nil {
			return reply, nil, err
		}
		err = judge(reply, accept)
		if err == nil {
			return reply, nil, nil
		}
		if bad = unusable(err, reply); bad == nil {
			return reply, nil, err
		}
		if attempt >= a.task.MaxAttempts {
			return reply, bad, nil
		}
		if !a.recalled {
			a.set.watch.Repeated(a.call, attempt, bad)
		}
		said = told(messages, reply, bad)
	}
}

// answer gets the reply to a question: from the journal, or from the model, and then it is in the journal before it is
// used.
func (a *asker) answer(ctx context.Context, q *question, last string) (llm.Reply, error) {
	key := a.endpoint.keyOf(q)
	if e, ok := a.set.recall(key); ok {
		a.recalled = true
		if strings.HasSuffix(e.Address, ofSimulator) {
			a.set.faked.Store(true)
		}
		a.set.watch.Recalled(q.call, e)
		return llm.Reply{Text: e.Text, Model: e.Model, FinishReason: e.FinishReason, PromptTokens: e.PromptTokens, CompletionTokens: e.CompletionTokens}, nil
	}
	a.recalled = false
	a.endpoint.gate.begin()
	defer a.endpoint.gate.end()
	var took time.Duration
	counted := 0 // tries that failed and count
	for tries := 1; ; tries++ {
		reply, f, err := a.try(ctx, q, key, &took, &counted)
		switch {
		case err != nil:
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
	if p.outages != q.trouble.outages { // what failed before was not its fault
		q.trouble.outages, *counted = p.outages, 0
	}
	worst := worstOf(q)
	if err := a.set.purse.reserve(ctx, worst); err != nil {
		return llm.Reply{}, nil, err
	}
	stored, lost := amount{}, worst
	defer func() { a.set.purse.settle(worst, stored, lost) }()
	began := time.Now()
	x, res, broken := e.send(ctx, q.body, q.timeout)
	now := time.Since(began)
	*took += now
	end := ending{step: q.call.Step, took: now, quota: readLimits(x.header)}
	var reply llm.Reply
	switch {
	case broken == nil && x.isGood():
		reply, end.failure = e.read(x, res, q)
		end.reply, end.tokens = reply.CompletionTokens, reply.PromptTokens+reply.CompletionTokens
	case ctx.Err() != nil:
		return llm.Reply{}, nil, ctx.Err()
	default:
		end.failure = e.failed(x, q, broken)
		if end.failure.spared {
			e.proofs.spare(end.failure, q)
		}
		end.dead = isDead(x.broken)
		lost = billed(x, end, worst)
	}
	q.sent++
	a.set.watch.Sent(a.operation(q, began, now, x, reply, end.failure))
	v := e.gate.hear(p, &q.trouble, end)
	if f := end.failure; f != nil {
		before := *counted
		if f.free = v.free; f.free {
			before = q.trouble.strikes
		}
		f.wait = backoff(f, before+1, a.set.jitter)
		if v.wait > 0 {
			f.held, f.wait = true, v.wait
		}
		if v.over > 0 {
			return llm.Reply{}, nil, e.isGone(f, v.over)
		}
		return llm.Reply{}, f, nil
	}
	e.proofs.served(q)
	entry := e.entry(key, q, reply, *took)
	if x.header.Get(simulatorHeader) != "" {
		a.set.faked.Store(true)
		if !e.simulated {
			entry.Address += ofSimulator
		}
	}
	if err := a.set.keep(entry); err != nil {
		return llm.Reply{}, nil, err
	}
	stored, lost = amount{Calls: 1, NanoUSD: max(costOf(q, reply), 0)}, amount{}
	return reply, nil, nil
}

// asksAnew reports whether a row whose replies all failed is asked for again in a further round: if it was before, as the
// journal notes, or if failed rows are to be asked for anew and all of this one's replies are old.
func (a *asker) asksAnew(messages []llm.Message, schema *llm.Schema, round int) (bool, error) {
	if a.set.journal == nil {
		return false, nil
	}
	body, err := a.endpoint.bodyOf(a.task, messages, schema, a.call, 0, 1)
	if err != nil {
		return false, err
	}
	mark := a.endpoint.keyOf(&question{call: a.call, round: round, attempt: -1, body: body})
	if _, ok := a.set.recall(mark); ok {
		return true, nil
	}
	if !a.set.anew || !a.recalled {
		return false, nil
	}
	return true, a.set.keep(&journal.Entry{Key: mark, Mark: true, Time: time.Now(), Step: a.call.Step, Row: a.call.Row, Sample: a.call.Sample,
		Round: round, Address: a.endpoint.name()})
}
